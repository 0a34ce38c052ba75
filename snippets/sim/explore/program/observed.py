"""A replay that notes what bounds the times of its steps."""

from __future__ import annotations

from typing import Any, NamedTuple

from ...link import Exponential, Uniform, microseconds
from ...message import Message
from ...world import Timer, World
from .building import Build
from .schedule import Replay, Schedule, Step


class Sending(NamedTuple):
    """A copy of a message: which one it is, when it was sent, how long it may take."""

    way: tuple[str, str, int]  # the link, and its number there: 1 is the first
    step: int  # 0: the start
    low: int  # microseconds
    high: int | None  # None: it may take any time


class Observed(Replay):
    """A replay that notes at which step what was sent, armed, taken and could be."""

    def __init__(self, build: Build, schedule: Schedule) -> None:
        self.at = 0  # the step; 0: the start
        self.delays: list[float | None] = []  # of every message, if `send` gave one
        self.sendings: dict[int, Sending] = {}  # by id
        self.taken: dict[int, int] = {}  # by id: the step at which it was received
        self.lost: list[int] = []  # ids
        self.open: dict[int, list[bool]] = {}  # by id: after each step, is it wanted?
        self.armed: dict[Timer, tuple[int, int]] = {}  # at which step, for how long
        self.ended: dict[Timer, tuple[int, bool]] = {}  # at which step, and by itself?
        self.fits = True  # False: this module cannot say
        super().__init__(build)
        self._look(None)
        for step in schedule:
            self.at += 1
            self.step(step)
            self._look(step)
        self.ran = self.finished()

    def prepared(self, world: World) -> None:
        """Listen to what is sent before the first program starts."""
        transmit = world.links.transmit

        def listened(sender: Any, names: Any, *more: Any) -> int:
            names = list(names)
            self.delays += [more[2]] * len(names)
            return transmit(sender, names, *more)

        world.links.transmit = listened  # type: ignore

    def _look(self, step: Step | None) -> None:
        """See what has changed with the step."""
        links = self.world.links
        for way, number in self.ways.items():
            if number not in self.sendings:
                low, high = self._range(way[:2])
                self.sendings[number] = Sending(way, self.at, low, high)
        if step is not None and step[0] == "duplicate":
            way = step[1], step[2], step[3]
            self.sendings[self.flying[way][-1]] = self.sendings[self.ways[way]]
        self.fits = self.fits and all(
            links.link(*sending.way[:2]).bandwidth is None
            for sending in self.sendings.values()
        )
        under_way = {number for ids in self.flying.values() for number in ids}
        for number in self.sendings.keys() - under_way - self.taken.keys():
            if number not in self.lost:
                if step is not None and step[0] == "deliver":
                    self.taken[number] = self.at
                else:
                    self.lost.append(number)
        for number in sorted(under_way):
            wanted = self._wanted(self.messages[number])
            self.open.setdefault(number, [False] * self.at).append(wanted)
        self._look_at_timers(step)

    def _range(self, pair: tuple[str, str]) -> tuple[int, int | None]:
        """The least and the most that the next message of a link may take."""
        own = self.delays.pop(0) if self.delays else None
        delay = self.world.links.link(*pair).delay if own is None else own
        if isinstance(delay, Exponential):
            return microseconds(delay.least), None
        low, high = delay if isinstance(delay, Uniform) else (delay, delay)
        return microseconds(low), microseconds(high)

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
