"""What the layout of a plot is made of: sizes, places, and texts that move apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from .labels import LINE, Label, Point
from .plot import Plot, Series, names

# Lengths in units of the drawing: one is a pixel at its natural size.
SMALL, TEXT, TITLE = 12.5, 13.0, 15.0  # sizes of type
ROW = TEXT * LINE + 2  # from one row of words to the next
HEIGHT = 224.0  # of the ground that lines are drawn on
SAMPLE = 30.0  # length of a line's sample beside its name
BOLD = 1.07  # how much wider a bold text is
EARLY = 0.05  # of the width: a line that ends so far from the right ends early
COLUMN = 1.0  # within this width, only the ends of a line can be seen


class Width(NamedTuple):
    """A width to draw for, and the most that some things may take of it."""

    whole: float
    beside: float  # names at the ends of the lines
    along: float  # names on the way of the lines
    ticks: float  # the least distance of two ticks across


WIDE = Width(640.0, 168.0, 180.0, 76.0)
NARROW = Width(320.0, 80.0, 124.0, 56.0)


class Box(NamedTuple):
    """The ground that lines are drawn on."""

    left: float
    top: float
    right: float
    bottom: float


class Name(NamedTuple):
    """A name or a mark's words, and how to find what it names."""

    label: Label
    series: tuple[Series, ...]  # none: the words of a mark
    leader: tuple[Point, ...] = ()  # from the end of its line to the words
    sample: bool = False  # a sample of the line stands before it

    def moved(self, down: float) -> Name:
        """The same, further down."""
        leader = tuple((x, y + down) for x, y in self.leader)
        label = self.label._replace(y=self.label.y + down)
        return self._replace(label=label, leader=leader)


Named: TypeAlias = tuple[Series, ...]  # what has one name: a line, its band


def named(plot: Plot) -> list[Named]:
    """What has the same name, together, in the order in which it was given."""
    return [
        tuple(one for one in plot.series if one.name == name) for name in names(plot)
    ]


def spread(
    wanted: Sequence[tuple[float, float]], top: float, bottom: float
) -> list[float] | None:
    """Places for texts one below the other, each near where it is wanted.

    `wanted` gives middle and height of each, from top to bottom. Those that would
    overlap move apart, all together as little as can be. None if they do not fit.
    """
    gap = 1.0
    if sum(height + gap for _, height in wanted) > bottom - top:
        return None
    blocks: list[tuple[int, float, float]] = []  # members, sum of their tops, height
    for middle, height in wanted:
        members, tops, tall = 1, middle - height / 2, height + gap
        while blocks:
            others, their_tops, their_tall = blocks[-1]
            end = _clamp(their_tops / others, top, bottom - their_tall) + their_tall
            if end <= _clamp(tops / members, top, bottom - tall):
                break
            # Where the block would begin, as each of its members wants it.
            tops += their_tops - members * their_tall
            members, tall = members + others, tall + their_tall
            blocks.pop()
        blocks.append((members, tops, tall))
    places: list[float] = []
    heights = iter(wanted)
    for members, tops, tall in blocks:
        at = round(_clamp(tops / members, top, bottom - tall), 2)
        for _ in range(members):
            _, height = next(heights)
            places.append(at + height / 2)
            at += height + gap
    return places


def _clamp(value: float, low: float, high: float) -> float:
    return max(low, min(value, high))


def thinned(corners: Sequence[Point]) -> list[Point]:
    """A line without the corners that nobody could see: at most four in a column."""
    kept: list[Point] = []
    column: list[Point] = []
    for corner in corners:
        if column and corner[0] - column[0][0] >= COLUMN:
            kept += _extremes(column)
            column = []
        column.append(corner)
    return kept + _extremes(column)


def _extremes(column: list[Point]) -> list[Point]:
    """The first, the lowest, the highest and the last, in their order."""
    if len(column) <= 2:
        return column
    heights = [y for _, y in column]
    chosen = {0, heights.index(min(heights)), heights.index(max(heights))}
    return [column[at] for at in sorted(chosen | {len(column) - 1})]
