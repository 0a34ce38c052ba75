"""The ground of a plot: its sizes, where values lie, and texts that move apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..drawing.labels import LINE, Point
from .data import Series
from .scale import Scale

# Lengths in units of the drawing: one is a pixel at its natural size.
SMALL, TEXT, TITLE = 12.5, 13.0, 15.0  # sizes of type
ROW = TEXT * LINE + 2  # from one row of words to the next
HEIGHT = 224.0  # of the ground that lines are drawn on
COLUMN = 1.0  # within this width, only the ends of a line can be seen


class Width(NamedTuple):
    """A width to draw for, and what some things may take of it."""

    whole: float
    beside: float  # the most for names at the ends of the lines
    ticks: float  # the least from one tick across to the next


WIDE = Width(640.0, 168.0, 76.0)
NARROW = Width(320.0, 80.0, 56.0)


class Box(NamedTuple):
    """An upright rectangle."""

    left: float
    top: float
    right: float
    bottom: float


class Ground(NamedTuple):
    """The box that lines are drawn on, and the scales along its sides."""

    box: Box
    x: Scale
    y: Scale

    def resized(self, **sides: float) -> Ground:
        """The same with other sides of the box."""
        return self._replace(box=self.box._replace(**sides))

    def across(self, value: float) -> float:
        """Where a value of x is."""
        left, _, right, _ = self.box
        return round(left + self.x.share(value) * (right - left), 2)

    def up(self, value: float) -> float:
        """Where a value of y is."""
        _, top, _, bottom = self.box
        return round(bottom - self.y.share(value) * (bottom - top), 2)

    def vertices(self, series: Series, place: int = 1) -> list[Point]:
        """The corners of a series' line; of a band's, its lower (1) or upper (2)."""
        corners: list[Point] = []
        for point in series.points:
            x, y = self.across(point[0]), self.up(point[place])
            if corners and series.kind == "steps":
                corners.append((x, corners[-1][1]))
            corners.append((x, y))
        return thinned(corners)


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
