"""What travels between nodes, and how its content is kept apart and shown."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, NamedTuple, Protocol


class Receiver(Protocol):
    """Whoever a message is addressed to."""

    name: str


class Message(NamedTuple):
    """One message. Programs read `sender` and `body`; the rest is for the world.

    Under way it is an entry of the world's queue: the same fields as a plain tuple,
    which the first two put in order.
    """

    arrives: int  # virtual time of arrival, in microseconds
    id: int  # 1, 2, 3 … in the order of sending; a duplicate has its own
    receiver: Receiver
    sender: str
    body: Any
    sent: int  # virtual time of sending, in microseconds
    answers: int | None  # the id of the request that this message answers

    @property
    def to(self) -> str:
        """The name of the node that it is addressed to."""
        return self.receiver.name

    def __str__(self) -> str:
        return label(self.body)


# Values that cannot change need no copy. Only exact types: a subclass may change.
IMMUTABLE = frozenset({str, int, float, bool, bytes, type(None)})


def copied(body: Any) -> Any:
    """A copy of `body`, so that two nodes never share something that changes.

    A frozen tuple of immutable values is handed over as it is.
    """
    if type(body) in IMMUTABLE:
        return body
    if type(body) is tuple and all(type(part) in IMMUTABLE for part in body):
        return body
    return deepcopy(body)


def label(body: Any) -> str:
    """`body` in the few words that a diagram has room for."""
    if isinstance(body, str):
        return body
    if isinstance(body, Mapping):
        return ", ".join(f"{key} {label(value)}" for key, value in body.items())
    if isinstance(body, (set, frozenset)):  # in an order that every run repeats
        return " ".join(sorted(map(_part, body)))
    if isinstance(body, (tuple, list)):
        return " ".join(_part(part) for part in body)
    return str(body)


def _part(body: Any) -> str:
    """A tuple within a tuple, a vector for one, keeps its parentheses."""
    if isinstance(body, (tuple, list)):
        return f"({', '.join(label(part) for part in body)})"
    return label(body)
