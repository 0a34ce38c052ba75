"""Broken: TCP says «arrived», the shop crashes, the order is gone.

TCP is a part of the server's kernel. It acknowledges bytes that wait
in its buffer; whether the shop ever reads them, it cannot know.
"""

from sim import Node, World
from sim.explore import State, explore


async def browser(me: Node) -> None:
    me.send("kernel", "POST order")
    answer = await me.receive()
    if answer.body == "ACK":
        me.note("order taken")


async def kernel(me: Node) -> None:
    while True:
        data = await me.receive()
        if data.sender == "browser":
            me.send("browser", "ACK")
            me.send("shop", data.body)
        else:
            me.send("browser", data.body)


async def shop(me: Node) -> None:
    while True:
        order = await me.receive()
        me.disk["order"] = order.body
        me.note("stores it")
        me.send("kernel", "201 Created")


def what_is_shown_as_taken_is_stored(state: State) -> bool:
    shown = "order taken" in state.notes("browser")
    return not shown or "order" in state.disk("shop")


def build() -> World:
    world = World()
    for program in (browser, kernel, shop):
        world.add(program)
    world.crash("shop", at=15, restart=60)
    return world


def main() -> World:
    found = explore(build, at_rest=what_is_shown_as_taken_is_stored)
    print(found)
    assert found.failure is not None
    return found.failure.world
