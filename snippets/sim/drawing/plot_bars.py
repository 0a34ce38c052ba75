"""Where the bars of a plot are: they lie, so that their labels can be read."""

from __future__ import annotations

from typing import NamedTuple

from .labels import LINE, Label, text_width, wrap
from .plot import Mark, Series
from .plot_layout import TEXT, Box, Panel
from .plot_scale import amount, scale

GAP = 9.0  # between the rows of bars


class Bar(NamedTuple):
    """One bar and the number at its end."""

    series: Series
    start: float
    end: float
    top: float
    height: float
    value: Label


class BarPanel(Panel):
    """Bars laid out for a width. Their values run across, on the scale of y."""

    def _arrange(self, margins: tuple[float, float]) -> None:
        plot, whole = self.plot, self.width.whole
        self._title()
        values = plot.values("y")
        log = plot.log["y"]
        self.x = scale(values if log else [0.0, *values], log, True, log)
        limit = whole * (0.34 if whole > 400 else 0.4)
        words = [wrap(label, TEXT, limit) for label in plot.labels]
        left = max(text_width(line, TEXT) for lines in words for line in lines) + 10
        shown = [amount(value) for s in plot.series for _, value in s.points]
        wide = max(text_width(text, TEXT) for text in shown) + 8
        before = wide if min(values) < 0 and not log else 0.0
        self.box = Box(left + before, 0.0, whole - wide - (4 if log else 0), 0.0)
        if len(plot.names) > 1:
            self._names_above(0.0)
        self._header()
        self._rows(words)
        if log:
            self._x_axis("")
        else:
            self.height = self.box.bottom + 4

    def _upright(self) -> list[Mark]:
        """The marks at a value, which stand upright here."""
        return [mark for mark in self.plot.marks if mark.axis == "y"]

    def _rows(self, words: list[tuple[str, ...]]) -> None:
        plot = self.plot
        thick = 18.0 if len(plot.series) == 1 else 14.0
        y = self.top + (4 if plot.log["y"] else 0)
        self.box = self.box._replace(top=self.top)
        self.zero = self.box.left if plot.log["y"] else self.across(0.0)
        self.bars: list[Bar] = []
        for at, lines in enumerate(words):
            mine = [
                (series, value)
                for series in plot.series
                for place, value in series.points
                if place == at
            ]
            high = max(len(mine) * thick, len(lines) * TEXT * LINE)
            middle = y + high / 2
            self.texts.append(("label", Label(lines, 0, middle, "start", TEXT)))
            top = middle - len(mine) * thick / 2
            for series, value in mine:
                end = self.across(value)
                side = -1 if value < 0 and not plot.log["y"] else 1
                anchor = "start" if side > 0 else "end"
                text = (amount(value),)
                place_of = top + thick / 2
                label = Label(text, end + side * 6, place_of, anchor, TEXT)
                self.bars.append(Bar(series, self.zero, end, top, thick - 1, label))
                top += thick
            y += high + GAP
        self.box = self.box._replace(bottom=round(y - GAP / 2, 2))

    @property
    def labels(self) -> list[Label]:
        """Every text of the drawing."""
        return super().labels + [bar.value for bar in self.bars]
