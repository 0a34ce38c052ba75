"""The messages of a space-time diagram: where each leaves, and how far it comes."""

from __future__ import annotations

from typing import NamedTuple

from ..message import Message
from ..trace import Event
from .labels import Point
from .layout import SLANT, Layout


class Arrow(NamedTuple):
    """A message as it is drawn."""

    kinds: tuple[str, ...]  # lost, duplicate, late, open
    text: tuple[str, ...]  # its words, in lines
    send: int
    receive: int | None
    start: Point
    end: Point  # on the lifeline of the receiver, or where it was lost
    waits: float | None  # down to where it lay in the mailbox
    band: tuple[float, float, float] | None
    """If its bytes take time: heights of its event, and of the first byte at each end.
    The last byte is the arrow itself."""
    bow: float = 0.0  # how far down its middle is bent, past the event of another

    @property
    def control(self) -> Point:
        """The control point of the curve that it is."""
        (x1, y1), (x2, y2) = self.start, self.end
        return (x1 + x2) / 2, (y1 + y2) / 2 + 2 * self.bow

    @property
    def parts(self) -> list[tuple[Point, Point]]:
        """The straight lines that it is, or is close to."""
        (x1, y1), (x2, y2) = self.start, self.end
        if not self.bow:
            return [(self.start, self.end)]
        middle = (x1 + x2) / 2, (y1 + y2) / 2 + self.bow
        return [(self.start, middle), (middle, self.end)]

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


def arrows(layout: Layout) -> list[Arrow]:
    """All messages of a run, in the order in which they were sent."""
    every = (_arrow(layout, e, m) for e in layout.trace.events for m in e.sent)
    return [arrow._replace(bow=_bow(layout, arrow)) for arrow in every]


def _arrow(layout: Layout, event: Event, message: Message) -> Arrow:
    """Where a message leaves, and how far it comes."""
    receive = layout.trace.receipt_of.get(message.id)
    lost = layout.losses.get(message.id)
    x1, y1 = layout.at[event.position]
    x2, y2 = layout.columns[message.to], layout.time.height(message.arrives)
    kinds, waits, band = [], None, None
    if message.id in layout.copies:
        kinds.append("duplicate")
    if (span := layout.trace.transmissions.get(message.id)) and lost != message.sent:
        first, last = span
        queued = first > message.sent
        near = max(y1, layout.time.height(first)) if queued else y1
        far = layout.time.height(message.arrives - (last - first))
        if layout.time.height(last) - y1 > 1:
            band = y1, near, far
            y1 = layout.time.height(last)
    y2 = max(y2, y1 + SLANT)
    if receive is not None:
        received = layout.trace.events[receive]
        if received.kind == "ignore":
            kinds.append("late")
        if layout.times[receive] > message.arrives:
            waits = layout.heights[receive]
        else:
            y2 = layout.heights[receive]
    elif (
        lost is not None and lost == message.sent
    ):  # somewhere on the way: nobody knows where
        kinds.append("lost")
        x, slope = _lost_at(layout, message, lost), min(y2 - y1, 64) / (x2 - x1 or 1)
        x2, y2 = x, y1 + slope * (x - x1)
    elif lost == message.arrives:
        kinds.append("lost")
        x2 += 10 if x2 < x1 else -10
    elif message.id in layout.under_way:
        kinds.append("open")
        x2, y2 = _open_end(layout, (x1, y1), (x2, y2))
    else:  # it still lies in the mailbox, or did when the node crashed
        waits = layout.bottom if lost is None else layout.time.height(lost)
    text = () if message.id in layout.copies else layout.words(message)
    ends = (x1, y1), (x2, y2)
    return Arrow(tuple(kinds), text, event.position, receive, *ends, waits, band)


def _bow(layout: Layout, arrow: Arrow) -> float:
    """How far an arrow is bent: an event of another node must not seem its own."""
    (x1, y1), (x2, y2) = arrow.start, arrow.end
    clear = layout.dot + 6
    most = abs(y2 - y1) / 4 - 1  # beyond that, a part of it would rise
    for name, x in layout.columns.items():
        if not min(x1, x2) < x < max(x1, x2):
            continue
        share = (x - x1) / (x2 - x1)
        here = y1 + share * (y2 - y1)
        for at in layout.events_of[name]:
            off = layout.heights[at] - here
            if abs(off) >= clear:
                continue
            down = (clear + off) / (4 * share * (1 - share))
            up = (off - clear) / (4 * share * (1 - share))
            first, second = (up, down) if off > 0 else (down, up)
            bow = first if abs(first) <= most else second
            return bow if abs(bow) <= most else 0.0
    return 0.0


def _open_end(layout: Layout, start: Point, end: Point) -> Point:
    """How far a message has come that is still under way at the end."""
    (x1, y1), (x2, y2) = start, end
    stop = layout.bottom - 3
    if not layout.trace.timed:
        y2 = stop + 0.4 * (stop - y1)
    share = min((stop - y1) / (y2 - y1), 0.9) if y2 > y1 else 0.5
    return x1 + share * (x2 - x1), y1 + share * (y2 - y1)


def _lost_at(layout: Layout, message: Message, time: int) -> float:
    """How far a lost message is drawn: to a cut, or some way."""
    x1, x2 = layout.columns[message.sender], layout.columns[message.to]
    for cut in layout.cuts:
        if cut.holds(time, message):
            middles = [(a + b) / 2 for a, b in layout.walls(cut)]
            between = [x for x in middles if min(x1, x2) < x < max(x1, x2)]
            if between:
                return min(between, key=lambda x: abs(x - x1))
    return x1 + 0.62 * (x2 - x1)
