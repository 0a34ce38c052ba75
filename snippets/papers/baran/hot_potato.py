"""Stations without a map pass blocks on, and learn from what passes."""

from collections import defaultdict
from collections.abc import Iterator
from statistics import fmean

from sim import Node, Plot, World

ATTACK, END, STEP = 200, 600, 40  # ms
MOST = 60  # handovers; then a block is given up


def fewest(a: str, b: str) -> int:  # a name is row and column: "35"
    return max(abs(int(p) - int(q)) for p, q in zip(a, b, strict=True))


async def station(me: Node, down: set[str], ended: list) -> None:
    links = [name for name in me.others if fewest(name, me.name) == 1]
    least = defaultdict(lambda: MOST)  # from whom, over which link
    busy = dict.fromkeys(links, 0.0)  # until when

    def rank(link: str) -> tuple[float, ...]:
        bad = link in down, busy[link] > me.wall(), link == last
        return *bad, link != goal, least[goal, link], me.random.random()

    origin, goal, handed = me.name, me.name, 0
    while me.name not in down:
        if goal == me.name != origin:
            ended.append((me.wall(), handed / fewest(origin, goal)))
        if goal == me.name or handed == MOST:  # the next sets out
            up = [name for name in me.others if name not in down]
            goal = me.random.choice(up)
            origin, handed, last = me.name, 0, ""
        best = min(links, key=rank)
        busy[best] = me.wall() + 1
        me.send(best, (origin, goal, handed + 1), size=1)
        message = await me.receive()
        (origin, goal, handed), last = message.body, message.sender
        # It came from there in so many, so it goes there in as many.
        least[origin, last] = min(handed, least[origin, last])


def handovers(seed: int, lost: int) -> Iterator[tuple[int, float]]:
    world, down, ended = World(seed, trace=False), set(), []
    world.network(delay=1, bandwidth=1)  # ms; and one block in a ms
    for n in range(36):
        world.add(station, down, ended, name=f"{n // 6}{n % 6}")
    for name in world.random.sample(list(world.nodes), 9)[:lost]:
        world.at(ATTACK, lambda name=name: down.add(name))
    world.run(until=END)
    for end in range(STEP, END + 1, STEP):
        yield end, fmean(n for at, n in ended if end - STEP < at <= end)


def main(seed: int = 8) -> Plot:
    plot = Plot("", x="ms", y="handovers, times the fewest possible")
    plot.line("none lost", handovers(seed, 0))
    plot.line("a fourth lost", handovers(seed, 9))
    plot.mark("attack", x=ATTACK)
    return plot
