"""A run as a space-time diagram: time runs downwards, messages are slanted arrows.

After the figures of Lamport's paper (1978). The drawing has classes and no colors;
shapes and dashes carry the meaning, so that it reads in black and white as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import inf, sqrt

from ..trace import Event, Trace
from . import svg
from .arrows import Arrow, arrows
from .labels import Label
from .layout import LOOP, NAME, SMALL, TEXT, Layout
from .words import Words

HEAD = 8.5  # length of an arrow head
DASHES = {
    "lost": ' stroke-dasharray="6 4"',
    "duplicate": ' stroke-dasharray="2 3"',
}
TALLER = (1.0, 1.15, 1.3, 1.5, 1.75)  # heights to try, for words that find no room
WORTH = 15.0  # what words must gain by each of these, in parts of what lines cost
LOOKS = 20_000  # comparisons; where it took more, the first drawing is good enough


def draw(trace: Trace, title: str, description: str) -> str:
    """The run as SVG. `title` and `description` are for screen readers."""
    return "\n".join(laid_out(trace).svg(title, description))


def laid_out(trace: Trace) -> Drawing:
    """The drawing with the most words that stand where they should."""
    best, least = None, inf
    for at, more in enumerate(TALLER):
        drawing = Drawing(trace, more)
        if (cost := drawing.cost + at * WORTH) < least:
            best, least = drawing, cost
        if drawing.words.sheet.looks > LOOKS or drawing.cost < WORTH:
            break
    assert best is not None
    return best


class Drawing:
    """A layout with its words, that can be written down."""

    def __init__(self, trace: Trace, more: float = 1.0) -> None:
        self.trace = trace
        self.layout = Layout(trace, more)
        self.arrows = arrows(self.layout)
        self.words = Words(self.layout, self.arrows)

    @property
    def cost(self) -> float:
        """How badly its words stand: on lines, on others, far from what they mean."""
        return self.words.sheet.spent

    def svg(self, title: str, description: str) -> Iterator[str]:
        """The lines of the drawing."""
        layout, words = self.layout, self.words
        height: float = layout.bottom + 3
        for label in words.caption:
            height = label.y + label.height / 2 + 4
        wide, high = svg.number(round(layout.width)), svg.number(round(height))
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}"'
            f' width="{wide}" height="{high}" style="--width:{wide}" role="group"'
            ' fill="none" stroke="currentColor" font-family="sans-serif">'
        )
        yield f"<title>{svg.safe(title)}</title>"
        yield f"<desc>{svg.safe(description)}</desc>"
        yield '<g aria-hidden="true">'
        yield from self._frame()
        for arrow in self.arrows:
            yield from self._message(arrow)
        yield from self._tears()
        yield "</g>"
        for event in self.trace.events:
            yield from self._event(event)
        yield f'<g class="words" aria-hidden="true"{_size(TEXT)}>'
        for arrow, label in words.messages:
            if label.leader is not None:
                yield _leader(label, data=arrow.data)
            yield svg.text(label, arrow.data)
        yield "</g>"
        if words.waits or words.caption:
            yield f'<g class="axis" aria-hidden="true"{_size(SMALL)}>'
            yield from (svg.text(label, arrow.data) for arrow, label in words.waits)
            yield from (svg.text(label) for label in words.caption)
            yield "</g>"
        yield "</svg>"

    def _frame(self) -> Iterator[str]:
        """What the events stand on: cuts, times, lifelines."""
        layout = self.layout
        for cut, label in zip(layout.cuts, self.words.cuts, strict=True):
            top, stop = layout.band(cut)
            under = label.y + label.height / 2 + 3
            for left, right in layout.walls(cut):
                yield svg.path(
                    "cut",
                    f"M{svg.points(left, top)}H{right}V{svg.number(stop)}H{left}Z",
                )
                lines = svg.hatch(left, under, right - left, stop - under)
                yield svg.path("hatch", lines)
        yield f'<g class="axis"{_size(SMALL)}>'
        yield from (svg.text(label) for label in self.words.cuts)
        yield from (svg.text(label) for label in self.words.times)
        yield from (svg.text(label) for label in self.words.tears)
        yield "</g>"
        for x, wide in zip(layout.columns.values(), layout.boxes, strict=True):
            yield svg.rect("actor", x - wide / 2, 1, wide, layout.box)
        yield f'<g class="names" font-weight="600"{_size(NAME)}>'
        for name, x in zip(layout.names, layout.columns.values(), strict=True):
            yield svg.text(Label(name, x, layout.box / 2 + 1, "middle", NAME))
        yield "</g>"
        for node in layout.columns:
            yield from self._lifeline(node)
        for holds, line, label in self.words.frontiers:
            yield f'<g class="frontier{"" if holds else " broken"}"{_size(SMALL)}>'
            steps = "M" + "L".join(svg.points(*point) for point in line)
            dashes = "8 3 2 3" if holds else "2 3"
            ink = f' fill="none" stroke="currentColor" stroke-dasharray="{dashes}"'
            yield svg.path("", steps, ink)
            yield svg.text(label)
            yield "</g>"

    def _lifeline(self, name: str) -> Iterator[str]:
        layout = self.layout
        x, up, y = layout.columns[name], True, layout.box + 1.0
        mine = [event for event in self.trace.events if event.node == name]
        for event in mine:
            if event.kind in ("crash", "restart"):
                here = layout.heights[event.position]
                yield _life(x, y, here, up)
                up, y = event.kind == "restart", here
        yield _life(x, y, layout.bottom, up)
        for event in mine:  # how long a wait was that timed out
            since = self.trace.patience.get(event.position)
            if since is not None:
                side = -1 if name == self.trace.nodes[0] else 1
                top, stop = layout.time.height(since), layout.heights[event.position]
                steps = f"M{svg.points(x + side * 5, top)}V{svg.number(stop)}"
                yield svg.path("patience", f"{steps}h{-side * 5}")
        for one, after in pairwise(mine):  # what took no time is tied together
            if one.time == after.time:
                top, stop = (layout.heights[e.position] for e in (one, after))
                yield svg.path("instant", f"M{svg.points(x, top)}V{svg.number(stop)}")

    def _tears(self) -> Iterator[str]:
        """Where time is left out: two torn edges across everything."""
        layout = self.layout
        for tear in layout.time.tears:
            left, right = layout.axis + 8, layout.width - 2
            data = f' data-from="{tear.start / 1000:g}" data-to="{tear.stop / 1000:g}"'
            yield f'<g class="torn"{data}>'
            # The ground between the edges hides what passes through.
            ground = f"M{svg.points(left, tear.top)}H{svg.number(right)}"
            back = f"V{svg.number(tear.bottom)}H{svg.number(left)}Z"
            yield svg.path("gap", ground + back)
            edges = (svg.zigzag(left, y, right) for y in (tear.top, tear.bottom - 3))
            yield svg.path("edge", "".join(edges))
            yield "</g>"

    def _message(self, arrow: Arrow) -> Iterator[str]:
        (x1, y1), (x2, y2) = arrow.start, arrow.end
        yield f'<g class="{" ".join(("msg", *arrow.kinds))}"{arrow.data}>'
        if arrow.band is not None:
            yield from self._bytes(arrow)
        gap = self.layout.dot + 1 if arrow.waits is None else 3.5
        if x1 == x2:  # to itself
            c, s = -1.0, 0.0
            tip = (x2 + gap, y2)
            bend = svg.points(
                x1 + LOOP * 1.3, y1, x1 + LOOP * 1.3, y2, x2 + gap + 6, y2
            )
            line, length = f"M{svg.points(x1, y1)}C{bend}", LOOP
        else:
            # Its direction at the end.
            dx, dy = x2 - x1, y2 - y1
            if arrow.bow:
                dx, dy = x2 - arrow.control[0], y2 - arrow.control[1]
            length = sqrt(dx * dx + dy * dy)
            c, s = dx / length, dy / length
            headless = "lost" in arrow.kinds or "open" in arrow.kinds
            gap = 0 if headless else gap
            back = gap if headless else gap + HEAD - 2
            tip = (x2 - c * gap, y2 - s * gap)
            by = f"Q{svg.points(*arrow.control)} " if arrow.bow else "L"
            stop = svg.points(x2 - c * back, y2 - s * back)
            line = f"M{svg.points(x1, y1)}{by}{stop}"
        dashes = [DASHES[kind] for kind in arrow.kinds if kind in DASHES]
        if "open" in arrow.kinds:  # it goes on, beyond the drawing
            dots = f"{max(length - 18, 1):.0f} 4 3 4 3 4"
            dashes = [f' stroke-dasharray="{dots}"']
        yield svg.path("", line, dashes[-1] if dashes else "")
        if "lost" in arrow.kinds:
            yield svg.path("cross", f"M{svg.points(*tip)}{svg.CROSS}")
        elif "open" not in arrow.kinds:
            yield svg.path("head", svg.head(*tip, c, s, HEAD))
        if arrow.waits is not None:
            x = x2 + (-3 if x1 < x2 else 3)
            yield svg.path("wait", f"M{svg.points(x, y2)}V{svg.number(arrow.waits)}")
        yield "</g>"

    def _bytes(self, arrow: Arrow) -> Iterator[str]:
        """The way of a message that takes up its line, and its wait for the line."""
        assert arrow.band is not None
        (x1, y1), (x2, y2) = arrow.start, arrow.end
        event, near, far = arrow.band
        if near - event > 1:
            x = x1 + (3 if x1 < x2 else -3)
            yield svg.path("wait", f"M{svg.points(x, event)}V{svg.number(near)}")
        edges = svg.points(x1, near, x2, far, x2, y2, x1, y1)
        yield svg.path("bytes", f"M{edges}Z")

    def _event(self, event: Event) -> Iterator[str]:
        trace, at = self.trace, event.position
        lamport = trace.lamport()[at]
        vector = ",".join(map(str, trace.vectors()[at]))
        x, y = self.layout.at[at]
        when = trace.when(event)
        when = f"{when} ms" if trace.timed else f"step {when}"
        name = f"{event.name}, {when}: {trace.describe(event)}."
        data = f' data-time="{event.time:g}"' if trace.timed else ""
        yield (
            f'<g class="event {event.kind}" role="img"'
            f' data-node="{svg.quoted(event.node)}" data-number="{event.number}"'
            f'{data} data-lamport="{lamport}" data-vector="{vector}"'
            f' transform="translate({svg.points(x, y)})">'
        )
        yield f"<title>{svg.safe(name)} Lamport {lamport}.</title>"
        label = self.words.notes.get(at)
        if label is not None and label.leader is not None:
            yield _leader(label, x, y)
        if event.kind == "crash":
            yield svg.path("mark", "M-6-6L6 6M6-6L-6 6")
        elif event.kind == "restart":
            yield svg.path("mark", "M-6-5H6L0 6Z", ' fill="currentColor"')
        else:
            size = svg.number(self.layout.dot)
            yield f'<circle class="mark" r="{size}" fill="currentColor"/>'
        if label is not None:
            label = label._replace(x=label.x - x, y=label.y - y)
            yield svg.text(label, _size(label.size), event.name)
        yield "</g>"


def _size(size: float) -> str:
    return f' font-size="{svg.number(size)}"{svg.INK}'


def _leader(label: Label, x: float = 0.0, y: float = 0.0, data: str = "") -> str:
    """A thin line from what a label belongs to, seen from a point."""
    assert label.leader is not None
    (x1, y1), (x2, y2) = label.leader, label.foot
    ends = svg.points(x1 - x, y1 - y), svg.points(x2 - x, y2 - y)
    return svg.path("leader", f"M{ends[0]}L{ends[1]}", data)


def _life(x: float, top: float, bottom: float, up: bool) -> str:
    steps = f"M{svg.points(x, top)}V{svg.number(bottom)}"
    if up:
        return svg.path("life", steps)
    return svg.path("life down", steps, ' stroke-dasharray="1 5"')
