"""Links: how long a message takes, and what can happen to it on the way."""

from __future__ import annotations

from math import log
from random import Random
from typing import NamedTuple, TypeAlias

MOST = 9e12  # ms, 285 years: up to there a float tells every microsecond apart


def microseconds(ms: float, what: str = "a time") -> int:
    """`ms` milliseconds as whole microseconds, the unit that the world counts in.

    `what` it is, for the message. Raises TypeError for what is not a number, and
    ValueError below zero, because nothing arrives before it was sent, and above
    `MOST`, because no float tells the microseconds of so long a time apart.
    """
    if not isinstance(ms, (int, float)) or isinstance(ms, bool):
        raise TypeError(f"{what} cannot be {ms!r}: it is a number of milliseconds")
    if not 0 <= ms <= MOST:
        most = f", and at most {MOST:g}" if ms > MOST else ""
        raise ValueError(f"{what} cannot be {ms} ms: it must be 0 or more{most}")
    return round(ms * 1000)


class Uniform(NamedTuple):
    """A time drawn evenly between `low` and `high` ms."""

    low: float
    high: float


class Exponential(NamedTuple):
    """A time of at least `least` ms, plus a part of `mean` ms on average.

    Most draws are short and a few are long: the usual shape of a delay in a queue.
    """

    mean: float
    least: float = 0.0


Time: TypeAlias = float | Uniform | Exponential
"""A fixed number of ms, or a distribution that the world's seed draws from."""


def sample(time: Time, random: Random, what: str = "a time") -> int:
    """One draw of `time`, in microseconds. `what` it is, for the ValueError."""
    if isinstance(time, Uniform):
        low, high = (microseconds(end, what) for end in time)
        if high < low:
            raise ValueError(f"{what} cannot be {time}: high is below low")
        return low + int((high - low) * random.random())
    if isinstance(time, Exponential):
        # 1 - random() is never 0, and log is the same on every platform to the
        # last bit but one; whole microseconds hide that bit.
        least, mean = (microseconds(part, what) for part in (time.least, time.mean))
        return least - round(mean * log(1.0 - random.random()))
    return microseconds(time, what)


class Link(NamedTuple):
    """What one direction of a connection does to the messages sent along it."""

    delay: Time = 10.0  # ms on the way
    loss: float = 0.0  # share of messages that never arrive, 0 to 1
    duplicate: float = 0.0  # share that arrives twice, 0 to 1
    fifo: bool = False  # True: no message overtakes an earlier one
    bandwidth: float | None = None  # bytes per ms; None: no limit

    def checked(self) -> Link:
        """Itself, or ValueError that names the setting which makes no sense."""
        for name, share in (("loss", self.loss), ("duplicate", self.duplicate)):
            if not 0 <= share <= 1:
                raise ValueError(f"{name}={share}: a share lies between 0 and 1")
        if self.bandwidth is not None and not self.bandwidth > 0:
            raise ValueError(f"bandwidth={self.bandwidth}: must be above 0 bytes/ms")
        sample(self.delay, Random(0), "a delay")
        return self
