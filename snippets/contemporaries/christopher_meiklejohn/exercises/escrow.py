"""One voucher in every cart and run, and the carts still agree."""

from types import ModuleType

from sim import World
from sim.explore import State, explore

PROGRAM = "two_carts"
MESSAGES = 4  # that the program of the page sends


def carts(state: State) -> list[list[str]]:
    return [sorted(str(n.cart).split(", ")) for n in state.nodes]


def vouchers(state: State) -> int:
    return sum(cart.count("voucher") for cart in carts(state))


def at_most_one_voucher(state: State) -> bool:
    return all(cart.count("voucher") < 2 for cart in carts(state))


def both_carts_hold_mug_and_voucher(state: State) -> bool:
    return carts(state) == [["mug", "voucher"]] * 2


def one_device_used_the_voucher(state: State) -> bool:
    return vouchers(state) == 1


def judge(program: ModuleType) -> str | None:
    def build(train: bool = False) -> World:
        world = World()
        edits = ("no lamp", "voucher"), ("mug", "voucher")
        world.add(program.device, *edits[0], name="phone")
        world.add(program.device, *edits[1], name="laptop")
        if train:
            every = range(1, 1 + MESSAGES)
            world.lose("phone", "laptop", *every)
            world.lose("laptop", "phone", *every)
        return world

    found = explore(
        build,
        always=at_most_one_voucher,
        at_rest=both_carts_hold_mug_and_voucher,
        limit=50_000,
    )
    if found.failure is not None:
        return str(found.failure)
    if not found.complete:
        return "It has no end: let the carts come to rest at last."
    sent = sum(e.kind == "send" for e in build().run().trace.events)
    if sent > MESSAGES:
        return f"It sends {sent} messages; {MESSAGES} are enough."
    alone = explore(
        lambda: build(train=True),
        at_rest=one_device_used_the_voucher,
        limit=50_000,
    )
    if alone.failure is not None:
        return f"On a train no message arrives. {alone.failure}"
    return None
