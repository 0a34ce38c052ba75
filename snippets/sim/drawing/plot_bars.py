"""Where the bars of a plot are: they lie, so that their labels can be read."""

from __future__ import annotations

from typing import NamedTuple

from . import plot_names
from .labels import LINE, Label, text_width, wrap
from .plot import Mark, Series, names, values
from .plot_layout import Panel
from .plot_parts import TEXT, Box
from .plot_scale import scale, writer

GAP = 9.0  # between the rows of bars
THICK, THINNER = 18.0, 16.0  # a bar alone in its row, or one of several


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

    @property
    def labels(self) -> list[Label]:
        """Every text of the drawing."""
        return super().labels + [bar.value for bar in self.bars]

    def _arrange(self, margins: tuple[float, float]) -> None:
        plot, whole = self.plot, self.width.whole
        heights, log = values(plot, "y"), plot.log["y"]
        self.x = scale(heights if log else [0.0, *heights], log, True, log)
        words = [wrap(label, TEXT, whole * 0.36) for label in plot.labels]
        column = max(text_width(line, TEXT) for lines in words for line in lines) + 10
        bars = [value for series in plot.series for _, value in series.points]
        self.write = writer(bars, log, bars=True)
        wide = max(text_width(self.write(value), TEXT) for value in bars) + 12
        left = column + (wide if min(heights) < 0 and not log else 0.0)
        self.box = Box(left, 0.0, whole - wide, 0.0)
        if len(names(plot)) > 1:
            plot_names.samples(self)
        zero = left if log else self.across(0.0)
        self._header([(0.0, plot.titles["x"]), (zero, plot.titles["y"])])
        self._rows(words, zero)
        self.height = self.box.bottom + 4
        if log:
            self._x_axis("")

    def _upright(self) -> list[Mark]:
        """The marks at a value, which stand upright here."""
        return [mark for mark in self.plot.marks if mark.axis == "y"]

    def _rows(self, words: list[tuple[str, ...]], zero: float) -> None:
        """The bars of one label after those of the other."""
        plot, y = self.plot, self.top
        thick = THICK if len(plot.series) == 1 else THINNER
        self.zero = zero
        self.bars: list[Bar] = []
        for at, lines in enumerate(words):
            mine = [
                (series, value)
                for series in plot.series
                for place, value in series.points
                if place == at
            ]
            high = max(len(mine) * thick, len(lines) * TEXT * LINE)
            label = Label(lines, 0, y + high / 2, "start", TEXT)
            self.texts.append(("label", label))
            top = y + (high - len(mine) * thick) / 2
            for series, value in mine:
                self.bars.append(self._bar(series, value, top, thick))
                top += thick
            y += high + GAP
        bottom = round(y - GAP / 2, 2)
        self.box = self.box._replace(top=self.top - GAP / 2, bottom=bottom)

    def _bar(self, series: Series, value: float, top: float, thick: float) -> Bar:
        end = self.across(value)
        back = value < 0 and not self.plot.log["y"]
        x, anchor = (end - 6, "end") if back else (end + 6, "start")
        label = Label((self.write(value),), x, top + thick / 2, anchor, TEXT)
        return Bar(series, self.zero, end, top, thick - 1, label)
