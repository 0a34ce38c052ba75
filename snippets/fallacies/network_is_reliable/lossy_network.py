"""A word goes out letter by letter, and another word comes in.

The network promises nothing: a letter may get lost, arrive twice, or
be overtaken by the next one. Nobody is told.
"""

from typing import Annotated

from sim import Node, Range, Uniform, World

WORD = "BUY"


async def browser(me: Node) -> None:
    for letter in WORD:
        me.send("shop", letter)
        await me.sleep(20)
    print("The browser sent:", WORD)


async def shop(me: Node) -> None:
    word = ""
    while True:
        try:
            letter = await me.receive(timeout=200)
        except TimeoutError:
            break  # nothing has come for a while: that must be all
        word += letter.body
    print("The shop got:    ", word or "nothing")


def main(
    seed: int = 48,
    loss: Annotated[float, Range(0, 1, 0.05)] = 0.2,
    duplicate: Annotated[float, Range(0, 1, 0.05)] = 0.2,
    slowest: Annotated[int, Range(20, 200, 10, "ms")] = 80,
) -> World:
    world = World(seed)
    world.add(browser)
    world.add(shop)
    world.network(
        delay=Uniform(20, slowest), loss=loss, duplicate=duplicate
    )
    return world.run()
