"""How long a message takes, and what can happen to it on the way."""

from __future__ import annotations

from math import log
from random import Random
from typing import NamedTuple, TypeAlias


def microseconds(ms: float, what: str = "a time") -> int:
    """`ms` milliseconds as whole microseconds, the unit that the world counts in.

    Raises ValueError below zero: nothing arrives before it was sent.
    """
    if not ms >= 0:
        raise ValueError(f"{what} cannot be {ms} ms: it must be 0 or more")
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


Duration: TypeAlias = float | Uniform | Exponential
"""A fixed number of ms, or a distribution that the world's seed draws from."""


def draw(duration: Duration, random: Random, what: str = "a time") -> int:
    """One draw of `duration`, in microseconds."""
    if isinstance(duration, Uniform):
        low = microseconds(duration.low, what)
        return low + int((microseconds(duration.high, what) - low) * random.random())
    if isinstance(duration, Exponential):
        # 1 - random() is never 0, and log is the same on every platform to the
        # last bit but one; whole microseconds hide that bit.
        tail = -duration.mean * log(1.0 - random.random())
        return microseconds(duration.least + tail, what)
    return microseconds(duration, what)


class Link(NamedTuple):
    """What one direction of a connection does to the messages sent along it."""

    delay: Duration = 10.0  # ms on the way
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
        if isinstance(self.delay, Uniform) and self.delay.high < self.delay.low:
            raise ValueError(f"delay={self.delay}: high is below low")
        draw(self.delay, Random(0), "a delay")
        return self


class Route:
    """A link in use: its settings made ready for the hot path, and its state."""

    __slots__ = (
        "busy_until",
        "cuts",
        "last_arrival",
        "link",
        "low",
        "lost_numbers",
        "plain",
        "receiver",
        "sent",
        "span",
    )

    def __init__(self, link: Link, receiver: object, lost_numbers: set[int]) -> None:
        from .node import Node

        assert isinstance(receiver, Node)
        self.link = link
        self.receiver = receiver
        self.cuts = 0  # how many cuts are in force
        self.lost_numbers = lost_numbers
        self.sent = 0
        self.last_arrival = 0
        self.busy_until = 0
        self.low = self.span = 0
        self.settle()

    def settle(self) -> None:
        """Find out whether messages can take the short way: a delay, no fault."""
        delay = self.link.delay
        low = delay.low if isinstance(delay, Uniform) else delay
        high = delay.high if isinstance(delay, Uniform) else delay
        if isinstance(low, Exponential) or isinstance(high, Exponential):
            self.plain = False
            return
        self.low = microseconds(low)
        self.span = microseconds(high) - self.low
        faultless = self.link[1:] == Link()[1:]
        self.plain = faultless and not self.cuts and not self.lost_numbers
