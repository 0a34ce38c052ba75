"""Names on the way of their lines: where a name has room and cannot be mistaken.

Places beside each line are tried, and each has a price: for writing over a line, for
another line that is as near, for a long way from the name to its line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from .labels import LINE, Label, Point, text_width, wrap
from .plot_parts import EARLY, TEXT, Name, Named, named

if TYPE_CHECKING:
    from .plot_layout import Panel

NEVER = 1000.0
STEPS = 14  # places that are tried along a line


class Path:
    """A line that asks how high it is between two places across."""

    def __init__(self, corners: Sequence[Point]) -> None:
        self.corners = sorted(corners)
        self.xs = [x for x, _ in self.corners]

    def at(self, x: float) -> float:
        """Its height at x, which it must reach."""
        after = min(max(bisect_right(self.xs, x), 1), len(self.xs) - 1)
        (x1, y1), (x2, y2) = self.corners[after - 1], self.corners[after]
        return y2 if x1 == x2 else y1 + (y2 - y1) * (x - x1) / (x2 - x1)

    def between(self, left: float, right: float) -> tuple[float, float] | None:
        """Its top and bottom from `left` to `right`; None if it is not there."""
        left, right = max(left, self.xs[0]), min(right, self.xs[-1])
        if left > right:
            return None
        inside = self.corners[bisect_left(self.xs, left) : bisect_right(self.xs, right)]
        heights = [y for _, y in inside]
        if len(self.xs) > 1:
            heights += [self.at(left), self.at(right)]
        return min(heights), max(heights)


def along(panel: Panel, every: Sequence[Named]) -> bool:
    """Put some names on the way of their lines; False if there is no room."""
    paths = {series: _path(panel, series) for series in named(panel.plot)}
    dots = [
        Path(panel.vertices(one))
        for series in paths
        for one in series
        if one.kind == "dots"
    ]
    for series in every:
        others = [path for key, path in paths.items() if key != series]
        best, least = None, NEVER
        for label, point, price in _candidates(panel, series, paths[series]):
            if price >= least:
                continue
            price += _doubt(label, point, others)
            cost = price + _cost(panel, label, paths[series], [*others, *dots])
            if cost < least:
                best, least = label, cost
        if best is None or least >= 100:
            return False
        panel.names.append(Name(best, series))
    return True


def _path(panel: Panel, series: Named) -> Path:
    """The line of what has one name; of a band alone, its upper edge."""
    one = next((one for one in series if one.kind != "band"), series[0])
    return Path(panel.vertices(one, len(one.points[0]) - 1))


def _candidates(
    panel: Panel, series: Named, path: Path
) -> Iterator[tuple[Label, Point, float]]:
    """Places beside a line, the points that they are at, and their prices."""
    lines = wrap(series[0].name, TEXT, panel.width.along)
    wide = max(text_width(line, TEXT) for line in lines)
    half = len(lines) * TEXT * LINE / 2
    x1, x2 = path.xs[0], path.xs[-1]
    if x2 < panel.box.right - EARLY * (panel.box.right - panel.box.left):
        end = path.corners[-1]
        yield Label(lines, x2 + 9, end[1], "start", TEXT), end, 0.0
    corners = path.corners
    ways = [abs(y - v) + abs(x - u) for (u, v), (x, y) in pairwise(corners)]
    step, at, walked = (sum(ways) or 1.0) / STEPS, 0, 0.0
    for k in range(STEPS + 1):
        while at < len(ways) and walked + ways[at] < k * step:
            walked += ways[at]
            at += 1
        if at < len(ways):
            (u, v), (x, y) = corners[at], corners[at + 1]
            share = (k * step - walked) / ways[at] if ways[at] else 0.0
            x, y = u + (x - u) * share, v + (y - v) * share
        else:
            x, y = corners[-1]
        price = abs(k / STEPS - 0.6) * 8
        at_line = (x, y)
        yield Label(lines, x + 9, y, "start", TEXT), at_line, price + 1
        yield Label(lines, x - 9, y, "end", TEXT), at_line, price + 2
        middle = min(max(x, panel.box.left + wide / 2 + 1), panel.box.right - wide / 2)
        over = path.between(max(middle - wide / 2, x1), min(middle + wide / 2, x2))
        if over is not None:
            top, bottom = over
            label = Label(lines, middle, top - half - 4, "middle", TEXT)
            yield label, at_line, price + abs(y - top) / 4
            label = label._replace(y=bottom + half + 4)
            yield label, at_line, price + abs(bottom - y) / 4


def _doubt(label: Label, point: Point, others: Sequence[Path]) -> float:
    """What it costs that another line is close by, or between name and line."""
    x, y = point
    cost = 0.0
    for other in others:
        over = other.between(x, x)
        if over is None:
            continue
        top, bottom = min(over[0], y), max(over[1], y)
        if bottom - top < 8:
            cost += 50
        elif min(y, label.y) < over[1] and over[0] < max(y, label.y):
            cost += 90
    return cost


def _cost(panel: Panel, label: Label, own: Path, others: Sequence[Path]) -> float:
    """What a place costs: less than 100 if nothing is written over there."""
    (left, top), _, (right, bottom), _ = label.corners()
    box = panel.box
    if left < box.left + 1 or right > box.right or top < box.top - 8:
        return NEVER
    if bottom > box.bottom - 1 or _taken(panel, left - 6, top, right + 6, bottom):
        return NEVER
    cost = 0.0
    over = own.between(left, right)
    if over is not None and over[0] < bottom and over[1] > top:
        cost += 40
    for other in others:
        over = other.between(left - 2, right + 2)
        if over is not None and over[0] < bottom + 1 and over[1] > top - 1:
            cost += 60
        around = other.between(left - 20, right + 20)
        if around is not None:
            apart = max(around[0] - bottom, top - around[1], 0.0)
            cost += max(0.0, 14 - apart)
    for mark in panel.plot.marks:
        if mark.axis == "x" and left - 2 < panel.across(mark.value) < right + 2:
            cost += 45
        if mark.axis == "y" and top < panel.up(mark.value) < bottom:
            cost += 45
    return cost


def _taken(panel: Panel, left: float, top: float, right: float, bottom: float) -> bool:
    """Whether another name stands in a rectangle."""
    for name in panel.names:
        (x1, y1), _, (x2, y2), _ = name.label.corners()
        if x1 < right and x2 > left and y1 < bottom and y2 > top:
            return True
    return False
