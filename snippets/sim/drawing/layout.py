"""Where the shapes of a space-time diagram are: times, lifelines, messages, bars.

Time runs downwards and to scale (see `timeline`). What happens at one node within less
than the size of a dot is drawn as dots that touch, around its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from ..message import Message
from ..trace import Event, Trace
from .labels import Point, text_width, wrap
from .signs import visible
from .timeline import Steps, Tear, Timeline, best_scale, spread, stretches

# Lengths in units of the drawing: one is a pixel at its natural size.
NAME, TEXT, SMALL = 15.0, 14.0, 12.5  # sizes of node names, of labels, of times
COLUMN = (112.0, 230.0)  # least and most between two lifelines, for their labels
LABEL = COLUMN[1] - 50  # longest line of a message's label
NOTE = 104.0  # longest line of a note
DOT = (3.2, 4.2)  # least and usual radius of an event
PITCH = (3.2, 9.0)  # least and best from dot to dot of what happens at once
STACK = 34.0  # best height of many dots
SLANT = 3.0  # every arrow falls by that much
MARGIN = 26.0  # above the first event and below the last
WALL = 24.0  # from a lifeline to the shade of a cut
LOOP = 34.0  # how far a message to oneself swings out
WORDS = {
    "timeout": "timeout",
    "ignore": "ignored",
    "crash": "crash",
    "restart": "restart",
}


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
    """Where everything is, worked out in the order of the methods.

    `more`: how much taller than best it may be, for words that found no room.
    """

    def __init__(self, trace: Trace, more: float = 1.0) -> None:
        self.trace = trace
        self.losses: dict[int, int] = {}  # message id → when it was lost
        self.copies: set[int] = set()
        self.under_way: set[int] = set()
        for incident in trace.incidents:
            if incident.message and incident.kind == "lose":
                self.losses[incident.message.id] = round(incident.time * 1000)
            elif incident.message and incident.kind == "duplicate":
                self.copies.add(incident.message.id)
            elif incident.message and incident.kind == "under way":
                self.under_way.add(incident.message.id)
        self.times = [round(event.time * 1000) for event in trace.events]
        # Short names, as papers use them, stand beside the dots; and all names where
        # there are no times to tell the events apart, or a text names them.
        short = all(len(name) == 1 for name in trace.nodes)
        self.named = short or trace.named or not trace.timed
        self.notes = [self._note(event) for event in trace.events]
        self.cuts = list(self._cuts())
        self.names = [wrap(visible(name), NAME, 140.0) for name in trace.nodes]
        self.box = round(max(map(len, self.names)) * NAME * 1.2 + 10)
        self._time(more)
        self._columns()
        self.at = [
            (self.columns[event.node], y)
            for event, y in zip(trace.events, self.heights, strict=True)
        ]

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

    def _time(self, more: float) -> None:
        """Give every time a height, and every event."""
        trace = self.trace
        self.shown = set(self.times)  # the times that are written
        for cut in self.cuts:
            self.shown |= {cut.start} | ({cut.stop} if cut.stop is not None else set())
        flights, waits = [], []
        for message in (m for event in trace.events for m in event.sent):
            if self.losses.get(message.id) == message.sent:
                continue
            flights.append((message.sent, message.arrives))
            receipt = trace.receipt_of.get(message.id)
            if receipt is not None and self.times[receipt] > message.arrives:
                waits.append((message.arrives, self.times[receipt]))
        far = {stop for _, stop in flights}
        far -= {
            message.arrives
            for event in trace.events
            for message in event.sent
            if message.id in self.under_way
        }
        far |= set(trace.patience.values())  # a wait is drawn from its beginning
        instants = sorted(self.shown | far) or [0]
        # To a tenth of a ms, unless everything is over before.
        self.decimals = 1 if instants[-1] - instants[0] >= 1000 else 3
        of_node: dict[str, list[int]] = {name: [] for name in trace.nodes}
        for event in trace.events:
            of_node[event.node].append(event.position)
        self.events_of = of_node
        above, below = self._margins(of_node, instants[0], instants[-1])
        top = round(self.box + above)
        self.time: Timeline | Steps
        self.dot = DOT[1]
        if not trace.timed:
            self.shown |= set(trace.step_times)
            self.time = Steps(trace.step_times, top, more)
            self.heights = self._spread(of_node, PITCH[1])
        else:
            ways = [b - a for a, b in flights]
            apart = [
                self.times[b] - self.times[a]
                for mine in of_node.values()
                for a, b in pairwise(mine)
            ]
            every = stretches(instants, flights, waits)
            scale, hop, limited = best_scale(
                every, [*ways, *apart], len(self.times), more
            )
            for _ in range(3):
                self.time = Timeline(limited, scale, top, instants[0])
                pitch = min(max(0.3 * hop * scale, PITCH[0]), PITCH[1])
                self.dot = min(DOT[1], 2.2 + 0.3 * pitch)
                self.heights = self._spread(of_node, pitch)
                if (needed := self._needed(scale)) <= scale:
                    break
                scale = min(needed, scale * 1.5)
        self._fall()
        self.bottom = round(max([self.time.bottom, *self.heights]) + below)

    def _margins(
        self, of_node: dict[str, list[int]], first: int, last: int
    ) -> tuple[float, float]:
        """The room above the first events and below the last, for words beside them."""
        above = below = MARGIN
        for mine in of_node.values():
            for time in (first, last):
                lines = sum(
                    max(len(self.notes[at]), self.named)
                    for at in mine
                    if self.times[at] == time
                )
                room = lines * TEXT * 0.6 + 8
                if time == first:
                    above = max(above, room)
                if time == last:
                    below = max(below, room)
        return above, below

    def _spread(self, of_node: dict[str, list[int]], pitch: float) -> list[float]:
        """The height of each event: at its time, or as near as its neighbors let it."""
        heights = [0.0] * len(self.times)
        for mine in of_node.values():
            number: dict[int, int] = {}
            for at in mine:
                number[self.times[at]] = number.get(self.times[at], 0) + 1
            room = [
                min(pitch, max(STACK / number[self.times[at]], PITCH[0])) for at in mine
            ]
            wanted = [self.time.height(self.times[at]) for at in mine]
            for at, y in zip(mine, spread(wanted, room), strict=True):
                heights[at] = y
        return heights

    def _needed(self, scale: float) -> float:
        """The scale at which every message that takes time would fall."""
        needed = scale
        for message_id, start in self.trace.send_of.items():
            end = self.trace.receipt_of.get(message_id)
            if end is None or (took := self.times[end] - self.times[start]) <= 0:
                continue
            short = SLANT - (self.heights[end] - self.heights[start])
            if short > 0.01:
                needed = max(needed, scale + short / took)
        return needed

    def _fall(self) -> None:
        """Let causes stand above effects, also where nothing took time."""
        above: dict[str, float] = {}
        for event in self.trace.events:
            y = self.heights[event.position]
            if event.received is not None:
                y = max(y, self.heights[self.trace.send_of[event.received.id]] + SLANT)
            if event.node in above:
                y = max(y, above[event.node] + PITCH[0] * 0.99)
            self.heights[event.position] = above[event.node] = y

    # Columns ----------------------------------------------------------------

    def _note(self, event: Event) -> tuple[str, ...]:
        """The words beside an event, in lines: its own, after its name if it has one.

        The name is the beginning of the words of some notes, as in Lamport's figures.
        """
        words = _line(event.text) or WORDS.get(event.kind, "")
        if self.named and not words.startswith(name := visible(event.name)):
            words = f"{name} {words}" if words else name
        return wrap(words, TEXT, NOTE + 36 * self.named)

    def words(self, message: Message) -> tuple[str, ...]:
        """The words along a message, in lines."""
        words = _line(str(message))
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
            notes[at] = max(notes[at], _wide(self.notes[event.position], TEXT) + 18)
            for message in event.sent:
                a, b = sorted((at, place[message.to]))
                wide = _wide(self.words(message), TEXT)
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
        times = [self.trace.unit, *map(self.tick, self.shown)]
        times += [f"– {length(tear)}" for tear in self.time.tears]
        self.axis = 4 + _wide(tuple(times), SMALL)
        left = notes[0] if len(nodes) > 1 else 0
        x = round(self.axis + 12 + max(self.boxes[0] / 2, left))
        self.columns: dict[str, float] = {nodes[0]: x}
        for name, gap in zip(nodes[1:], gaps, strict=True):
            self.columns[name] = x = round(x + gap)
        self.width = x + max(self.boxes[-1] / 2 + 2, notes[-1], loops)

    def tick(self, time: int) -> str:
        """A time in words of the axis."""
        trace = self.trace
        return ms(time, self.decimals) if trace.timed else trace.step(time)

    def frontier(self, inside: Mapping[str, int]) -> list[Point]:
        """The line that parts the first events of each node from the rest, as level as
        it can be.
        """
        spans = []
        for name in self.trace.nodes:
            mine = [self.at[e.position][1] for e in self.trace.events if e.node == name]
            count = min(inside.get(name, 0), len(mine))
            ends = [self.box + 8.0, *mine, self.bottom - 2.0]
            low, high = ends[count], ends[count + 1]
            clear = min(self.dot + 12, (high - low) / 2)
            spans.append((low + clear, high - clear))
        levels = [y for span in spans for y in span]
        level = min(levels, key=lambda y: sum(max(a - y, 0.0, y - b) for a, b in spans))
        heights = [min(max(level, a), b) for a, b in spans]
        line = list(zip(self.columns.values(), heights, strict=True))
        return [(self.axis + 8, heights[0]), *line, (self.width - 2, heights[-1])]

    # Cuts of the network ---------------------------------------------------

    def walls(self, cut: Cut) -> list[Point]:
        """From where to where a cut is shaded: between the nodes that it parts."""
        walls = [
            (self.columns[a] + WALL, self.columns[b] - WALL)
            for a, b in pairwise(self.trace.nodes)
            if (a, b) in cut.pairs or (b, a) in cut.pairs
        ]
        xs = [self.columns[name] for pair in cut.pairs for name in pair]
        return walls or [(min(xs) + WALL, max(xs) - WALL)]

    def band(self, cut: Cut) -> Point:
        """From which height to which a cut is in force."""
        top = self.time.height(cut.start)
        return top, self.bottom if cut.stop is None else self.time.height(cut.stop)


def _line(text: str) -> str:
    """A text in one line, with every sign that it has."""
    return " ".join(visible(text).split())


def _wide(lines: tuple[str, ...], size: float) -> float:
    return max((text_width(line, size) for line in lines), default=0.0)


def ms(time: int, decimals: int = 1) -> str:
    """Microseconds as milliseconds."""
    text = f"{time / 1000:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def length(tear: Tear) -> str:
    """How much time a tear leaves out, in words."""
    span = tear.stop - tear.start
    if span < 1_000_000:
        return f"{span / 1000:g} ms"
    return f"{span / 1_000_000:g} s"
