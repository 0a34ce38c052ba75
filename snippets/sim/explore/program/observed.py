"""A replay that notes what bounds the times of its steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ...link import Exponential, Uniform, microseconds
from ...message import Message
from ...world import Timer, World
from .building import Build
from .schedule import Replay, Schedule, Step


class Sending(NamedTuple):
    """A copy of a message: which one it is, when it was sent, how long it may take."""

    way: tuple[str, str, int]
    step: int
    low: int  # microseconds
    high: int | None  # None: it may take any time


class Observed(Replay):
    """A replay that notes at which step what was sent, armed, taken and could be."""

    def __init__(self, build: Build, schedule: Schedule) -> None:
        self.at = 0  # the step; 0: the start
        # Of every message: the delay and the size that `send` gave.
        self.given: list[tuple[float | None, int]] = []
        self.before: dict[tuple[str, str], Sending] = {}  # the last one of each link
        self.busy: dict[tuple[str, str], int] = {}  # microseconds that all took it
        self.sendings: dict[int, Sending] = {}  # by id
        self.taken: dict[int, int] = {}  # by id: the step at which it was received
        self.cut: dict[int, int] = {}  # by id: the step at which it met a cut
        self.lost: list[int] = []  # ids of those that a step loses
        self.gone: list[int] = []  # ids of those that the build itself lost
        self.open: dict[int, list[bool]] = {}  # by id: after each step, is it wanted?
        self.armed: dict[Timer, tuple[int, int]] = {}  # at which step, for how long
        self.ended: dict[Timer, tuple[int, bool]] = {}  # at which step, and by itself?
        super().__init__(build)
        self._look(None)
        for step in schedule:
            self.at += 1
            cut = step[0] == "lose" and step[1:3] in self.world.links.cuts
            self.step(step)
            self._look(("cut", *step[1:]) if cut else step)
        self.ran = self.finished()

    def prepared(self, world: World) -> None:
        """Listen to what is sent before the first program starts."""
        transmit = world.links.transmit

        def listened(sender: Any, names: Any, *more: Any) -> int:
            names = list(names)
            number: int = transmit(sender, names, *more)
            if number:  # it was sent
                self.given += [(more[2], more[3])] * len(names)
            return number

        world.links.transmit = listened  # type: ignore

    def _look(self, step: Step | None) -> None:
        """See what has changed with the step."""
        for way, number in self._new_sendings():
            self.sendings[number] = self._sending(way)
        if step is not None and step[0] == "duplicate":
            way = step[1:]
            copies = [s for s in self.sendings.values() if s.way == way]
            number = self.flying[way][-1]
            link = self.world.links.link(*way[:2])
            low, high = span(link.delay)  # whatever `send` said of the first one
            first = copies[0]
            self.sendings[number] = Sending(way, first.step, low, high)
        under_way = {number for ids in self.flying.values() for number in ids}
        for number in sorted(self.sendings.keys() - under_way - self._ended()):
            kind, *way = step or ("start",)
            if tuple(way) != self.sendings[number].way:
                self.gone.append(number)
            elif kind == "deliver":
                self.taken[number] = self.at
            elif kind == "cut":
                self.cut[number] = self.at
            else:
                self.lost.append(number)
        for number in sorted(under_way):
            wanted = self._wanted(self.messages[number])
            self.open.setdefault(number, [False] * self.at).append(wanted)
        self._look_at_timers(step)

    def _ended(self) -> set[int]:
        """The ids of the messages whose end is known."""
        return {*self.taken, *self.cut, *self.lost, *self.gone}

    def _new_sendings(self) -> Iterator[tuple[Any, int]]:
        known = {sending.way for sending in self.sendings.values()}
        for way in self.ways:
            if way not in known:
                yield way, self.ways[way]

    def _sending(self, way: tuple[str, str, int]) -> Sending:
        """The least and the most that the next message of a link may take.

        Of what else is on the link, only what was sent at the same step is certain.
        """
        pair = way[:2]
        link = self.world.links.link(*pair)
        delay, size = self.given.pop(0) if self.given else (None, 0)
        low, high = span(link.delay if delay is None else delay)
        before = self.before.get(pair)
        together = before is not None and before.step == self.at
        if link.bandwidth is not None:
            took = round(size / link.bandwidth * 1000)
            busy = self.busy.get(pair, 0)
            self.busy[pair] = busy + took
            low += took
            high = None if high is None else high + busy + took
        if link.fifo and before is not None:
            low = max(low, before.low) if together else low
            if before.high is None or high is None:
                high = None
            else:
                high = max(high, before.high)
        self.before[pair] = Sending(way, self.at, low, high)
        return self.before[pair]

    def _wanted(self, message: Message) -> bool:
        """Whether its receiver would take a message at once, and not ignore it."""
        process = self.world.nodes[message.to].process
        if message.answers in process.answers:
            return True
        return message.answers not in process.settled and any(process.lined_up())

    def _look_at_timers(self, step: Step | None) -> None:
        now = self.world.microsecond
        set_now = {
            entry[3]: entry[0] - now
            for entry in self.world.queue
            if isinstance(entry[3], Timer)
        }
        for timer, left in set_now.items():
            if timer not in self.armed:
                self.armed[timer] = self.at, left
        for timer in self.armed:
            if timer not in self.ended and timer.task.timer != timer.number:
                fired = timer not in set_now
                self.ended[timer] = self.at, fired


def span(delay: Any) -> tuple[int, int | None]:
    """The least and the most that a delay can be, in microseconds; None: any."""
    if isinstance(delay, Exponential):
        return microseconds(delay.least), None
    low, high = delay if isinstance(delay, Uniform) else (delay, delay)
    return microseconds(low), microseconds(high)
