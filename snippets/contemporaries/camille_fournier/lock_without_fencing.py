"""Broken: two workers hold one lock, and a saved line is gone."""

from sim import Node, World
from sim.explore import State, explore


async def locks(me: Node) -> None:
    while True:
        request = await me.receive()
        try:  # grant it for 200 ms, and wait for "unlock"
            await me.call(request.sender, "yours", timeout=200)
        except TimeoutError:
            me.note(f"{request.sender}'s lease ends")


async def worker(me: Node, work: float) -> str:
    me.send("locks", "lock")
    grant = await me.receive()
    lines = (await me.call("storage", "read")).body
    await me.sleep(work)
    answer = await me.call("storage", [*lines, me.name])
    me.reply(grant, "unlock")
    return answer.body


async def storage(me: Node) -> None:
    me.disk["file"] = ["green"]
    while True:
        request = await me.receive()
        if request.body == "read":
            me.reply(request, me.disk["file"])
        else:
            me.disk["file"] = request.body
            me.reply(request, "saved")


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
    found = explore(build, always=no_saved_line_is_lost)
    print(found)
    assert found.failure is not None
    return found.failure.world
