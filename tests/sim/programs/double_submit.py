"""A browser that sends its order again when no answer comes in time."""

from sim import Node, World


async def browser(me: Node, tries: int) -> str:
    for _ in range(tries):
        try:
            await me.call("shop", "order", timeout=100)
            return "done"
        except TimeoutError:
            pass
    return "gave up"


async def shop(me: Node) -> None:
    orders = 0
    while True:
        request = await me.receive()
        orders += 1
        me.reply(request, "thanks")


def main(browsers: int = 1, tries: int = 2) -> World:
    world = World()
    for number in range(browsers):
        world.add(browser, tries, name=f"browser {number}")
    world.add(shop)
    return world
