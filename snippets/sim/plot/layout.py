"""Where the parts of a plot are: its title, its axes, its bars, the words of all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from ..drawing.labels import LINE, Label, text_width, wrap
from . import names
from .data import Mark, Plot, Series, barred, values
from .ground import HEIGHT, ROW, SMALL, TEXT, TITLE, Box, Ground, Width
from .names import Name
from .scale import MOST, scale, tick_texts, writer

BOLD = 1.07  # how much wider a bold text is
GAP = 9.0  # between the rows of bars
THICK, THINNER = 18.0, 16.0  # a bar alone in its row, or one of several

Text: TypeAlias = tuple[str, Label]  # with its class
Tick: TypeAlias = tuple[float, Label]  # where it is along its axis


class Bar(NamedTuple):
    """One bar and the number at its end."""

    series: Series
    start: float
    end: float
    top: float
    height: float
    value: Label


class Panel(NamedTuple):
    """One plot laid out for a width."""

    plot: Plot
    ground: Ground
    height: float
    texts: list[Text]
    names: list[Name]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    mark_tops: dict[Mark, float]  # of the lines that stand upright
    bars: list[Bar]

    @property
    def labels(self) -> list[Label]:
        """Every text of the drawing."""
        ticks = [label for _, label in self.x_ticks + self.y_ticks]
        named = [name.label for name in self.names]
        numbers = [bar.value for bar in self.bars]
        return [label for _, label in self.texts] + ticks + named + numbers


def layout(plots: Sequence[Plot], width: Width) -> list[Panel]:
    """A panel for each plot; their grounds begin and end below each other."""
    panels: list[Panel] = []
    left = right = 0.0
    for _ in range(3):  # with less room, the names may need a little more of it
        panels = [
            _bars(plot, width) if barred(plot) else _lines(plot, width, left, right)
            for plot in plots
        ]
        boxes = [panel.ground.box for panel in panels if not panel.bars]
        taken = [(box.left, width.whole - box.right) for box in boxes]
        if all(one == taken[0] for one in taken):
            break
        left, right = (max(sides) for sides in zip(*taken, strict=True))
    return panels


def _lines(plot: Plot, width: Width, left: float, right: float) -> Panel:
    """Lines over a ground that has at least so much room at its sides."""
    x = scale(values(plot, "x"), plot.log["x"], False, False)
    y = scale(values(plot, "y"), plot.log["y"], True, True)
    steps = y.ticks(MOST)
    texts = tick_texts(steps, y.log)
    left = max(left, *(text_width(text, SMALL) + 8 for text in texts))
    # How far down the ground begins is not known yet, and the names do not care.
    ground = Ground(Box(left, 0.0, width.whole, HEIGHT), x, y)
    title, top = _title(plot, width)
    above: list[Name] = []
    every = names.named(plot)
    levels = [mark for mark in plot.marks if mark.axis == "y"]
    found = names.beside(every, levels, ground, width, right)
    if found is None:
        above, top = names.samples(every, top, width.whole)
        found = names.beside([], levels, ground, width, right)
    if found is None:
        ground = ground.resized(right=width.whole - max(right, 8.0))
        found = names.inside(levels, ground)
    ground, on_ground = found
    upright = [mark for mark in plot.marks if mark.axis == "x"]
    header, tops, top = _header(
        [(0.0, plot.titles["y"])], upright, ground.across, top, width
    )
    ground = ground.resized(top=top, bottom=top + ground.box.bottom)
    x_ticks, x_title, height = _x_axis(ground, plot.titles["x"], width)
    y_ticks = [
        (ground.up(at), Label((text,), left - 8, ground.up(at), "end", SMALL))
        for at, text in zip(steps, texts, strict=True)
    ]
    named = above + [name.moved(top) for name in on_ground]
    words = title + header + x_title
    return Panel(plot, ground, height, words, named, x_ticks, y_ticks, tops, [])


def _title(plot: Plot, width: Width) -> tuple[list[Text], float]:
    """The title, and where what is below it begins."""
    lines = wrap(plot.title, TITLE * BOLD, width.whole)
    if not lines:
        return [], 0.0
    height = len(lines) * TITLE * LINE
    return [("title", Label(lines, 0, height / 2, "start", TITLE))], height + 8


def _header(
    titles: Sequence[tuple[float, str]],
    upright: Sequence[Mark],
    across: Callable[[float], float],
    top: float,
    width: Width,
) -> tuple[list[Text], dict[Mark, float], float]:
    """The words of upright marks and the titles of axes, above the ground.

    Each goes into the lowest row where it has room. The line of a mark goes up to its
    words and must not cross others, so the mark furthest right comes first.

    Returns the texts, where the line of each mark begins, and where the ground does.
    """
    items: list[tuple[str, float, Mark | None]] = [
        (mark.text, across(mark.value) - 2, mark)
        for mark in sorted(upright, key=lambda mark: -mark.value)
    ]
    items += [(title, x, None) for x, title in titles if title]
    rows: list[tuple[int, str, Label]] = []  # counted from the ground upward
    lines_at: dict[Mark, int] = {}  # the row from which a mark's line goes down
    for text, x, mark in items:
        kind, size = ("words", TEXT) if mark else ("axis-title", SMALL)
        lines = wrap(text, size, min(width.whole, 220.0) if mark else width.whole)
        wide = max(text_width(line, size) for line in lines)
        if not mark:  # titles stand side by side, if they can
            ends = [old.x + old.width for _, same, old in rows if same == kind]
            x = max([x, *(end + 14 for end in ends)])
        start, row = max(0.0, min(x, width.whole - wide)), 0
        while any(
            row <= other < row + len(lines)
            and start < label.x + label.width + 12
            and label.x < start + wide + 12
            for other, _, label in rows
        ) or any(
            row <= at and start - 4 < across(other.value) < start + wide + 4
            for other, at in lines_at.items()
        ):
            row += 1
        for line in reversed(lines):
            rows.append((row, kind, Label((line,), start, 0, "start", size)))
            row += 1
        if mark:
            lines_at[mark] = row - len(lines)
    lift = 8.0 if titles else 4.0
    top += (max((row for row, _, _ in rows), default=-1) + 1) * ROW + lift
    texts = [
        (kind, label._replace(y=top - lift - (row + 0.5) * ROW))
        for row, kind, label in sorted(rows, key=lambda line: line[:2])
    ]
    return texts, {mark: top - lift - at * ROW for mark, at in lines_at.items()}, top


# -- Below the ground ---------------------------------------------------------


def _x_axis(
    ground: Ground, title: str, width: Width
) -> tuple[list[Tick], list[Text], float]:
    """The ticks across and the axis' title, and where all of it ends."""
    left, _, right, bottom = ground.box
    for most in range(max(2, int((right - left) / width.ticks) + 1), 1, -1):
        steps = ground.x.ticks(most)
        texts = tick_texts(steps, ground.x.log)
        ticks = []
        for at, text in zip(steps, texts, strict=True):
            x, half = ground.across(at), text_width(text, SMALL) / 2
            shown = max(half, min(x, width.whole - half))
            ticks.append((x, Label((text,), shown, bottom + 15, "middle", SMALL)))
        if all(
            one.x + one.width / 2 + 10 <= other.x - other.width / 2
            for (_, one), (_, other) in pairwise(ticks)
        ):
            break
    else:
        ticks = ticks[:1]
    end = bottom + 24
    if not title:
        return ticks, [], end
    lines = wrap(title, SMALL, width.whole)
    half = len(lines) * SMALL * LINE / 2
    right = max(right, *(text_width(line, SMALL) for line in lines))
    label = Label(lines, right, end + half + 1, "end", SMALL)
    return ticks, [("axis-title", label)], end + 2 * half + 2


