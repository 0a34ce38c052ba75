"""The numbers of a plot: lines, steps, dots, bands and bars over one pair of axes.

A program's `main` returns a `Plot`, or a tuple of them that are drawn as panels, one
below the other. The same program draws again in the reader's browser when a knob
moves, so a plot is the same to the character on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import inf, isfinite
from typing import Literal, NamedTuple, NoReturn, TypeAlias, TypeVar

Kind: TypeAlias = Literal["line", "steps", "dots", "band", "bars"]
ScaleName: TypeAlias = Literal["linear", "log"]
Numbers: TypeAlias = tuple[float, ...]
Row = TypeVar("Row")

MOST_SERIES = 8  # more cannot be told apart without color


class Series(NamedTuple):
    """Some points that belong together, under one name."""

    kind: Kind
    name: str
    style: int  # 0 for the first name of the plot, 1 for the second, …
    points: tuple[Numbers, ...]  # (x, y), (x, low, high), or (number of label, value)


class Mark(NamedTuple):
    """A thin labelled line at one value of x or of y."""

    text: str
    axis: Literal["x", "y"]
    value: float


class Plot:
    """Numbers over a pair of axes; `main` returns it, and the card shows it.

    `x` and `y` are the titles of the axes, with the unit: "time, s". A scale is
    "linear" or "log". An axis shows all that is drawn, and at least its `x_range` or
    `y_range`: give one if plots are to be compared, or if a knob moves.

    At most eight names. What has the same name belongs together: a line and its band.
    """

    def __init__(
        self,
        title: str,
        *,
        x: str = "",
        y: str = "",
        x_scale: ScaleName = "linear",
        y_scale: ScaleName = "linear",
        x_range: tuple[float, float] | None = None,
        y_range: tuple[float, float] | None = None,
    ) -> None:
        self.title = title
        self.titles = {"x": x, "y": y}
        self.log = {"x": x_scale == "log", "y": y_scale == "log"}
        self.series: list[Series] = []
        self.marks: list[Mark] = []
        self.labels: list[str] = []  # of the bars, in the order in which they came
        self.ranges: dict[str, tuple[float, ...]] = {}
        for axis, given in (("x", x_scale), ("y", y_scale)):
            if given not in ("linear", "log"):
                self._fail(f"{axis}_scale is {given!r}", 'give "linear" or "log"')
        for axis, ends in (("x", x_range), ("y", y_range)):
            if ends is not None:
                self.ranges[axis] = tuple(
                    self._number(end, axis, f"{axis}_range") for end in ends
                )

    def line(self, name: str, points: Iterable[tuple[float, float]]) -> None:
        """A line through `points`, (x, y) each, from left to right."""
        self._add("line", name, points)

    def steps(self, name: str, points: Iterable[tuple[float, float]]) -> None:
        """A line that keeps each y until the next x: a count, a queue, a state."""
        self._add("steps", name, points)

    def dots(self, name: str, points: Iterable[tuple[float, float]]) -> None:
        """A mark at each of the `points`, in any order."""
        self._add("dots", name, points)

    def band(self, name: str, points: Iterable[tuple[float, float, float]]) -> None:
        """The ground between two lines, (x, low, high) each: a spread, a range."""
        self._add("band", name, points)

    def bars(self, name: str, rows: Iterable[tuple[str, float]]) -> None:
        """A bar for each row, (label, value). On a log scale, a dot on a line."""
        where = f"bars {name!r}"
        numbered: list[Numbers] = []
        for position, row in enumerate(self._listed(rows, where), 1):
            if not isinstance(row, tuple | list) or len(row) != 2:
                self._fail(f"{where}: row {position} is {row!r}", "give (label, value)")
            label = str(row[0])
            if label not in self.labels:
                self.labels.append(label)
            at = float(self.labels.index(label))
            if any(at == other for other, _ in numbered):
                cure = "give each bar a label of its own"
                self._fail(f"{where}: two rows are called {label!r}", cure)
            numbered.append((at, self._number(row[1], "y", f"{where}, {label!r}")))
        self._keep("bars", name, numbered)

    def mark(
        self, text: str, *, x: float | None = None, y: float | None = None
    ) -> None:
        """A thin line at one `x` or one `y`, with a few words: a limit, a moment."""
        where = f"mark {text!r}"
        if x is not None and y is None:
            self.marks.append(Mark(text, "x", self._number(x, "x", where)))
        elif y is not None and x is None:
            self.marks.append(Mark(text, "y", self._number(y, "y", where)))
        else:
            self._fail(f"{where} is not at one place", "give either x= or y=")

    def _add(self, kind: Kind, name: str, points: Iterable[tuple[float, ...]]) -> None:
        """Check the points of a series and keep it."""
        width = 3 if kind == "band" else 2
        shape = "(x, low, high)" if kind == "band" else "(x, y)"
        checked: list[Numbers] = []
        for position, point in enumerate(self._listed(points, f"{kind} {name!r}"), 1):
            where = f"{kind} {name!r}, point {position}"
            if not isinstance(point, tuple | list) or len(point) != width:
                self._fail(f"{where} is {point!r}", f"give {shape}")
            at, *rest = point
            numbers = [self._number(at, "x", where)]
            numbers += [self._number(value, "y", where) for value in rest]
            if kind == "band" and numbers[1] > numbers[2]:
                self._fail(f"{where}: low is above high in {point!r}", f"give {shape}")
            checked.append(tuple(numbers))
        if kind != "dots":
            for one, other in pairwise(checked):
                if other[0] < one[0]:
                    what = f"{kind} {name!r} goes back from x = {one[0]:g}"
                    self._fail(f"{what} to {other[0]:g}", "sort its points by x")
        self._keep(kind, name, checked)

    def _keep(self, kind: Kind, name: str, points: list[Numbers]) -> None:
        where = f"{kind} {name!r}"
        if not points:
            self._fail(f"{where} has no points", "give at least one, or leave it out")
        if not name.strip():
            self._fail(f"{where} has no name", "say in a word or two what it shows")
        if any(s.kind == kind and s.name == name for s in self.series):
            self._fail(f"{where} is there already", "give each its own name")
        if self.series and (kind == "bars") != barred(self):
            self._fail(f"{where} does not go with other kinds", "make two plots")
        known = list(dict.fromkeys([*names(self), name]))
        if len(known) > MOST_SERIES:
            cure = f"show {MOST_SERIES} at most, or make two plots"
            self._fail(f"{where} is one too many to tell apart", cure)
        style = known.index(name)
        self.series.append(Series(kind, name, style, tuple(points)))

    def _listed(self, rows: Iterable[Row], where: str) -> list[Row]:
        if not isinstance(rows, Iterable) or isinstance(rows, str):
            self._fail(f"{where} gets {rows!r}", "give a list of points")
        return list(rows)

    def _number(self, value: object, axis: str, where: str) -> float:
        """`value` as a float that can be drawn on the axis."""
        if isinstance(value, bool) or not hasattr(value, "__float__"):
            self._fail(f"{where}: {axis} is {value!r}", "give a number")
        try:
            number = float(value)
        except OverflowError:
            number = inf
        if not isfinite(number):
            cure = "leave out what has no finite value"
            self._fail(f"{where}: {axis} is {number}", cure)
        if self.log[axis] and number <= 0:
            cure = f'leave it out, or take {axis}_scale="linear"'
            what = f"{where}: {axis} is {number:g}, and a log scale has no such place"
            self._fail(what, cure)
        return number

    def _fail(self, what: str, cure: str) -> NoReturn:
        raise ValueError(f"plot {self.title!r}, {what}: {cure}")


def values(plot: Plot, axis: Literal["x", "y"]) -> list[float]:
    """All values along an axis: points, marks and the range asked for."""
    found = list(plot.ranges.get(axis, ()))
    found += [mark.value for mark in plot.marks if mark.axis == axis]
    for series in plot.series:
        for at, *heights in series.points:
            found += [at] if axis == "x" else heights
    return found


def names(plot: Plot) -> list[str]:
    """The names of what is drawn, each once."""
    return list(dict.fromkeys(series.name for series in plot.series))


def barred(plot: Plot) -> bool:
    """True if it shows bars."""
    return any(series.kind == "bars" for series in plot.series)
