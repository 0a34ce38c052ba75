"""Plots like those of the pages, one of each kind; as a program, it prints them all."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from math import exp

from sim import Plot
from sim.plot.svg import draw
from sim.plot.words import table


def queue(seed: int = 3) -> tuple[Plot, ...]:
    """Steps with many points, marks of both kinds that are close to each other."""
    chance = random.Random(seed)
    plot = Plot("Requests that wait", x="time, s", y="requests in the queue")
    for name, arrivals, limit in (("no limit", 0.6, 999), ("a limit of 50", 0.6, 50)):
        waiting, points = 0, [(0.0, 0)]
        for tick in range(1, 601):
            waiting += (chance.random() < arrivals) - (chance.random() < 0.4)
            waiting = max(0, min(waiting, limit))
            points.append((tick / 10, waiting))
        plot.steps(name, points)
    plot.mark("the shop restarts", x=20)
    plot.mark("traffic doubles", x=22.5)
    plot.mark("limit of the load balancer", y=45)
    return (plot,)


def panels(seed: int = 3) -> tuple[Plot, ...]:
    """Two plots below each other, one with names that are far longer."""
    chance = random.Random(seed)
    errors = Plot("Two clocks", x="time, s", y="error, ms")
    for name, drift in (("quartz", 0.2), ("the same model, but in the sun", -0.1)):
        errors.dots(
            name, [(t, t * drift + chance.gauss(0, 2)) for t in range(0, 60, 2)]
        )
    errors.line("crashed", [(t, 5 + t / 10) for t in range(30)])
    return (*queue(seed), errors)


def percentiles(seed: int = 3) -> tuple[Plot, ...]:
    """Both scales logarithmic, a line in the way of a mark."""
    shares = [10 ** (k / 4) for k in range(25)]
    slow = 3 + seed
    plot = Plot("The tail", x="one request in", y="ms", x_scale="log", y_scale="log")
    plot.line("one server", [(one, slow * one**0.67) for one in shares])
    plot.line("hedged after 50 ms", [(x, slow * min(x, 3000) ** 0.6) for x in shares])
    plot.mark("one in 100", x=100)
    plot.mark("time-out", y=1000)
    return (plot,)


def survivors(seed: int = 3) -> tuple[Plot, ...]:
    """Seven lines with bands that all end in one point."""
    plot = Plot("Who can still talk", x="destroyed, %", y="largest group, %")
    for links, middle in zip((1, 1.5, 2, 2.5, 3, 4, 6), range(5, 96, 14), strict=True):
        rows = []
        for x in range(0, 101, 5):
            y = 100 / (1 + exp((x - middle) / (4 + seed))) if x < 100 else 0.0
            rows.append((x, max(y - 6, 0), y, min(y + 6, 100)))
        plot.line(f"R = {links:g}", [(x, y) for x, _, y, _ in rows])
        plot.band(f"R = {links:g}", [(x, low, high) for x, low, _, high in rows])
    return (plot,)


def bars(seed: int = 3) -> tuple[Plot, ...]:
    """Bars beside each other, and below zero."""
    cities = {"Amsterdam": 3.6, "New York": 62, "São Paulo": 98.25, "Sydney": 165}
    light = Plot("There and back", x="from Frankfurt to", y="ms")
    for name, factor in (("light", 1.0), ("fiber", 1.5), ("measured", 1.5 + seed / 9)):
        light.bars(name, [(city, ms * factor) for city, ms in cities.items()])
    light.mark("feels instant below 100 ms", y=100)
    drift = Plot("Drift", y="ms a day")
    drift.bars("drift", [("quartz", -170.0 * seed), ("oven", 0), ("GPS", 0.01)])
    return light, drift


ALL: list[Callable[[int], tuple[Plot, ...]]] = [
    *(queue, panels, percentiles, survivors, bars)
]


def text(seed: int) -> str:
    """All drawings and tables."""
    shown = []
    for make in ALL:
        plots = make(seed)
        shown += [draw(plots, make.__name__), *(table(plot).text() for plot in plots)]
    return "\n".join(shown)


if __name__ == "__main__":
    print(text(int(sys.argv[1])))
