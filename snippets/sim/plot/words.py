"""What plots show, for those who do not see them: a description, and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, TypeVar

from .data import Numbers, Plot, Series, barred, names, values
from .scale import amount, power, writer

KINDS = {
    "line": "a line",
    "steps": "a line of steps",
    "dots": "dots",
    "band": "a band",
    "bars": "bars",
}
MOST_ROWS = 31
Row = TypeVar("Row")


# -- A description ------------------------------------------------------------


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
        at = f"{mark.axis} = {amount(mark.value)}"
        parts.append(f"A line at {at}: {mark.text}.")
    parts.append("The table gives the numbers.")
    return " ".join(parts)


def _axis(plot: Plot, axis: Literal["x", "y"], where: str) -> str:
    found = values(plot, axis)
    low, high = (amount(end(found)) for end in (min, max))
    log = ", on a logarithmic scale" if plot.log[axis] else ""
    return f"{where}: {plot.titles[axis] or axis}, from {low} to {high}{log}."


def _series(plot: Plot, series: Series) -> str:
    """The ends of a series, and how far it goes between them; of bars, all."""

    def at(point: Numbers) -> str:
        x, *ys = point
        return f"{' to '.join(map(amount, ys))} at {amount(x)}"

    def height(point: Numbers) -> float:
        return point[1]

    points = sorted(series.points) if series.kind == "dots" else series.points
    first, last = points[0], points[-1]
    if series.kind == "bars":
        says = "; ".join(f"{plot.labels[int(n)]} {amount(y)}" for n, y in points)
    elif series.kind == "band":
        says = f"from {at(first)} to {at(last)}"
    elif len(points) == 1:
        says = f"first {at(first)}"
    else:
        says = f"first {at(first)}, last {at(last)}"
        for word, point in (
            ("lowest", min(points, key=height)),
            ("highest", max(points, key=height)),
        ):
            if height(point) not in (height(first), height(last)):
                says += f", {word} {at(point)}"
    return f"{series.name}, {KINDS[series.kind]}: {says}."


# -- A table ------------------------------------------------------------------


class Table(NamedTuple):
    """The numbers of a picture as text, and what else there is to say."""

    title: str
    head: list[str]
    rows: list[list[str]]
    note: str

    def plain(self) -> dict[str, object]:
        """All of it as plain data."""
        return self._asdict()

    def text(self) -> str:
        """All of it as lines of text, the columns one below the other."""
        lines = [self.head, *self.rows]
        wide = [max(map(len, column)) for column in zip(*lines, strict=True)]
        shown = [
            "  ".join(cell.rjust(width) for cell, width in zip(line, wide, strict=True))
            for line in lines
        ]
        return "\n".join([self.title, *shown, *([self.note] if self.note else [])])


def table(plot: Plot) -> Table:
    """The numbers of a plot, thinned to what can be read."""
    first, *others = ([x for x, *_ in one.points] for one in plot.series)
    if barred(plot):
        found = _together(plot, [float(at) for at in range(len(plot.labels))], "")
    elif sorted({*first}) == first and all(other == first for other in others):
        found = _together(plot, *_thin(first, MOST_ROWS))
    else:
        found = _one_by_one(plot)
    if plot.marks:
        marks = [
            f"{mark.text} ({mark.axis} = {amount(mark.value)})" for mark in plot.marks
        ]
        note = f"{found.note} Lines: {', '.join(marks)}."
        found = found._replace(note=note.strip())
    return found


def _together(plot: Plot, chosen: Sequence[float], note: str) -> Table:
    """A row for each x that is chosen, a column for each name."""
    every, x, y = names(plot), *_titles(plot)
    write_x, write = _writers(plot)
    rows = [[write_x(at)] for at in chosen]
    for name in every:
        column = [
            {point[0]: write(point) for point in one.points}
            for one in plot.series
            if one.name == name
        ]
        for at, row in zip(chosen, rows, strict=True):
            cell, *more = (cells.get(at, "–") for cells in column)
            row.append(cell + "".join(f" ({other})" for other in more))
    if len(every) == 1:
        return Table(plot.title, [x, y], rows, note)
    if plot.titles["y"]:
        note = f"{note} In the columns: {y}.".strip()
    return Table(plot.title, [x, *every], rows, note)


def _one_by_one(plot: Plot) -> Table:
    """A row for each point, one series after the other."""
    write_x, write = _writers(plot)
    rows, note = [], ""
    for one in plot.series:
        points = sorted(one.points) if one.kind == "dots" else one.points
        chosen, thinned = _thin(points, max(5, MOST_ROWS // len(plot.series)))
        rows += [[one.name, write_x(point[0]), write(point)] for point in chosen]
        note = note or (thinned and "Of many points, some.")
    return Table(plot.title, ["name", *_titles(plot)], rows, note)


def _titles(plot: Plot) -> tuple[str, str]:
    x, y = plot.titles["x"], plot.titles["y"]
    return x or ("name" if barred(plot) else "x"), y or "y"


def _writers(plot: Plot) -> tuple[Callable[[float], str], Callable[[Numbers], str]]:
    """How to write an x, and what a point has at it."""
    points = [point for one in plot.series for point in one.points]
    heights = [y for _, *ys in points for y in ys]
    write_y = writer(heights, plot.log["y"], barred(plot))

    write_x = writer([x for x, *_ in points], plot.log["x"])
    if barred(plot):
        write_x = {float(at): label for at, label in enumerate(plot.labels)}.__getitem__
    return write_x, lambda point: " to ".join(map(write_y, point[1:]))


def _thin(rows: Sequence[Row], most: int) -> tuple[Sequence[Row], str]:
    """Every 2nd, 5th, 10th, … of the rows, and the last; and words that say so."""
    count = len(rows)
    sizes = (int(power(factor, at)) for at in range(9) for factor in (1, 2, 5))
    every = next(size for size in sizes if (count - 1) // size + 1 <= most)
    if every == 1:
        return rows, ""
    chosen = list(rows[::every])
    last = "" if (count - 1) % every == 0 else ", and the last"
    if last:
        chosen.append(rows[-1])
    nth = "2nd" if every == 2 else f"{every:,}th"
    return chosen, f"Every {nth} of {count:,} points{last}."
