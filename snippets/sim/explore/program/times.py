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
from ...message import Message
from ...network import Route
from ...trace import Trace
from ...world import World
from .building import Build, built
from .observed import Observed, span
from .schedule import Schedule

GAPS = (1_000, 1, 0)  # microseconds between two steps, at least; the first reads best
MOST = 64  # ways in which messages may have waited unread that are tried
LATER = 4  # how often the end of a run is put off
RESTS = 10_000  # steps in which a run comes to rest
AFTER = 10_000  # microseconds after the end: when what is still under way arrives


class Bound(NamedTuple):
    """The time of step `later` is at least that of `earlier` plus `least` µs."""

    later: int
    earlier: int
    least: int


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
    for timer, (armed, lasts) in seen.armed.items():
        ended, fired = seen.ended.get(timer, (last, False))
        if fired:
            yield Bound(ended, armed, lasts)
            yield Bound(armed, ended, -lasts)
        elif strict or timer in seen.ended:
            yield Bound(armed, ended, gap - lasts)
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
        low, high = span(link.delay if delay is None else delay)
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

    post, copies_made = world.post, set[int]()

    def posted(message: Message) -> None:
        pair = message.sender, message.to
        post(message)
        if message.id not in copies_made:
            for copy in arrivals.get((*pair, sent[pair]), ())[1:]:
                arrives = allowed(routes[pair], None, 0, copy)
                again = message._replace(arrives=arrives, id=world.next_id())
                copies_made.add(again.id)
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
