"""A run as a space-time diagram: time runs downwards, messages are slanted arrows.

After the figures of Lamport's paper (1978). The drawing has classes and no colors;
shapes and dashes carry the meaning, so that it reads in black and white as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from math import sqrt
from typing import NamedTuple, TypeAlias

from . import svg
from .labels import Label, Point, Sheet, along, text_width, wrap
from .message import Message
from .trace import Event, Trace

# Lengths in units of the drawing: one is a pixel at its natural size.
NAME, TEXT, SMALL = 15.0, 14.0, 12.5  # sizes of node names, of labels, of times
DOT = 4.2  # radius of an event
HEAD = 8.5  # length of an arrow head
COLUMN = (112.0, 230.0)  # least and most between two lifelines, for their labels
LABEL = COLUMN[1] - 50  # longest line of a message's label
NOTE = 104.0  # longest line of a note
ROW = (20.0, 32.0, 60.0)  # least, usual and most between two instants
STACK = 16.0  # between two events of a node at the same instant
WALL = 24.0  # from a lifeline to the shade of a cut
WORDS = {
    "timeout": "time-out",
    "ignore": "too late",
    "crash": "crash",
    "restart": "restart",
}
DASHES = {"lost": ' stroke-dasharray="6 4"', "duplicate": ' stroke-dasharray="2 3"'}

LOOP = 34.0  # how far a message to oneself swings out

# An instant in microseconds, and a place in what happens to a node at that instant.
Row: TypeAlias = tuple[int, int]
END: Row = (1 << 60, 0)  # after everything


class Arrow(NamedTuple):
    """A message as it is drawn."""

    kinds: tuple[str, ...]  # lost, duplicate, late
    text: tuple[str, ...]  # its words, in lines
    send: int
    receive: int | None
    start: Point
    end: Point  # on the lifeline of the receiver, or where it was lost
    waits: float | None  # down to where it lay in the mailbox

    @property
    def data(self) -> str:
        """The events that it joins, as attributes."""
        end = "" if self.receive is None else f' data-receive="{self.receive}"'
        return f' data-send="{self.send}"{end}'


class Cut(NamedTuple):
    """A cut of the network, between two times in microseconds."""

    text: str
    pairs: tuple[tuple[str, str], ...]
    start: int
    stop: int | None

    def holds(self, time: int, message: Message) -> bool:
        """True if it kept back a message at a time."""
        lasts = self.start <= time and (self.stop is None or time < self.stop)
        return lasts and (message.sender, message.to) in self.pairs


def draw(trace: Trace, title: str, description: str) -> str:
    """The run as SVG. `title` and `description` are for screen readers."""
    extra: dict[Row, float] = {}
    for _ in range(12):
        drawing = Drawing(trace, extra)
        if not drawing.sheet.crowded:
            break
        # Some texts found no room: spread the rows beside them, and try again.
        for label in drawing.sheet.crowded:
            heights = [y for _, y in label.corners()]
            for row, above, below in drawing.gaps:
                if above < max(heights) and below > min(heights):
                    extra[row] = min(extra.get(row, 0.0) + 6, 48)
    return "\n".join(drawing.svg(title, description))


_ANCHOR = {1: "start", -1: "end"}


class Drawing:
    """Where everything is, worked out in the order of the methods."""

    def __init__(self, trace: Trace, extra: dict[Row, float]) -> None:
        self.trace = trace
        self.losses: dict[int, int] = {}  # message id → when it was lost
        self.copies: set[int] = set()
        for incident in trace.incidents:
            if incident.message and incident.kind == "lose":
                self.losses[incident.message.id] = round(incident.time * 1000)
            elif incident.message and incident.kind == "duplicate":
                self.copies.add(incident.message.id)
        # Short names, as papers use them, stand beside the dots.
        self.named = all(len(name) <= 2 for name in trace.nodes)
        self.cuts = list(self._cuts())
        self.names = [wrap(name, NAME, 140.0) for name in trace.nodes]
        self.box = round(max(map(len, self.names)) * NAME * 1.2 + 10)
        self._rows(extra)
        self._columns()
        self.at = [(self.columns[e.node], self._y(e)) for e in trace.events]
        self.arrows = [self._arrow(e, m) for e in trace.events for m in e.sent]
        self._labels()

    # Times and heights ------------------------------------------------------

    def _cuts(self) -> Iterator[Cut]:
        changes = [i for i in self.trace.incidents if i.kind in ("cut", "heal")]
        for at, cut in enumerate(changes):
            if cut.kind == "cut":
                rest = (i for i in changes[at:] if i.kind == "heal")
                heal = next((i for i in rest if i.pairs == cut.pairs), None)
                text = cut.text.removeprefix("the network is cut: ")
                stop = None if heal is None else round(heal.time * 1000)
                yield Cut(text, cut.pairs, round(cut.time * 1000), stop)

    def _rows(self, extra: dict[Row, float]) -> None:
        """Give every instant a height: in order, roughly to scale, well apart."""
        events = self.trace.events
        self.row_of: list[Row] = []
        last: dict[str, Row] = {}
        for event in events:
            row = (round(event.time * 1000), 0)
            causes = [last.get(event.node)]
            if event.received is not None:
                causes.append(self.row_of[self.trace.send_of[event.received.id]])
            for cause in causes:
                if cause is not None and cause[0] == row[0]:
                    row = max(row, (row[0], cause[1] + 1))
            last[event.node] = row
            self.row_of.append(row)
        self.shown = {time for time, _ in self.row_of}
        for cut in self.cuts:
            self.shown |= {cut.start} | ({cut.stop} if cut.stop is not None else set())
        arrivals = {
            message.arrives
            for event in events
            for message in event.sent
            if self.losses.get(message.id) != message.sent
        }
        rows = sorted({*self.row_of, *((t, 0) for t in self.shown | arrivals)})
        times = sorted({time for time, _ in rows})
        steps = sorted(b - a for a, b in pairwise(times)) or [1]
        usual, dense = steps[len(steps) // 2], 0.8 if len(times) > 30 else 1.0
        y: float = round(self.box + 26 + extra.get(rows[0], 0)) if rows else self.box
        top = y
        self.heights = dict.fromkeys(rows[:1], y)
        self.gaps: list[tuple[Row, float, float]]
        self.gaps = [(row, self.box, y) for row in rows[:1]]
        for before, row in pairwise(rows):
            above = y
            if row[0] == before[0]:
                y += STACK
            else:
                step = ROW[1] * sqrt((row[0] - before[0]) / usual)
                step = min(max(step, ROW[0]), ROW[2]) * dense
                y = max(y + ROW[0] * dense, top + step)
            self.heights[row] = y = round(y + extra.get(row, 0))
            self.gaps.append((row, above, y))
            top = y if row[1] == 0 else top
        self.bottom = y + 26 + extra.get(END, 0)
        self.gaps.append((END, y, self.bottom))

    def _height(self, time: int) -> float:
        """The height of a time, also of one at which nothing happened."""
        if (time, 0) in self.heights:
            return self.heights[time, 0]
        above = max((row for row in self.heights if row[0] < time), default=END)
        below = min((row for row in self.heights if row[0] > time), default=END)
        if END in (above, below):
            return self.bottom
        share = (time - above[0]) / (below[0] - above[0])
        return self.heights[above] * (1 - share) + self.heights[below] * share

    # Columns ----------------------------------------------------------------

    def _note(self, event: Event) -> tuple[str, ...]:
        """The words beside an event, in lines."""
        words = event.text or WORDS.get(event.kind, "")
        same = self.named and words == event.name
        return () if same else wrap(words, TEXT, NOTE)

    def _words(self, message: Message) -> tuple[str, ...]:
        """The words along a message, in lines."""
        words = " ".join(str(message).split())
        sent = self.trace.events[self.trace.send_of[message.id]]
        if message.body is None or (self.named and words == sent.name):
            return ()
        return wrap(words if len(words) <= 72 else words[:71] + "…", TEXT, LABEL)

    def _columns(self) -> None:
        """Give every lifeline its place, with room for the words beside it."""
        nodes, events = self.trace.nodes, self.trace.events
        place = {name: at for at, name in enumerate(nodes)}
        self.boxes = [max(_wide(n, NAME) * 1.06 + 22, 44) for n in self.names]
        notes = [0.0] * len(nodes)
        gaps = [
            max(COLUMN[0], (left + right) / 2 + 14)
            for left, right in pairwise(self.boxes)
        ]
        loops = 0.0
        for event in events:
            at = place[event.node]
            words = self._note(event) or ((event.name,) if self.named else ())
            notes[at] = max(notes[at], _wide(words, TEXT) + 14)
            for message in event.sent:
                a, b = sorted((at, place[message.to]))
                wide = _wide(self._words(message), TEXT)
                if b - a == 1:
                    gaps[a] = max(gaps[a], min(wide + 46, COLUMN[1]))
                elif a == b:
                    loops = max(loops, LOOP + 8 + wide)
        for at in range(1, len(gaps)):
            gaps[at] = max(gaps[at], notes[at] + 12)
        for cut in self.cuts:
            for at, pair in enumerate(pairwise(nodes)):
                if pair in cut.pairs or pair[::-1] in cut.pairs:
                    longest = max(cut.text.split(), key=len)
                    wide = min(text_width(longest, SMALL), 110) + 2 * WALL + 10
                    gaps[at] = max(gaps[at], wide)
        times = ["ms", *map(_ms, self.shown)]
        self.axis = 4 + _wide(tuple(times), SMALL)
        left = notes[0] if len(nodes) > 1 else 0
        x = round(self.axis + 12 + max(self.boxes[0] / 2, left))
        self.columns: dict[str, float] = {nodes[0]: x}
        for name, gap in zip(nodes[1:], gaps, strict=True):
            self.columns[name] = x = round(x + gap)
        self.width = x + max(self.boxes[-1] / 2 + 2, notes[-1], loops)

    # Arrows -----------------------------------------------------------------

    def _y(self, event: Event) -> float:
        return self.heights[self.row_of[event.position]]

    def _arrow(self, event: Event, message: Message) -> Arrow:
        """Where a message leaves, and how far it comes."""
        receive = self.trace.receipt_of.get(message.id)
        lost = self.losses.get(message.id)
        x1, y1 = self.at[event.position]
        x2, y2 = self.columns[message.to], self._height(message.arrives)
        kinds, waits = [], None
        if message.id in self.copies:
            kinds.append("duplicate")
        if receive is not None:
            received = self.trace.events[receive]
            if received.kind == "ignore":
                kinds.append("late")
            if round(received.time * 1000) > message.arrives:
                waits = self._y(received)
            else:
                y2 = self._y(received)
        elif (
            lost is not None and lost == message.sent
        ):  # somewhere on the way: nobody knows where
            kinds.append("lost")
            x, slope = self._lost_at(message, lost), min(y2 - y1, 64) / (x2 - x1 or 1)
            x2, y2 = x, y1 + slope * (x - x1)
        elif lost == message.arrives:
            kinds.append("lost")
            x2 += 10 if x2 < x1 else -10
        else:  # it still lies in the mailbox, or did when the node crashed
            waits = self.bottom if lost is None else self._height(lost)
        text = () if message.id in self.copies else self._words(message)
        ends = (x1, y1), (x2, y2)
        return Arrow(tuple(kinds), text, event.position, receive, *ends, waits)

    def _lost_at(self, message: Message, time: int) -> float:
        """How far a lost message is drawn: to a cut, or some way."""
        x1, x2 = self.columns[message.sender], self.columns[message.to]
        for cut in self.cuts:
            if cut.holds(time, message):
                middles = [(a + b) / 2 for a, b in self._walls(cut)]
                between = [x for x in middles if min(x1, x2) < x < max(x1, x2)]
                if between:
                    return min(between, key=lambda x: abs(x - x1))
        return x1 + 0.62 * (x2 - x1)

    def _walls(self, cut: Cut) -> list[Point]:
        """From where to where a cut is shaded: between the nodes that it parts."""
        walls = [
            (self.columns[a] + WALL, self.columns[b] - WALL)
            for a, b in pairwise(self.trace.nodes)
            if (a, b) in cut.pairs or (b, a) in cut.pairs
        ]
        xs = [self.columns[name] for pair in cut.pairs for name in pair]
        return walls or [(min(xs) + WALL, max(xs) - WALL)]

    def _band(self, cut: Cut) -> Point:
        """From which height to which a cut is in force."""
        top = self._height(cut.start)
        return top, self.bottom if cut.stop is None else self._height(cut.stop)

    # Words ------------------------------------------------------------------

    def _labels(self) -> None:
        """Find a place for every text, the least movable ones first."""
        self.sheet = sheet = Sheet(self.axis, self.box + 3, self.width, self.bottom)
        for x in self.columns.values():
            sheet.add([(x, 0), (x, self.bottom)], 40)
        for x, y in self.at:
            sheet.add_box(x - 6, y - 6, x + 6, y + 6, 200)
        for arrow in self.arrows:
            (x1, y1), (x2, y2) = arrow.start, arrow.end
            if x1 == x2:
                sheet.add_box(x1, y1, x1 + LOOP, y2, 400)
            else:
                sheet.add([arrow.start, arrow.end], 25)
            if arrow.waits is not None:
                sheet.add_box(x2 - 7, y2, x2 + 7, arrow.waits, 60)
        for cut in self.cuts:
            top, stop = self._band(cut)
            for left, right in self._walls(cut):
                sheet.add_box(left, top, right, stop, 10)
        self.cut_labels = [self._cut_label(cut) for cut in self.cuts]
        self.labels: dict[int, Label] = {}
        events = self.trace.events
        for event in events:
            if lines := self._note(event):
                self.labels[event.position] = self._beside(event, lines, TEXT)
        self.words = list(self._along())
        for event in events:
            if self.named and event.position not in self.labels:
                label = self._beside(event, (event.name,), SMALL)
                self.labels[event.position] = label

    def _beside(self, event: Event, lines: tuple[str, ...], size: float) -> Label:
        """Words beside an event: outside at the edges, else where there is room."""
        x, y = self.at[event.position]
        nodes = self.trace.nodes
        first = -1 if event.node == nodes[0] and len(nodes) > 1 else 1
        other = 1200 if event.node in (nodes[0], nodes[-1]) else 8
        return self.sheet.place(
            (
                Label(lines, x + side * 10, y + up, _ANCHOR[side], size),
                (side != first) * other + abs(up) / 3,
            )
            for side in (first, -first)
            for up in (0, -8, 8)
        )

    def _along(self) -> Iterator[tuple[Arrow, Label]]:
        """Words along the arrows; what is sent to many is written once a side."""
        groups: dict[tuple[int, tuple[str, ...], bool], list[Arrow]] = {}
        for arrow in self.arrows:
            if arrow.text:
                side = arrow.start[0] < arrow.end[0]
                groups.setdefault((arrow.send, arrow.text, side), []).append(arrow)
        for arrows in groups.values():
            arrow = arrows[0]
            (x1, y1), (x2, y2) = arrow.start, arrow.end
            if x1 == x2:
                loop = Label(arrow.text, x1 + LOOP + 6, (y1 + y2) / 2, "start")
                yield arrow, self.sheet.place([(loop, 0)])
            else:
                places = [along(a.start, a.end, a.text, TEXT) for a in arrows]
                yield (
                    arrow,
                    self.sheet.place(place for some in places for place in some),
                )

    def _cut_label(self, cut: Cut) -> Label:
        left, right = self._walls(cut)[0]
        middle = Label(
            ("cut", *wrap(cut.text, SMALL, right - left - 6)), (left + right) / 2, 0
        )
        middle = middle._replace(size=SMALL)
        top, stop = self._band(cut)
        y = top + middle.height / 2 + 4
        label = self.sheet.place((middle._replace(y=y + 6 * n), n) for n in range(8))
        if label.y + label.height / 2 > stop - 8:
            self.sheet.crowded.append(label)
        return label

    # SVG --------------------------------------------------------------------

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
                yield svg.text(Label((_ms(time),), self.axis, y, "end", SMALL))
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


def _wide(lines: tuple[str, ...], size: float) -> float:
    return max((text_width(line, size) for line in lines), default=0.0)


def _size(size: float) -> str:
    return f' font-size="{svg.number(size)}"{svg.INK}'


def _ms(time: int) -> str:
    return f"{time / 1000:.1f}".removesuffix(".0")


def _life(x: float, top: float, bottom: float, up: bool) -> str:
    steps = f"M{svg.points(x, top)}V{svg.number(bottom)}"
    if up:
        return svg.path("life", steps)
    return svg.path("life down", steps, ' stroke-dasharray="1 5"')
