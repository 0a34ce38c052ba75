"""A proxy changes, refuses and gives up, and the two ends disagree."""

from typing import Annotated, Literal

from sim import Node, Range, World

IDLE, REPORT = 60_000, 90_000  # ms: the proxy's limit, the work


async def browser(me: Node) -> None:
    for request in ("GET /, gzip ok", "PATCH /cart", "GET /report"):
        answer = await me.call("proxy", request)
        print(f"browser: {request} → {answer.body}")


async def proxy(me: Node, can_read: bool) -> None:
    waiting = None  # the request that the shop is working on
    while True:
        limit = IDLE if waiting else None
        try:
            message = await me.receive(timeout=limit)
        except TimeoutError:
            me.reply(waiting, "504 Timeout" if can_read else "closed")
            waiting = None
            continue
        text = message.body
        if message.sender == "shop":
            if waiting and text != "a byte":
                me.reply(waiting, text)
                waiting = None
        elif can_read and text.startswith("PATCH"):
            me.reply(message, "405 Not Allowed")
        else:
            waiting = message
            end = ", gzip ok" if can_read else ""
            me.send("shop", text.removesuffix(end))


async def shop(me: Node, heartbeat: int) -> None:
    while True:
        request = (await me.receive()).body
        answer = "200, packed" if "gzip" in request else "200, plain"
        left = REPORT if "report" in request else 1  # ms of work
        while left:
            pause = min(left, heartbeat * 1000 or left)
            await me.sleep(pause)
            left -= pause
            me.send("proxy", "a byte" if left else answer)
        print(f"   shop: {request} → {answer}")


def main(
    connection: Literal["HTTP", "HTTPS", "HTTPS, opened"] = "HTTP",
    heartbeat: Annotated[int, Range(0, 80, 10, "s")] = 0,
) -> World:
    world = World()
    world.add(browser)
    world.add(proxy, connection != "HTTPS")
    world.add(shop, heartbeat)
    return world.run()
