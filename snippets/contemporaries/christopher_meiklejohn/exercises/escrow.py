"""One voucher in every cart and run, and the carts still agree."""

from types import ModuleType

from sim import World
from sim.explore import State, explore

PROGRAM = "two_carts"


def carts(state: State) -> list[list[str]]:
    return [sorted(str(n.cart).split(", ")) for n in state.nodes]


def at_most_one_voucher(state: State) -> bool:
    return all(cart.count("voucher") < 2 for cart in carts(state))


def both_carts_hold_tea_mug_and_voucher(state: State) -> bool:
    return carts(state) == [["mug", "tea", "voucher"]] * 2


def judge(program: ModuleType) -> str | None:
    def build() -> World:
        world = World()
        edits = ("no lamp", "tea", "voucher"), ("mug", "voucher")
        world.add(program.device, *edits[0], name="phone")
        world.add(program.device, *edits[1], name="laptop")
        return world.run()

    found = explore(
        build,
        always=at_most_one_voucher,
        eventually=both_carts_hold_tea_mug_and_voucher,
        limit=50_000,
    )
    if found.failure is not None:
        return str(found.failure)
    if not found.complete:
        return "It has no end: let the carts come to rest at last."
    return None
