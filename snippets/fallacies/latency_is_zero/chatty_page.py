"""A page that asks for one thing at a time waits for every answer.

The same items are fetched in three ways. The shop answers at once;
all the time that passes is time on the way.
"""

from typing import Annotated

from sim import Node, Range, World


async def connection(me: Node, waiting: list[str]) -> None:
    while waiting:
        await me.call("shop", waiting.pop(0))


async def fetch(me: Node, requests: list[str], at_once: int) -> str:
    started = me.monotonic()
    using = min(at_once, len(requests))
    for task in [me.spawn(connection, requests) for _ in range(using)]:
        await task
    return f"{me.monotonic() - started:,.0f} ms"


async def browser(me: Node, items: int) -> None:
    one_by_one = [f"item {n}" for n in range(1, items + 1)]
    took = await fetch(me, [*one_by_one], at_once=1)
    me.note(f"in turn: {took}")
    took = await fetch(me, [*one_by_one], at_once=6)
    me.note(f"six at a time: {took}")
    took = await fetch(me, [f"items 1 to {items}"], at_once=1)
    me.note(f"in one request: {took}")


async def shop(me: Node) -> None:
    while True:
        request = await me.receive()
        me.reply(request, "here")


def visit(items: int, delay: float) -> World:
    world = World()
    world.network(delay=delay)
    world.add(browser, items)
    world.add(shop)
    world.run()
    print(items, "items")
    for event in world.trace.events:
        if event.kind == "note":
            print("   ", event.text)
    return world


def main(
    items: Annotated[int, Range(2, 20)] = 3,
    delay: Annotated[int, Range(1, 200, unit="ms")] = 40,
) -> World:
    visit(20, delay)
    return visit(items, delay)
