"""The busier a server is, the longer its requests wait in the queue.

Requests come whenever they come, and each takes a time of its own.
"""

from typing import Annotated

from sim import Node, Plot, Range, World

REQUESTS = 3000  # at each load


async def browsers(me: Node, gap: float) -> None:
    for _ in range(REQUESTS):
        await me.sleep(me.random.expovariate(1 / gap))
        me.send("server", me.monotonic())


async def server(me: Node, work: float, times: list[float]) -> None:
    while True:
        asked = (await me.receive()).body
        await me.sleep(me.random.expovariate(1 / work))
        times.append(me.monotonic() - asked)


def main(
    seed: int = 7, work: Annotated[int, Range(1, 50, 1, "ms")] = 10
) -> Plot:
    half, most = [], []
    for percent in range(5, 96, 5):
        world, times = World(seed, trace=False), []
        world.network(delay=0)
        world.add(browsers, work * 100 / percent)
        world.add(server, work, times)
        world.run()
        times.sort()
        low, middle, high = (
            times[len(times) * share // 100] for share in (5, 50, 95)
        )
        half.append((percent, middle))
        most.append((percent, low, high))
    plot = Plot("Time to answer", x="busy, % of the time", y="ms")
    plot.line("half of them", half)
    plot.band("9 of 10 requests", most)
    plot.mark("the work itself", y=work)
    return plot
