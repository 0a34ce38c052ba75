"""A run as a space-time diagram: time runs downwards, messages are slanted arrows.

After the diagrams of Lamport's paper (1978). The drawing has classes and no colors;
shapes and dashes carry the meaning, so that it also reads in black and white.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from math import sqrt
from typing import NamedTuple

from .labels import Label, Point, Sheet, along, text_width, wrap
from .message import Message
from .trace import Event, Trace

# Lengths in units of the drawing: one is a pixel at its natural size.
NAME, TEXT, SMALL = 15.0, 14.0, 12.5  # sizes of node names, labels, times
DOT = 4.2  # radius of an event
HEAD = 8.0  # length of an arrow head
COLUMN = (112.0, 230.0)  # least and most between two lifelines
ROW = (20.0, 32.0, 60.0)  # least, usual and most between two instants
NOTE = 118.0  # width of a wrapped note
WALL = 26.0  # from a lifeline to the shade of a cut
WORDS = {
    "timeout": "time-out",
    "ignore": "too late",
    "crash": "crash",
    "restart": "restart",
}


class Arrow(NamedTuple):
    """A message as it is drawn."""

    kind: str  # its classes besides `msg`
    text: str
    send: int
    receive: int | None
    start: Point
    end: Point  # on the lifeline of the receiver, or where it was lost
    waits: float | None  # until which height it lay in the mailbox


class Cut(NamedTuple):
    """A cut of the network, from one time to another, in microseconds."""

    text: str
    pairs: tuple[tuple[str, str], ...]
    start: int
    stop: int


def draw(trace: Trace, title: str, description: str) -> str:
    """The run as SVG. `title` and `description` are for screen readers."""
    extra: dict[int, float] = {}
    for _ in range(12):
        drawing = Drawing(trace, extra)
        if not drawing.sheet.crowded:
            break
        # Two texts found no room: spread the instants beside them, and try again.
        for label in drawing.sheet.crowded:
            heights = [y for _, y in label.corners()]
            for row, (above, below) in enumerate(drawing.between):
                if above < max(heights) and below > min(heights):
                    extra[row] = extra.get(row, 0.0) + 8
    return drawing.svg(title, description)


class Drawing:
    """The places of everything, worked out in the order of the methods."""

    def __init__(self, trace: Trace, extra: dict[int, float]) -> None:
        self.trace = trace
        self.losses = {
            i.message.id: round(i.time * 1000)
            for i in trace.incidents
            if i.kind == "lose" and i.message is not None
        }
        self.copies = {
            i.message.id
            for i in trace.incidents
            if i.kind == "duplicate" and i.message is not None
        }
        self.end = max((entry[0] for entry in trace.log), default=0)
        # Short names, as papers use them, stand beside the dots.
        self.named = all(len(name) <= 2 for name in trace.nodes)
        self.cuts = self._cuts()
        self._rows(extra)
        self._columns()
        self.arrows = [
            self._arrow(event, message)
            for event in trace.events
            for message in event.sent
        ]
        self.sheet = Sheet()
        self._labels()

    # Times and heights ------------------------------------------------------

    def _cuts(self) -> list[Cut]:
        cuts: list[Cut] = []
        for incident in self.trace.incidents:
            now = round(incident.time * 1000)
            if incident.kind == "cut":
                cuts.append(Cut(incident.text, incident.pairs, now, -1))
            elif incident.kind == "heal":
                healed = next(
                    at
                    for at, cut in enumerate(cuts)
                    if cut.stop < 0 and cut.pairs == incident.pairs
                )
                cuts[healed] = cuts[healed]._replace(stop=now)
        return cuts

    def _rows(self, extra: dict[int, float]) -> None:
        """Give every instant a height: in order, roughly to scale, well apart."""
        times = {_micro(event): True for event in self.trace.events}
        for event in self.trace.events:
            for message in event.sent:
                if message.arrives <= self.end and self.losses.get(message.id) != (
                    message.sent
                ):
                    times.setdefault(message.arrives, False)
        for cut in self.cuts:
            times[cut.start] = True
            if cut.stop >= 0:
                times[cut.stop] = True
        self.instants = sorted(times) or [0]
        self.shown = {time for time in times if times[time]}
        steps = sorted(
            b - a for a, b in zip(self.instants, self.instants[1:], strict=False)
        )
        self.usual = steps[len(steps) // 2] if steps else 1
        names = [wrap(name, NAME, NOTE) for name in self.trace.nodes]
        self.box = max(map(len, names)) * NAME * 1.2 + 10
        y = self.box + 1 + 26
        self.heights = {self.instants[0]: y}
        self.between: list[Point] = []
        for row, (a, b) in enumerate(
            zip(self.instants, self.instants[1:], strict=False)
        ):
            step = ROW[1] * sqrt((b - a) / self.usual)
            below = y + min(max(step, ROW[0]), ROW[2]) + extra.get(row, 0.0)
            self.between.append((y, below))
            self.heights[b] = y = below
        self.bottom = y + 26
        self.between.append((y, self.bottom))

    def height(self, time: int) -> float:
        """The height of a time, also of one at which nothing happened."""
        if time in self.heights:
            return self.heights[time]
        for a, b in zip(self.instants, self.instants[1:], strict=False):
            if a < time < b:
                share = (time - a) / (b - a)
                return self.heights[a] + share * (self.heights[b] - self.heights[a])
        return self.heights[self.instants[-1]] + ROW[1]

    # Columns ----------------------------------------------------------------

    def _text(self, event: Event) -> str:
        text = event.text or WORDS.get(event.kind, "")
        return "" if self.named and text == event.name else text

    def _words(self, message: Message) -> str:
        if message.body is None or message.id in self.copies:
            return ""
        text = " ".join(str(message).split())
        if self.named and text == self.trace.events[self.trace.send_of[message.id]].name:
            return ""
        return text if len(text) <= 60 else text[:59] + "…"

    def _columns(self) -> None:
        """Give every lifeline its place, with room for the words beside it."""
        trace, nodes = self.trace, self.trace.nodes
        place = {name: at for at, name in enumerate(nodes)}
        boxes = [
            max(text_width(line, NAME) for line in wrap(name, NAME, NOTE)) + 22
            for name in nodes
        ]
        self.boxes = [max(box, 44.0) for box in boxes]
        notes = [0.0] * len(nodes)
        for event in trace.events:
            lines = wrap(self._text(event), TEXT, NOTE)
            wide = max((text_width(line, TEXT) for line in lines), default=0.0)
            at = place[event.node]
            notes[at] = max(notes[at], wide + 14)
        gaps = [
            max(COLUMN[0], (self.boxes[at] + self.boxes[at + 1]) / 2 + 14)
            for at in range(len(nodes) - 1)
        ]
        for at in range(1, len(gaps)):
            gaps[at] = max(gaps[at], notes[at] + 12)
        for event in trace.events:
            for message in event.sent:
                a, b = sorted((place[message.sender], place[message.to]))
                if b - a == 1:
                    lines = wrap(self._words(message), TEXT, COLUMN[1] - 50)
                    wide = max((text_width(line, TEXT) for line in lines), default=0)
                    gaps[a] = max(gaps[a], min(wide + 46, COLUMN[1]))
        self.axis = 6 + max(text_width(_ms(time), SMALL) for time in self.shown or {0})
        x = self.axis + 12 + max(self.boxes[0] / 2, notes[0])
        self.columns = {nodes[0]: x}
        for name, gap in zip(nodes[1:], gaps, strict=True):
            x += gap
            self.columns[name] = x
        last = notes[-1] if len(nodes) > 1 else 0.0
        loops = any(m.sender == m.to for e in trace.events for m in e.sent)
        self.width = x + max(self.boxes[-1] / 2, last, 60.0 if loops else 0.0) + 2

    # Arrows -----------------------------------------------------------------

    def _arrow(self, event: Event, message: Message) -> Arrow:
        """Where a message leaves, and how far it comes."""
        receive = self.trace.receipt_of.get(message.id)
        lost = self.losses.get(message.id)
        x1, y1 = self.columns[event.node], self.height(message.sent)
        x2, y2 = self.columns[message.to], self.height(message.arrives)
        classes, waits = [], None
        if message.id in self.copies:
            classes.append("duplicate")
        if receive is not None:
            received = self.trace.events[receive]
            if received.kind == "ignore":
                classes.append("late")
            if _micro(received) > message.arrives:
                waits = self.height(_micro(received))
        elif lost == message.sent or lost == message.arrives:
            classes.append("lost")
            if lost == message.sent:  # lost somewhere on the way: nobody knows when
                y2 = y1 + min(y2 - y1, 0.4 * abs(x2 - x1))
                x2, y2 = x1 + 0.62 * (x2 - x1), y1 + 0.62 * (y2 - y1)
            else:
                x2 -= 9 if x2 > x1 else -9
        elif message.arrives > self.end:  # the run ended before it arrived
            share = (self.bottom - y1) / max(y2 + ROW[1] - y1, 1)
            x2, y2 = x1 + share * (x2 - x1), self.bottom
        else:  # it still lies in the mailbox, or did when the node crashed
            waits = self.height(lost) if lost is not None else self.bottom
        kind = " ".join(classes)
        text = self._words(message)
        start, end = (x1, y1), (x2, y2)
        return Arrow(kind, text, event.position, receive, start, end, waits)

    # Words ------------------------------------------------------------------

    def _labels(self) -> None:
        """Find a place for every text, the least movable ones first."""
        sheet, names = self.sheet, self.trace.nodes
        top = self.box + 3
        frame = 400.0 + self.width
        sheet.add([(-frame, -frame), (0, -frame), (0, 1e6), (-frame, 1e6)])
        sheet.add([(self.width, -frame), (1e6, -frame), (1e6, 1e6), (self.width, 1e6)])
        sheet.add([(0, -frame), (self.width, -frame), (self.width, top), (0, top)])
        sheet.add([(0, 0), (self.axis, 0), (self.axis, 1e6), (0, 1e6)])
        for x in self.columns.values():
            sheet.add([(x, top), (x, self.bottom)], 40)
        for event in self.trace.events:
            x, y = self.columns[event.node], self.height(_micro(event))
            sheet.add([(x - 5, y - 5), (x + 5, y - 5), (x + 5, y + 5), (x - 5, y + 5)], 200)
        for arrow in self.arrows:
            sheet.add([arrow.start, arrow.end], 25)
            if arrow.waits is not None:
                x, y = arrow.end
                sheet.add([(x - 7, y), (x + 7, y), (x + 7, arrow.waits), (x - 7, arrow.waits)], 60)
        self.cut_labels = [self._cut_label(cut) for cut in self.cuts]
        self.labels: dict[int, Label] = {}
        for event in self.trace.events:
            lines = wrap(self._text(event), TEXT, NOTE)
            if lines:
                x, y = self.columns[event.node], self.height(_micro(event))
                first = -1 if event.node == names[0] and len(names) > 1 else 1
                edge = event.node in (names[0], names[-1])
                self.labels[event.position] = sheet.place(
                    (
                        Label(lines, x + side * 11, y + up, "end" if side < 0 else "start"),
                        (side != first) * (80 if edge else 10) + abs(up) / 2,
                    )
                    for side in (first, -first)
                    for up in (0, -7, 7)
                )
        self.words: dict[int, Label] = {}
        for at, arrow in enumerate(self.arrows):
            lines = wrap(arrow.text, TEXT, COLUMN[1] - 50)
            if not lines:
                continue
            if arrow.start[0] == arrow.end[0]:
                x, y = arrow.start[0] + 40, (arrow.start[1] + arrow.end[1]) / 2
                self.words[at] = sheet.place([(Label(lines, x, y, "start"), 0)])
            else:
                self.words[at] = sheet.place(along(arrow.start, arrow.end, lines, TEXT))
        for event in self.trace.events:
            if self.named and event.position not in self.labels:
                x, y = self.columns[event.node], self.height(_micro(event))
                first = -1 if event.node == names[0] else 1
                self.labels[event.position] = sheet.place(
                    (
                        Label((event.name,), x + side * 9, y + up, "end" if side < 0 else "start", SMALL),
                        (side != first) * 6 + abs(up) / 4,
                    )
                    for side in (first, -first)
                    for up in (0, -8, 8, -12, 12)
                )

    def _cut_label(self, cut: Cut) -> Label:
        left, right = self._walls(cut)[0]
        lines = wrap(cut.text, SMALL, max(right - left - 8, 80))
        tall = Label(lines, 0, 0, size=SMALL).height
        y = self.height(cut.start) + tall / 2 + 3
        middle = Label(lines, (left + right) / 2, y, "middle", SMALL)
        return self.sheet.place((middle._replace(y=y + 6 * n), n * 2) for n in range(8))

    def _walls(self, cut: Cut) -> list[Point]:
        """From where to where a cut is shaded: between the nodes that it parts."""
        names = self.trace.nodes
        parted = {frozenset(pair) for pair in cut.pairs}
        walls = [
            (self.columns[a] + WALL, self.columns[b] - WALL)
            for a, b in zip(names, names[1:], strict=False)
            if frozenset((a, b)) in parted
        ]
        xs = [self.columns[name] for pair in cut.pairs for name in pair]
        return walls or [(min(xs) + WALL, max(xs) - WALL)]

    # SVG --------------------------------------------------------------------

    def svg(self, title: str, description: str) -> str:
        """The drawing as text, a line an element."""
        width, height = _n(self.width), _n(self.bottom + 4)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" style="--width:{width}" role="group"'
            ' fill="none" stroke="currentColor" font-family="sans-serif">',
            f"<title>{escape(title, quote=False)}</title>",
            f"<desc>{escape(description, quote=False)}</desc>",
            '<g aria-hidden="true">',
            *self._frame(),
            *(line for arrow in self.arrows for line in self._message(arrow)),
            "</g>",
            *(line for event in self.trace.events for line in self._event(event)),
            f'<g class="words" aria-hidden="true" font-size="{_n(TEXT)}"'
            ' fill="currentColor" stroke="none">',
            *(
                _text(label, "label", _data(self.arrows[at]))
                for at, label in self.words.items()
            ),
            "</g>",
            "</svg>",
        ]
        return "\n".join(parts)

    def _frame(self) -> Iterator[str]:
        for cut, label in zip(self.cuts, self.cut_labels, strict=True):
            y1 = self.height(cut.start)
            y2 = self.bottom if cut.stop < 0 else self.height(cut.stop)
            for x1, x2 in self._walls(cut):
                yield (
                    f'<rect class="cut" x="{_n(x1)}" y="{_n(y1)}"'
                    f' width="{_n(x2 - x1)}" height="{_n(y2 - y1)}" stroke="none"/>'
                )
                yield f'<path class="hatch" d="{_hatch(x1, y1, x2, y2)}"/>'
        yield f'<g class="axis" font-size="{_n(SMALL)}" fill="currentColor" stroke="none">'
        y = self.box / 2 + 1
        yield _text(Label(("ms",), self.axis, y, "end", SMALL))
        above = 0.0
        for time in sorted(self.shown):
            y = self.height(time)
            if y - above >= SMALL * 1.2:
                yield _text(Label((_ms(time),), self.axis, y, "end", SMALL))
                above = y
        yield "</g>"
        for (name, x), wide in zip(self.columns.items(), self.boxes, strict=True):
            yield (
                f'<rect class="actor" x="{_n(x - wide / 2)}" y="1"'
                f' width="{_n(wide)}" height="{_n(self.box)}" rx="5"/>'
            )
            lines = wrap(name, NAME, NOTE)
            yield _text(
                Label(lines, x, self.box / 2 + 1, "middle", NAME),
                "actor-name",
                f' font-size="{_n(NAME)}" fill="currentColor" stroke="none"',
            )
            yield from self._lifeline(name, x)
        if self.cuts:
            yield f'<g class="cut-name" font-size="{_n(SMALL)}" fill="currentColor" stroke="none">'
            yield from (_text(label) for label in self.cut_labels)
            yield "</g>"

    def _lifeline(self, name: str, x: float) -> Iterator[str]:
        up, y = True, self.box + 1
        for event in self.trace.events:
            if event.node == name and event.kind in ("crash", "restart"):
                yield _lifeline(x, y, self.height(_micro(event)), up)
                up, y = event.kind == "restart", self.height(_micro(event))
        yield _lifeline(x, y, self.bottom, up)

    def _message(self, arrow: Arrow) -> Iterator[str]:
        (x1, y1), (x2, y2) = arrow.start, arrow.end
        yield f'<g class="{f"msg {arrow.kind}".strip()}"{_data(arrow)}>'
        if x1 == x2:  # to itself
            bend = f"C{_n(x1 + 48)} {_n(y1)} {_n(x1 + 48)} {_n(y2)}"
            yield f'<path d="M{_n(x1)} {_n(y1)}{bend} {_n(x2 + DOT + 5)} {_n(y2)}"/>'
            c, s = -1.0, 0.0
        else:
            dx, dy = x2 - x1, y2 - y1
            length = sqrt(dx * dx + dy * dy)
            c, s = dx / length, dy / length
            lost = "lost" in arrow.kind
            if not lost and y2 < self.bottom:
                gap = DOT + 1 if arrow.waits is None else 3.5
                x2, y2 = x2 - c * gap, y2 - s * gap
            back = 0.0 if lost else HEAD - 2
            to = f"{_n(x2 - c * back)} {_n(y2 - s * back)}"
            dash = {"lost": ' stroke-dasharray="6 4"', "duplicate": ' stroke-dasharray="2 3"'}
            dashes = next((dash[k] for k in dash if k in arrow.kind), "")
            yield f'<path d="M{_n(x1)} {_n(y1)}L{to}"{dashes}/>'
        if "lost" in arrow.kind:
            cross = "l4.5 4.5m0-9l-9 9m0-9l4.5 4.5"
            yield f'<path class="cross" d="M{_n(x2)} {_n(y2)}{cross}"/>'
        else:
            yield f'<path class="head" d="{_head(x2, y2, c, s)}"/>'
        if arrow.waits is not None:
            x = arrow.end[0] + (-3 if arrow.start[0] < arrow.end[0] else 3)
            yield f'<path class="wait" d="M{_n(x)} {_n(arrow.end[1])}V{_n(arrow.waits)}"/>'
        yield "</g>"

    def _event(self, event: Event) -> Iterator[str]:
        trace, at = self.trace, event.position
        x, y = self.columns[event.node], self.height(_micro(event))
        lamport = trace.lamport()[at]
        vector = ",".join(map(str, trace.vectors()[at]))
        name = f"{event.name}, {event.time:g} ms: {trace.describe(event)}."
        yield (
            f'<g class="event {event.kind}" role="img" data-node="{escape(event.node)}"'
            f' data-number="{event.number}" data-lamport="{lamport}"'
            f' data-vector="{vector}" transform="translate({_n(x)} {_n(y)})">'
        )
        yield f"<title>{escape(name, quote=False)} Lamport {lamport}.</title>"
        if event.kind == "crash":
            yield '<path class="mark" d="M-6-6L6 6M6-6L-6 6"/>'
        elif event.kind == "restart":
            yield '<path class="mark" d="M-6-5H6L0 6Z" fill="currentColor"/>'
        else:
            yield f'<circle class="mark" r="{_n(DOT)}" fill="currentColor"/>'
        if at in self.labels:
            label = self.labels[at]
            extra = f' font-size="{_n(label.size)}" fill="currentColor" stroke="none"'
            yield _text(label._replace(x=label.x - x, y=label.y - y), "", extra)
        yield "</g>"


def _micro(event: Event) -> int:
    return round(event.time * 1000)


def _ms(time: int) -> str:
    return f"{time / 1000:.1f}".removesuffix(".0")


def _n(length: float) -> str:
    """A length with one decimal at most, the same on every machine."""
    return f"{length + 0.0:.1f}".removesuffix(".0").replace("-0", "-0") or "0"


def _data(arrow: Arrow) -> str:
    receive = "" if arrow.receive is None else f' data-receive="{arrow.receive}"'
    return f' data-send="{arrow.send}"{receive}'


def _text(label: Label, classes: str = "", extra: str = "") -> str:
    """A label as SVG; its lines are centered on its height."""
    shift = 0.34 * label.size
    step = label.size * 1.2
    first = shift - step * (len(label.lines) - 1) / 2
    turn = f" rotate({_n(label.angle)})" if label.slope[1] else ""
    place = f' transform="translate({_n(label.x)} {_n(label.y)}){turn}"'
    anchor = "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    kind = f' class="{classes}"' if classes else ""
    if len(label.lines) == 1:
        words = escape(label.lines[0], quote=False)
        if not turn:
            place = f' x="{_n(label.x)}" y="{_n(label.y + first)}"'
            return f"<text{kind}{place}{anchor}{extra}>{words}</text>"
        return f'<text{kind}{place} y="{_n(first)}"{anchor}{extra}>{words}</text>'
    spans = "\n".join(
        f'<tspan x="0" y="{_n(first + step * n)}">{escape(line, quote=False)}</tspan>'
        for n, line in enumerate(label.lines)
    )
    return f"<text{kind}{place}{anchor}{extra}>\n{spans}\n</text>"


def _lifeline(x: float, top: float, bottom: float, up: bool) -> str:
    kind = "life" if up else "life down"
    dots = "" if up else ' stroke-dasharray="1 5"'
    return f'<path class="{kind}" d="M{_n(x)} {_n(top)}V{_n(bottom)}"{dots}/>'


def _head(x: float, y: float, c: float, s: float) -> str:
    """An arrow head with its tip at a point, looking in a direction."""
    a, b = HEAD, HEAD * 0.4
    corners = ((x - a * c - b * s, y - a * s + b * c), (x - a * c + b * s, y - a * s - b * c))
    return f"M{_n(x)} {_n(y)}" + "".join(f"L{_n(u)} {_n(v)}" for u, v in corners) + "Z"


def _hatch(x1: float, y1: float, x2: float, y2: float) -> str:
    """Slanted lines that fill a rectangle."""
    lines = []
    wide, tall = x2 - x1, y2 - y1
    at = 9.0
    while at < wide + tall:
        left = (max(0.0, at - tall), min(tall, at))
        right = (min(wide, at), max(0.0, at - wide))
        lines.append(
            f"M{_n(x1 + left[0])} {_n(y1 + left[1])}L{_n(x1 + right[0])} {_n(y1 + right[1])}"
        )
        at += 9.0
    return "".join(lines)
