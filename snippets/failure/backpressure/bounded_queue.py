"""The shop takes what it has room for, and the rest waits outside."""

from math import ceil
from random import Random
from typing import Annotated

from sim import Node, Plot, Range, World

Limit = Annotated[int, Range(1, 100)]


def arrivals(seed: int, burst: int) -> list[int]:
    random, came = Random(seed), [0]  # ms
    while came[-1] < 60_000:
        rate = burst if 10_000 <= came[-1] < 20_000 else 60  # per s
        came.append(came[-1] + round(random.expovariate(rate) * 1000))
    return came


async def gateway(me: Node, plan: list[int], room: int) -> None:
    for came in plan:
        await me.sleep(max(0, came - me.monotonic()))
        while room == 0:
            await me.receive()  # the shop has room for one more
            room += 1
        room -= 1
        me.send("shop", (came, me.monotonic()))


async def shop(me: Node, log: list[tuple[float, ...]]) -> None:
    while True:
        request = await me.receive()
        await me.sleep(10)  # ms: it can serve 100 in a second
        log.append((*request.body, me.monotonic()))
        me.send("gateway", "room for one")


def main(seed: int = 7, limit: Limit = 20) -> tuple[Plot, Plot]:
    world, log = World(trace=False), []
    world.network(delay=0)
    world.add(gateway, arrivals(seed, 150), limit)
    world.add(shop, log)
    world.run(limit=10**6)
    queue = Plot("Requests", x="time, s")
    wait = Plot("Time to answer", x="arrival, s", y="s")
    for name, a, b in ("outside", 0, 1), ("in the shop", 1, 2):
        every = range(0, 60_000, 250)  # ms
        inside = [sum(t[a] <= now < t[b] for t in log) for now in every]
        seconds = (now / 1000 for now in every)
        queue.steps(name, zip(seconds, inside, strict=True))
        spent = [(t[0] / 1000, (t[b] - t[a]) / 1000) for t in log]
        wait.line(name, spent[::10])
        most = sorted(s for _, s in spent)[ceil(0.99 * len(log)) - 1]
        print(
            f"{name}: up to {max(inside)}, 99% for {most:.2f} s or less"
        )
    return queue, wait
