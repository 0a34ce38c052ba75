"""One page over three last legs: one is fast, one erratic, one slow."""

from statistics import mean
from typing import Annotated

from sim import Exponential, Node, Plot, Range, World

VISITS = 1000
BACKBONE = 10  # ms each way from the provider to the shop
RESEND = 1000  # ms until a lost message is sent again
LAST_LEGS = {  # assumptions: ms each way, share that is lost
    "fiber": (Exponential(0.5, least=2), 0.0),
    "Wi-Fi": (Exponential(6, least=3), 0.005),
    "mobile": (Exponential(15, least=25), 0.01),
}


async def browser(me: Node, trips: int, times: list[float]) -> None:
    for _ in range(VISITS):
        start, left = me.monotonic(), trips
        while left:
            try:
                await me.call("provider", "GET", timeout=RESEND)
                left -= 1
            except TimeoutError:
                pass  # and ask again
        times.append(me.monotonic() - start)


async def provider(me: Node) -> None:
    while True:
        request = await me.receive()
        me.reply(request, (await me.call("shop", "GET")).body)


async def shop(me: Node) -> None:
    while True:
        me.reply(await me.receive(), "a part of the page")


def main(
    seed: int = 7, trips: Annotated[int, Range(1, 20)] = 4
) -> Plot:
    plot = Plot("Page done", x="ms", y="% of visits", x_scale="log")
    print("ms        half   99 %  average")
    for name, (leg, loss) in LAST_LEGS.items():
        world, times = World(seed, trace=False), []
        world.network(delay=BACKBONE)
        world.add(browser, trips, times)
        world.add(provider)
        world.add(shop)
        for ends in (("browser", "provider"), ("provider", "browser")):
            world.link(*ends, delay=leg, loss=loss)
        world.run(limit=1_000_000)
        ms = sorted(times)
        t = [ms[VISITS * percent // 100] for percent in range(100)]
        print(f"{name:6} {t[50]:7.0f} {t[99]:6.0f} {mean(ms):8.0f}")
        plot.line(name, [(x, percent) for percent, x in enumerate(t)])
    plot.mark("without the last leg", x=trips * 2 * BACKBONE)
    return plot
