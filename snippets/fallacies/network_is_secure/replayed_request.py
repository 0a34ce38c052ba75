"""Broken: a signed message arrives twice, and Ann is paid twice.

A signature says who wrote a message. It does not say how often.
"""

import hmac

from sim import Node, World
from sim.explore import State, explore


def signature(*message: object) -> str:
    key = b"known to the bank and the shop alone"
    digest = hmac.new(key, repr(message).encode(), "sha256")
    return digest.hexdigest()[:4]  # cut, so that the diagram is legible


async def bank(me: Node) -> None:
    me.send("proxy", ("pay Ann", 50, signature("pay Ann", 50)))


async def proxy(me: Node) -> None:  # where HTTPS ends
    text, euros, signed = (await me.receive()).body
    me.send("shop", (text, euros, signed), delay=10)
    me.send("shop", (text, euros, signed), delay=20)  # repeated
    me.send("shop", (text, 900, signed), delay=30)  # changed


async def shop(me: Node) -> None:
    while True:
        text, euros, signed = (await me.receive()).body
        if not hmac.compare_digest(signed, signature(text, euros)):
            me.note("refuses: changed")
        else:
            me.disk["Ann"] = (*me.disk.get("Ann", ()), euros)
            me.note(f"Ann gets {euros}")


def build() -> World:
    world = World()
    for program in (bank, proxy, shop):
        world.add(program)
    return world


def no_sum_is_changed(state: State) -> bool:
    return set(state.disk("shop").get("Ann", ())) <= {50}


def no_credit_comes_twice(state: State) -> bool:
    return len(state.disk("shop").get("Ann", ())) <= 1


def main() -> World:
    paid = {"Ann gets 50": lambda s: s.disk("shop").get("Ann") == (50,)}
    print(explore(build, always=no_sum_is_changed, sometimes=paid))
    found = explore(build, always=no_credit_comes_twice)
    print(found)
    assert found.failure is not None
    return found.failure.world
