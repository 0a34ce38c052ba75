"""«order taken» is true if it is shown, and no run ends in silence."""

from types import ModuleType

from sim import Node, World
from sim.explore import State, explore

PROGRAM = "acknowledged_is_not_processed"


async def kernel(me: Node) -> None:
    while True:
        data = await me.receive()
        if data.sender == "browser":
            me.send("browser", "ACK")
            me.send("shop", data.body)
        else:
            me.send("browser", data.body)


async def shop(me: Node) -> None:
    while True:
        order = await me.receive()
        me.disk["order"] = order.body
        me.send("kernel", "201 Created")


def shows_taken(state: State) -> bool:
    return "order taken" in state.notes("browser")


def taken_is_stored(state: State) -> bool:
    """What the browser shows as taken is stored."""
    return not shows_taken(state) or "order" in state.disk("shop")


def no_silence(state: State) -> bool:
    """In the end the browser shows «order taken» or «not known»."""
    return shows_taken(state) or "not known" in state.notes("browser")


def judge(program: ModuleType) -> str | None:
    """Try the reader's browser with this kernel and this shop."""

    def build() -> World:
        world = World()
        world.add(program.browser, name="browser")
        world.add(kernel)
        world.add(shop)
        world.crash("shop", at=15, restart=60)
        return world

    found = explore(
        build,
        always=taken_is_stored,
        sometimes={"the browser shows «order taken»": shows_taken},
        at_rest=no_silence,
        limit=20_000,
    )
    if found.failure:
        return str(found.failure)
    if found.never:
        return "In no run does the browser show «order taken»."
    if not found.complete:
        return "Some runs go on and on: let the browser come to an end."
    return None
