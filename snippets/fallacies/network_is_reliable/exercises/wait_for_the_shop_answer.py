"""The browser waits for the shop's own answer, and not for ever."""

from sim import Node, World


# --8<-- [start:answer]
async def browser(me: Node) -> None:
    me.send("kernel", "POST order")
    try:
        answer = await me.receive(timeout=1000)
        while answer.body == "ACK":
            answer = await me.receive(timeout=1000)
        me.note("order taken")
    except TimeoutError:
        me.note("not known")


# --8<-- [end:answer]


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


def build() -> World:
    world = World()
    for program in (browser, kernel, shop):
        world.add(program)
    world.crash("shop", at=15, restart=60)
    return world


def main() -> World:
    return build().run()
