"""Broken: the first address comes late and overwrites the second."""

from sim import Node, World
from sim.explore import State, explore


async def put(me: Node, address: str) -> bool:
    for _ in range(2):
        try:
            await me.call("shop", ("PUT", address), timeout=60)  # ms
            return True
        except TimeoutError:
            continue  # PUT is idempotent: asking again is safe
    return False


async def browser(me: Node) -> str:
    if not await put(me, "Elm St"):  # a slip of the user
        return "unknown"
    if not await put(me, "Oak St"):  # the correction
        return "unknown"
    me.note("shows Oak St")
    return "Oak St"


async def shop(me: Node) -> None:
    while True:
        request = await me.receive()
        _, address = request.body
        me.disk["address"] = address
        me.note(f"has {address}")
        me.reply(request, "saved")


def the_shop_has_what_is_shown(state: State) -> bool:
    shown = state.result("browser")
    return shown != "Oak St" or state.disk("shop")["address"] == shown


def build() -> World:
    world = World()
    world.add(browser)
    world.add(shop)
    return world


def main() -> World:
    found = explore(build, always=the_shop_has_what_is_shown)
    print(found)
    assert found.failure is not None
    return found.failure.world
