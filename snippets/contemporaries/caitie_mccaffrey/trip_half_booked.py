"""Broken: a trip is undone step by step, and a crash forgets half."""

from sim import Node, World
from sim.explore import State, explore

SERVICES = ("flight", "hotel", "car")


async def browser(me: Node) -> None:
    me.send("trip", "book")
    me.note(f"told: {(await me.receive()).body}")


async def trip(me: Node) -> None:
    order = await me.receive()
    begun = []
    for name in SERVICES:
        begun.append(name)
        answer = await me.call(name, "book")
        if answer.body != "booked":
            break
    else:  # all three said yes
        me.reply(order, "booked")
        return
    for name in reversed(begun):
        await me.call(name, "cancel")
    me.reply(order, "canceled")


async def service(me: Node, free: bool) -> None:
    while True:
        request = await me.receive()
        if request.body == "cancel":
            me.disk["trip"] = "canceled"  # and it stays so
        elif "trip" not in me.disk:
            me.disk["trip"] = "booked" if free else "full"
        me.reply(request, me.disk.get("trip"))


def all_or_nothing(state: State) -> bool:
    held = [state.disk(name).get("trip") for name in SERVICES]
    return held.count("booked") in (0, 3)


def build() -> World:
    world = World()
    world.add(browser)
    world.add(trip)
    for name in SERVICES:
        world.add(service, True, name=name)
    world.crash("trip", at=45, restart=105)
    return world


def main() -> World:
    found = explore(build, at_rest=all_or_nothing)
    print(found)
    assert found.failure is not None
    return found.failure.world
