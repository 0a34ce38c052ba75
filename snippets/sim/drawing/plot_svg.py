"""A plot as SVG: twice, for a wide page and for a phone; the style sheet shows one.

The drawing has classes and no colors. Its layout is in plot_layout.py, its shapes are
in plot_shapes.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from . import plot_shapes as shapes
from . import svg
from .labels import Label
from .plot import Mark, Plot, Series, barred
from .plot_bars import Bar, BarPanel
from .plot_layout import Panel
from .plot_parts import NARROW, SAMPLE, SMALL, TITLE, WIDE, Name, Width
from .plot_words import description

BETWEEN = 26.0  # from panel to panel


def draw(plots: Sequence[Plot], title: str) -> str:
    """The plots as one SVG, one below the other. `title` is for screen readers."""
    wide, narrow = panels_of(plots, WIDE), panels_of(plots, NARROW)
    size = svg.number(WIDE.whole), svg.number(_height(wide))
    small = svg.number(NARROW.whole), svg.number(_height(narrow))
    # Width by height, for the style sheet.
    ratios = WIDE.whole / _height(wide), NARROW.whole / _height(narrow)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}"'
            f' height="{size[1]}" style="--wide:{ratios[0]:.4f};'
            f'--narrow:{ratios[1]:.4f}" role="img" fill="none"'
            ' stroke="currentColor" font-family="sans-serif">',
            f"<title>{escape(title, quote=False)}</title>",
            f"<desc>{escape(description(plots), quote=False)}</desc>",
            f'<svg class="wide" viewBox="0 0 {" ".join(size)}">',
            *_drawing(wide),
            "</svg>",
            # Where no style sheet chooses, only the wide one shows.
            f'<svg class="narrow" viewBox="0 0 {" ".join(small)}" display="none">',
            *_drawing(narrow),
            "</svg>",
            "</svg>",
        ]
    )


def panels_of(plots: Sequence[Plot], width: Width) -> list[Panel]:
    """A panel for each plot; their grounds begin and end below each other."""
    panels: list[Panel] = []
    margins = (0.0, 0.0)
    for _ in range(3):  # with less room, the names may need a little more of it
        panels = [
            BarPanel(plot, width) if barred(plot) else Panel(plot, width, margins)
            for plot in plots
        ]
        taken = [panel.margins for panel in panels if not barred(panel.plot)]
        if all(one == taken[0] for one in taken):
            break
        margins = max(left for left, _ in taken), max(right for _, right in taken)
    return panels


def _height(panels: Sequence[Panel]) -> float:
    above = sum(round(panel.height + BETWEEN) for panel in panels[:-1])
    return round(above + panels[-1].height + 1)


def _drawing(panels: Sequence[Panel]) -> Iterator[str]:
    y = 0
    for panel in panels:
        yield f'<g transform="translate(0 {y})">' if y else "<g>"
        for kind, label in panel.texts:
            yield _text(kind, label)
        yield from _bars(panel) if isinstance(panel, BarPanel) else _lines(panel)
        for name in panel.names:
            yield from _name(name)
        yield "</g>"
        y += round(panel.height + BETWEEN)


def _text(kind: str, label: Label) -> str:
    weight = ' font-weight="600"' if label.size == TITLE else ""
    size = f' font-size="{svg.number(label.size)}"{weight}{svg.INK}'
    return svg.text(label, f' class="{kind}"{size}')


def _lines(panel: Panel) -> Iterator[str]:
    left, _, right, bottom = panel.box
    across = [y for y, _ in panel.y_ticks]
    up = [x for x, _ in panel.x_ticks]
    yield from _grid(panel, up if panel.x.log else [], across)
    small = "".join(f"M{svg.points(x, bottom)}v5" for x in up)
    base = f"M{svg.points(left, bottom)}H{svg.number(right)}{small}"
    yield svg.path("base", base)
    series = panel.plot.series
    for one in series:
        if one.kind == "band":
            low, high = panel.vertices(one, 1), panel.vertices(one, 2)
            yield shapes.band(one.style, low, high)
    for mark in panel.plot.marks:
        if mark.axis == "y":
            y = panel.up(mark.value)
            yield svg.path("mark", f"M{svg.points(left, y)}H{svg.number(right)}")
        else:
            yield _upright(panel, mark, [])
    for one in series:
        if one.kind == "dots":
            places = [(panel.across(x), panel.up(y)) for x, y in one.points]
            yield shapes.dots(one.style, places)
        elif one.kind != "band":
            yield from _line(panel, one)


def _grid(panel: Panel, up: Sequence[float], across: Sequence[float]) -> Iterator[str]:
    left, top, right, bottom = panel.box
    lines = [f"M{svg.points(left, y)}H{svg.number(right)}" for y in across]
    lines += [f"M{svg.points(x, top)}V{svg.number(bottom)}" for x in up]
    if lines:
        yield svg.path("grid", "".join(lines), ' stroke-opacity=".2"')
    ticks = [label for _, label in panel.x_ticks + panel.y_ticks]
    if ticks:
        yield f'<g class="ticks" font-size="{svg.number(SMALL)}"{svg.INK}>'
        yield from map(svg.text, ticks)
        yield "</g>"


def _upright(panel: Panel, mark: Mark, bars: Sequence[Bar]) -> str:
    """The line of a mark, from its words down; not through the number of a bar."""
    x = panel.across(mark.value)
    path = f"M{svg.points(x, panel.mark_tops[mark])}"
    for bar in bars:
        label = bar.value
        left = label.x - (label.width if label.anchor == "end" else 0.0)
        if left - 3 < x < left + label.width + 3:
            half = label.height / 2 - 1
            path += f"V{svg.number(label.y - half)}m0 {svg.number(2 * half)}"
    return svg.path("mark", f"{path}V{svg.number(panel.box.bottom)}")


def _line(panel: Panel, series: Series) -> Iterator[str]:
    corners = panel.vertices(series)
    if len(corners) > 1:
        yield shapes.line(series.style, corners)
    end = corners[-1]
    name = next(name for name in panel.names if series in name.series)
    if name.sample:  # the mark of the sample, on the way of the line, too
        quarters = [corners[len(corners) * k // 4] for k in (1, 2, 3)]
        yield shapes.dots(series.style, [*(quarters if len(corners) > 6 else []), end])
    elif name.label.x > panel.box.right or end[0] < panel.box.right - 4:
        yield shapes.dots(series.style, [end])


def _name(name: Name) -> Iterator[str]:
    if name.leader:
        yield svg.path("leader", shapes.steps(name.leader))
    x, y = name.label.x - SAMPLE - 8, name.label.y
    for one in name.series if name.sample else ():
        ends = [(x, y), (x + SAMPLE, y)]
        if one.kind == "bars":
            yield from shapes.bar(one.style, x, y - 5.5, SAMPLE, 11)
        elif one.kind == "band":
            low, high = ([(x, y + off) for x, y in ends] for off in (5.5, -5.5))
            yield shapes.band(one.style, low, high)
        else:
            if one.kind != "dots":
                yield shapes.line(one.style, ends)
            yield shapes.dots(one.style, [(x + SAMPLE / 2, y)])
    style = f"name s{name.series[0].style + 1}" if name.series else "words"
    yield _text(style, name.label)


def _bars(panel: BarPanel) -> Iterator[str]:
    left, top, _, bottom = panel.box
    log = panel.plot.log["y"]
    yield from _grid(panel, [x for x, _ in panel.x_ticks], [])
    for mark in panel.plot.marks:
        yield _upright(panel, mark, panel.bars)
    for bar in panel.bars:
        style, y = bar.series.style, bar.top + bar.height / 2
        if log:
            yield svg.path("leader", f"M{svg.points(left, y)}H{svg.number(bar.end)}")
            yield shapes.dots(style, [(bar.end, y)])
        elif bar.start != bar.end:
            x, wide = min(bar.start, bar.end), abs(bar.end - bar.start)
            yield from shapes.bar(style, x, bar.top, wide, bar.height)
        yield _text("value", bar.value)
    if not log:
        yield svg.path("base", f"M{svg.points(panel.zero, top)}V{svg.number(bottom)}")
