"""Times for a failing run that the program itself could have had.

The explorer gives an order of steps and no times. Which times fit is a system of
difference constraints: a message takes as long as its link allows, a sleep and a
timeout as long as they say, and each step comes after the one before. Every constraint
bounds the difference of two times, so the earliest times that fit are longest paths,
found as Bellman and Ford find shortest ones (Cormen, Leiserson, Rivest and Stein,
Introduction to Algorithms, “Difference constraints and shortest paths”).

Times that fit are then tried: the world itself runs, by time, with these delays, and
its nodes must do the same, event for event. That run is the one that is shown. Whatever
the constraints leave out, such as a link that is busy, the run keeps: each message
arrives at the moment nearest to the one wanted that its link allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product
from math import inf
from typing import Any, NamedTuple

from ...faults import Crash, Loss, Restart
from ...link import Exponential, Uniform, microseconds
from ...message import Message
from ...network import Route
from ...trace import Trace
from ...world import Timer, World
from .building import Build, built
from .schedule import Replay, Schedule, Step

GAPS = (1_000, 1, 0)  # microseconds between two steps, at least; the first reads best
MOST = 64  # ways in which messages may have waited unread that are tried
LATER = 4  # how often the end of a run is put off
RESTS = 10_000  # steps in which a run comes to rest
AFTER = (
    10_000  # microseconds: when something arrives that is still under way at the end
)


class Bound(NamedTuple):
    """The time of step `later` is at least that of `earlier` plus `least` µs."""

    later: int
    earlier: int
    least: int


class Sending(NamedTuple):
    """A copy of a message: which one it is, when it was sent, how long it may take."""

    way: tuple[str, str, int]
    copy: int
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
            low, high = _span(link.delay)  # whatever `send` said of the first one
            first = copies[0]
            self.sendings[number] = Sending(way, len(copies), first.step, low, high)
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
        low, high = _span(link.delay if delay is None else delay)
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
        self.before[pair] = Sending(way, 0, self.at, low, high)
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


def _span(delay: Any) -> tuple[int, int | None]:
    """The least and the most that a delay can be, in microseconds; None: any."""
    if isinstance(delay, Exponential):
        return microseconds(delay.least), None
    low, high = delay if isinstance(delay, Uniform) else (delay, delay)
    return microseconds(low), microseconds(high)


def fitted(
    build: Build,
    schedule: Schedule,
    fails: Callable[[World], bool] | None,
    at_rest: bool = False,
) -> World | None:
    """The world after a run by time that takes these steps, if there is such a run.

    What the schedule leaves under way, or a wait that it does not end, may come to its
    end meanwhile, so `fails` looks whether the run ends as it should not. Without it,
    every node must do the same as in the schedule. `at_rest`: the run goes on until
    nothing is left to happen, and only then `fails` looks.
    """
    seen = Observed(build, schedule)
    wanted = _told(seen.ran.trace)
    for strict, gap in product((True, False), GAPS):
        for waits in islice(_ways_to_wait(seen), MOST):
            bounds = _bounds(seen, schedule, waits, gap, strict)
            times = _earliest(len(schedule), bounds)
            if times is None:
                continue
            until: int | None = None if at_rest else times[-1]
            for _ in range(LATER):
                world, latest = _run(build, schedule, seen, waits, times, gap, until)
                if at_rest and world.queue:
                    break  # it goes on and on, or has broken down
                if _told(world.trace) == wanted if fails is None else fails(world):
                    return world
                if until is None or latest <= until:
                    break
                until = latest  # what the steps deliver takes longer than they say
    return None


def may_fit(build: Build, schedule: Schedule) -> bool:
    """Whether there are times for the steps, whatever else happens meanwhile."""
    seen = Observed(build, schedule)
    return any(
        _earliest(len(schedule), _bounds(seen, schedule, waits, 0, False)) is not None
        for waits in islice(_ways_to_wait(seen), MOST)
    )


def _told(trace: Trace) -> dict[str, list[str]]:
    """What each node did, in its order; an answer that it ignores is nothing."""
    told: dict[str, list[str]] = {}
    for event in trace.events:
        if event.kind == "ignore":
            continue
        told.setdefault(event.node, []).append(f"{event.kind} {trace.describe(event)}")
    return told


def _waited(seen: Observed, number: int) -> int | None:
    """Since which step a message that was taken could be lying in the mailbox."""
    taken = seen.taken[number]
    wanted = seen.open.get(number, [])
    since = taken
    while since > seen.sendings[number].step and wanted[since - 1]:
        since -= 1
    return since if seen.sendings[number].step < since < taken else None


def _closed(seen: Observed, number: int, before: int) -> int | None:
    """The last step, before another, at which a message was wanted no more."""
    wanted = seen.open.get(number, [])
    closed = None
    for at in range(seen.sendings[number].step, min(before, len(wanted)) - 1):
        if wanted[at] and not wanted[at + 1]:
            closed = at + 1
    return closed


def _ways_to_wait(seen: Observed) -> Iterator[dict[int, int]]:
    """For each way: the messages that waited unread, and since when they are wanted."""
    choices = []
    for number in sorted(seen.taken):
        since = _waited(seen, number)
        choices.append([(number, None)] + ([(number, since)] if since else []))
    for chosen in product(*choices):
        yield {number: since for number, since in chosen if since is not None}


def _bounds(
    seen: Observed,
    schedule: Schedule,
    waits: dict[int, int],
    gap: int,
    strict: bool,
) -> Iterator[Bound]:
    """What the times must keep; `strict`: nothing else happens before the last step."""
    last = len(schedule)
    together = {
        at for number, since in waits.items() for at in range(since, seen.taken[number])
    }
    for at in range(last):
        yield Bound(at + 1, at, 0 if at in together else gap)
    for number, sending in seen.sendings.items():
        sent, low, high = sending.step, sending.low, sending.high
        taken = seen.taken.get(number, seen.cut.get(number))
        if taken is None:
            if number in seen.lost or number in seen.gone or not strict:
                continue
            wanted = seen.open[number][-1]
            closed = last if wanted else _closed(seen, number, last + 1)
            if closed is not None and high is not None:
                yield Bound(sent, closed, gap - high)
        elif number in waits:
            since = waits[number]
            yield Bound(since, sent, low)
            yield Bound(since, taken, 0)
            closed = _closed(seen, number, since)
            if closed is not None and high is not None:
                yield Bound(sent, closed, gap - high)
        else:
            yield Bound(taken, sent, low)
            if high is not None:
                yield Bound(sent, taken, -high)
    for timer, (armed, span) in seen.armed.items():
        ended, fired = seen.ended.get(timer, (last, False))
        if fired:
            yield Bound(ended, armed, span)
            yield Bound(armed, ended, -span)
        elif strict or timer in seen.ended:
            yield Bound(armed, ended, gap - span)
    planned = iter(seen.planned)
    for at, step in enumerate(schedule, 1):
        if step[0] == "planned":
            fault = next(planned)
            yield Bound(at, 0, fault.at)
            yield Bound(0, at, -fault.at)
    for fault in planned:
        yield Bound(0, last, gap - fault.at)


def _earliest(last: int, bounds: Iterator[Bound]) -> list[int] | None:
    """The earliest time of every step, in microseconds, or None if none fit."""
    every = list(bounds)
    times = [0] * (last + 1)
    for _ in range(last + 2):
        changed = False
        for later, earlier, least in every:
            if times[later] < times[earlier] + least:
                times[later] = times[earlier] + least
                changed = True
        if times[0] > 0:
            return None  # the start would come after itself
        if not changed:
            return times
    return None


def _run(
    build: Build,
    schedule: Schedule,
    seen: Observed,
    waits: dict[int, int],
    times: Sequence[int],
    gap: int,
    until: int | None,
) -> tuple[World, int]:
    """The world after a run by time with these delays, until then or at rest.

    And when the last message arrives that the schedule delivers, in microseconds.
    """
    world = built(build, begin=False)
    if world.log is None:
        world.log = []
    links = world.links
    links.by_hand()
    arrivals: dict[tuple[str, str, int], list[int]] = {}
    for number, sending in sorted(seen.sendings.items()):
        copies = arrivals.setdefault(sending.way, [])
        copies.append(_arrival(seen, number, waits, times, gap))
    for number in seen.lost:
        source, destination, place = seen.sendings[number].way
        if place not in links.lost_numbers.get((source, destination), ()):
            links.lose(Loss((source, destination), (place,)))
    for at, step in enumerate(schedule, 1):
        if step[0] in ("crash", "restart"):
            world.nodes[step[1]].process.remember()
            fault = Crash if step[0] == "crash" else Restart
            world.faults.append(fault(times[at], step[1]))
    sent: dict[tuple[str, str], int] = {}
    routes: dict[tuple[str, str], Route] = {}
    delivered = {seen.sendings[number].way for number in seen.taken}
    latest = times[-1]

    def allowed(route: Route, delay: float | None, size: int, wanted: int) -> int:
        """The moment that is nearest to `wanted` at which a message may arrive."""
        link, leaves = route.link, world.microsecond
        if link.bandwidth is not None:
            took = round(size / link.bandwidth * 1000)
            leaves = route.busy_until = max(leaves, route.busy_until) + took
        low, high = _span(link.delay if delay is None else delay)
        arrives = max(wanted, leaves + low)
        if high is not None:
            arrives = min(arrives, leaves + high)
        if link.fifo:
            arrives = route.last_arrival = max(arrives, route.last_arrival)
        return arrives

    def arrival(route: Route, delay: float | None, size: int) -> int:
        nonlocal latest
        pair = route.sender.name, route.receiver.name
        number = sent[pair] = sent.get(pair, 0) + 1
        routes[pair] = route
        planned = arrivals.get((*pair, number), [times[-1] + AFTER])
        arrives = allowed(route, delay, size, planned[0])
        if (*pair, number) in delivered:
            latest = max(latest, arrives)
        return arrives

    post, ways = world.post, {}

    def posted(message: Message) -> None:
        pair = message.sender, message.to
        place = sent[pair]
        post(message)
        if message.id not in ways:
            for copy in arrivals.get((*pair, place), ())[1:]:
                arrives = allowed(routes[pair], None, 0, copy)
                again = message._replace(arrives=arrives, id=world.next_id())
                ways[again.id] = place
                links.duplicate(message, again)

    links.arrival = arrival  # type: ignore[method-assign]
    world.post = posted  # type: ignore[method-assign]

    def broken(process: Any, error: BaseException) -> BaseException:
        world.record(process.name, "note", f"{type(error).__name__}: {error}")
        return error

    world.broken = broken  # type: ignore[method-assign]
    try:
        if until is None:
            world.run(limit=RESTS)
        else:
            world.run(until=until / 1000)
    except Exception:
        pass  # of the program: it is noted
    return world, latest


def _arrival(
    seen: Observed, number: int, waits: dict[int, int], times: Sequence[int], gap: int
) -> int:
    """When a message arrives, given the times of the steps."""
    sending = seen.sendings[number]
    soonest = times[sending.step] + sending.low
    if number in seen.lost or number in seen.gone:
        return soonest  # so that it holds nothing up
    latest = inf if sending.high is None else times[sending.step] + sending.high
    taken = seen.taken.get(number, seen.cut.get(number))
    if taken is not None and number not in waits:
        return times[taken]
    closed = _closed(seen, number, waits.get(number, len(times)))
    if taken is None and number in seen.open and seen.open[number][-1]:
        after = times[-1] + AFTER
    else:  # as soon as nobody waits for it any more
        after = soonest if closed is None else times[closed] + gap
    return int(min(max(soonest, after), latest))
