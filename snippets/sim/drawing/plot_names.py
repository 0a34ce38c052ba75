"""Where the names of a plot's lines stand: at their ends, along them, or above all.

No two texts overlap. A name at the end of its line is found at once; where the ends
come together it stands beside its line on the way; else in a row with a sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from .labels import LINE, Label, Point, text_width, wrap
from .plot_along import along
from .plot_parts import EARLY, ROW, SAMPLE, TEXT, Box, Name, Named, named, spread

if TYPE_CHECKING:
    from .plot_layout import Panel

NEAR = 30.0  # a name further from its line's end than this is hard to connect
NEVER = 1000.0


def place(panel: Panel, room: float) -> None:
    """Give every name and every level mark's words a place on the panel.

    `room` is what other panels want to have free at the right.
    """
    if not (beside(panel, room, NEAR) or on_the_way(panel, room)):
        # Better names that are a bit off than samples to look up; those at last.
        _ = beside(panel, room, NEVER) or above(panel, room)


# -- At the ends --------------------------------------------------------------


class End(NamedTuple):
    """The end of a line, or of a level mark, and what stands there."""

    y: float
    middle: float  # of the whole line: lines that end together are in its order
    x: float
    lines: tuple[str, ...]
    series: Named


def beside(panel: Panel, room: float, most: float) -> bool:
    """Put the names right of the ground; False if one is off by more than `most`."""
    limit, gap, whole = panel.width.beside, 12.0, panel.width.whole
    every = named(panel.plot)
    words = {series[0].name: _whole(series[0].name, limit) for series in every}
    levels = _levels(panel)
    words |= {mark: _whole(mark, limit) for mark, _ in levels}
    if not all(words.values()):
        return False
    widest = max(text_width(line, TEXT) for lines in words.values() for line in lines)
    for gap in (12.0, 24.0):  # the wider one has room for leaders
        right = whole - max(room, widest + gap + 2)
        panel.box = box = panel.box._replace(right=right)
        ends, early = [], []
        for series in every:
            x, y = _end(panel, series)
            if x < right - EARLY * (right - box.left):
                early.append(series)
            else:
                middle = _middle(panel, series)
                ends.append(End(y, middle, x, words[series[0].name], series))
        for mark, y in levels:
            ends.append(End(y, y, right, words[mark], ()))
        ends.sort(key=lambda end: (end.y, end.middle))
        wanted = [(end.y, len(end.lines) * TEXT * LINE) for end in ends]
        found = spread(wanted, box.top - 8, box.bottom + 8)
        if found is None:
            return False
        places = found
        far = max(
            (abs(e.y - at) for e, at in zip(ends, places, strict=True)), default=0
        )
        if far <= 5:
            break
    if far > most:
        return False
    panel.names = []
    for end, at in zip(ends, places, strict=True):
        label = Label(end.lines, right + gap, at, "start", TEXT)
        leader: tuple[Point, ...] = ()
        start = end.x + (7 if end.series else 2)
        if gap > 20 or end.x < right - 4:
            leader = ((start, end.y), (right + gap - 4, at))
        panel.names.append(Name(label, end.series, leader))
    return along(panel, early)


def _whole(text: str, limit: float) -> tuple[str, ...]:
    """`text` in lines, or nothing if one of its words is too long for them."""
    lines = wrap(text, TEXT, limit)
    return lines if " ".join(lines) == " ".join(text.split()) else ()


def _levels(panel: Panel) -> list[tuple[str, float]]:
    """The words of the marks at a level, and where that is, from top to bottom."""
    marks = [mark for mark in panel.plot.marks if mark.axis == "y"]
    levels = [(mark.text, panel.up(mark.value)) for mark in marks]
    return sorted(levels, key=lambda level: level[1])


def _end(panel: Panel, series: Named) -> Point:
    """The point at which a name stands: the last of its line, else of its band."""
    lines = [one for one in series if one.kind != "band"]
    if lines:
        points = lines[0].points
        x, y = max(points) if lines[0].kind == "dots" else points[-1]
        return panel.across(x), panel.up(y)
    x, low, high = series[0].points[-1]
    return panel.across(x), round((panel.up(low) + panel.up(high)) / 2, 2)


def _middle(panel: Panel, series: Named) -> float:
    """How high a line runs, on the whole: the middle one of its corners."""
    heights = sorted(panel.up(point[1]) for point in series[0].points)
    return heights[len(heights) // 2]


def on_the_way(panel: Panel, room: float) -> bool:
    """Put the names beside their lines on the way; False if there is no room."""
    limit, levels = panel.width.beside, _levels(panel)
    words = {mark: _whole(mark, limit) for mark, _ in levels}
    if not all(words.values()):
        return False
    wide = max((text_width(t, TEXT) for ls in words.values() for t in ls), default=-6.0)
    right = panel.width.whole - max(room, wide + 14)
    panel.box = panel.box._replace(right=right)
    panel.names = []
    wanted = [(y, len(words[mark]) * TEXT * LINE) for mark, y in levels]
    places = spread(wanted, panel.box.top - 8, panel.box.bottom + 8)
    if places is None:
        return False
    for (mark, y), at in zip(levels, places, strict=True):
        leader = ((right + 2, y), (right + 8, at)) if abs(at - y) > 3 else ()
        label = Label(words[mark], right + 12, at, "start", TEXT)
        panel.names.append(Name(label, (), leader))
    return along(panel, named(panel.plot))


# -- Above --------------------------------------------------------------------


def above(panel: Panel, room: float) -> bool:
    """Put the names above the ground, and the words of level marks inside."""
    panel.names = []
    panel.box = panel.box._replace(right=panel.width.whole - max(room, 8.0))
    samples(panel)
    panel.names += _levels_inside(panel)
    return True


def samples(panel: Panel) -> None:
    """Put the names in rows under the title, each with a sample of its line."""
    x, y, whole = 0.0, panel.top + ROW / 2, panel.width.whole
    for series in named(panel.plot):
        lines = wrap(series[0].name, TEXT, whole - SAMPLE - 8)
        wide = max(text_width(line, TEXT) for line in lines)
        if x > 0 and x + SAMPLE + 8 + wide > whole:
            x, y = 0.0, y + ROW
        label = Label(lines, x + SAMPLE + 8, 0, "start", TEXT)
        y += (len(lines) - 1) * TEXT * LINE / 2
        panel.names.append(Name(label._replace(y=y), series, sample=True))
        y += (len(lines) - 1) * TEXT * LINE / 2
        x += SAMPLE + 8 + wide + 20
    panel.top = y + ROW / 2 + 6


def _levels_inside(panel: Panel) -> Iterator[Name]:
    """The words of level marks, above their lines at the left of the ground."""
    box = panel.box
    levels = _levels(panel)
    words = [wrap(mark, TEXT, box.right - box.left - 8) for mark, _ in levels]
    heights = [len(lines) * TEXT * LINE for lines in words]
    wanted = [
        (y - high / 2 - 1, high) for (_, y), high in zip(levels, heights, strict=True)
    ]
    places = spread(wanted, box.top, box.bottom)
    if places is None:  # nothing is left but to make room
        panel.box = Box(*box[:3], box.top + sum(heights) + 2 * len(levels))
        places = spread(wanted, *panel.box[1::2]) or []
    for lines, at in zip(words, places, strict=True):
        yield Name(Label(lines, box.left + 5, at, "start", TEXT), ())
