"""A run as a space-time diagram: time runs downwards, messages are slanted arrows.

After the figures of Lamport's paper (1978). The drawing has classes and no colors;
shapes and dashes carry the meaning, so that it reads in black and white as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from math import sqrt

from ..trace import Event, Trace
from . import svg
from .labels import Label
from .layout import LOOP, NAME, ROW, SMALL, TEXT, Arrow, Layout, Row, ms

DOT = 4.2  # radius of an event
HEAD = 8.5  # length of an arrow head
DASHES = {"lost": ' stroke-dasharray="6 4"', "duplicate": ' stroke-dasharray="2 3"'}


def draw(trace: Trace, title: str, description: str) -> str:
    """The run as SVG. `title` and `description` are for screen readers."""
    extra: dict[Row, float] = {}
    for _ in range(20):
        drawing = Drawing(trace, extra)
        if not drawing.sheet.crowded:
            break
        # Some texts found no room: spread the rows beside them, and try again.
        for label in drawing.sheet.crowded:
            heights = [y for _, y in label.corners()]
            for row, above, below in drawing.gaps:
                if above < max(heights) and below > min(heights) - ROW[0]:
                    extra[row] = min(extra.get(row, 0.0) + 6, 72)
    return "\n".join(drawing.svg(title, description))


class Drawing(Layout):
    """A layout that can be written down."""

    def svg(self, title: str, description: str) -> Iterator[str]:
        """The lines of the drawing."""
        width, height = svg.number(round(self.width)), svg.number(self.bottom + 3)
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" style="--width:{width}" role="group"'
            ' fill="none" stroke="currentColor" font-family="sans-serif">'
        )
        yield f"<title>{escape(title, quote=False)}</title>"
        yield f"<desc>{escape(description, quote=False)}</desc>"
        yield '<g aria-hidden="true">'
        yield from self._frame()
        for arrow in self.arrows:
            yield from self._message(arrow)
        yield "</g>"
        for event in self.trace.events:
            yield from self._event(event)
        yield f'<g class="words" aria-hidden="true"{_size(TEXT)}>'
        for arrow, label in self.words:
            yield svg.text(label, arrow.data)
        yield "</g>"
        yield "</svg>"

    def _frame(self) -> Iterator[str]:
        """What the events stand on: cuts, times, lifelines."""
        for cut, label in zip(self.cuts, self.cut_labels, strict=True):
            top, stop = self._band(cut)
            under = label.y + label.height / 2 + 3
            for left, right in self._walls(cut):
                yield svg.path(
                    "cut",
                    f"M{svg.points(left, top)}H{right}V{svg.number(stop)}H{left}Z",
                )
                lines = svg.hatch(left, under, right - left, stop - under)
                yield svg.path("hatch", lines)
        yield f'<g class="axis"{_size(SMALL)}>'
        yield from (svg.text(label) for label in self.cut_labels)
        yield svg.text(Label(("ms",), self.axis, self.box / 2 + 1, "end", SMALL))
        above = 0.0
        for time in sorted(self.shown):
            y = self._height(time)
            if y - above >= SMALL * 1.2:
                yield svg.text(Label((ms(time),), self.axis, y, "end", SMALL))
                above = y
        yield "</g>"
        for x, wide in zip(self.columns.values(), self.boxes, strict=True):
            yield svg.rect("actor", x - wide / 2, 1, wide, self.box)
        yield f'<g class="names" font-weight="600"{_size(NAME)}>'
        for name, x in zip(self.names, self.columns.values(), strict=True):
            yield svg.text(Label(name, x, self.box / 2 + 1, "middle", NAME))
        yield "</g>"
        for node in self.columns:
            yield from self._lifeline(node)

    def _lifeline(self, name: str) -> Iterator[str]:
        x, up, y = self.columns[name], True, self.box + 1.0
        mine = [event for event in self.trace.events if event.node == name]
        for event in mine:
            if event.kind in ("crash", "restart"):
                yield _life(x, y, self._y(event), up)
                up, y = event.kind == "restart", self._y(event)
        yield _life(x, y, self.bottom, up)
        for one, after in pairwise(mine):  # what took no time is tied together
            if one.time == after.time:
                yield svg.path(
                    "instant",
                    f"M{svg.points(x, self._y(one))}V{svg.number(self._y(after))}",
                )

    def _message(self, arrow: Arrow) -> Iterator[str]:
        (x1, y1), (x2, y2) = arrow.start, arrow.end
        yield f'<g class="{" ".join(("msg", *arrow.kinds))}"{arrow.data}>'
        gap = DOT + 1 if arrow.waits is None else 3.5
        if x1 == x2:  # to itself
            c, s = -1.0, 0.0
            tip = (x2 + gap, y2)
            bend = svg.points(
                x1 + LOOP * 1.3, y1, x1 + LOOP * 1.3, y2, x2 + gap + 6, y2
            )
            line = f"M{svg.points(x1, y1)}C{bend}"
        else:
            dx, dy = x2 - x1, y2 - y1
            length = sqrt(dx * dx + dy * dy)
            c, s = dx / length, dy / length
            gap = 0 if "lost" in arrow.kinds else gap
            back = gap if "lost" in arrow.kinds else gap + HEAD - 2
            tip = (x2 - c * gap, y2 - s * gap)
            line = f"M{svg.points(x1, y1)}L{svg.points(x2 - c * back, y2 - s * back)}"
        dashes = [DASHES[kind] for kind in arrow.kinds if kind in DASHES]
        yield svg.path("", line, dashes[-1] if dashes else "")
        if "lost" in arrow.kinds:
            yield svg.path("cross", f"M{svg.points(*tip)}{svg.CROSS}")
        else:
            yield svg.path("head", svg.head(*tip, c, s, HEAD))
        if arrow.waits is not None:
            x = x2 + (-3 if x1 < x2 else 3)
            yield svg.path("wait", f"M{svg.points(x, y2)}V{svg.number(arrow.waits)}")
        yield "</g>"

    def _event(self, event: Event) -> Iterator[str]:
        trace, at = self.trace, event.position
        lamport = trace.lamport()[at]
        vector = ",".join(map(str, trace.vectors()[at]))
        x, y = self.at[at]
        name = f"{event.name}, {event.time:g} ms: {trace.describe(event)}."
        yield (
            f'<g class="event {event.kind}" role="img" data-node="{escape(event.node)}"'
            f' data-number="{event.number}" data-lamport="{lamport}"'
            f' data-vector="{vector}" transform="translate({svg.points(x, y)})">'
        )
        yield f"<title>{escape(name, quote=False)} Lamport {lamport}.</title>"
        if event.kind == "crash":
            yield svg.path("mark", "M-6-6L6 6M6-6L-6 6")
        elif event.kind == "restart":
            yield svg.path("mark", "M-6-5H6L0 6Z", ' fill="currentColor"')
        else:
            yield f'<circle class="mark" r="{DOT}" fill="currentColor"/>'
        if label := self.labels.get(at):
            label = label._replace(x=label.x - x, y=label.y - y)
            yield svg.text(label, _size(label.size))
        yield "</g>"


def _size(size: float) -> str:
    return f' font-size="{svg.number(size)}"{svg.INK}'


def _life(x: float, top: float, bottom: float, up: bool) -> str:
    steps = f"M{svg.points(x, top)}V{svg.number(bottom)}"
    if up:
        return svg.path("life", steps)
    return svg.path("life down", steps, ' stroke-dasharray="1 5"')
