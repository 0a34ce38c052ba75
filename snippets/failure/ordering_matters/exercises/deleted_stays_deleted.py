"""A deleted address does not come back with a late PUT."""

from types import ModuleType

from sim import Node, World
from sim.explore import State, explore

PROGRAM = "stale_update_wins_fixed"


async def ask(me: Node, tries: int, *request: object) -> bool:
    for _ in range(tries):
        try:
            await me.call("shop", request, timeout=60)
            return True
        except TimeoutError:
            continue
    return False


async def browser(me: Node) -> None:
    done: list[str] = []  # was confirmed; the properties read it
    for tries, *request in (
        (2, "PUT", 1, "Elm St"),
        (2, "DELETE", 2),
        (1, "PUT", 3, "Oak St"),
    ):
        if not await ask(me, tries, *request):
            break
        done.append(request[0])
    await me.receive()  # it stays, so that `done` can be read


def judge(program: ModuleType) -> str | None:
    def build() -> World:
        world = World()
        world.add(browser)
        world.add(program.shop, name="shop")
        return world

    def done(state: State) -> int:
        return len(state.node("browser").done or ())

    def keeps(state: State, street: str) -> bool:
        return street in repr(state.disk("shop"))

    always = {
        "after the DELETE, the old address is gone": lambda s: (
            done(s) < 2 or not keeps(s, "Elm St")
        ),
        "after the last PUT, the new address is there": lambda s: (
            done(s) < 3 or keeps(s, "Oak St")
        ),
    }
    sometimes = {
        "an address is stored": lambda s: keeps(s, "Elm St"),
        "all three requests are confirmed": lambda s: done(s) == 3,
    }
    for crashes in (0, 1):
        found = explore(
            build, always, sometimes, crashes=crashes, restarts=crashes
        )
        if found.failure is not None:
            return str(found.failure)
        if found.never:
            return f"It never happens that {found.never[0]}."
        if not found.complete:
            return "There are too many runs to try them all."
    return None
