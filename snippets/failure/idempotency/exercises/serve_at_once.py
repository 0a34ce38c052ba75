"""Several requests at once, and still one charge for each click."""

from types import ModuleType

from sim import Node, World
from sim.explore import State, explore

PROGRAM = "charged_twice_fixed"


async def browser(me: Node, key: str, tries: int) -> str:
    for _ in range(tries):
        try:
            request = "charge", 20, key
            answer = await me.call("shop", request, timeout=60)
            if answer.body == "paid":
                return "paid"
        except TimeoutError:
            pass
    return "gave up"


def rows(state: State) -> list[str]:
    """The keys of all charges, be they rows or a dictionary."""
    charges = state.disk("shop").get("charges", ())
    return (
        list(charges)
        if isinstance(charges, dict)
        else [row[0] for row in charges]
    )


def told(state: State) -> set[str]:
    """The keys of those who were told that they have paid."""
    return {n for n in ("k1", "k2") if state.result(n) == "paid"}


def judge(program: ModuleType) -> str | None:
    def build(tries: int, *keys: str) -> World:
        world = World()
        for key in keys:
            world.add(browser, key, tries, name=key)
        if "k2" not in keys:
            world.add(idle, name="k2")
        world.add(program.shop, name="shop")
        return world

    def both_in_work(state: State) -> bool:
        waiting = not (state.ended("k1") or state.ended("k2"))
        return waiting and not rows(state) and not state.messages

    always = {
        "no click is charged twice": lambda state: (
            len(rows(state)) == len(set(rows(state)))
        ),
        "whoever is told «paid» has a row": lambda state: (
            told(state) <= set(rows(state))
        ),
    }
    for search in (
        explore(
            lambda: build(1, "k1", "k2"),
            always=always,
            sometimes={
                "the shop works for two at once": both_in_work,
                "both are told «paid»": lambda s: len(told(s)) == 2,
            },
            duplicates=1,
        ),
        explore(
            lambda: build(2, "k1"),
            always=always,
            sometimes={"it is told «paid»": told},
            crashes=1,
            restarts=1,
        ),
    ):
        if search.failure is not None:
            return str(search.failure)
        if search.never:
            return f"It never happens that {search.never[0]}."
        if not search.complete:
            return "There are too many runs to try them all."
    return None


async def idle(me: Node) -> None:
    """In place of the second browser."""
