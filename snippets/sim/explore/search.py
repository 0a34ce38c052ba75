"""Search a protocol that is written as a state machine, state by state.

For a protocol on paper, such as one specified in TLA+: states are values that do not
change (tuples, frozensets, named tuples), and a function says which states can follow
one. Breadth first, so a path to a violation is a shortest one; this is what TLC does
(Yu, Manolios and Lamport, 1999).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from .. import progress

S = TypeVar("S", bound=Hashable)


class Machine(NamedTuple, Generic[S]):
    """A state machine.

    `symmetry`, if there is one: gives the same state for all states that differ only
    in the names of like parts, such as a sorted tuple. They are then searched once.
    Only a machine and properties that treat these parts alike have such a symmetry
    (Ip and Dill, 1996). Paths then go from one representative to the next.
    """

    initial: Iterable[S]
    steps: Callable[[S], Iterable[S]]
    symmetry: Callable[[S], S] | None = None


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
    limit: int = 10_000_000,
) -> Found[S]:
    """Search all states of a machine, at most `limit`, and stop where one fails.

    `always`: sentences, each with a function that is true of every state.
    `sometimes`: of at least one; without it, a machine that does nothing passes.
    """
    found = _search(machine, dict(always or {}), dict(sometimes or {}), limit)
    progress.found(found._finding)
    return found


def _search(
    machine: Machine[S],
    checks: dict[str, Callable[[S], object]],
    unseen: dict[str, Callable[[S], object]],
    limit: int,
) -> Found[S]:
    steps, symmetry = machine.steps, machine.symmetry
    before: dict[S, S | None] = {}
    level = []
    for state in machine.initial:
        state = symmetry(state) if symmetry else state
        if state not in before:
            before[state] = None
            level.append(state)
    count = depth = 0
    while level:
        for state in level if checks or unseen else ():
            for text in [text for text, check in unseen.items() if check(state)]:
                del unseen[text]
            for text, check in checks.items():
                if not check(state):
                    path = _path(before, state)
                    return Found(len(before), count, depth, False, text, path, ())
        if len(before) >= limit:
            return Found(len(before), count, depth, False, "", (), ())
        following = []
        for at, state in enumerate(level):
            if not at % progress.EVERY:
                progress.tried(len(before), "states")
            for after in steps(state):
                count += 1
                if symmetry:
                    after = symmetry(after)
                if after not in before:
                    before[after] = state
                    following.append(after)
        level = following
        depth += 1
    return Found(len(before), count, depth - 1, True, "", (), tuple(unseen))


def _path(before: Mapping[S, S | None], state: S) -> tuple[S, ...]:
    path = [state]
    while (earlier := before[path[-1]]) is not None:
        path.append(earlier)
    return tuple(reversed(path))
