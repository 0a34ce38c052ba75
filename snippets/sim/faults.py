"""Faults that are planned, as data: a run schedules them, the explorer reads them.

Times are in microseconds since the start of the run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

Pair: TypeAlias = tuple[str, str]
"""One direction of a connection: from a node to a node, by their names."""


class Crash(NamedTuple):
    """A node loses its memory and is down."""

    at: int
    node: str


class Restart(NamedTuple):
    """A node that is down starts its program again."""

    at: int
    node: str


class Cut(NamedTuple):
    """Some directions carry nothing from now on."""

    at: int
    pairs: tuple[Pair, ...]
    text: str  # what a diagram calls it


class Heal(NamedTuple):
    """One cut of these directions is over."""

    at: int
    pairs: tuple[Pair, ...]
    text: str


class Loss(NamedTuple):
    """Some messages of a link are lost, by their numbers: 1 is the first."""

    pair: Pair
    numbers: tuple[int, ...]


class Action(NamedTuple):
    """Anything else that is done at a time."""

    at: int
    call: Callable[[], object]


Timed: TypeAlias = Crash | Restart | Cut | Heal | Action
Fault: TypeAlias = Timed | Loss
