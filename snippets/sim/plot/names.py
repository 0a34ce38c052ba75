"""Where the names of a plot's lines stand: at the ends of the lines, or above them.

No two texts overlap. A name at the end of its line is found at once; where the ends
come together, all names stand above the ground, each with a sample of its line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from ..drawing.labels import LINE, Label, Point, text_width, wrap
from .data import Mark, Plot, Series, names
from .ground import ROW, TEXT, Ground, Width, spread

NEAR = 30.0  # a name further from its line's end than this is hard to connect
EARLY = 0.05  # of the ground: a line that ends so far from the right ends early
SAMPLE = 30.0  # length of a line's sample before its name

Named: TypeAlias = tuple[Series, ...]  # what has one name: a line, its band


class Name(NamedTuple):
    """A name or a mark's words, and how to find what it names."""

    label: Label
    series: Named  # none: the words of a mark
    leader: tuple[Point, ...] = ()  # from the end of its line to the words
    sample: bool = False  # a sample of the line stands before it

    def moved(self, down: float) -> Name:
        """The same, further down."""
        leader = tuple((x, y + down) for x, y in self.leader)
        label = self.label._replace(y=self.label.y + down)
        return self._replace(label=label, leader=leader)


class End(NamedTuple):
    """The end of a line, or of a level mark, and what stands there."""

    y: float
    middle: float  # of the whole line: lines that end together are in its order
    x: float
    lines: tuple[str, ...]
    series: Named


def named(plot: Plot) -> list[Named]:
    """What has the same name, together, in the order in which it was given."""
    return [
        tuple(one for one in plot.series if one.name == name) for name in names(plot)
    ]


def beside(
    every: Sequence[Named],
    levels: Sequence[Mark],
    ground: Ground,
    width: Width,
    room: float,
) -> tuple[Ground, list[Name]] | None:
    """Names and the words of level marks right of the ground, which makes way.

    It leaves at least `room`. None if a name does not fit or would be too far from
    its end, or if a line ends early.
    """
    words = {text: _whole(text, width.beside) for text in map(_text, every)}
    words |= {mark.text: _whole(mark.text, width.beside) for mark in levels}
    if not all(words.values()):
        return None
    lines = [line for found in words.values() for line in found]
    widest = max((text_width(line, TEXT) for line in lines), default=-6.0)
    for gap in (12.0, 24.0):  # the wider one has room for leaders
        right = width.whole - max(room, widest + gap + 2)
        ground = ground.resized(right=right)
        ends = [_end(ground, series, words[_text(series)]) for series in every]
        early = right - EARLY * (right - ground.box.left)
        if any(end.x < early for end in ends):
            return None
        for mark in levels:
            y = ground.up(mark.value)
            ends.append(End(y, y, right, words[mark.text], ()))
        ends.sort(key=lambda end: (end.y, end.middle))
        wanted = [(end.y, len(end.lines) * TEXT * LINE) for end in ends]
        places = spread(wanted, ground.box.top - 8, ground.box.bottom + 8)
        if places is None:
            return None
        placed = list(zip(ends, places, strict=True))
        far = max((abs(end.y - at) for end, at in placed), default=0.0)
        if far <= 5:
            break
    if far > NEAR:
        return None
    found = []
    for end, at in placed:
        leader: tuple[Point, ...] = ()
        if gap > 20 or end.x < right - 4:
            start = end.x + (7 if end.series else 2)
            leader = ((start, end.y), (right + gap - 4, at))
        label = Label(end.lines, right + gap, at, "start", TEXT)
        found.append(Name(label, end.series, leader))
    return ground, found


def _text(series: Named) -> str:
    return series[0].name


def _whole(text: str, limit: float) -> tuple[str, ...]:
    """`text` in lines, or nothing if one of its words is too long for them."""
    lines = wrap(text, TEXT, limit)
    return lines if " ".join(lines) == " ".join(text.split()) else ()


def _end(ground: Ground, series: Named, lines: tuple[str, ...]) -> End:
    """Where a name stands: at the last point of its line, else of its band."""
    heights = sorted(ground.up(point[1]) for point in series[0].points)
    middle = heights[len(heights) // 2]
    one = next((one for one in series if one.kind != "band"), series[0])
    x, *ys = max(one.points) if one.kind == "dots" else one.points[-1]
    y = round(sum(map(ground.up, ys)) / len(ys), 2)
    return End(y, middle, ground.across(x), lines, series)


def samples(
    every: Sequence[Named], top: float, whole: float
) -> tuple[list[Name], float]:
    """The names in rows, each with a sample of its line, and where the rows end."""
    x, y = 0.0, top + ROW / 2
    found = []
    for series in every:
        lines = wrap(series[0].name, TEXT, whole - SAMPLE - 8)
        wide = max(text_width(line, TEXT) for line in lines)
        if x > 0 and x + SAMPLE + 8 + wide > whole:
            x, y = 0.0, y + ROW
        more = (len(lines) - 1) * TEXT * LINE / 2
        label = Label(lines, x + SAMPLE + 8, y + more, "start", TEXT)
        found.append(Name(label, series, sample=True))
        x, y = x + SAMPLE + 8 + wide + 20, y + 2 * more
    return found, y + ROW / 2 + 6


def inside(levels: Sequence[Mark], ground: Ground) -> tuple[Ground, list[Name]]:
    """The words of level marks, above their lines at the left of the ground."""
    left, top, right, bottom = ground.box
    levels = sorted(levels, key=lambda mark: ground.up(mark.value))
    words = [wrap(mark.text, TEXT, right - left - 8) for mark in levels]
    heights = [len(lines) * TEXT * LINE for lines in words]
    wanted = [
        (ground.up(mark.value) - high / 2 - 1, high)
        for mark, high in zip(levels, heights, strict=True)
    ]
    places = spread(wanted, top, bottom)
    if places is None:  # nothing is left but to make room
        ground = ground.resized(bottom=top + sum(heights) + 2 * len(levels))
        places = spread(wanted, top, ground.box.bottom) or []
    labels = [
        Label(lines, left + 5, at, "start", TEXT)
        for lines, at in zip(words, places, strict=True)
    ]
    return ground, [Name(label, ()) for label in labels]
