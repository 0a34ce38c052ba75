"""Retries at once keep a shop down that has long been up again.

300 browsers ask every 5 s or so, and all when they see it fail.
"""

from collections import Counter
from typing import Annotated

from sim import Node, Plot, Range, World

DOWN, END = 10, 45  # s
WHAT = "requests", "answers"


async def browser(me: Node, retry: str, log: Counter[tuple]) -> None:
    pause, backoff = me.random.random() * 5000, 500  # ms
    while True:
        if me.monotonic() < DOWN * 1000:  # all notice the failure
            pause = min(pause, DOWN * 1000 - me.monotonic())
        await me.sleep(pause)
        log["requests", me.monotonic() // 1000] += 1
        try:
            await me.call("shop", "GET", timeout=1000)
            log["answers", me.monotonic() // 1000] += 1
            pause, backoff = 2500 + 5000 * me.random.random(), 500
        except TimeoutError:
            backoff = min(2 * backoff, 16_000)  # 1 s, 2 s, 4 s, …
            pause = 0 if retry == "at once" else backoff
            if retry == "backoff with jitter":
                pause *= me.random.random()


async def shop(me: Node) -> None:
    while True:
        request = await me.receive()
        await me.sleep(10)  # ms: it can serve 100 in a second
        me.reply(request, "page")  # perhaps to one who waits no more


def main(
    seed: int = 7, outage: Annotated[int, Range(1, 10, 1, "s")] = 5
) -> tuple[Plot, ...]:
    up = DOWN + outage
    plots = [Plot(w.title(), x="time, s", y="per second") for w in WHAT]
    for retry in ("at once", "backoff", "backoff with jitter"):
        world, log = World(seed, trace=False), Counter[tuple]()
        world.add(shop)
        for number in range(300):
            world.add(browser, retry, log, name=f"browser {number}")
        world.crash("shop", at=DOWN * 1000, restart=up * 1000)
        world.run(until=END * 1000, limit=10**6)
        for what, plot in zip(WHAT, plots, strict=True):
            counts = [log[what, s] for s in range(END)]
            plot.line(retry, enumerate(counts))
            print(f"{retry}: {sum(counts[up:]):,} {what} since {up} s")
    for plot in plots:
        plot.mark("down", x=DOWN)
        plot.mark("up again", x=up)
    return tuple(plots)
