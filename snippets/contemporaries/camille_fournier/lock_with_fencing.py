"""Every grant has a number, and storage refuses one that is past."""

from sim import Node, World
from sim.explore import State, explore


async def locks(me: Node) -> None:
    token = 0
    while True:
        request = await me.receive()
        token += 1
        try:  # grant it for 200 ms, and wait for "unlock"
            await me.call(request.sender, token, timeout=200)
        except TimeoutError:
            me.note(f"{request.sender}'s lease ends")


async def worker(me: Node, work: float) -> str:
    me.send("locks", "lock")
    grant = await me.receive()
    lines = (await me.call("storage", (grant.body, "read"))).body
    await me.sleep(work)
    answer = await me.call("storage", (grant.body, [*lines, me.name]))
    me.reply(grant, "unlock")
    return answer.body


async def storage(me: Node) -> None:
    me.disk["file"], latest = ["green"], 0
    while True:
        request = await me.receive()
        token, what = request.body
        latest = max(latest, token)  # a read counts, too
        if what == "read":
            me.reply(request, me.disk["file"])
        elif token == latest:
            me.disk["file"] = what
            me.reply(request, "saved")
        else:
            me.reply(request, "too late")


def no_saved_line_is_lost(state: State) -> bool:
    saved = {n for n in ("red", "blue") if state.result(n) == "saved"}
    return saved <= set(state.disk("storage")["file"])


def main(red_pauses: bool = True) -> World:
    def build() -> World:
        world = World()
        world.add(locks)
        world.add(worker, 300 if red_pauses else 40, name="red")
        world.add(storage)
        world.add(worker, 40, name="blue")
        return world

    both = {"both save": lambda s: len(s.disk("storage")["file"]) == 3}
    print(explore(build, no_saved_line_is_lost, both))
    return build().run()
