"""The shop refuses at once what it cannot answer soon."""

from math import ceil
from random import Random
from typing import Annotated

from sim import Node, Plot, Range, World

Limit = Annotated[int, Range(1, 300)]
Log = list[tuple[int, float | None]]  # ms: came, left


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


async def shop(me: Node, limit: int, log: Log) -> None:
    ends: list[float] = []  # when those inside will have been served
    while True:
        came = (await me.receive()).body
        now = me.monotonic()
        ends = [end for end in ends if end > now]
        if len(ends) < limit:
            ends.append(max([now, *ends]) + 10)  # ms: 100 in a second
            log.append((came, ends[-1]))
        else:
            log.append((came, None))  # refused at once: 503


def main(seed: int = 7, limit: Limit = 20) -> tuple[Plot, ...]:
    world, log = World(trace=False), Log()
    world.network(delay=0)
    world.add(gateway, arrivals(seed, 150))
    world.add(shop, limit, log)
    world.run(limit=10**6)
    done = [(came, end) for came, end in log if end is not None]
    waits = [(came / 1000, (end - came) / 1000) for came, end in done]
    spent = sorted(wait for _, wait in waits)  # s
    half, most = (spent[ceil(p * len(spent)) - 1] for p in (0.5, 0.99))
    print(f"half of them wait {half:.2f} s or less, 99% {most:.2f} s")
    print(f"within 1 s: {sum(w <= 1 for w in spent):,} of {len(log):,}")
    queue = Plot("Requests in the shop", x="time, s", y_range=(0, 500))
    every = range(0, 60_000, 250)  # ms
    inside = [sum(a <= now < b for a, b in done) for now in every]
    seconds = (now / 1000 for now in every)
    queue.steps("with a limit", zip(seconds, inside, strict=True))
    wait = Plot("Time to answer", x="arrival, s", y="s", y_range=(0, 5))
    wait.line("with a limit", waits[::10])
    return queue, wait
