"""Broken: the key comes after the charge, and a crash comes between."""

from sim import Node, World
from sim.explore import State, explore


async def browser(me: Node) -> str:
    key = "k7"  # made once for this click, before the first try
    for _ in range(2):
        try:
            request = "charge", 20, key
            answer = await me.call("shop", request, timeout=60)
            return answer.body
        except TimeoutError:
            continue
    return "gave up"


async def shop(me: Node) -> None:
    me.disk.setdefault("charges", [])
    me.disk.setdefault("keys", [])
    while True:
        request = await me.receive()
        _, euros, key = request.body
        if key not in me.disk["keys"]:
            await me.sleep(50)  # ms: is it in stock?
            me.disk["charges"] += [euros]
            me.note(f"charges {euros}")
            await me.sleep(5)  # ms: a crash can come here
            me.disk["keys"] += [key]
            me.note(f"writes {key}")
            await me.sleep(5)  # and here
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
    found = explore(
        build, always=never_charged_twice, crashes=1, restarts=1
    )
    print(found)
    assert found.failure is not None
    return found.failure.world
