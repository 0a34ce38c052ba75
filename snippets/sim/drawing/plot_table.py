"""The numbers of a plot as a table: the same as the drawing, for reading."""

from __future__ import annotations

from typing import TypeVar

from .plot import Numbers, Plot, barred, names
from .plot_scale import power, writer
from .plot_words import number_on

MOST_ROWS = 31
Row = TypeVar("Row")


class Table:
    """The numbers of one plot: `head` and `rows` of text, and a `note` or nothing."""

    def __init__(self, plot: Plot) -> None:
        self.title = plot.title
        self.head: list[str] = []
        self.rows: list[list[str]] = []
        self._plot = plot
        self._notes: list[str] = []
        self._x = plot.titles["x"] or ("name" if barred(plot) else "x")
        self._y = plot.titles["y"] or "y"
        self._write_y = writer(_heights(plot), plot.log["y"], barred(plot))
        self._write_x = writer(
            [x for s in plot.series for x, *_ in s.points], plot.log["x"]
        )
        if self._x.lower().startswith("year"):
            self._write_x = "{:g}".format
        first, *others = ([at for at, *_ in series.points] for series in plot.series)
        if barred(plot):
            self._bars()
        elif all(other == first for other in others) and sorted({*first}) == first:
            self._together()
        else:
            self._one_by_one()
        marks = [
            f"{mark.text} ({mark.axis} = {number_on(plot, mark.axis, mark.value)})"
            for mark in plot.marks
        ]
        if marks:
            self._notes.append(f"Lines: {', '.join(marks)}.")

    @property
    def note(self) -> str:
        """What else there is to say: the unit, what is left out, the marks."""
        return " ".join(self._notes)

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
        """A row for each label, a column for each series."""
        columns = []
        for series in self._plot.series:
            columns.append({at: self._write_y(value) for at, value in series.points})
        for place, label in enumerate(self._plot.labels):
            self.rows.append([label, *(column.get(place, "–") for column in columns)])
        self._columns()

    def _together(self) -> None:
        """A row for each x, a column for each name: all have the same points."""
        plot = self._plot
        chosen = self._thin(list(range(len(plot.series[0].points))), MOST_ROWS)
        for at in chosen:
            row = [self._write_x(plot.series[0].points[at][0])]
            for name in names(plot):
                first, *others = (
                    self._cell(series.points[at])
                    for series in plot.series
                    if series.name == name
                )
                row.append(first + "".join(f" ({other})" for other in others))
            self.rows.append(row)
        self._columns()

    def _columns(self) -> None:
        """Say what is in the columns."""
        every = names(self._plot)
        if len(every) == 1:
            self.head = [self._x, self._y]
            return
        self.head = [self._x, *every]
        if self._plot.titles["y"]:
            self._notes.append(f"In the columns: {self._y}.")

    def _one_by_one(self) -> None:
        """A row for each point, one series after the other."""
        self.head = ["name", self._x, self._y]
        most = max(5, MOST_ROWS // len(self._plot.series))
        for series in self._plot.series:
            ordered = sorted(series.points) if series.kind == "dots" else series.points
            for point in self._thin(list(ordered), most):
                x, y = self._write_x(point[0]), self._cell(point)
                self.rows.append([series.name, x, y])
        self._notes = self._notes and ["Of many points, some."]

    def _cell(self, point: Numbers) -> str:
        return " to ".join(map(self._write_y, point[1:]))

    def _thin(self, rows: list[Row], most: int) -> list[Row]:
        """About so many of the rows: every 2nd, 5th, 10th, …, and the last."""
        count = len(rows)
        sizes = (int(power(factor, at)) for at in range(9) for factor in (1, 2, 5))
        every = next(size for size in sizes if (count - 1) // size + 1 <= most)
        if every == 1:
            return rows
        chosen = rows[::every]
        last = "" if (count - 1) % every == 0 else ", and the last"
        nth = "2nd" if every == 2 else f"{every:,}th"
        self._notes = [f"Every {nth} of {count:,} points{last}."]
        return [*chosen, rows[-1]] if last else chosen


def _heights(plot: Plot) -> list[float]:
    """All values of y that points have."""
    return [y for series in plot.series for _, *ys in series.points for y in ys]
