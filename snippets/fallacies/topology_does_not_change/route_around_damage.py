"""A way breaks; a request is lost, and the next goes a longer way."""

from typing import Annotated

from sim import Node, Range, World


async def provider(me: Node) -> None:
    announced: dict[str, float] = {}  # ms to the shop, as they say
    me.spawn(listen, announced)
    await me.sleep(50)
    for number in (1, 2, 3):
        start = me.monotonic()
        way = min(announced, key=lambda carrier: announced[carrier])
        try:
            await me.call(way, f"request {number}", timeout=200)
            took = f"answer after {me.monotonic() - start:g} ms"
        except TimeoutError:
            took = "no answer"
        print(f"request {number} by {way}: {took}")


async def listen(me: Node, announced: dict[str, float]) -> None:
    while True:
        message = await me.receive()
        announced[message.sender] = message.body[1]


async def carrier(me: Node, ms_to_shop: float) -> None:
    me.send("provider", ("shop in", ms_to_shop))
    while True:
        request = await me.receive()
        try:
            await me.call("shop", request.body, timeout=100)
            me.reply(request, "answer")
        except TimeoutError:
            me.send("provider", ("shop in", float("inf")))  # no way


async def shop(me: Node) -> None:
    while True:
        me.reply(await me.receive(), "answer")


def main(
    north_breaks: bool = True,
    south_announces: Annotated[int, Range(10, 160, 10, "ms")] = 80,
) -> World:
    world = World()
    world.network(delay=10)
    world.add(carrier, south_announces, name="south")
    world.add(provider)
    world.add(carrier, 20, name="north")
    world.add(shop)
    for end in ("provider", "shop"):
        world.link("south", end, delay=40)
        world.link(end, "south", delay=40)
    if north_breaks:
        world.partition({"north"}, {"shop"}, start=95)
    return world.run()
