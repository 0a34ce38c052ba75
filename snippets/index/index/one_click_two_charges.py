"""The shop is slow, the browser asks again, the card is charged twice.

Move the browser's patience past the shop's answer, and it is charged
once. No patience is long enough for every network.
"""

from typing import Annotated

from sim import Node, Range, World


async def browser(me: Node, patience: float) -> None:
    me.send("shop", "buy")
    while True:
        try:
            answer = await me.receive(timeout=patience)
            break
        except TimeoutError:
            me.send("shop", "buy")  # is the first one lost, or late?
    print("The browser shows:", answer.body)


async def shop(me: Node) -> None:
    charges = 0
    while True:
        request = await me.receive()
        await me.sleep(50)  # ms to ask the bank
        charges += 1
        me.note(f"charge {charges}")
        me.reply(request, "thank you")
        print("The shop has charged the card:", charges)


def main(
    patience: Annotated[float, Range(20, 100, 5, "ms")] = 60,
) -> World:
    world = World()
    world.network(delay=15)  # ms, each way
    world.add(browser, patience)
    world.add(shop)
    return world.run()
