"""The voucher belongs to the phone from the start: nobody asks."""

from dataclasses import dataclass

from sim import Node, World
from sim.explore import State, explore


@dataclass
class Cart:
    put: frozenset[str] = frozenset({"lamp@home"})  # item@label
    taken: frozenset[str] = frozenset()  # out again; both only grow

    def merge(self, other: "Cart") -> "Cart":
        return Cart(self.put | other.put, self.taken | other.taken)

    def __str__(self) -> str:
        items = sorted(t.split("@")[0] for t in self.put - self.taken)
        return ", ".join(items) or "nothing"


# --8<-- [start:answer]
async def device(me: Node, *edits: str) -> None:
    cart, waiting = Cart(), list(edits)
    while True:
        try:
            message = await me.receive(timeout=50 if waiting else None)
            cart = cart.merge(message.body)
            me.note(cart)
        except TimeoutError:  # the customer does something
            item, put, taken = waiting.pop(0), set(), set()
            me.note(item)
            if item.startswith("no "):
                taken = {t for t in cart.put if t.startswith(item[3:])}
            elif item != "voucher" or me.name == "phone":
                put = {f"{item}@{me.name}{len(waiting)}"}
            cart = Cart(cart.put | put, cart.taken | taken)
            me.broadcast(cart)


# --8<-- [end:answer]


def carts_agree(state: State) -> bool:
    return len({str(node.cart) for node in state.nodes}) == 1


def one_voucher(state: State) -> bool:
    return all(str(n.cart).count("voucher") < 2 for n in state.nodes)


def build() -> World:
    world = World()
    world.add(device, "no lamp", "voucher", name="phone")
    world.add(device, "mug", "voucher", name="laptop")
    return world


def main() -> World:
    used = {"it is used": lambda s: "voucher" in str(s.nodes[1].cart)}
    print(explore(build, one_voucher, used, at_rest=carts_agree))
    return build().run()
