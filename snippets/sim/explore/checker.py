"""The search over a graph of states: the same for programs and for state machines.

Breadth first, so that what is met first is met on a shortest path. A graph says where
it begins and what can follow a state; a judge says what is wrong with a state. Which
states there are is remembered whole, so every verdict is about all of them, or says
that it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from .. import hooks

S = TypeVar("S", bound=Hashable)
View: TypeAlias = Callable[[S], Any]


class States(Protocol[S]):
    """A graph of states."""

    @property
    def errors(self) -> Mapping[Any, str]:
        """What broke down, by whatever; empty as long as nothing did."""

    def initial(self) -> Iterable[S]:
        """Where runs begin."""

    @property
    def following(self) -> Callable[[S], Iterable[S]]:
        """What can follow a state by itself. Nothing: there a run is at rest."""

    def faults(self, state: S) -> Iterable[S]:
        """What else can follow, because a fault is allowed."""

    def error(self, state: S) -> str:
        """What broke down on the way to a state, or ""."""


class Properties(NamedTuple):
    """What is checked, each by its sentence."""

    always: Mapping[str, Callable[[Any], object]]  # in every state
    sometimes: Mapping[str, Callable[[Any], object]]  # in at least one
    at_rest: Mapping[str, Callable[[Any], object]]  # whenever nothing is left to happen


SMALL = 20_000  # states: up to there a second look costs little
REST = "every run can come to rest"


class Search(Generic[S]):
    """One search, and what it found.

    `view`: what properties get in place of a state. `faulty`: False if the graph has
    no faults.
    """

    def __init__(
        self,
        graph: States[S],
        properties: Properties,
        limit: int,
        view: View[S] = lambda state: state,
        faulty: bool = False,
    ) -> None:
        self.graph = graph
        self.properties = properties
        self.limit = limit
        self.view = view
        self.faulty = faulty
        self.unseen = dict(properties.sometimes)
        self._always = tuple(properties.always.items())
        self.states: list[S] = []
        self.parents: list[int] = []  # the state before, on a shortest path; -1: none
        self.steps = 0  # from each state each step that is possible there
        self.depth = 0  # the most steps that a shortest path to a state has
        self.complete = False  # True if that was everything
        self.failures: list[tuple[int, str]] = []  # on one level: a state, and what

    def run(self) -> Search[S]:
        """Search level by level, until something fails, the limit or the end."""
        graph, states, parents = self.graph, self.states, self.parents
        following, faults, faulty = graph.following, graph.faults, self.faulty
        resting, errors = bool(self.properties.at_rest), graph.errors
        checked = bool(self.properties.always or self.unseen)
        judge, failures, limit = self._judge, self.failures, self.limit
        seen: set[S] = set()
        for state in graph.initial():
            if state not in seen:
                seen.add(state)
                states.append(state)
                parents.append(-1)
                judge(len(states) - 1)
        after_each: list[list[S]] = []
        at_rest: list[int] = []
        done = steps = 0
        while done < len(states) < limit and not failures:
            end = len(states)
            self.depth += 1
            for at in range(done, end):
                if not at % hooks.EVERY:
                    hooks.tried(at, "states")
                state = states[at]
                found = following(state)
                if resting or faulty:
                    found = list(found)
                    if resting and not found:
                        at_rest.append(at)
                        self._judge_rest(at)
                    found.extend(faults(state))
                    if resting:
                        after_each.append(found)
                for after in found:
                    steps += 1
                    if after not in seen:
                        seen.add(after)
                        states.append(after)
                        parents.append(at)
                        if checked or errors:
                            judge(len(states) - 1)
                if (failures and not faulty) or len(states) >= limit:
                    break
            done = end
        self.steps = steps
        self.complete = done == len(states) and not failures
        self.depth -= self.complete
        if self.complete and resting:
            self._can_rest(after_each, at_rest)
        return self

    def _judge(self, at: int) -> None:
        state = self.states[at]
        if self.graph.errors:
            what = self.graph.error(state)
            if what:
                self.failures.append((at, what))
                return
        view = self.view(state)
        for text, check in self._always:
            if not check(view):
                self.failures.append((at, text))
                return
        if self.unseen:
            for text in [t for t, check in self.unseen.items() if check(view)]:
                del self.unseen[text]

    def _judge_rest(self, at: int) -> None:
        view = self.view(self.states[at])
        for text, check in self.properties.at_rest.items():
            if not check(view):
                self.failures.append((at, text))
                return

    def _can_rest(self, after_each: list[list[S]], at_rest: list[int]) -> None:
        """Fail at the first state from which rest is out of reach."""
        number = {state: at for at, state in enumerate(self.states)}
        before: list[list[int]] = [[] for _ in self.states]
        for at, found in enumerate(after_each):
            for after in found:
                before[number[after]].append(at)
        can, ends = set(at_rest), list(at_rest)
        while ends:
            for at in before[ends.pop()]:
                if at not in can:
                    can.add(at)
                    ends.append(at)
        for at in range(len(self.states)):
            if at not in can:
                self.failures.append((at, REST))
                return

    @property
    def never(self) -> tuple[str, ...]:
        """What should sometimes happen, and never did."""
        return tuple(self.unseen) if self.complete else ()

    def path(self, at: int) -> list[S]:
        """A shortest path to a state."""
        path = [self.states[at]]
        while self.parents[at] >= 0:
            at = self.parents[at]
            path.append(self.states[at])
        return path[::-1]

    def ways(self, at: int, what: str) -> dict[S, list[S]]:
        """From each state where to go on, to where the same fails in as few steps.

        Only if the graph is small enough to go through once more; else nothing.
        """
        levels = [list(self.graph.initial())]
        if len(self.states) > SMALL:
            return {}
        reached = set(levels[0])
        ahead: dict[S, list[S]] = {}
        for _ in self.path(at)[1:]:
            following: dict[S, None] = {}
            for state in levels[-1]:
                after = (*self.graph.following(state), *self.graph.faults(state))
                ahead[state] = [each for each in after if each not in reached]
                following |= dict.fromkeys(ahead[state])
            reached |= following.keys()
            levels.append(list(following))
        leading = {state for state in levels[-1] if self._fails(state, what)}
        for level in reversed(levels[:-1]):
            for state in level:
                ahead[state] = [each for each in ahead[state] if each in leading]
            leading |= {state for state in level if ahead[state]}
        return ahead

    def _fails(self, state: S, what: str) -> bool:
        check = self.properties.always.get(what)
        if check is None:
            check = self.properties.at_rest.get(what)
            if check is None or list(self.graph.following(state)):
                return False
        return not check(self.view(state))
