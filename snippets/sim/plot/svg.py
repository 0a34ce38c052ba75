"""Plots as SVG: each twice, for a wide page and for a phone; the style sheet shows one.

The drawing has classes and no colors. Dashes, marks and fillings tell the series
apart, so that colors need not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from ..drawing import svg
from ..drawing.labels import Label, Point
from .data import Mark, Plot, Series
from .ground import NARROW, SMALL, WIDE, Width
from .layout import Panel, layout
from .names import SAMPLE, Name
from .words import description

BETWEEN = 26.0  # from panel to panel
DASHES = ("", "7 4", "2 3", "10 3 2 3", "4 2", "1 4", "12 5", "7 3 2 3 2 3")
DOTS = (
    "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",  # disk
    "m-3.2-3.2h6.4v6.4h-6.4z",  # square
    "m0-4.2l4 7h-8z",  # triangle
    "m0-4.4l4.4 4.4l-4.4 4.4l-4.4-4.4z",  # diamond
)
MANY = 200  # corners; a line with so many of them is drawn finer
TINT = ' fill="currentColor" fill-opacity=".15"'


class Drawing(NamedTuple):
    """A drawing for one width of the page."""

    width: float
    height: float
    lines: list[str]


def draw(plots: Sequence[Plot], title: str) -> str:
    """The plots as one SVG, one below the other. `title` is for screen readers."""
    wide, narrow = _drawing(plots, WIDE), _drawing(plots, NARROW)
    return both(wide, narrow, title, description(plots))


def _drawing(plots: Sequence[Plot], width: Width) -> Drawing:
    lines: list[str] = []
    y = height = 0
    for panel in layout(plots, width):
        lines.append(f'<g transform="translate(0 {y})">' if y else "<g>")
        lines += [*_panel(panel), "</g>"]
        height = round(y + panel.height + 1)
        y += round(panel.height + BETWEEN)
    return Drawing(width.whole, height, lines)


def both(wide: Drawing, narrow: Drawing, title: str, says: str) -> str:
    """Two drawings as one SVG, with a title and a description in words."""
    size = f'width="{svg.number(wide.width)}" height="{svg.number(wide.height)}"'
    # Width by height, for the style sheet.
    ratios = [f"{one.width / one.height:.4f}" for one in (wide, narrow)]
    style = f"--wide:{ratios[0]};--narrow:{ratios[1]}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} style="{style}" '
            'role="img" fill="none" stroke="currentColor" font-family="sans-serif">',
            f"<title>{escape(title, quote=False)}</title>",
            f"<desc>{escape(says, quote=False)}</desc>",
            f'<svg class="wide" viewBox="0 0 {svg.points(*wide[:2])}">',
            *wide.lines,
            "</svg>",
            # Where no style sheet chooses, only the wide one shows.
            f'<svg class="narrow" viewBox="0 0 {svg.points(*narrow[:2])}"'
            ' display="none">',
            *narrow.lines,
            "</svg>",
            "</svg>",
        ]
    )


def text(kind: str, label: Label) -> str:
    """A label with its class."""
    weight = ' font-weight="600"' if kind == "title" else ""
    size = f' font-size="{svg.number(label.size)}"{weight}{svg.INK}'
    return svg.text(label, f' class="{kind}"{size}')


# -- A panel ------------------------------------------------------------------


def _panel(panel: Panel) -> Iterator[str]:
    for kind, label in panel.texts:
        yield text(kind, label)
    yield from _bars(panel) if panel.bars else _lines(panel)
    for name in panel.names:
        if name.leader:
            yield svg.path("leader", _steps(name.leader))
        if name.sample:
            yield from _sample(name)
        first = name.series[:1]
        kind = _class("name", first[0].style) if first else "words"
        yield text(kind, name.label)


def _lines(panel: Panel) -> Iterator[str]:
    ground = panel.ground
    left, top, right, bottom = ground.box
    up = [x for x, _ in panel.x_ticks]
    lines = [f"M{svg.points(left, y)}H{svg.number(right)}" for y, _ in panel.y_ticks]
    if ground.x.log:
        lines += [f"M{svg.points(x, top)}V{svg.number(bottom)}" for x in up]
    yield svg.path("grid", "".join(lines), ' stroke-opacity=".2"')
    yield f'<g class="ticks" font-size="{svg.number(SMALL)}"{svg.INK}>'
    for _, label in panel.x_ticks + panel.y_ticks:
        yield svg.text(label)
    yield "</g>"
    small = "".join(f"M{svg.points(x, bottom)}v5" for x in up)
    yield svg.path("base", f"M{svg.points(left, bottom)}H{svg.number(right)}{small}")
    for one in panel.plot.series:
        if one.kind == "band":
            yield _band(one.style, ground.vertices(one, 1), ground.vertices(one, 2))
    for mark in panel.plot.marks:
        if mark.axis == "y":
            at = svg.points(left, ground.up(mark.value))
            yield svg.path("mark", f"M{at}H{svg.number(right)}")
        else:
            yield _upright(panel, mark)
    for one in panel.plot.series:
        if one.kind == "dots":
            places = [(ground.across(x), ground.up(y)) for x, y in one.points]
            yield _dots(one.style, places)
        elif one.kind != "band":
            yield from _line(panel, one)


def _line(panel: Panel, series: Series) -> Iterator[str]:
    corners = panel.ground.vertices(series)
    if len(corners) > 1:
        yield _stroke(series.style, corners)
    marked = corners[-1:]
    sampled = any(name.sample and series in name.series for name in panel.names)
    if sampled and len(corners) > 6:  # the mark of the sample, on the line's way, too
        # Each line has its own places, as lines that lie together hide each other.
        places = (len(corners) * (8 * k - series.style) // 32 for k in (1, 2, 3))
        marked = [corners[at] for at in places] + marked
    yield _dots(series.style, marked)


def _bars(panel: Panel) -> Iterator[str]:
    _, top, _, bottom = panel.ground.box
    for mark in panel.plot.marks:
        yield _upright(panel, mark)
    for bar in panel.bars:
        if bar.start != bar.end:
            yield from _bar(bar.series.style, bar.start, bar.end, bar.top, bar.height)
        yield text("value", bar.value)
    at = svg.points(panel.bars[0].start, top)
    yield svg.path("base", f"M{at}V{svg.number(bottom)}")


def _upright(panel: Panel, mark: Mark) -> str:
    """The line of a mark, from its words down; not through the number of a bar."""
    x = panel.ground.across(mark.value)
    path = f"M{svg.points(x, panel.mark_tops[mark])}"
    for bar in panel.bars:
        label = bar.value
        left = label.x - (label.width if label.anchor == "end" else 0.0)
        if left - 3 < x < left + label.width + 3:
            half = label.height / 2 - 1
            path += f"V{svg.number(label.y - half)}m0 {svg.number(2 * half)}"
    return svg.path("mark", f"{path}V{svg.number(panel.ground.box.bottom)}")


def _sample(name: Name) -> Iterator[str]:
    x, y = name.label.x - SAMPLE - 8, name.label.y
    low, middle, high = (
        [(x, y + off), (x + SAMPLE, y + off)] for off in (5.5, 0, -5.5)
    )
    for one in name.series:
        if one.kind == "bars":
            yield from _bar(one.style, x, x + SAMPLE, y - 5.5, 11)
        elif one.kind == "band":
            yield _band(one.style, low, high)
        else:
            if one.kind != "dots":
                yield _stroke(one.style, middle)
            yield _dots(one.style, [(x + SAMPLE / 2, y)])


# -- Shapes -------------------------------------------------------------------


def _class(kind: str, style: int) -> str:
    return f"{kind} s{style + 1}"


def _stroke(style: int, corners: Sequence[Point]) -> str:
    """A line through its corners."""
    dash = f' stroke-dasharray="{DASHES[style]}"' if DASHES[style] else ""
    width = 2 if len(corners) < MANY else 1.3
    extra = f' stroke-width="{width}"{dash}'
    return svg.path(_class("line", style), _steps(corners), extra)


def _dots(style: int, places: Iterable[Point]) -> str:
    """A mark at each place."""
    shape = DOTS[style % len(DOTS)]
    path = "".join(f"M{svg.points(*place)}{shape}" for place in places)
    return svg.path(_class("dots", style), path, svg.INK)


def _band(style: int, low: Sequence[Point], high: Sequence[Point]) -> str:
    """The ground between two lines."""
    path = _steps([*high, *low[::-1]])
    return svg.path(_class("band", style), f"{path}z", f'{TINT} stroke="none"')


def _bar(
    style: int, start: float, end: float, top: float, high: float
) -> Iterator[str]:
    """A bar: the first of a row is full, the second light, the third hatched."""
    left, right = sorted((start, end))
    off = 0.5 if style % 3 else 0.0  # half of the edge's width
    upper = [(left + off, top + off), (right - off, top + off)]
    lower = [(x, top + high - off) for x, _ in reversed(upper)]
    kind = "bar open" if style % 3 else "bar"
    fill = (svg.INK, TINT, "")[style % 3]
    yield svg.path(_class(kind, style), f"{_steps([*upper, *lower])}z", fill)
    if style % 3 == 2:
        lines = svg.hatch(left, top, right - left, high)
        yield svg.path(_class("hatch", style), lines)


def _steps(corners: Sequence[Point]) -> str:
    """The corners of a line as short steps from one to the next."""
    path, command, before = "", "", (0, 0)
    for x, y in corners:
        at = round(x * 10), round(y * 10)
        dx, dy = at[0] - before[0], at[1] - before[1]
        if not path:
            new, lengths = "M", [dx, dy]
        elif dx or dy:
            new = "h" if not dy else "v" if not dx else "l"
            lengths = [length for length in (dx, dy) if length or new == "l"]
        else:
            continue
        move = " ".join(svg.number(length / 10) for length in lengths)
        path += (" " if new == command else new) + move.replace(" -", "-")
        command, before = new, at
    return path
