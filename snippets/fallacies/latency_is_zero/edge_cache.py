"""A copy nearby answers ten times as fast, and shows the old price.

The edge is near, the shop is far. The edge keeps each answer for
`max_age` ms, as the shop has allowed, and does not ask meanwhile.
"""

from typing import Annotated

from sim import Node, Range, World


async def browser(me: Node) -> None:
    for _ in range(4):
        start = me.monotonic()
        answer = await me.call("edge", "price?")
        took = me.monotonic() - start
        print(f"at {start:3.0f} ms: {answer.body} after {took:.0f} ms")
        await me.sleep(200 - took)


async def edge(me: Node) -> None:
    price, good_until = "", 0.0
    while True:
        request = await me.receive()
        if me.monotonic() >= good_until:
            asked = me.monotonic()  # from here the copy grows old
            answer = await me.call("shop", "price?")
            price, max_age = answer.body
            good_until = asked + max_age
        me.reply(request, price)


async def shop(me: Node, max_age: float, raised_at: float) -> None:
    price = {"now": "10 euros"}
    me.spawn(raise_it, price, raised_at)
    while True:
        request = await me.receive()
        me.reply(request, (price["now"], max_age))


async def raise_it(me: Node, price: dict[str, str], at: float) -> None:
    await me.sleep(at)
    price["now"] = "12 euros"
    me.note("12 euros")


def main(
    max_age: Annotated[int, Range(0, 800, 50, "ms")] = 500,
    raised_at: Annotated[int, Range(10, 700, 10, "ms")] = 300,
) -> World:
    world = World()
    world.network(delay=45)  # ms between the edge and the shop
    world.link("browser", "edge", delay=5)
    world.link("edge", "browser", delay=5)
    world.add(browser)
    world.add(edge)
    world.add(shop, max_age, raised_at)
    return world.run()
