"""Three clocks drift, and messages keep them together."""

from typing import Annotated

from sim import Node, Range, Uniform, World

HOUR = 3_600_000  # ms
RING = {"p": "q", "q": "r", "r": "p"}  # who sends to whom
DIAMETER = 2  # hops, at most, from any process to any other
LEAST = 5  # ms: no message is faster
UNPREDICTABLE = 10  # ms: nor slower than LEAST by more than this


def clock(me: Node) -> float:
    return me.wall() + me.disk["ahead"]  # C: the quartz, set forward


async def process(me: Node, to: str, every: float) -> None:
    me.disk["ahead"] = 0.0
    me.spawn(listen)
    while True:
        me.send(to, clock(me))  # IR2' (a)
        await me.sleep(every)


async def listen(me: Node) -> None:
    while True:
        message = await me.receive()
        # IR2' (b): forward to the message's time, and never back.
        behind = message.body + LEAST - clock(me)
        me.disk["ahead"] += max(0.0, behind)


def spread(world: World) -> float:
    """How far the clocks are apart now, in ms."""
    readings = [clock(node) for node in world.nodes.values()]
    return max(readings) - min(readings)


def main(
    seed: int = 7,
    drift: Annotated[int, Range(0, 500, 10, "ppm")] = 100,
    every: Annotated[int, Range(1, 120, 1, "s")] = 60,
) -> None:
    world = World(seed, trace=False)
    world.network(delay=Uniform(LEAST, LEAST + UNPREDICTABLE))
    for number, (name, to) in enumerate(RING.items()):
        world.add(process, to, every * 1000, name=name)
        world.clock(name, 500 * number, drift * (number - 1))
    worst, settled = 0.0, every * 1000 * DIAMETER
    for now in range(0, HOUR + 1, 1000):
        world.run(until=now)
        apart = spread(world)
        if now % (HOUR // 6) == 0:
            print(f"{now // 60000:2} min: {apart:7.1f} ms apart")
        if now > settled:
            worst = max(worst, apart)
    bound = DIAMETER * (2 * drift / 1e6 * every * 1000 + UNPREDICTABLE)
    print(f"at worst {worst:.1f} ms; the bound is {bound:.1f} ms")
