"""A burst of 10 s, and a queue that remembers it far longer."""

from itertools import accumulate
from math import ceil, fsum
from random import Random
from typing import Annotated

from sim import Node, Plot, Range, World

Burst = Annotated[int, Range(60, 300, 10, "/s")]


def arrivals(seed: int, burst: int) -> list[int]:
    random, came = Random(seed), [0]  # ms
    while came[-1] < 60_000:
        rate = burst if 10_000 <= came[-1] < 20_000 else 60  # per s
        came.append(came[-1] + round(random.expovariate(rate) * 1000))
    return came


async def gateway(me: Node, plan: list[int]) -> None:
    for came in plan:
        await me.sleep(came - me.monotonic())
        me.send("shop", came)


async def shop(me: Node, log: list[tuple[int, float]]) -> None:
    while True:
        request = await me.receive()  # what waits here is the queue
        await me.sleep(10)  # ms: it can serve 100 in a second
        log.append((request.body, me.monotonic()))


def main(seed: int = 7, burst: Burst = 150) -> tuple[Plot, Plot]:
    world, log = World(trace=False), []
    world.network(delay=0)
    world.add(gateway, arrivals(seed, burst))
    world.add(shop, log)
    world.run(limit=10**6)
    change = [0] * (int(log[-1][1]) + 1)  # at each ms
    for came, left in log:
        change[came] += 1
        change[int(left)] -= 1
    inside = list(accumulate(change))
    waits = [(came / 1000, (left - came) / 1000) for came, left in log]
    spent = sorted(wait for _, wait in waits)  # s
    half, most = (spent[ceil(p * len(log)) - 1] for p in (0.5, 0.99))
    print(f"half of them wait {half:.2f} s or less, 99% {most:.2f} s")
    print(f"within 1 s: {sum(w <= 1 for w in spent):,} of {len(log):,}")
    print(f"on average in the shop: {sum(inside) / len(inside):.1f}")
    rate, mean = len(log) / len(inside) * 1000, fsum(spent) / len(log)
    print(f"{rate:.1f} per s × {mean:.3f} s each = {rate * mean:.1f}")
    queue = Plot("Requests in the shop", x="time, s")
    queue.mark("burst", x=10)
    queue.mark("its end", x=20)
    every = range(0, len(inside), 250)  # ms
    queue.steps("no limit", [(t / 1000, inside[t]) for t in every])
    wait = Plot("Time to answer", x="arrival, s", y="s")
    wait.line("no limit", waits[::10])
    return queue, wait
