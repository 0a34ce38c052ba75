"""Two clients note what they see, and a checker judges the history."""

from textwrap import fill

from sim import Node, Uniform, World
from sim.check import History, Verdict, linearizable


async def ann(me: Node, history: History) -> None:
    for value in ("one", "two"):
        await me.sleep(me.random.randrange(60))
        history.invoke("ann", "write", value)
        await me.call("leader", value)
        history.ok("ann", value)


async def bob(me: Node, history: History) -> None:
    for _ in range(3):
        await me.sleep(me.random.randrange(60))
        history.invoke("bob", "read")
        history.ok("bob", (await me.call("follower", "read")).body)


async def leader(me: Node) -> None:
    while True:
        write = await me.receive()
        try:
            await me.call("follower", write.body, timeout=30)  # ms
        except TimeoutError:
            me.note("goes on alone")
        me.reply(write, "saved")


async def follower(me: Node) -> None:
    value = None
    while True:
        request = await me.receive()
        value = value if request.body == "read" else request.body
        me.reply(request, value)


def run(seed: int, cut: bool) -> tuple[World, History, Verdict]:
    world, history = World(seed), History()
    world.add(ann, history)
    world.add(leader)
    world.add(follower)
    world.add(bob, history)
    if cut:
        world.cut("leader", "follower", Uniform(0, 80), 160)
    return world.run(), history, linearizable(history, "register")


def main(seed: int = 62, cut: bool = True) -> World:
    world, history, verdict = run(seed, cut)
    for number, entry in enumerate(history):
        print(f"{number}:", *entry.values())
    print(*map(fill, f"Linearizable? {verdict}".splitlines()), sep="\n")
    bad = sum(not run(each, cut)[2] for each in range(100))
    print(f"Of 100 seeds, {bad} give a history that is not.")
    return world
