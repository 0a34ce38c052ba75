"""What happened, as data: the events of a run and what could have caused what."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from .message import IMMUTABLE, Message
from .values import Change, Values, changes


class Line(NamedTuple):
    """One line of the world's log."""

    microsecond: int
    node: str | None  # None: the network
    kind: str
    what: Any


Entry: TypeAlias = Line | tuple[Any, ...]
"""A line, or a message as the plain tuple that the world's queue holds: the first time
in the log it is sent, the second time it is received, at the moment of its arrival."""


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
    """What the network did: not an event of a node, but the diagram shows it."""

    time: float
    kind: str  # lose, duplicate, unread, under way, cut, heal or standstill
    message: Message | None
    text: str
    pairs: tuple[tuple[str, str], ...] = ()


class _History(NamedTuple):
    """What a log says, as `Trace` shows it."""

    events: list[Event]
    incidents: list[Incident]
    moments: list[Event | Incident]
    send_of: dict[int, int]
    receipt_of: dict[int, int]
    variables: list[Values]  # of the event's node, after each event
    transmissions: dict[int, tuple[int, int]]
    patience: dict[int, int]


class Trace:
    """The events of one run, and the order that they have.

    The order is Lamport's happened-before (1978, p. 559): a node's events follow
    each other, a message is sent before it is received, and so on from there. Two
    events that it does not order are concurrent.
    """

    # False: a run that the explorer found and that takes other delays than the program
    # sets. Its drawing counts steps in place of milliseconds, and its caption says so.
    timed = True
    steps: Sequence[int] = ()  # in microseconds, when each step was taken
    caption = ""
    named = False  # True: a drawing names every event
    frontiers: Sequence[Mapping[str, int]] = ()  # see `World.frontier`

    def __init__(
        self, nodes: Iterable[str], log: Iterable[Entry], now: int | None = None
    ) -> None:
        self.nodes = tuple(nodes)
        self.log = list(log)
        self._now = now  # in microseconds; what arrives later is still under way

    @cached_property
    def _history(self) -> _History:
        """The log, read. Not before it is needed: stamps can do without."""
        history = _History([], [], [], {}, {}, [], {}, {})
        copies: dict[int, list[Message]] = {}
        for line in self.log:
            if isinstance(line, Line) and line.kind == "duplicate":
                copies.setdefault(line.what[0], []).append(line.what[1])
        numbers = dict.fromkeys(self.nodes, 0)
        latest: dict[str, int] = {}  # a node's event
        variables: dict[str, Values] = {}
        for line in self.log:
            microsecond, node, kind, what = self._line(line, history)
            if node is None and kind == "transmit":
                history.transmissions[what[0]] = what[1:]
                continue
            if node is None and kind == "variables":
                if what is None:  # there were too many
                    variables.clear()
                    history.variables[:] = [{}] * len(history.variables)
                    continue
                variables[what[0]] = what[1]
                if what[0] in latest:
                    history.variables[latest[what[0]]] = what[1]
                continue
            if node is None:
                incident = _incident(microsecond, kind, what)
                history.incidents.append(incident)
                history.moments.append(incident)
                continue
            numbers[node] += 1
            position = len(history.events)
            sent: list[Message] = []
            received = None
            if kind == "send" or kind == "broadcast":
                sent = [what] if kind == "send" else list(what)
                for message in sent:  # which grows: a copy can be duplicated as well
                    sent += copies.get(message.id, ())
                kind = "send"
                history.send_of.update((message.id, position) for message in sent)
            elif kind == "receive" or kind == "ignore":
                received = _as_sent(what, history)
                history.receipt_of[what.id] = position
            elif kind == "timeout":
                history.patience[position] = what
            event = Event(
                position,
                microsecond / 1000,
                node,
                numbers[node],
                kind,
                tuple(sent),
                received,
                what if kind == "note" else "",
            )
            latest[node] = position
            history.variables.append(variables.get(node, {}))
            history.events.append(event)
            history.moments.append(event)
        self._find_unread(history)
        return history

    @staticmethod
    def _line(line: Entry, history: _History) -> Line:
        """The line in full, for a message that stands there by itself."""
        if isinstance(line, Line):
            return line
        message = Message(*line)
        if message.id in history.send_of:
            return Line(message.arrives, message.to, "receive", message)
        return Line(message.sent, message.sender, "send", message)

    def _find_unread(self, history: _History) -> None:
        """Add what was neither received nor lost, where it belongs in time."""
        lost = {
            i.message.id for i in history.incidents if i.kind == "lose" and i.message
        }
        for event in history.events:
            for message in event.sent:
                if message.id in history.receipt_of or message.id in lost:
                    continue
                late = self._now is not None and message.arrives > self._now
                kind = "under way" if late else "unread"
                history.incidents.append(_incident(message.arrives, kind, message))
                history.moments.append(history.incidents[-1])
        history.moments.sort(key=lambda moment: moment.time)

    @property
    def events(self) -> list[Event]:
        """The events of all nodes, in the order of the run."""
        return self._history.events

    @property
    def incidents(self) -> list[Incident]:
        """What the network did, in the order of the run; unread messages at the end."""
        return self._history.incidents

    @property
    def moments(self) -> list[Event | Incident]:
        """Events and incidents together, in the order in which they happened."""
        return self._history.moments

    @property
    def send_of(self) -> dict[int, int]:
        """The position of the event that sent a message, by the message's id."""
        return self._history.send_of

    @property
    def receipt_of(self) -> dict[int, int]:
        """The position of the event that received a message, by the message's id."""
        return self._history.receipt_of

    @property
    def transmissions(self) -> dict[int, tuple[int, int]]:
        """From when to when, in microseconds, a message took up its link, by its id.

        Only for links with a bandwidth. Its first byte leaves at the start, its last
        one at the end; each then takes as long as the link's delay.
        """
        return self._history.transmissions

    @property
    def patience(self) -> dict[int, int]:
        """When a wait began that timed out, by the position of its timeout.

        In microseconds. Nothing if the run is not timed.
        """
        return self._history.patience if self.timed else {}

    def event(self, name: str) -> Event:
        """The event with a short name such as q4. Raises LookupError if none has."""
        for event in self.events:
            if event.name == name:
                return event
        raise LookupError(f"no event {name!r}: this run has {len(self.events)} events")

    # Times ------------------------------------------------------------------

    @property
    def unit(self) -> str:
        """What its times count: ms, or step if it is not timed."""
        return "ms" if self.timed else "step"

    @cached_property
    def step_times(self) -> list[int]:
        """The microsecond of each step of a run that is not timed; seen or not."""
        seen = [event.time for event in self.events]
        seen += [
            i.time for i in self.incidents if i.kind not in ("unread", "under way")
        ]
        return sorted({*self.steps, *(round(time * 1000) for time in seen)})

    def step(self, microsecond: int) -> str:
        """Which step that was, from 1; before the first one is the start, at 0."""
        times = self.step_times
        number = bisect_right(times, microsecond) - (times[0] == 0 if times else 0)
        return str(number) if number else "start"

    def when(self, event: Event) -> str:
        """The time of an event, in words that `unit` goes with."""
        return f"{event.time:g}" if self.timed else self.step(round(event.time * 1000))

    # Stamps -----------------------------------------------------------------

    def lamport(self) -> list[int]:
        """Each event's Lamport stamp: one more than any event just before it.

        IR1 and IR2 of the paper (p. 560), starting at 0: a node counts its events;
        a receipt first takes over the stamp of the message if that is higher.
        """
        return self._lamport

    @cached_property
    def _lamport(self) -> list[int]:
        clocks = dict.fromkeys(self.nodes, 0)
        carried: dict[int, int] = {}  # message under way → the stamp that it carries
        arrive = carried.pop
        stamps: list[int] = []
        for line in self.log:
            if type(line) is tuple:  # a message that is sent, or then received
                name, number = line[3], line[1]
                stamp = arrive(number, 0)
                if stamp:
                    name = line[2].name
                    clock = clocks[name]
                    clock = (clock if clock > stamp else stamp) + 1
                else:
                    carried[number] = clock = clocks[name] + 1
            else:
                _, name, kind, what = line
                if name is None:
                    if kind == "duplicate":
                        carried[what[1].id] = carried[what[0]]
                    continue
                clock = clocks[name] + 1
                if kind == "receive" or kind == "ignore":
                    clock = max(clock, carried[what.id] + 1)
                elif kind == "send":
                    carried[what.id] = clock
                elif kind == "broadcast":
                    carried.update((message.id, clock) for message in what)
            clocks[name] = clock
            stamps.append(clock)
        return stamps

    def vectors(self) -> list[tuple[int, ...]]:
        """Each event's vector stamp: how many events of each node are in its past.

        An event's own node counts the event itself. In the order of `nodes`.
        Fidge 1988; Mattern 1989.
        """
        return self._vectors

    @cached_property
    def _vectors(self) -> list[tuple[int, ...]]:
        place = {name: index for index, name in enumerate(self.nodes)}
        latest = dict.fromkeys(self.nodes, (0,) * len(self.nodes))
        stamps: list[tuple[int, ...]] = []
        for event in self.events:
            stamp: Iterable[int] = latest[event.node]
            if event.received is not None:
                stamp = map(max, stamp, stamps[self.send_of[event.received.id]])
            counts = list(stamp)
            counts[place[event.node]] += 1
            latest[event.node] = tuple(counts)
            stamps.append(latest[event.node])
        return stamps

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

    def consistent(self, inside: Mapping[str, int]) -> bool:
        """True if a cut, the first so many events of each node, holds all their causes.

        Mattern 1989. A node that is not named has none of its events inside.
        """
        most = [inside.get(name, 0) for name in self.nodes]
        return all(
            count <= limit
            for event, stamp in zip(self.events, self.vectors(), strict=True)
            if event.number <= inside.get(event.node, 0)
            for count, limit in zip(stamp, most, strict=True)
        )

    # As text ----------------------------------------------------------------

    def describe(self, event: Event) -> str:
        """What the event is, in words: `sends m1 to shop`."""
        if event.kind == "send":
            parts = {m.id: f"{m} to {m.to}" for m in event.sent}
            return "sends " + ", ".join(dict.fromkeys(parts.values()))
        if event.received is not None:
            what = f"{event.received} from {event.received.sender}"
            if event.kind == "ignore":
                return f"ignores {what}: its call is over"
            return f"receives {what}"
        if event.kind == "timeout":
            return "times out"
        if event.kind == "crash":
            return "crashes"
        if event.kind == "restart":
            return "starts again"
        return event.text

    def text(self) -> str:
        """The run, a line an event and a line for what the network did."""
        lines = [
            (f"{moment.time:.1f}", f"({moment.text})")
            if isinstance(moment, Incident)
            else (f"{moment.time:.1f}", f"{moment.node}: {self.describe(moment)}")
            for moment in self.moments
        ]
        width = max((len(time) for time, _ in lines), default=0)
        return "\n".join(f"{time:>{width}} ms  {text}" for time, text in lines)

    def table(self) -> list[tuple[str, ...]]:
        """Rows of text: event, time in `unit`, what happened, Lamport stamp, vector."""
        lamport, vectors = self.lamport(), self.vectors()
        return [
            (
                event.name,
                self.when(event),
                self.describe(event),
                str(lamport[event.position]),
                "(" + ", ".join(map(str, vectors[event.position])) + ")",
            )
            for event in self.events
        ]

    def changes(self) -> list[tuple[Change, ...]]:
        """Of each event: how its node's variables changed, up to its next event.

        As text, `n = 1`, or `– n` for one that is gone. `disk: n` is on the disk,
        `ask: n` belongs to a function that the program waits for or has spawned. What
        they were at the start counts with a node's first event. Nothing is known of a
        run that was not watched: `from sim.program.watch import watching`, and then
        `with watching(): world = main()`.
        """
        before: dict[str, Values] = {}
        told = []
        for event, after in zip(self.events, self._history.variables, strict=True):
            was, before[event.node] = before.get(event.node, {}), after
            told.append(changes(was, after))
        return told


_FATES = {
    "lose": "is lost",
    "duplicate": "is duplicated",
    "unread": "arrives, and nobody reads it",
    "under way": "is still under way",
}


def _incident(microsecond: int, kind: str, what: Any) -> Incident:
    time = microsecond / 1000
    if kind in _FATES:
        message = what[1] if kind == "duplicate" else what
        text = f"{message} from {message.sender} to {message.to} {_FATES[kind]}"
        return Incident(time, kind, message, text)
    if kind == "standstill":
        return Incident(time, kind, None, what)
    text = f"the network is cut: {what[0]}" if kind == "cut" else f"healed: {what[0]}"
    return Incident(time, kind, None, text, what[1])


def _as_sent(message: Message, history: _History) -> Message:
    """A received message as it came: its receiver may have changed the body since."""
    if type(message.body) in IMMUTABLE:
        return message
    sending = history.events[history.send_of[message.id]]
    sent = next(other for other in sending.sent if other.id == message.id)
    return message._replace(body=sent.body)
