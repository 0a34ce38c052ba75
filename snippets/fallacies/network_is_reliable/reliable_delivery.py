"""Number, acknowledge, send again: the word arrives as it left.

The shop keeps what comes early, drops what comes twice, and says how
many letters it has read. The browser sends the others again.
"""

from typing import Annotated

from sim import Node, Range, Uniform, World
from sim.explore import explore

WORD = "BUY"


async def browser(me: Node, tries: int) -> None:
    read = 0  # so many letters have been acknowledged
    for _ in range(tries):
        for number in range(read, len(WORD)):
            me.send("shop", (number, WORD[number]))
        try:
            while read < len(WORD):
                answer = await me.receive(timeout=150)
                read = max(read, answer.body[1])  # an old one is lower
        except TimeoutError:
            pass  # the letters are lost, or late, or their answers are


async def shop(me: Node) -> None:
    word, early = "", {}  # early letters have overtaken another
    while True:
        number, letter = (await me.receive()).body
        if number >= len(word):  # otherwise it comes again
            early[number] = letter
        while len(word) in early:
            word += early.pop(len(word))
        me.send("browser", ("read", len(word)))


def build(tries: int, seed: int = 0, fault: float = 0) -> World:
    world = World(seed)
    world.network(delay=Uniform(20, 80), loss=fault, duplicate=fault)
    world.add(browser, tries)
    world.add(shop)
    return world


def main(
    tries: Annotated[int, Range(1, 3)] = 2,
    losses: Annotated[int, Range(0, 2)] = 1,
) -> World:
    found = explore(
        lambda: build(tries),
        {"in order": lambda s: WORD.startswith(s.node("shop").word)},
        at_rest={"all there": lambda s: s.node("shop").word == WORD},
        losses=losses,
        duplicates=1,
    )
    print(found)
    one = build(tries, 1380, 0.2 if losses else 0).run()  # one of them
    return found.failure.world if found.failure else one
