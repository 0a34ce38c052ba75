"""A plot as SVG: twice, for a wide page and for a phone; the style sheet shows one.

The drawing has classes and no colors. Dashes and shapes tell the series apart, so
that it reads in black and white as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from . import svg
from .labels import Label, Point
from .plot import Mark, Plot, Series, barred
from .plot_bars import BarPanel
from .plot_layout import Panel
from .plot_parts import NARROW, SAMPLE, SMALL, TITLE, WIDE, Name, Width
from .plot_words import description

DASHES = ("", "7 4", "2 3", "10 3 2 3", "4 2", "1 4", "12 5", "7 3 2 3 2 3")
SHAPES = (
    "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",  # disk
    "m-3.2-3.2h6.4v6.4h-6.4z",  # square
    "m0-4.2l4 7h-8z",  # triangle
    "m0-4.4l4.4 4.4l-4.4 4.4l-4.4-4.4z",  # diamond
)
BETWEEN = 26.0  # from panel to panel
INK = ' fill="currentColor" stroke="none"'


def draw(plots: Sequence[Plot], title: str) -> str:
    """The plots as one SVG, one below the other. `title` is for screen readers."""
    drawings = [_layout(plots, width) for width in (WIDE, NARROW)]
    sizes = [(panels[0].width.whole, _height(panels)) for panels in drawings]
    wide, tall = sizes[0]
    shapes = [f"{svg.number(w)}/{svg.number(h)}" for w, h in sizes]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{svg.number(wide)}"'
        f' height="{svg.number(tall)}" style="--wide:{shapes[0]};--narrow:{shapes[1]}"'
        ' role="img" fill="none" stroke="currentColor" font-family="sans-serif">',
        f"<title>{escape(title, quote=False)}</title>",
        f"<desc>{escape(description(plots), quote=False)}</desc>",
    ]
    for kind, hidden, (w, h), panels in zip(
        ("wide", "narrow"), ("", ' display="none"'), sizes, drawings, strict=True
    ):
        view = f'viewBox="0 0 {svg.number(w)} {svg.number(h)}"'
        lines.append(f'<svg class="{kind}" {view} width="100%" height="100%"{hidden}>')
        y = 0.0
        for panel in panels:
            lines.append(
                f'<g transform="translate(0 {svg.number(y)})">' if y else "<g>"
            )
            lines += _panel(panel)
            lines.append("</g>")
            y += round(panel.height + BETWEEN)
        lines.append("</svg>")
    return "\n".join([*lines, "</svg>"])


def _layout(plots: Sequence[Plot], width: Width) -> list[Panel]:
    """A panel for each plot; their grounds begin and end below each other."""
    panels = [_kind(plot)(plot, width) for plot in plots]
    lined = [panel for panel in panels if not barred(panel.plot)]
    if len(lined) < 2:
        return panels
    margins = [panel.margins for panel in lined]
    both = (max(left for left, _ in margins), max(right for _, right in margins))
    return [
        panel if barred(panel.plot) else Panel(panel.plot, width, both)
        for panel in panels
    ]


def _kind(plot: Plot) -> type[Panel]:
    return BarPanel if barred(plot) else Panel


def _height(panels: Sequence[Panel]) -> float:
    last = panels[-1].height
    return round(sum(round(p.height + BETWEEN) for p in panels[:-1]) + last + 1)


def _panel(panel: Panel) -> Iterator[str]:
    for kind, label in panel.texts:
        yield _text(kind, label)
    if isinstance(panel, BarPanel):
        yield from _bars(panel)
    else:
        yield from _lines(panel)
    for name in panel.names:
        yield from _name(panel, name)


def _text(kind: str, label: Label) -> str:
    weight = ' font-weight="600"' if label.size == TITLE else ""
    size = f' font-size="{svg.number(label.size)}"{weight}{INK}'
    return svg.text(label, f' class="{kind}"{size}')


def _grid(lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield svg.path("grid", "".join(lines), ' stroke-opacity=".2"')


def _ticks(panel: Panel) -> Iterator[str]:
    ticks = [label for _, label in panel.x_ticks + panel.y_ticks]
    yield f'<g class="ticks" font-size="{svg.number(SMALL)}"{INK}>'
    yield from map(svg.text, ticks)
    yield "</g>"


def _lines(panel: Panel) -> Iterator[str]:
    left, top, right, bottom = panel.box
    grid = [f"M{svg.points(left, y)}H{svg.number(right)}" for y, _ in panel.y_ticks]
    if panel.x.log:
        grid += [
            f"M{svg.points(x, top)}V{svg.number(bottom)}" for x, _ in panel.x_ticks
        ]
    yield from _grid(grid)
    yield from _ticks(panel)
    base = f"M{svg.points(left, bottom)}H{svg.number(right)}"
    small = [f"M{svg.points(x, bottom)}v5" for x, _ in panel.x_ticks]
    yield svg.path("base", base + "".join(small))
    series = panel.plot.series
    for one in series:
        if one.kind == "band":
            yield _band(panel, one)
    for mark in panel.plot.marks:
        yield _mark(panel, mark, panel.mark_tops.get(mark, top))
    for one in series:
        if one.kind in ("line", "steps"):
            yield _line(panel, one)
        elif one.kind == "dots":
            shape = SHAPES[one.style % len(SHAPES)]
            places = [(panel.across(x), panel.up(y)) for x, y in one.points]
            steps = "".join(f"M{svg.points(*place)}{shape}" for place in places)
            yield svg.path(f"dots s{one.style + 1}", steps, INK)


def _mark(panel: Panel, mark: Mark, start: float) -> str:
    left, _, right, bottom = panel.box
    if mark.axis == "y":
        y = panel.up(mark.value)
        return svg.path("mark", f"M{svg.points(left, y)}H{svg.number(right)}")
    x = panel.across(mark.value)
    return svg.path("mark", f"M{svg.points(x, start)}V{svg.number(bottom)}")


def _dash(series: Series) -> str:
    dash = DASHES[series.style]
    return f' stroke-dasharray="{dash}"' if dash else ""


def _polyline(corners: Sequence[Point], start: str = "M") -> str:
    return start + "L".join(svg.points(*corner) for corner in corners)


def _line(panel: Panel, series: Series) -> str:
    kind = f"line s{series.style + 1}"
    corners = panel.vertices(series)
    sampled = any(name.sample for name in panel.names)
    ends = [corners[-1]]
    if sampled and len(corners) > 6:  # its shape shows on the way, too
        ends += [corners[len(corners) * k // 4] for k in (1, 2, 3)]
    shape = SHAPES[series.style % len(SHAPES)]
    shapes = "".join(f"M{svg.points(*end)}{shape}" for end in ends)
    width = f' stroke-width="2"{_dash(series)}'
    line = svg.path(kind, _polyline(corners), width) if len(corners) > 1 else ""
    return line + svg.path(f"dots s{series.style + 1}", shapes, INK)


def _band(panel: Panel, series: Series) -> str:
    low, high = panel.vertices(series, 1), panel.vertices(series, 2)
    steps = _polyline(high) + _polyline(low[::-1], "L") + "Z"
    extra = ' fill="currentColor" fill-opacity=".12" stroke="none"'
    return svg.path(f"band s{series.style + 1}", steps, extra)


def _name(panel: Panel, name: Name) -> Iterator[str]:
    if name.leader:
        yield svg.path("leader", _polyline(name.leader))
    if name.sample and name.series:
        x, y = name.label.x - SAMPLE - 8, name.label.y
        yield from _sample(name.series, x, y)
    style = f"name s{name.series[0].style + 1}" if name.series else "words"
    yield _text(style, name.label)


def _sample(series: tuple[Series, ...], x: float, y: float) -> Iterator[str]:
    for one in series:
        kind = f"s{one.style + 1}"
        if one.kind in ("band", "bars"):
            filled = f"M{svg.points(x, y - 5.5)}h{svg.number(SAMPLE)}v11h-{SAMPLE:g}z"
            opacity = ' fill-opacity=".12"' if one.kind == "band" else ""
            shape = "band" if opacity else "bar"
            yield svg.path(f"{shape} {kind}", filled, f"{INK}{opacity}")
            continue
        if one.kind != "dots":
            extra = f' stroke-width="2"{_dash(one)}'
            yield svg.path(f"line {kind}", f"M{svg.points(x, y)}h{SAMPLE:g}", extra)
        shape = SHAPES[one.style % len(SHAPES)]
        yield svg.path(f"dots {kind}", f"M{svg.points(x + SAMPLE / 2, y)}{shape}", INK)


def _bars(panel: BarPanel) -> Iterator[str]:
    left, top, _, bottom = panel.box
    places = [f"M{svg.points(x, top)}V{svg.number(bottom)}" for x, _ in panel.x_ticks]
    yield from _grid(places)
    yield from _ticks(panel)
    for mark in panel.plot.marks:
        yield _mark(panel, mark._replace(axis="x"), panel.mark_tops[mark])
    for bar in panel.bars:
        kind, y = f"s{bar.series.style + 1}", bar.top + bar.height / 2
        if panel.plot.log["y"]:
            shape = SHAPES[bar.series.style % len(SHAPES)]
            yield svg.path("guide", f"M{svg.points(left, y)}H{svg.number(bar.end)}")
            yield svg.path(f"dots {kind}", f"M{svg.points(bar.end, y)}{shape}", INK)
        else:
            start, wide = min(bar.start, bar.end), abs(bar.end - bar.start)
            steps = (
                f"M{svg.points(start, bar.top)}h{svg.number(wide)}"
                f"v{svg.number(bar.height)}h{svg.number(-wide)}z"
            )
            yield svg.path(f"bar {kind}", steps, INK)
        yield _text("value", bar.value)
    if not panel.plot.log["y"]:
        yield svg.path("base", f"M{svg.points(panel.zero, top)}V{svg.number(bottom)}")
