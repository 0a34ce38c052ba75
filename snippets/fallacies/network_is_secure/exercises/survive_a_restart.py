"""Ann gets each credit at most once, though the shop may restart."""

import hmac
from types import ModuleType

from sim import Node, World
from sim.explore import State, explore

PROGRAM = "replayed_request_fixed"
KEY = b"known to the bank and the shop alone"


def signed(euros: int, nonce: str) -> tuple[object, ...]:
    message = "pay Ann", euros, nonce
    digest = hmac.new(KEY, repr(message).encode(), "sha256")
    return *message, digest.hexdigest()[:4]


async def proxy(me: Node) -> None:
    """The bank's three messages, two copies, and a forgery."""
    for euros, nonce in ((50, "n1"), (50, "n2"), (20, "n3")):
        me.send("shop", signed(euros, nonce))
    for copy in (signed(50, "n1"), signed(20, "n3")):
        me.send("shop", copy)
    me.send("shop", ("pay Ann", 900, "n4", signed(50, "n1")[-1]))


async def patient_proxy(me: Node) -> None:
    """One message, and again when the shop must be up."""
    for _ in range(2):
        me.send("shop", signed(50, "n1"), delay=10)
        await me.sleep(1000)


def credits_of(state: State) -> list[object]:
    return sorted(state.disk("shop").get("Ann", ()))


def no_sum_is_changed(state: State) -> bool:
    return set(credits_of(state)) <= {50, 20}


def no_credit_comes_twice(state: State) -> bool:
    paid = credits_of(state)
    return paid.count(50) <= 2 and paid.count(20) <= 1


def ann_gets_a_credit(state: State) -> bool:
    return bool(credits_of(state))


def ann_gets_all_three(state: State) -> bool:
    """Ann gets all three."""
    return credits_of(state) == [20, 50, 50]


def judge(program: ModuleType) -> str | None:
    def build() -> World:
        world = World()
        world.add(proxy)
        world.add(program.shop, name="shop")
        return world

    found = explore(
        build,
        always=(no_sum_is_changed, no_credit_comes_twice),
        sometimes=ann_gets_a_credit,
        crashes=1,
        restarts=1,
        limit=10_000,
    )
    if found.failure is not None:
        return str(found.failure)
    if not found.complete:
        return "Too many runs: let the shop take message after message."
    found = explore(build, at_rest=ann_gets_all_three, limit=10_000)
    if found.failure is not None:
        what = found.failure.what
        return f"Even without a crash, this is not so: {what}"

    # A crash right after the message has come; then it comes again.
    world = World()
    world.add(patient_proxy)
    shop = world.add(program.shop, name="shop")
    world.crash("shop", at=10.001, restart=500)
    world.run()
    paid = list(shop.disk.get("Ann", ()))
    if paid != [50]:
        return (
            "The shop crashes right after a message has come, and after"
            f" its restart a copy comes: Ann gets {paid or 'nothing'}."
        )
    return None
