"""What happened, as data: the events of a run and what could have caused what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from .message import Message

if TYPE_CHECKING:
    from .node import Node

Entry: TypeAlias = tuple[int, "Node | None", str, Any]
"""One line of the world's log: microsecond, node (None: the network), kind, what."""

# The kinds of log lines that are events of a node, in Lamport's sense.
OF_A_NODE = frozenset(
    {"send", "broadcast", "receive", "ignore", "note", "timeout", "crash", "restart"}
)


class Event(NamedTuple):
    """One event of one node."""

    position: int  # its place in the run, from 0
    time: float  # virtual ms
    node: str
    number: int  # its place among the events of its node, from 1
    kind: str  # send, receive, ignore, note, timeout, crash or restart
    sent: tuple[Message, ...]  # what it sent, duplicates made on the way included
    received: Message | None
    text: str  # the text of a note

    @property
    def name(self) -> str:
        """A short name, as papers use them: the fourth event of q is q4."""
        return f"{self.node}{self.number}"


class Incident(NamedTuple):
    """What the network did: no event of any node, but seen in the diagram."""

    time: float
    kind: str  # lose, duplicate, unread, cut or heal
    message: Message | None
    text: str
    pairs: tuple[tuple[str, str], ...] = ()


class Trace:
    """The events of one run, and the order that they have.

    The order is Lamport's happened-before (1978, p. 559): a node's events follow
    each other, a message is sent before it is received, and so on from there. Two
    events that it does not order are concurrent.
    """

    def __init__(self, nodes: Sequence[str], log: Sequence[Entry]) -> None:
        self.nodes = tuple(nodes)
        self.log = log
        self.events: list[Event] = []
        self.incidents: list[Incident] = []
        self.send_of: dict[int, int] = {}  # message id → index of its send event
        self.receipt_of: dict[int, int] = {}  # message id → index of its receipt
        self._vectors: list[tuple[int, ...]] | None = None
        numbers = dict.fromkeys(self.nodes, 0)
        copies: dict[int, list[Message]] = {}
        for _, _, kind, what in log:
            if kind == "duplicate":
                copies.setdefault(what[0], []).append(what[1])
        for microsecond, node, kind, what in log:
            time = microsecond / 1000
            if node is None:
                self.incidents.append(_incident(time, kind, what))
                continue
            numbers[node.name] += 1
            sent: tuple[Message, ...] = ()
            received = None
            if kind == "send" or kind == "broadcast":
                originals = (what,) if kind == "send" else what
                extra = [copy for m in originals for copy in copies.get(m.id, ())]
                sent, kind = (*originals, *extra), "send"
                for message in sent:
                    self.send_of[message.id] = len(self.events)
            elif kind == "receive" or kind == "ignore":
                received = what
                self.receipt_of[what.id] = len(self.events)
            text = what if kind == "note" else ""
            self.events.append(
                Event(
                    len(self.events),
                    time,
                    node.name,
                    numbers[node.name],
                    kind,
                    sent,
                    received,
                    text,
                )
            )

        lost = {i.message.id for i in self.incidents if i.kind == "lose" and i.message}
        for event in self.events:
            for message in event.sent:
                if message.id not in self.receipt_of and message.id not in lost:
                    arrives = message.arrives / 1000
                    self.incidents.append(_incident(arrives, "unread", message))

    def event(self, name: str) -> Event:
        """The event with a short name such as q4. Raises LookupError if none has."""
        for event in self.events:
            if event.name == name:
                return event
        raise LookupError(f"no event {name!r}: this run has {len(self.events)} events")

    # Stamps -----------------------------------------------------------------

    def lamport(self) -> list[int]:
        """Each event's Lamport stamp: one more than any event just before it.

        IR1 and IR2 of the paper (p. 560), starting at 0: a node counts its events;
        a receipt first takes over the stamp of the message if that is higher.
        """
        clocks: dict[Node, int] = {}
        stamps: list[int] = []
        carried: dict[int, int] = {}
        for _, node, kind, what in self.log:
            if node is None:
                if kind == "duplicate":
                    carried[what[1].id] = carried[what[0]]
                continue
            clock = clocks.get(node, 0)
            if kind == "receive" or kind == "ignore":
                clock = max(clock, carried[what.id])
            clocks[node] = clock = clock + 1
            if kind == "send":
                carried[what.id] = clock
            elif kind == "broadcast":
                for message in what:
                    carried[message.id] = clock
            stamps.append(clock)
        return stamps

    def vectors(self) -> list[tuple[int, ...]]:
        """Each event's vector stamp: how many events of each node are in its past.

        An event's own node counts the event itself. In the order of `nodes`.
        Fidge 1988; Mattern 1989.
        """
        if self._vectors is None:
            place = {name: index for index, name in enumerate(self.nodes)}
            latest: dict[str, tuple[int, ...]] = {}
            zero = (0,) * len(self.nodes)
            self._vectors = []
            for event in self.events:
                stamp = list(latest.get(event.node, zero))
                if event.received is not None:
                    carried = self._vectors[self.send_of[event.received.id]]
                    stamp = [max(mine, its) for mine, its in zip(stamp, carried, strict=True)]
                stamp[place[event.node]] += 1
                latest[event.node] = tuple(stamp)
                self._vectors.append(latest[event.node])
        return self._vectors

    # Order ------------------------------------------------------------------

    def before(self, a: Event, b: Event) -> bool:
        """True if `a` happened before `b`: if it can have had an effect on it."""
        place = self.nodes.index(a.node)
        return a != b and self.vectors()[b.position][place] >= a.number

    def concurrent(self, a: Event, b: Event) -> bool:
        """True if neither can have had an effect on the other."""
        return a != b and not self.before(a, b) and not self.before(b, a)

    def past(self, event: Event) -> list[Event]:
        """All events that happened before it: what can have caused it."""
        return [other for other in self.events if self.before(other, event)]

    def future(self, event: Event) -> list[Event]:
        """All events that it happened before: what it can have had an effect on."""
        return [other for other in self.events if self.before(event, other)]

    # As text ----------------------------------------------------------------

    def describe(self, event: Event) -> str:
        """What the event is, in words: `sends m1 to shop`."""
        if event.kind == "send":
            parts = {m.id: f"{m} to {m.to}" for m in event.sent}
            return "sends " + ", ".join(dict.fromkeys(parts.values()))
        if event.received is not None:
            late = " too late, and ignores it" if event.kind == "ignore" else ""
            return f"receives {event.received} from {event.received.sender}{late}"
        if event.kind == "timeout":
            return "gives up waiting"
        if event.kind == "crash":
            return "crashes"
        if event.kind == "restart":
            return "starts again"
        return event.text

    def text(self) -> str:
        """The run, a line an event and a line for what the network did."""
        lines = [(e.time, 1, f"{e.node}: {self.describe(e)}") for e in self.events]
        lines += [(i.time, 0, f"({i.text})") for i in self.incidents]
        lines.sort(key=lambda line: line[:2])
        width = max((len(f"{time:.1f}") for time, _, _ in lines), default=0)
        return "\n".join(f"{time:{width}.1f} ms  {text}" for time, _, text in lines)

    def table(self) -> list[tuple[str, ...]]:
        """Rows of text: event, time in ms, what happened, Lamport stamp, vector."""
        lamport, vectors = self.lamport(), self.vectors()
        return [
            (
                event.name,
                f"{event.time:g}",
                self.describe(event),
                str(lamport[event.position]),
                "(" + ", ".join(map(str, vectors[event.position])) + ")",
            )
            for event in self.events
        ]

    def mermaid(self, title: str, description: str) -> str:
        """A Mermaid sequence diagram of the run."""
        from .sequence import draw

        return draw(self, title, description)

    def svg(self, title: str, description: str) -> str:
        """A space-time diagram of the run, as SVG."""
        from .spacetime import draw

        return draw(self, title, description)


def _incident(time: float, kind: str, what: Any) -> Incident:
    if kind == "lose":
        text = f"{what} from {what.sender} to {what.to} is lost"
        return Incident(time, kind, what, text)
    if kind == "unread":
        text = f"{what} from {what.sender} to {what.to} arrives, and nobody reads it"
        return Incident(time, kind, what, text)
    if kind == "duplicate":
        copy = what[1]
        text = f"{copy} from {copy.sender} to {copy.to} is duplicated"
        return Incident(time, kind, copy, text)
    text = f"the network is cut: {what[0]}" if kind == "cut" else f"healed: {what[0]}"
    return Incident(time, kind, None, text, what[1])
