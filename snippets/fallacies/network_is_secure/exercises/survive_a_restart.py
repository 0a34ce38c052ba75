"""Ann gets each credit at most once, though the shop may restart."""

import hmac
from types import ModuleType

from sim import Node, World
from sim.explore import State, explore

PROGRAM = "replayed_request_fixed"
KEY = b"known to the bank and the shop alone"


async def proxy(me: Node) -> None:
    """The bank's two messages, a copy, and a forgery."""
    for euros, nonce in ((50, "n1"), (20, "n2"), (50, "n1")):
        message = "credit Ann", euros, nonce
        digest = hmac.new(KEY, repr(message).encode(), "sha256")
        me.send("shop", (*message, digest.hexdigest()[:6]))
    me.send("shop", ("credit Ann", 900, "n3", digest.hexdigest()[:6]))


def credits_of(state: State) -> list[object]:
    return list(state.disk("shop").get("Ann", ()))


def judge(program: ModuleType) -> str | None:
    def build() -> World:
        world = World()
        world.add(proxy)
        world.add(program.shop, name="shop")
        return world.run()

    found = explore(
        build,
        always={
            "no sum is changed": lambda s: (
                set(credits_of(s)) <= {50, 20}
            ),
            "no credit comes twice": lambda s: (
                len(set(credits_of(s))) == len(credits_of(s))
            ),
        },
        sometimes={
            "Ann gets both": lambda s: set(credits_of(s)) == {50, 20}
        },
        crashes=1,
        restarts=1,
    )
    if found.failure is not None:
        return str(found.failure)
    if found.never:
        return "The shop never takes both of the bank's messages."
    return None
