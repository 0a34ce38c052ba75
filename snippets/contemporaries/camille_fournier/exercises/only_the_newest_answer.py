"""Storage takes a write only of what it showed last."""

from sim import Node, World
from sim.explore import State, explore


async def locks(me: Node) -> None:
    while True:
        request = await me.receive()
        try:  # grant it for 200 ms, and wait for "unlock"
            await me.call(request.sender, "yours", timeout=200)
        except TimeoutError:
            me.note(f"{request.sender}'s lease ends")


# --8<-- [start:answer]
async def worker(me: Node, work: float) -> str:
    me.send("locks", "lock")
    grant = await me.receive()
    version, lines = (await me.call("storage", "read")).body
    await me.sleep(work)
    answer = await me.call("storage", (version, [*lines, me.name]))
    me.reply(grant, "unlock")
    return answer.body


async def storage(me: Node) -> None:
    me.disk["file"], current = ["green"], 0
    while True:
        request = await me.receive()
        if request.body == "read":
            me.reply(request, (current, me.disk["file"]))
            continue
        version, lines = request.body
        if version != current:
            me.reply(request, "changed meanwhile")
            continue
        me.disk["file"], current = lines, current + 1
        me.reply(request, "saved")


# --8<-- [end:answer]


def no_saved_line_is_lost(state: State) -> bool:
    saved = {n for n in ("red", "blue") if state.result(n) == "saved"}
    return saved <= set(state.disk("storage")["file"])


def build() -> World:
    world = World()
    world.add(locks)
    world.add(worker, 300, name="red")  # ms; its lease is shorter
    world.add(storage)
    world.add(worker, 40, name="blue")
    return world


def main() -> World:
    both = {"both save": lambda s: len(s.disk("storage")["file"]) == 3}
    print(explore(build, no_saved_line_is_lost, both))
    return build().run()
