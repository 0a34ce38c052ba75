"""A crash no longer cancels a trip that could have been booked."""

from functools import partial
from types import ModuleType

from sim import Node, World
from sim.explore import State, explore

PROGRAM = "saga"
SERVICES = ("flight", "hotel", "car")


async def browser(me: Node) -> None:
    me.send("trip", "book")
    await me.receive()


async def service(me: Node, free: bool) -> None:
    while True:
        request = await me.receive()
        if request.body == "cancel":
            me.disk["trip"] = "canceled"
        elif "trip" not in me.disk:
            me.disk["trip"] = "booked" if free else "full"
        me.reply(request, me.disk["trip"])


def held(state: State) -> list[object]:
    return [state.disk(name).get("trip") for name in SERVICES]


def all_or_not_begun(state: State) -> bool:
    return held(state) in ([None] * 3, ["booked"] * 3)


def all_three(state: State) -> bool:
    return held(state) == ["booked"] * 3


def nothing_is_booked(state: State) -> bool:
    return "booked" not in held(state)


def judge(program: ModuleType) -> str | None:
    def build(full: str = "") -> World:
        world = World()
        world.add(browser)
        world.add(program.trip, name="trip")
        for name in SERVICES:
            world.add(service, name != full, name=name)
        world.crash("trip", at=45, restart=105)
        return world

    found = explore(
        build,
        sometimes=all_three,
        at_rest=all_or_not_begun,
        limit=50_000,
    )
    if found.failure is not None:
        return f"All three have room. {found.failure}"
    if found.never:
        return "All three have room, and the trip is never booked."
    for full in SERVICES:
        found = explore(
            partial(build, full),
            at_rest=nothing_is_booked,
            limit=50_000,
        )
        if found.failure is not None:
            return f"The {full} is full. {found.failure}"
        if not found.complete:
            return "It has no end: let the trip come to rest at last."
    return None
