"""Where the parts of a plot are: its title, its axes, the words above the ground."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from . import plot_names
from .labels import LINE, Label, Point, text_width, wrap
from .plot import Mark, Plot, Series, values
from .plot_parts import (
    BOLD,
    HEIGHT,
    ROW,
    SMALL,
    TEXT,
    TITLE,
    Box,
    Name,
    Width,
    thinned,
)
from .plot_scale import MOST, scale, tick_texts


class Panel:
    """One plot laid out for a width; it has at least the margins that it is given."""

    def __init__(
        self, plot: Plot, width: Width, margins: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        self.plot, self.width = plot, width
        self.top = 0.0  # the end of what stands above the ground
        self.texts: list[tuple[str, Label]] = []  # class and words
        self.names: list[Name] = []
        self.mark_tops: dict[Mark, float] = {}
        self.x_ticks: list[tuple[float, Label]] = []
        self.y_ticks: list[tuple[float, Label]] = []
        self._title()
        self._arrange(margins)

    @property
    def margins(self) -> tuple[float, float]:
        """The room that it takes left and right of the ground."""
        return self.box.left, self.width.whole - self.box.right

    @property
    def labels(self) -> list[Label]:
        """Every text of the drawing."""
        ticks = [label for _, label in self.x_ticks + self.y_ticks]
        named = [name.label for name in self.names]
        return [label for _, label in self.texts] + ticks + named

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

    def _arrange(self, margins: tuple[float, float]) -> None:
        plot, width = self.plot, self.width
        self.x = scale(values(plot, "x"), plot.log["x"], False, False)
        self.y = scale(values(plot, "y"), plot.log["y"], True, True)
        steps = self.y.ticks(MOST)
        texts = tick_texts(steps, self.y.log)
        left = max(text_width(text, SMALL) for text in texts) + 8
        left = max(left, margins[0])
        # How far down the ground begins is not known yet, and the names do not care.
        self.box = Box(left, 0.0, width.whole, HEIGHT)
        plot_names.place(self, margins[1])
        self._header([(0.0, plot.titles["y"])])
        self.names = [
            name if name.sample else name.moved(self.top) for name in self.names
        ]
        self.box = self.box._replace(top=self.top, bottom=self.top + self.box.bottom)
        self.y_ticks = [
            (self.up(at), Label((text,), left - 8, self.up(at), "end", SMALL))
            for at, text in zip(steps, texts, strict=True)
        ]
        self._x_axis(plot.titles["x"])

    def _title(self) -> None:
        lines = wrap(self.plot.title, TITLE * BOLD, self.width.whole)
        if lines:
            height = len(lines) * TITLE * LINE
            self.texts.append(("title", Label(lines, 0, height / 2, "start", TITLE)))
            self.top = height + 8

    # -- Above the ground -----------------------------------------------------

    def _header(self, titles: Sequence[tuple[float, str]]) -> None:
        """Titles of axes, each at its place across, and the words of upright marks.

        Their rows are counted from the ground upward.
        """
        rows: list[tuple[int, str, Label]] = []
        whole = self.width.whole
        for x, title in titles:
            # One beside the other if they have room, else one above the other.
            taken = max((old.x + old.width + 14 for _, _, old in rows), default=0.0)
            lines = wrap(title, SMALL, whole)
            wide = max((text_width(line, SMALL) for line in lines), default=0.0)
            start = max(x, taken)
            if start + wide > whole:
                rows = [(row + len(lines), kind, label) for row, kind, label in rows]
                start = max(0.0, min(x, whole - wide))
            rows += [
                (row, "axis-title", Label((line,), start, 0, "start", SMALL))
                for row, line in enumerate(reversed(lines))
            ]
        marks = sorted(self._upright(), key=lambda mark: -mark.value)
        crossed = any(
            label.x - 4 < self.across(mark.value) < label.x + label.width + 4
            for mark in marks
            for _, _, label in rows
        )
        under = [] if crossed else rows  # a line must not run through a title
        at_row: dict[Mark, int] = {}
        for mark in marks:
            at_row[mark], found = self._mark_words(mark, at_row, under)
            under = under + found
        if crossed:
            top = max(row for row, _, _ in under) + 1
            rows = under + [(row + top, kind, label) for row, kind, label in rows]
        else:
            rows = under
        lift = 8.0 if titles else 4.0
        self.top += (max((row for row, _, _ in rows), default=-1) + 1) * ROW + lift
        for row, kind, label in rows:
            y = self.top - lift - (row + 0.5) * ROW
            self.texts.append((kind, label._replace(y=y)))
        for mark, row in at_row.items():
            self.mark_tops[mark] = self.top - lift - row * ROW

    def _mark_words(
        self, mark: Mark, at_row: dict[Mark, int], rows: list[tuple[int, str, Label]]
    ) -> tuple[int, list[tuple[int, str, Label]]]:
        """The lowest row where the words of a mark have room, and their lines.

        They begin at the mark's line, which goes up to them. Marks are placed from
        right to left, so that a line does not run through the words of another.
        """
        x, whole = self.across(mark.value), self.width.whole
        lines = wrap(mark.text, TEXT, min(whole, 220.0))
        wide = max(text_width(line, TEXT) for line in lines)
        start = max(0.0, min(x - 2, whole - wide))
        row = 0
        while any(
            row <= other < row + len(lines)
            and start < label.x + label.width + 12
            and label.x < start + wide + 12
            for other, _, label in rows
        ) or any(
            row <= at_row[other] and start < self.across(other.value) < start + wide
            for other in at_row
        ):
            row += 1
        return row, [
            (row + up, "words", Label((line,), start, 0, "start", TEXT))
            for up, line in enumerate(reversed(lines))
        ]

    def _upright(self) -> list[Mark]:
        """The marks whose lines stand upright."""
        return [mark for mark in self.plot.marks if mark.axis == "x"]

    # -- Below the ground -----------------------------------------------------

    def _x_axis(self, title: str) -> None:
        box, whole = self.box, self.width.whole
        year = title.lower().startswith("year")
        most = int((box.right - box.left) / self.width.ticks) + 1
        while True:
            steps = self.x.ticks(most)
            texts = [f"{at:g}" for at in steps] if year else None
            texts = texts or tick_texts(steps, self.x.log)
            self.x_ticks = []
            for at, text in zip(steps, texts, strict=True):
                x, half = self.across(at), text_width(text, SMALL) / 2
                shown = max(half, min(x, whole - half))
                label = Label((text,), shown, box.bottom + 15, "middle", SMALL)
                self.x_ticks.append((x, label))
            crowded = any(
                one.x + one.width / 2 + 10 > other.x - other.width / 2
                for (_, one), (_, other) in pairwise(self.x_ticks)
            )
            if not crowded or most <= 2:
                break
            most -= 1
        if crowded:
            self.x_ticks = self.x_ticks[:1]
        self.height = box.bottom + 24
        if title:
            lines = wrap(title, SMALL, whole)
            half = len(lines) * SMALL * LINE / 2
            wide = max(text_width(line, SMALL) for line in lines)
            right = max(box.right, wide)
            y = self.height + half + 1
            self.texts.append(("axis-title", Label(lines, right, y, "end", SMALL)))
            self.height = y + half + 1
