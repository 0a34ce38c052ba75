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

SHAPES = {"band": "(x, low, high)", "bars": "(label, value)"}
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
        """A bar for each row, (label, value); it begins at zero."""
        if self.log["y"]:
            cure = 'take y_scale="linear", or dots'
            self._fail(f"bars {name!r} begin at zero, which has no logarithm", cure)
        self._add("bars", name, rows)

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

    def _add(self, kind: Kind, name: str, points: Iterable[Row]) -> None:
        """Check the points of a series and keep it."""
        where, shape = f"{kind} {name!r}", SHAPES.get(kind, "(x, y)")
        if not isinstance(points, Iterable) or isinstance(points, str):
            self._fail(f"{where} gets {points!r}", f"give a list of {shape}")
        checked: list[Numbers] = []
        for position, point in enumerate(points, 1):
            here = f"{where}, point {position}"
            if not isinstance(point, tuple | list) or len(point) != len(shape.split()):
                self._fail(f"{here} is {point!r}", f"give {shape}")
            at, *heights = point
            x = self._place(at) if kind == "bars" else self._number(at, "x", here)
            checked.append((x, *(self._number(y, "y", here) for y in heights)))
            if sorted(heights) != heights:
                self._fail(f"{here}: low is above high in {point!r}", f"give {shape}")
        for (one, *_), (other, *_) in pairwise(checked):
            if other < one and kind not in ("dots", "bars"):
                what = f"{where} goes back from x = {one:g} to {other:g}"
                self._fail(what, "sort its points by x")
        places = [x for x, *_ in checked]
        if kind == "bars" and len({*places}) < len(places):
            twice = next(x for x in places if places.count(x) > 1)
            what = f"{where}: two rows are called {self.labels[int(twice)]!r}"
            self._fail(what, "give each bar a label of its own")
        self._keep(kind, name, checked)

    def _place(self, label: object) -> float:
        """The number of a bar's label."""
        if str(label) not in self.labels:
            self.labels.append(str(label))
        return float(self.labels.index(str(label)))

    def _keep(self, kind: Kind, name: str, points: list[Numbers]) -> None:
        where, known = f"{kind} {name!r}", names(self)
        if not points:
            self._fail(f"{where} has no points", "give at least one, or leave it out")
        if not name.strip():
            self._fail(f"{where} has no name", "say in a word or two what it shows")
        if any(one.kind == kind and one.name == name for one in self.series):
            self._fail(f"{where} is there already", "give each its own name")
        if self.series and (kind == "bars") != barred(self):
            self._fail(f"{where} does not go with other kinds", "make two plots")
        if name not in known:
            known.append(name)
        if len(known) > MOST_SERIES:
            cure = f"show {MOST_SERIES} at most, or make two plots"
            self._fail(f"{where} is one too many to tell apart", cure)
        self.series.append(Series(kind, name, known.index(name), tuple(points)))

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
