"""Broken: the browser asks again, and the card is charged again."""

from sim import Node, World
from sim.explore import State, explore


async def browser(me: Node) -> str:
    for _ in range(2):
        try:
            request = "charge", 20
            answer = await me.call("shop", request, timeout=60)
            return answer.body
        except TimeoutError:
            continue  # lost, or late? The browser cannot tell.
    return "gave up"


async def shop(me: Node) -> None:
    me.disk.setdefault("charges", [])
    while True:
        request = await me.receive()
        _, euros = request.body
        await me.sleep(50)  # ms: is it in stock?
        me.disk["charges"] += [euros]
        me.note(f"charges {euros}")
        await me.sleep(5)  # ms: a crash can come here
        me.reply(request, "paid")


def never_charged_twice(state: State) -> bool:
    return len(state.disk("shop")["charges"]) < 2


def build() -> World:
    world = World()
    world.network(delay=15)  # ms, each way
    world.add(browser)
    world.add(shop)
    return world


def main() -> World:
    found = explore(build, always=never_charged_twice)
    print(found)
    assert found.failure is not None
    return found.failure.world
