"""Carts that were edited apart meet, and what is deleted stays so."""

from collections import Counter
from dataclasses import dataclass

from sim import Node, World

VISITS = {  # the writes that each server handles: after ms, what
    "Sy": [(40, "D3", "+pen")],
    "Sx": [(0, "D1", "+book"), (20, "D2", "+lamp"), (55, "D5", "+map")],
    "Sz": [(45, "D4", "-lamp")],
}


@dataclass(frozen=True)
class Version:
    name: str
    cart: set[str]  # edits: +lamp, and -lamp if it was deleted
    clock: Counter[str]  # how many writes each server has handled

    def __str__(self) -> str:
        counts = sorted(self.clock.items())
        return f"{self.name} {counts}".replace("'", "")


def keep(known: list[Version], new: Version) -> None:
    # Forget what `new` has grown out of; keep what is concurrent.
    if not any(new.clock <= old.clock for old in known):
        known[:] = [v for v in known if not v.clock <= new.clock]
        known.append(new)


# --8<-- [start:answer]
async def visits(me: Node, known: list[Version], union: bool) -> None:
    for wait, name, edit in VISITS[me.name]:
        await me.sleep(wait)
        read = known if union else known[-1:]
        me.note(f"reads {', '.join(v.name for v in read) or 'nothing'}")
        clock: Counter[str] = Counter()
        for version in known:
            clock |= version.clock  # the larger of each two counts
        clock[me.name] += 1
        cart = {e for version in read for e in version.cart} | {edit}
        items = {e[1:] for e in cart if f"-{e[1:]}" not in cart}
        keep(known, new := Version(name, cart, clock))
        me.broadcast(new)
        print(f"{new}: {', '.join(sorted(items))}")


# --8<-- [end:answer]


async def server(me: Node, union: bool) -> None:
    me.spawn(visits, known := [], union)
    while True:
        keep(known, (await me.receive()).body)


def main(union: bool = True) -> World:
    world = World()
    for name in VISITS:
        world.add(server, union, name=name)
    return world.run()
