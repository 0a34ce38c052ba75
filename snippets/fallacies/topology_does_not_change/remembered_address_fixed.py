"""When no answer comes, the shop asks again where the cart is."""

from sim import Node, World

MOVES = 100  # ms: when the cart's container starts elsewhere


async def shop(me: Node) -> None:
    address = (await me.call("names", "where is cart?")).body
    for number in (1, 2, 3):
        await me.sleep(40)
        try:
            answer = await me.call(address, "GET cart", timeout=50)
            print(f"request {number}: {answer.body}")
        except TimeoutError:
            print(f"request {number}: no answer from {address}")
            address = (await me.call("names", "where is cart?")).body


async def names(me: Node) -> None:
    """Knows where each container is."""
    address = "host_a"
    while True:
        message = await me.receive()
        if message.body == "cart is here":
            address = message.sender
        else:
            me.reply(message, address)


async def host_a(me: Node, reused: bool) -> None:
    while True:
        request = await me.receive()
        if me.monotonic() < MOVES:
            me.reply(request, "2 books")
        elif reused:  # by another container, which took the address
            me.reply(request, "404 Not Found")


async def host_b(me: Node) -> None:
    await me.sleep(MOVES)
    me.send("names", "cart is here")
    while True:
        me.reply(await me.receive(), "2 books")


def main(address_reused: bool = False) -> World:
    world = World()
    world.network(delay=10)
    world.add(shop)
    world.add(names)
    world.add(host_a, address_reused)
    world.add(host_b)
    return world.run()
