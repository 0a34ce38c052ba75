"""The shop remembers each message's number, and takes none twice.

It is signed, too: only the bank can give a message another number.
"""

import hmac

from sim import Node, World
from sim.explore import State, explore


def signature(*message: object) -> str:
    key = b"known to the bank and the shop alone"
    digest = hmac.new(key, repr(message).encode(), "sha256")
    return digest.hexdigest()[:4]  # cut, so that the diagram is legible


async def bank(me: Node) -> None:
    message = "pay Ann", 50, "n1"  # n1 is for this message alone
    me.send("proxy", (*message, signature(*message)))


async def proxy(me: Node) -> None:  # where HTTPS ends
    text, euros, nonce, signed = (await me.receive()).body
    me.send("shop", (text, euros, nonce, signed), delay=10)
    me.send("shop", (text, euros, nonce, signed), delay=20)  # again
    me.send("shop", (text, 900, nonce, signed), delay=30)  # changed
    me.send("shop", (text, euros, "n2", signed), delay=40)  # as new


async def shop(me: Node) -> None:
    seen: set[str] = set()
    while True:
        *message, signed = (await me.receive()).body
        _, euros, nonce = message
        if not hmac.compare_digest(signed, signature(*message)):
            me.note("refuses: changed")
        elif nonce in seen:
            me.note("refuses: repeated")
        else:
            seen.add(nonce)
            me.disk["Ann"] = (*me.disk.get("Ann", ()), euros)
            me.note(f"Ann gets {euros}")


def build() -> World:
    world = World()
    for program in (bank, proxy, shop):
        world.add(program)
    return world


def at_most_one_credit_of_50(state: State) -> bool:
    return state.disk("shop").get("Ann", ()) in ((), (50,))


def main() -> World:
    paid = {"Ann got 50": lambda s: s.disk("shop").get("Ann") == (50,)}
    print(explore(build, at_most_one_credit_of_50, at_rest=paid))
    return build().run()
