"""Three clocks drift, and messages keep them within the bound."""

from typing import Annotated

from sim import Node, Plot, Range, Uniform, World

MINUTE = 60_000  # ms
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
        message = await me.receive()  # IR2' (b): forward, never back
        behind = message.body + LEAST - clock(me)
        me.disk["ahead"] += max(0.0, behind)


def spread(world: World) -> float:
    readings = [clock(node) for node in world.nodes.values()]
    return max(readings) - min(readings)


def main(
    seed: int = 7,
    drift: Annotated[int, Range(0, 500, 10, "ppm")] = 100,
    every: Annotated[int, Range(1, 120, 1, "s")] = 60,
) -> Plot:
    world = World(seed, trace=False)
    world.network(delay=Uniform(LEAST, LEAST + UNPREDICTABLE))
    for number, (name, to) in enumerate(RING.items()):
        world.add(process, to, every * 1000, name=name)
        world.clock(name, 500 * number, drift * (number - 1))
    apart = []
    for now in range(0, 20 * MINUTE + 1, 2000):
        world.run(until=now)
        apart.append((now / MINUTE, max(0.1, spread(world))))
    bound = DIAMETER * (2 * drift / 1e6 * every * 1000 + UNPREDICTABLE)
    settled = DIAMETER * every / 60  # minutes
    worst = max(ms for minute, ms in apart if minute > settled)
    print(f"at worst {worst:.1f} ms; the bound is {bound:.1f} ms")
    plot = Plot("", x="minutes", y="ms apart", y_scale="log")
    plot.line("the clocks", apart)
    plot.mark("the theorem's bound", y=bound)
    plot.mark("from here on", x=settled)
    return plot
