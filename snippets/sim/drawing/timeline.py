"""Where time goes in a space-time diagram: to scale, and torn where nothing happens.

Within a drawing a millisecond has one length. What is left out is left out between two
torn edges, with its length beside them; so a length in the drawing is always true.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from math import floor, inf, log10
from typing import NamedTuple

# Lengths in px, as in `layout`. A hop is what is usual in a run: a message's way, say.
HOP = (6.5, 16.0, 34.0)  # least, least before something is cut, and best
IDLE, WAIT, FLIGHT = 80.0, 150.0, 190.0  # a stretch that is torn: all that is drawn
TEAR = 14.0  # between the torn edges
STEPS = (38.0, 30.0)  # from one step to the next, if only the order counts; if many
TALL = (220.0, 40.0, 34.0, 720.0)  # best height: least, plus each instant, most

EACH = 15.0  # the height of a drawing for each event, if they are very many


class Tear(NamedTuple):
    """A stretch of time that is left out: microseconds, and the height of its edges."""

    start: int
    stop: int
    top: float
    bottom: float


class Stretch(NamedTuple):
    """The time between two instants at which something happens one after the other."""

    start: int
    stop: int
    limit: float  # px: it is torn if it would be longer

    def torn(self, scale: float) -> tuple[int, int] | None:
        """From when to when it is left out at a scale, in px a microsecond."""
        long = (self.stop - self.start) * scale
        if long <= self.limit * 1.5:
            return None
        kept = (self.limit - TEAR) / scale
        # A round number reads best; what that costs is some px.
        unit = _round(20 / scale)
        out = int((self.stop - self.start - kept) / unit) * unit
        if not out:
            return None
        first = (self.stop - self.start - out) // 2
        return self.start + first, self.start + first + out


def _round(span: float) -> int:
    """The longest of 1, 2, 5, 10, 20, 50 … ms that is no longer, in microseconds."""
    ten: int = 10 ** max(3, floor(log10(span)))
    return next((ten * by for by in (5, 2) if ten * by <= span), ten)


class Timeline:
    """The height of every time."""

    def __init__(
        self, stretches: Sequence[Stretch], scale: float, top: float, start: int
    ) -> None:
        self.scale = scale
        self.tears: list[Tear] = []
        self._times, self._heights = [start], [top]
        for stretch in stretches:
            if torn := stretch.torn(scale):
                y = self.height(torn[0])
                self.tears.append(Tear(*torn, y, y + TEAR))
                self._times += torn
                self._heights += [y, y + TEAR]
        self.stop = stretches[-1].stop if stretches else start
        self.bottom = self.height(self.stop)

    def height(self, time: int) -> float:
        """The height of a time; also before the first instant and after the last."""
        at = max(bisect_right(self._times, time) - 1, 0)
        start, y = self._times[at], self._heights[at]
        if at % 2:  # within a tear
            share = (time - start) / (self._times[at + 1] - start)
            return y + share * TEAR
        return y + (time - start) * self.scale


class Steps:
    """The same for a run whose times mean nothing: a step is a step."""

    tears: Sequence[Tear] = ()

    def __init__(self, times: Sequence[int], top: float, more: float = 1.0) -> None:
        self._times, self._top = times, top
        self.step = STEPS[len(times) > 16] * more
        self.bottom = top + self.step * max(0, len(times) - 1)

    def height(self, time: int) -> float:
        """The height of the last step that had been taken at a time."""
        return self._top + self.step * self._at(time)

    def _at(self, time: int) -> int:
        return max(0, bisect_right(self._times, time) - 1)


def best_scale(
    stretches: Sequence[Stretch],
    durations: Iterable[int],
    events: int,
    more: float = 1.0,
) -> tuple[float, int, list[Stretch]]:
    """The px of a microsecond, what it was chosen for, and the limits in force.

    As large as is easy to read and not too tall. Rather than become too small, it lets
    what is idle be torn, and in the end whatever is long. `durations`: what has to be
    seen; `events`: how many there are; `more`: of the best height.
    """
    low, first, each, top = TALL
    tall = min(max(low, first + each * (len(stretches) + 1)), top)
    tall = max(tall, EACH * events) * more
    whole = [stretch._replace(limit=inf) for stretch in stretches]
    idle = [s if s.limit < FLIGHT else s._replace(limit=inf) for s in stretches]
    ordered = sorted(span for span in durations if span > 0) or [1]
    # What is short in this run; or what is half as long as the rest, if there is less.
    # What counts as short in this run; if too much would be torn for it, as usual.
    hops = ordered[len(ordered) // 4], ordered[len(ordered) // 2]
    for plans in ((whole, idle), (stretches,)):
        for hop in hops:
            least, firm, most = (length / hop for length in HOP)
            tries = [(plan, firm, tall) for plan in plans]
            tries.append((plans[-1], least, tall * 1.4))
            for plan, lowest, high in tries:
                if (long := _length(plan, lowest)) <= high:
                    scale = _largest(plan, lowest, most * more, max(tall, long))
                    return scale, hop, list(plan)
    return HOP[0] / hops[0], hops[0], list(stretches)


def _length(stretches: Sequence[Stretch], scale: float) -> float:
    return sum(
        s.limit if s.torn(scale) else (s.stop - s.start) * scale for s in stretches
    )


def _largest(
    stretches: Sequence[Stretch], low: float, high: float, tall: float
) -> float:
    """The largest scale between two that is not too tall."""
    if _length(stretches, high) <= tall:
        return high
    for _ in range(24):
        middle = (low + high) / 2
        if _length(stretches, middle) <= tall:
            low = middle
        else:
            high = middle
    return low


def spread(wanted: Sequence[float], room: Sequence[float]) -> list[float]:
    """Places as near as can be to those wanted, in order, and far enough apart.

    `room`: how far each is at least from the one before. The squares of the distances
    are the least possible: what is too close moves apart evenly, to both sides.
    """
    before = list(accumulate(room))
    blocks: list[list[float]] = []  # sum and number of places that touch
    for place, taken in zip(wanted, before, strict=True):
        blocks.append([place - taken, 1.0])
        while len(blocks) > 1 and (
            blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]
        ):
            total, number = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += number
    middles = [total / number for total, number in blocks for _ in range(round(number))]
    return [middle + taken for middle, taken in zip(middles, before, strict=True)]


def stretches(
    instants: Sequence[int],
    flights: Iterable[tuple[int, int]],
    waits: Iterable[tuple[int, int]],
) -> list[Stretch]:
    """The stretches between instants, each with the limit of what goes on meanwhile."""
    found = [Stretch(a, b, IDLE) for a, b in pairwise(instants)]
    starts = [stretch.start for stretch in found]
    for spans, limit in ((waits, WAIT), (flights, FLIGHT)):
        for start, stop in spans:
            at = max(bisect_right(starts, start) - 1, 0)
            while at < len(found) and found[at].start < stop:
                if found[at].stop > start:
                    found[at] = found[at]._replace(limit=max(limit, found[at].limit))
                at += 1
    return found
