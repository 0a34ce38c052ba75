"""Where the names of a plot's lines stand: at their ends, along them, or above all.

No two texts overlap. A name at the end of its line is found at once; where the ends
come together it stands beside its line on the way; else in a row with a sample.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .labels import LINE, Label, Point, text_width, wrap
from .plot import Series, names
from .plot_parts import ROW, SAMPLE, TEXT, Box, Name, spread

if TYPE_CHECKING:
    from .plot_layout import Panel

Named = tuple[Series, ...]  # what has one name: a line, its band

NEAR = 30.0  # a name further from its line's end than this is hard to connect
EARLY = 0.05  # of the width: a line that ends so far from the right ends early
STEPS = 14  # places that are tried along a line
NEVER = 1000.0


def place(panel: Panel, room: float) -> None:
    """Give every name and every level mark's words a place on the panel.

    `room` is what other panels want to have free at the right.
    """
    if not (beside(panel, room, NEAR) or along(panel, room)):
        # Better names that are a bit off than samples to look up; those at last.
        _ = beside(panel, room, NEVER) or above(panel, room)


def named(panel: Panel) -> list[Named]:
    """What has the same name, together, in the order in which it was given."""
    series = panel.plot.series
    return [
        tuple(one for one in series if one.name == name) for name in names(panel.plot)
    ]


# -- At the ends --------------------------------------------------------------


class End(NamedTuple):
    """The end of a line, or of a level mark, and what stands there."""

    y: float
    middle: float  # of the whole line: lines that end together are in its order
    x: float
    lines: tuple[str, ...]
    series: Named


def beside(panel: Panel, room: float, most: float) -> bool:
    """Put the names right of the ground; False if one is off by more than `most`."""
    limit, gap, whole = panel.width.beside, 12.0, panel.width.whole
    every = named(panel)
    words = {series[0].name: _whole(series[0].name, limit) for series in every}
    levels = _levels(panel)
    words |= {mark: _whole(mark, limit) for mark in levels}
    if not all(words.values()):
        return False
    widest = max(text_width(line, TEXT) for lines in words.values() for line in lines)
    for gap in (12.0, 24.0):  # the wider one has room for leaders
        right = whole - max(room, widest + gap + 2)
        panel.box = box = panel.box._replace(right=right)
        ends, early = [], []
        for series in every:
            x, y = _end(panel, series)
            if x < right - EARLY * (right - box.left):
                early.append(series)
            else:
                middle = _middle(panel, series)
                ends.append(End(y, middle, x, words[series[0].name], series))
        for mark, y in levels.items():
            ends.append(End(y, y, right, words[mark], ()))
        ends.sort(key=lambda end: (end.y, end.middle))
        wanted = [(end.y, len(end.lines) * TEXT * LINE) for end in ends]
        found = spread(wanted, box.top - 8, box.bottom + 8)
        if found is None:
            return False
        places = found
        far = max(
            (abs(e.y - at) for e, at in zip(ends, places, strict=True)), default=0
        )
        if far <= 5:
            break
    if far > most:
        return False
    panel.names = []
    for end, at in zip(ends, places, strict=True):
        label = Label(end.lines, right + gap, at, "start", TEXT)
        leader: tuple[Point, ...] = ()
        start = end.x + (7 if end.series else 2)
        if gap > 20 or end.x < right - 4:
            leader = ((start, end.y), (right + gap - 4, at))
        panel.names.append(Name(label, end.series, leader))
    return _along(panel, early)


def _whole(text: str, limit: float) -> tuple[str, ...]:
    """`text` in lines, or nothing if one of its words is too long for them."""
    lines = wrap(text, TEXT, limit)
    return lines if " ".join(lines) == " ".join(text.split()) else ()


def _levels(panel: Panel) -> dict[str, float]:
    """The words of the marks at a level, and where that is."""
    marks = [mark for mark in panel.plot.marks if mark.axis == "y"]
    return {mark.text: panel.up(mark.value) for mark in marks}


def _end(panel: Panel, series: Named) -> Point:
    """The point at which a name stands: the last of its line, else of its band."""
    lines = [one for one in series if one.kind != "band"]
    if lines:
        points = lines[0].points
        x, y = max(points) if lines[0].kind == "dots" else points[-1]
        return panel.across(x), panel.up(y)
    x, low, high = series[0].points[-1]
    return panel.across(x), round((panel.up(low) + panel.up(high)) / 2, 2)


def _middle(panel: Panel, series: Named) -> float:
    """How high a line runs, on the whole: the middle one of its corners."""
    heights = sorted(panel.up(point[1]) for point in series[0].points)
    return heights[len(heights) // 2]


# -- Along the lines ----------------------------------------------------------


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


def along(panel: Panel, room: float) -> bool:
    """Put the names beside their lines on the way; False if there is no room."""
    limit, levels = panel.width.beside, _levels(panel)
    words = {mark: _whole(mark, limit) for mark in levels}
    if not all(words.values()):
        return False
    wide = max((text_width(t, TEXT) for ls in words.values() for t in ls), default=-6.0)
    right = panel.width.whole - max(room, wide + 14)
    panel.box = panel.box._replace(right=right)
    panel.names = []
    ordered = sorted(levels.items(), key=lambda level: level[1])
    wanted = [(y, len(words[mark]) * TEXT * LINE) for mark, y in ordered]
    places = spread(wanted, panel.box.top - 8, panel.box.bottom + 8)
    if places is None:
        return False
    for (mark, y), at in zip(ordered, places, strict=True):
        leader = ((right + 2, y), (right + 8, at)) if abs(at - y) > 3 else ()
        label = Label(words[mark], right + 12, at, "start", TEXT)
        panel.names.append(Name(label, (), leader))
    return _along(panel, named(panel))


def _along(panel: Panel, every: Sequence[Named]) -> bool:
    """Put some names on the way of their lines; False if there is no room."""
    paths = {series: _path(panel, series) for series in named(panel)}
    dots = [
        Path(panel.vertices(one))
        for series in paths
        for one in series
        if one.kind == "dots"
    ]
    for series in every:
        others = [path for key, path in paths.items() if key != series]
        best, least = None, NEVER
        for label, price in _candidates(panel, series, paths[series]):
            if price >= least:
                continue
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
) -> Iterator[tuple[Label, float]]:
    """Places beside a line, each with its price: best at its end, if that is alone."""
    lines = wrap(series[0].name, TEXT, panel.width.along)
    wide = max(text_width(line, TEXT) for line in lines)
    half = len(lines) * TEXT * LINE / 2
    x1, x2 = path.xs[0], path.xs[-1]
    if x2 < panel.box.right - EARLY * (panel.box.right - panel.box.left):
        yield Label(lines, x2 + 9, path.corners[-1][1], "start", TEXT), 0.0
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
        yield Label(lines, x + 9, y, "start", TEXT), price + 1
        yield Label(lines, x - 9, y, "end", TEXT), price + 2
        middle = min(max(x, panel.box.left + wide / 2 + 1), panel.box.right - wide / 2)
        over = path.between(max(middle - wide / 2, x1), min(middle + wide / 2, x2))
        if over is not None:
            top, bottom = over
            off = abs(y - top) / 4
            yield Label(lines, middle, top - half - 4, "middle", TEXT), price + off
            off = abs(bottom - y) / 4
            yield Label(lines, middle, bottom + half + 4, "middle", TEXT), price + off


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


# -- Above --------------------------------------------------------------------


def above(panel: Panel, room: float) -> bool:
    """Put the names above the ground, and the words of level marks inside."""
    panel.names = []
    panel.box = panel.box._replace(right=panel.width.whole - max(room, 8.0))
    samples(panel)
    panel.names += _levels_inside(panel)
    return True


def samples(panel: Panel) -> None:
    """Put the names in rows under the title, each with a sample of its line."""
    x, y, whole = 0.0, panel.top + ROW / 2, panel.width.whole
    for series in named(panel):
        lines = wrap(series[0].name, TEXT, whole - SAMPLE - 8)
        wide = max(text_width(line, TEXT) for line in lines)
        if x > 0 and x + SAMPLE + 8 + wide > whole:
            x, y = 0.0, y + ROW
        label = Label(lines, x + SAMPLE + 8, 0, "start", TEXT)
        y += (len(lines) - 1) * TEXT * LINE / 2
        panel.names.append(Name(label._replace(y=y), series, sample=True))
        y += (len(lines) - 1) * TEXT * LINE / 2
        x += SAMPLE + 8 + wide + 20
    panel.top = y + ROW / 2 + 6


def _levels_inside(panel: Panel) -> Iterator[Name]:
    """The words of level marks, above their lines at the left of the ground."""
    box = panel.box
    levels = sorted(_levels(panel).items(), key=lambda level: level[1])
    words = [wrap(mark, TEXT, box.right - box.left - 8) for mark, _ in levels]
    heights = [len(lines) * TEXT * LINE for lines in words]
    wanted = [
        (y - high / 2 - 1, high) for (_, y), high in zip(levels, heights, strict=True)
    ]
    places = spread(wanted, box.top, box.bottom)
    if places is None:  # nothing is left but to make room
        panel.box = Box(*box[:3], box.top + sum(heights) + 2 * len(levels))
        places = spread(wanted, *panel.box[1::2]) or []
    for lines, at in zip(words, places, strict=True):
        yield Name(Label(lines, box.left + 5, at, "start", TEXT), ())
