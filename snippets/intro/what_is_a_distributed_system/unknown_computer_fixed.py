"""The catalog waits 50 ms for the flags, then goes on without them.

The page is older than it could be. It is there.
"""

from sim import Node, World


async def browser(me: Node) -> None:
    me.send("shop", "GET /")
    try:
        page = await me.receive(timeout=400)  # ms until the user leaves
        print("The user sees:", page.body)
    except TimeoutError:
        print("The user sees a blank page and leaves.")


async def shop(me: Node) -> None:
    request = await me.receive()
    products = await me.call("catalog", "products?")
    me.reply(request, f"a page with {products.body}")


async def catalog(me: Node) -> None:
    request = await me.receive()
    try:
        flags = await me.call("flags", "new prices?", timeout=50)
        prices = flags.body
    except TimeoutError:
        prices = "off"  # a choice made beforehand, on a calm day
    me.reply(request, f"products, new prices {prices}")


async def flags(me: Node) -> None:
    while True:
        request = await me.receive()
        me.reply(request, "on")


def main(flags_are_up: bool = False) -> World:
    world = World()
    world.network(delay=20)
    for program in (browser, shop, catalog, flags):
        world.add(program)
    if not flags_are_up:
        world.crash("flags", at=5)
    return world.run()
