"""A run whose variables are hard to read, as text: every event, and what it changed.

`python3 watched_run.py` prints it, in any interpreter.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sim import Node, World
from sim.program.watch import watching


@dataclass
class Order:
    item: str
    tags: frozenset[str]


class Stock:
    def __init__(self) -> None:
        self.left = Counter(tea=2, pen=1)
        self.sold: list[Order] = []


async def ask(me: Node, attempts: int, item: str):
    for attempt in range(attempts):
        try:
            return (await me.call("shop", item, timeout=25 * attempt + 15)).body
        except TimeoutError as error:
            why = str(error)
            await me.sleep(len(why))
    return None


async def browser(me: Node, *items: str) -> None:
    wanted = set(items)
    got = {item: await ask(me, 3, item) for item in sorted(wanted)}
    captured = [item for item in got if got[item] == "sold" and item in wanted]
    best = max(captured, key=lambda item: (len(item), captured))
    me.note(best)
    await me.sleep(1)
    me.note("leaves")


async def shop(me: Node) -> None:
    stock = Stock()
    while True:
        request = await me.receive()
        me.spawn(sell, request.body, stock, request)


async def sell(me: Node, item: str, stock: Stock, request) -> None:
    me.disk[item] = me.disk.get(item, 0) + 1
    await me.sleep(12)
    if stock.left[item]:
        stock.left[item] -= 1
        stock.sold.append(Order(item, frozenset({"paid", "new", item})))
        me.reply(request, "sold")
    else:
        me.reply(request, "out")


def text() -> str:
    """Each event with the changes."""
    with watching():
        world = World(3)
        world.add(browser, "tea", "pen", "cup", "x" * 99)
        world.add(shop)
        world.crash("shop", at=90, restart=95)
        trace = world.run(until=500).trace
    pairs = zip(trace.events, trace.changes(), strict=True)
    return "\n".join(
        f"{event.name}  {'; '.join(map(str, told))}" for event, told in pairs
    )


if __name__ == "__main__":
    print(text())
