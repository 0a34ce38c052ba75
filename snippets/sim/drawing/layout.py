"""Where the parts of a space-time diagram are: times, lifelines, messages, words.

Time runs downwards in the order of the run and roughly to scale: two instants are
never too close to read, nor farther apart than the eye follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import sqrt
from typing import NamedTuple, TypeAlias

from ..message import Message
from ..trace import Event, Trace
from .labels import Label, Point, Sheet, along, text_width, wrap

# Lengths in units of the drawing: one is a pixel at its natural size.
NAME, TEXT, SMALL = 15.0, 14.0, 12.5  # sizes of node names, of labels, of times
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

LOOP = 34.0  # how far a message to oneself swings out

# An instant in microseconds, and a place in what happens to a node at that instant.
Row: TypeAlias = tuple[int, int]
END: Row = (1 << 60, 0)  # after everything
_ANCHOR = {1: "start", -1: "end"}


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
    def toward(self) -> Point:
        """Where it was going: its words may go on where it was lost."""
        (x1, y1), (x2, y2) = self.start, self.end
        more = 1.45 if "lost" in self.kinds else 1.0
        return x1 + more * (x2 - x1), y1 + more * (y2 - y1)

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


class Layout:
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
        self.named = all(len(name) == 1 for name in trace.nodes)
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
                    gaps[a] = max(gaps[a], min(wide + 36, COLUMN[1]))
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
        times = ["ms", *map(ms, self.shown)]
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
            if "lost" in arrow.kinds:
                sheet.add_box(x2 - 6, y2 - 6, x2 + 6, y2 + 6, 200)
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
                places = [along(a.start, a.toward, a.text, TEXT) for a in arrows]
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


def _wide(lines: tuple[str, ...], size: float) -> float:
    return max((text_width(line, size) for line in lines), default=0.0)


def ms(time: int) -> str:
    """Microseconds as milliseconds, to a tenth."""
    return f"{time / 1000:.1f}".removesuffix(".0")