# -- Bars: they lie, so that their labels can be read --------------------------


def _bars(plot: Plot, width: Width) -> Panel:
    """Rows of bars. Their values run across, on the scale of y."""
    heights, whole = [0.0, *values(plot, "y")], width.whole
    x = scale(heights, False, True, False)
    labels = [wrap(label, TEXT, whole * 0.36) for label in plot.labels]
    column = max(text_width(line, TEXT) for lines in labels for line in lines) + 10
    bars = [value for series in plot.series for _, value in series.points]
    write = writer(bars, False, bars=True)
    wide = max(text_width(write(value), TEXT) for value in bars) + 12
    left = column + (wide if min(heights) < 0 else 0.0)
    ground = Ground(Box(left, 0.0, whole - wide, 0.0), x, x)
    zero = ground.across(0.0)
    title, top = _title(plot, width)
    above: list[Name] = []
    every = names.named(plot)
    if len(every) > 1:
        above, top = names.samples(every, top, whole)
    titles = [(0.0, plot.titles["x"]), (zero, plot.titles["y"])]
    upright = [mark for mark in plot.marks if mark.axis == "y"]
    header, tops, top = _header(titles, upright, ground.across, top, width)
    thick = THICK if len(plot.series) == 1 else THINNER
    texts, placed, y = title + header, [], top
    for at, lines in enumerate(labels):
        mine = [
            (series, value)
            for series in plot.series
            for place, value in series.points
            if place == at
        ]
        high = max(len(mine) * thick, len(lines) * TEXT * LINE)
        texts.append(("label", Label(lines, 0, y + high / 2, "start", TEXT)))
        upper = y + (high - len(mine) * thick) / 2
        for series, value in mine:
            end = ground.across(value)
            beyond, anchor = (end - 6, "end") if value < 0 else (end + 6, "start")
            words = Label((write(value),), beyond, upper + thick / 2, anchor, TEXT)
            placed.append(Bar(series, zero, end, upper, thick - 1, words))
            upper += thick
        y += high + GAP
    ground = ground.resized(top=top - GAP / 2, bottom=round(y - GAP / 2, 2))
    height = ground.box.bottom + 4
    return Panel(plot, ground, height, texts, above, [], [], tops, placed)
