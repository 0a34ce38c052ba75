"""How long a message takes, and what can happen to it on the way."""

from __future__ import annotations

from math import inf, log
from random import Random
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from .node import Node


def microseconds(ms: float, what: str = "a time") -> int:
    """`ms` milliseconds as whole microseconds, the unit that the world counts in.

    Raises ValueError below zero: nothing arrives before it was sent.
    """
    if not 0 <= ms < inf:
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
    """One draw of `duration`, in microseconds. `what` it is, for the ValueError."""
    if isinstance(duration, Uniform):
        low, high = (microseconds(end, what) for end in duration)
        if high < low:
            raise ValueError(f"{what} cannot be {duration}: high is below low")
        return low + int((high - low) * random.random())
    if isinstance(duration, Exponential):
        # 1 - random() is never 0, and log is the same on every platform to the
        # last bit but one; whole microseconds hide that bit.
        least, mean = (microseconds(part, what) for part in (duration[1], duration[0]))
        return least - round(mean * log(1.0 - random.random()))
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
        draw(self.delay, Random(0), "a delay")
        return self


class Route:
    """A link in use, from one node to another: its settings and its state."""

    __slots__ = (
        "busy_until",
        "cuts",
        "last_arrival",
        "link",
        "lost_numbers",
        "low",
        "receiver",
        "sender",
        "sent",
        "span",
    )

    def __init__(self, sender: Node, receiver: Node, link: Link) -> None:
        self.sender = sender
        self.receiver = receiver
        self.link = link
        self.cuts = 0  # how many cuts are in force
        self.sent = 0  # messages, counted as long as something can happen to them
        self.lost_numbers: set[int] = set()
        self.last_arrival = 0  # in microseconds, for a fifo link
        self.busy_until = 0  # in microseconds, for a link with a bandwidth
        self.low = 0  # for `Node.send`: least delay in microseconds,
        self.span = 1  # and below how many more it stays

    def settle(self) -> None:
        """Let `Node.send` take this route by itself if no fault can happen on it.

        That is so for a fixed delay and for an even one with a span of a second at
        most: the quick draw of `send` is even to one part in a thousand up to there.
        """
        delay, *faults = self.link
        routes, name = self.sender._routes, self.receiver.name
        routes.pop(name, None)
        if self.cuts or self.lost_numbers or tuple(faults) != Link()[1:]:
            return
        if isinstance(delay, Exponential) or not self.sender._up:
            return
        low, high = delay if isinstance(delay, Uniform) else (delay, delay)
        self.low = microseconds(low)
        self.span = max(1, microseconds(high) - self.low)
        if self.span <= 1_000_000:
            routes[name] = self
