"""Services in a row: their availabilities multiply, their times add."""

from typing import Annotated

from sim import Exponential, Node, Plot, Range, World

REQUESTS = 500


async def browser(me: Node, times: list[float]) -> None:
    for _ in range(REQUESTS):
        start = me.monotonic()
        answer = await me.call("service1", "GET /")
        if answer.body == "200":
            times.append(me.monotonic() - start)


async def service(me: Node, behind: str, up: float) -> None:
    while True:
        request = await me.receive()
        status = "200" if me.random.random() * 100 < up else "500"
        if status == "200" and behind:
            status = (await me.call(behind, "GET /")).body
        me.reply(request, status)


def answered(seed: int, n: int, up: float, ms: float) -> list[float]:
    """How many ms the answered requests took, the shortest first."""
    world = World(seed, trace=False)
    world.network(delay=Exponential(ms))
    times: list[float] = []
    world.add(browser, times)
    for k in range(1, n + 1):
        behind = f"service{k + 1}" if k < n else ""
        world.add(service, behind, up, name=f"service{k}")
    world.run(limit=1_000_000)
    return sorted(times)


def main(
    seed: int = 2,
    each_up: Annotated[float, Range(99, 100, 0.1, "%")] = 99.9,
    each_way: Annotated[float, Range(0.5, 10, 0.5, "ms")] = 2,
) -> tuple[Plot, Plot]:
    product, share, half, slow = [], [], [], []
    for n in (1, 10, 20, 30):
        times = answered(seed, n, each_up, each_way)
        product.append((n, 100 * (each_up / 100) ** n))
        share.append((n, len(times) / REQUESTS * 100))
        half.append((n, times[len(times) // 2]))
        slow.append((n, times[-len(times) // 100]))
        print(f"{n:2} in a row: {share[-1][1]:.1f} % are answered")
    good = Plot("Answered", x="services in a row", y="% of requests")
    good.line("product", product)
    good.dots("measured", share)
    long = Plot("Time to answer", x="services in a row", y="ms")
    long.line("99 % within", slow)
    long.line("half within", half)
    return good, long
