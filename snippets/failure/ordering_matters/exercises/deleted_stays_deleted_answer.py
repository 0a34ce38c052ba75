"""A deleted address leaves its version behind."""

from sim import Node, Uniform, World
from sim.explore import State, explore


async def put(me: Node, version: int, address: str) -> bool:
    for _ in range(2):
        try:
            request = "PUT", version, address
            await me.call("shop", request, timeout=60)  # ms
            return True
        except TimeoutError:
            continue
    return False


async def browser(me: Node) -> str:
    if not await put(me, 1, "Elm St"):  # a slip of the user
        return "unknown"
    if not await put(me, 2, "Oak St"):  # the correction
        return "unknown"
    me.note("shows Oak St")
    return "Oak St"


# --8<-- [start:answer]
async def shop(me: Node) -> None:
    me.disk.setdefault("address", (0, "none"))
    while True:
        request = await me.receive()
        verb, version, *rest = request.body
        address = rest[0] if verb == "PUT" else "none"
        if version < me.disk["address"][0]:
            me.note(f"ignores {address}")
            me.reply(request, "too old")
        else:
            me.disk["address"] = version, address
            me.note(f"has {address}")
            me.reply(request, "saved")


# --8<-- [end:answer]


def the_shop_has_what_is_shown(state: State) -> bool:
    shown = state.result("browser")
    return (
        shown != "Oak St" or state.disk("shop")["address"][1] == shown
    )


def build(seed: int = 22) -> World:
    world = World(seed)
    world.add(browser)
    world.add(shop)
    world.link("browser", "shop", delay=Uniform(5, 150))  # ms
    return world


def main(seed: int = 22) -> World:
    always = the_shop_has_what_is_shown
    seen = {"Oak St is seen": lambda s: s.result("browser") == "Oak St"}
    print(explore(build, always, seen, losses=1, duplicates=1))
    return build(seed).run()
