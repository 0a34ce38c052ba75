"""A browser asks, a server answers, and the network may lose either.

Everything a program needs to know about the simulator is in here.
"""

from typing import Annotated

from sim import Node, Range, Uniform, World


async def browser(me: Node) -> None:
    for attempt in (1, 2, 3):
        try:
            answer = await me.call("server", "GET /", timeout=50)
        except TimeoutError:
            continue
        print("attempt", attempt, "got", answer.body)
        return
    me.note("no luck")


async def server(me: Node) -> None:
    pages = 0
    while True:
        request = await me.receive()
        pages += 1
        await me.sleep(5)  # ms of work
        me.reply(request, f"page {pages}")


def main(
    seed: int = 6, loss: Annotated[float, Range(0, 1, 0.1)] = 0.4
) -> World:
    world = World(seed)
    world.network(delay=Uniform(5, 20), loss=loss)
    world.add(browser)
    world.add(server)
    return world.run()
