"""Edits carry vector clocks: the shop sees which of them conflict."""

from sim import Node, World

ANN, SHOP, BOB = range(3)


class VectorClock:
    def __init__(self, mine: int) -> None:
        self.mine, self.counts = mine, [0, 0, 0]

    def tick(self) -> tuple[int, ...]:
        self.counts[self.mine] += 1  # one more event of this node
        return tuple(self.counts)

    def receive(self, theirs: tuple[int, ...]) -> tuple[int, ...]:
        self.counts = list(map(max, self.counts, theirs))
        return self.tick()


def relation(a: tuple[int, ...], b: tuple[int, ...]) -> str:
    if all(a[i] <= b[i] for i in range(3)):
        return "before"
    if all(a[i] >= b[i] for i in range(3)):
        return "after"
    return "concurrent with"


async def ann(me: Node) -> None:
    me.send("shop", ("add milk", VectorClock(ANN).tick()), delay=30)


async def shop(me: Node) -> None:
    clock = VectorClock(SHOP)
    seen: dict[str, tuple[int, ...]] = {}
    for _ in range(4):
        text, stamp = (await me.receive()).body
        clock.receive(stamp)
        print(text, stamp)
        for other in seen:
            print("   ", relation(stamp, seen[other]), other)
        seen[text] = stamp
        if len(seen) == 3:  # what bob sees before his last edit
            me.send("bob", ("cart", clock.tick()))


async def bob(me: Node) -> None:
    clock = VectorClock(BOB)
    me.send("shop", ("add tea", clock.tick()), delay=50)
    await me.sleep(10)
    me.send("shop", ("add jam", clock.tick()))
    clock.receive((await me.receive()).body[1])
    me.send("shop", ("no milk", clock.tick()))


def main() -> World:
    world = World()
    for program in (ann, shop, bob):
        world.add(program)
    return world.run()
