"""Search a protocol that is written as a state machine, state by state.

For a protocol on paper, such as one specified in TLA+: states are values that do not
change (tuples, frozensets, named tuples), and a function says which states can follow
one. Breadth first, so a path to a violation is a shortest one; this is what TLC does
(Yu, Manolios and Lamport, 1999).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

from .. import hooks
from .checker import Properties, Search

S = TypeVar("S", bound=Hashable)


class Machine(NamedTuple, Generic[S]):
    """A state machine.

    `symmetry`, if there is one: returns the same state for all states that differ only
    in the names of like parts, such as a sorted tuple. They are then searched once.
    Only a machine and properties that treat these parts alike have such a symmetry
    (Ip and Dill, 1996). Paths then go from one representative to the next.
    """

    initial: Iterable[S]
    steps: Callable[[S], Iterable[S]]
    symmetry: Callable[[S], S] | None = None


class _Graph(Generic[S]):
    """A machine as the checker asks for it."""

    errors: Mapping[Any, str] = MappingProxyType({})  # a machine does not break down

    def __init__(self, machine: Machine[S]) -> None:
        initial, steps, symmetry = machine
        self._initial = initial if symmetry is None else map(symmetry, initial)
        self.following = steps
        if symmetry is not None:
            self.following = lambda state: map(symmetry, steps(state))

    def initial(self) -> Iterable[S]:
        return self._initial

    def faults(self, state: S) -> Iterable[S]:
        return ()

    def error(self, state: S) -> str:
        return ""


class Found(NamedTuple, Generic[S]):
    """What a search found."""

    states: int  # distinct ones; of symmetric ones, one
    steps: int  # from each state every step
    depth: int  # steps on the longest of the shortest ways; TLC counts states: 1 more
    complete: bool  # True if that was everything
    broken: str  # the property that does not hold somewhere, or ""
    path: tuple[S, ...]  # a shortest way to a state in which it does not hold, or ()
    never: tuple[str, ...]  # of `sometimes`: what never happened

    @property
    def ok(self) -> bool:
        """True if everything was searched and everything is as it should be."""
        return self.complete and not self.broken and not self.never

    def _finding(self) -> dict[str, Any]:
        """The same as plain data, for the page."""
        return {
            "by": "search",
            "text": str(self),
            "ok": self.ok,
            "complete": self.complete,
            "states": self.states,
            "steps": self.steps,
            "never": list(self.never),
            "failing": self.broken or None,
            "after": len(self.path) - 1 if self.broken else None,
        }

    def __str__(self) -> str:
        text = f"{self.states:,} states, {self.steps:,} steps, {self.depth} deep"
        if self.broken:
            steps = len(self.path) - 1
            return f"Broken after {steps} steps: {self.broken}.\nTried: {text}."
        if not self.complete:
            return f"{text}: stopped there, that was not all of them."
        unseen = "".join(f" It never happened: {what}." for what in self.never)
        return f"{text}: that was all of them.{unseen}"


def search(
    machine: Machine[S],
    always: Mapping[str, Callable[[S], object]] | None = None,
    sometimes: Mapping[str, Callable[[S], object]] | None = None,
    at_rest: Mapping[str, Callable[[S], object]] | None = None,
    limit: int = 10_000_000,
) -> Found[S]:
    """Search all states of a machine, at most `limit`, and stop where one fails.

    `always`: sentences, each with a function that is true of every state.
    `sometimes`: of at least one; without it, a machine that does nothing passes.
    `at_rest`: of every state without a step, and one is in reach of every state.
    """
    properties = Properties(
        dict(always or {}), dict(sometimes or {}), dict(at_rest or {})
    )
    done = Search(_Graph(machine), properties, limit).run()
    broken = ""
    path: tuple[S, ...] = ()
    if done.failures:
        at, broken = done.failures[0]
        path = tuple(done.path(at))
    counts = len(done.states), done.steps, done.depth, done.complete and not broken
    found: Found[S] = Found(*counts, broken, path, done.never)
    hooks.found(found._finding)
    return found
