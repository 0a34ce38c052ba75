"""Stations without a map pass blocks on, and learn from what passes."""

from collections import defaultdict
from collections.abc import Iterator
from statistics import fmean

from sim import Node, Plot, World

ATTACK, END, STEP = 200, 600, 40  # ms
MOST = 60  # handovers; then a block is given up


def fewest(a: str, b: str) -> int:  # a name is row and column: "35"
    return max(abs(int(p) - int(q)) for p, q in zip(a, b, strict=True))


async def station(me: Node, down: set[str], trips: list) -> None:
    links = [name for name in me.others if fewest(name, me.name) == 1]
    busy_until = dict.fromkeys(links, 0.0)  # ms
    learned = defaultdict(lambda: MOST)  # from an origin, over a link

    def drawbacks(link: str) -> tuple[float, ...]:  # the worst first
        broken, busy = link in down, busy_until[link] > me.wall()
        way = link == came_by, link != goal, learned[goal, link]
        return broken, busy, *way, me.random.random()

    origin, goal, handed = me.name, me.name, 0  # no block yet
    while me.name not in down:
        if goal == me.name != origin:  # one has arrived
            trips.append((me.wall(), handed / fewest(origin, goal)))
        if goal == me.name or handed == MOST:  # a new one sets out
            goal = me.random.choice(sorted(set(me.others) - down))
            origin, handed, came_by = me.name, 0, ""
        best = min(links, key=drawbacks)
        busy_until[best] = me.wall() + 1
        me.send(best, (origin, goal, handed + 1), size=1)
        message = await me.receive()
        (origin, goal, handed), came_by = message.body, message.sender
        # It came from there in so many, so it goes there in as many.
        learned[origin, came_by] = min(handed, learned[origin, came_by])


def detours(seed: int, lost: int) -> Iterator[tuple[int, float]]:
    world, down, trips = World(seed, trace=False), set(), []
    world.network(delay=1, bandwidth=1)  # ms; and one block in a ms
    for n in range(36):
        world.add(station, down, trips, name=f"{n // 6}{n % 6}")
    for name in world.random.sample(list(world.nodes), 9)[:lost]:
        world.at(ATTACK, lambda name=name: down.add(name))
    world.run(until=END)
    for end in range(STEP, END + 1, STEP):
        yield end, fmean(n for at, n in trips if end - STEP < at <= end)


def main(seed: int = 8) -> Plot:
    plot = Plot("", x="ms", y="handovers, times the fewest possible")
    plot.line("none lost", detours(seed, 0))
    plot.line("a fourth lost", detours(seed, 9))
    plot.mark("attack", x=ATTACK)
    return plot
