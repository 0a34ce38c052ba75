"""What a plot shows, in words and as a table: for those who do not see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeVar

from .plot import Numbers, Plot, Series, barred, values
from .plot_scale import amount

MOST_ROWS = 30
KINDS = {
    "line": "a line",
    "steps": "a line of steps",
    "dots": "dots",
    "band": "a band",
    "bars": "bars",
}
Row = TypeVar("Row")


def description(plots: Sequence[Plot]) -> str:
    """What the plots show, a few sentences each."""
    return " ".join(_describe(plot, len(plots) > 1) for plot in plots)


def _describe(plot: Plot, one_of_many: bool) -> str:
    parts = [f"{plot.title}."] if one_of_many else []
    if barred(plot):
        parts.append(_axis(plot, "y", "Bars"))
    else:
        parts += [_axis(plot, "x", "Across"), _axis(plot, "y", "Up")]
    parts += [_series(plot, series) for series in plot.series]
    for mark in plot.marks:
        at = f"{mark.axis} = {_number(plot, mark.axis, mark.value)}"
        parts.append(f"A line at {at}: {mark.text}.")
    parts.append("The table gives the numbers.")
    return " ".join(parts)


def _axis(plot: Plot, axis: Literal["x", "y"], where: str) -> str:
    found = values(plot, axis)
    low, high = (_number(plot, axis, end(found)) for end in (min, max))
    log = ", on a logarithmic scale" if plot.log[axis] else ""
    return f"{where}: {plot.titles[axis] or axis}, from {low} to {high}{log}."


def _series(plot: Plot, series: Series) -> str:
    head = f"{series.name}, {KINDS[series.kind]}:"
    if series.kind == "bars":
        rows = [
            f"{plot.labels[int(at)]} {amount(value)}" for at, value in series.points
        ]
        return f"{head} {'; '.join(rows)}."
    if series.kind == "band":
        ends = [series.points[0], series.points[-1]]
        first, last = (
            f"{amount(low)} to {amount(high)} at {_number(plot, 'x', x)}"
            for x, low, high in ends
        )
        return f"{head} from {first} to {last}."
    points = series.points
    if series.kind == "dots":
        points = tuple(sorted(points))
    low, high = min(points, key=_height), max(points, key=_height)
    first, last, low_text, high_text = (
        f"{amount(y)} at {_number(plot, 'x', x)}"
        for x, y in (points[0], points[-1], low, high)
    )
    if len(points) == 1:
        return f"{head} {first}."
    extremes = [
        f"{word} {text}"
        for word, point, text in (
            ("lowest", low, low_text),
            ("highest", high, high_text),
        )
        if _height(point) not in (_height(points[0]), _height(points[-1]))
    ]
    return f"{head} {', '.join([f'first {first}', f'last {last}', *extremes])}."


def _height(point: Numbers) -> float:
    return point[1]


def _number(plot: Plot, axis: str, value: float) -> str:
    year = plot.titles[axis].lower().startswith("year")
    return f"{value:g}" if year else amount(value)


class Table:
    """The numbers of one plot: `head` and `rows` of text, and a `note` or nothing."""

    def __init__(self, plot: Plot) -> None:
        self.title = plot.title
        self.head: list[str] = []
        self.rows: list[list[str]] = []
        self.note = ""
        self._x = plot.titles["x"] or ("" if barred(plot) else "x")
        self._y = plot.titles["y"] or "y"
        self._plot = plot
        places = {tuple(at for at, *_ in series.points) for series in plot.series}
        if barred(plot):
            self._bars()
        elif len(places) == 1 and len(set(*places)) == len(*places):
            self._together()
        else:
            self._one_by_one()
        marks = [
            f"{mark.text}: {mark.axis} = {_number(plot, mark.axis, mark.value)}."
            for mark in plot.marks
        ]
        self.note = " ".join([*([self.note] if self.note else []), *marks])

    def plain(self) -> dict[str, object]:
        """All of it as plain data."""
        return {
            "title": self.title,
            "head": self.head,
            "rows": self.rows,
            "note": self.note,
        }

    def text(self) -> str:
        """All of it as lines of text, the columns one below the other."""
        lines = [self.head, *self.rows]
        wide = [max(map(len, column)) for column in zip(*lines, strict=True)]
        shown = [
            "  ".join(cell.rjust(width) for cell, width in zip(line, wide, strict=True))
            for line in lines
        ]
        return "\n".join([self.title, *shown, *([self.note] if self.note else [])])

    def _bars(self) -> None:
        plot = self._plot
        one = len(plot.series) == 1
        self.head = [self._x, *(self._y if one else s.name for s in plot.series)]
        columns = [{at: value for at, value in s.points} for s in plot.series]  # noqa: C416
        for at, label in enumerate(plot.labels):
            cells = [amount(column[at]) if at in column else "–" for column in columns]
            self.rows.append([label, *cells])
        if not one:
            self.note = f"In {self._y}." if plot.titles["y"] else ""

    def _together(self) -> None:
        """A row for each x, a column for each series: they have the same points."""
        series = self._plot.series
        one = len(series) == 1 and series[0].kind != "band"
        self.head = [self._x, *(self._y if one else s.name for s in series)]
        for group in self._thin(list(zip(*(s.points for s in series), strict=True))):
            self.rows.append([self._at(group[0]), *map(_cell, group)])
        if not one and self._plot.titles["y"]:
            self.note = f"{self.note} The columns after the first: {self._y}.".strip()

    def _one_by_one(self) -> None:
        """A row for each point, one series after the other."""
        series = self._plot.series
        self.head = ["", self._x, self._y]
        most = max(4, MOST_ROWS // len(series))
        for s in series:
            points = sorted(s.points) if s.kind == "dots" else list(s.points)
            for point in self._thin(points, most):
                self.rows.append([s.name, self._at(point), _cell(point)])

    def _at(self, point: Numbers) -> str:
        return _number(self._plot, "x", point[0])

    def _thin(self, rows: list[Row], most: int = MOST_ROWS) -> list[Row]:
        """At most so many of the rows, evenly, the first and the last among them."""
        if len(rows) <= most:
            return rows
        last, gaps = len(rows) - 1, most - 1
        chosen = [rows[(at * last + gaps // 2) // gaps] for at in range(most)]
        if len(self._plot.series) == 1 or most == MOST_ROWS:
            self.note = f"{most} of {len(rows):,} points."
        else:
            self.note = "Of a series with many points, some."
        return chosen


def _cell(point: Numbers) -> str:
    return " to ".join(map(amount, point[1:]))
