"""Is there an order of the versions, where nothing tells it, that makes no cycle?

A register shows only its last value, so of two blind writes nobody may ever learn which
one came first. But each order of two such versions has consequences: who wrote or read
the older one comes before the writer of the newer one. An order that would close a
cycle is impossible, so the other one holds, which may rule out more. What is then still
open is tried, both ways. The problem is NP-complete (Papadimitriou 1979), and there is
a limit.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import NamedTuple

from .execution import Execution
from .graph import ordered
from .verdict import Edge


class Run(NamedTuple):
    """Versions of one item whose order among each other is known."""

    item: str
    first: int  # who wrote the first one
    last: int
    tail: int  # bits: who has to come before all later versions


class Found(NamedTuple):
    """The result of the search."""

    order: list[str] | None  # a serial order; None: there is none, or nobody knows
    complete: bool  # whether everything was tried
    decided: int  # for how many pairs of runs the order was found at most
    pairs: int
    contradiction: tuple[list[Edge], ...]  # if nothing works: edges that make a cycle


def find_order(execution: Execution, edges: list[Edge], limit: int) -> Found:
    """A serial order that follows `edges` and some order of the loose versions."""
    names = execution.committed
    order = ordered(names, edges)
    place = {name: at for at, name in enumerate(order)}
    readers: dict[tuple[str, str], list[str]] = {}
    for who, item, writer in execution.reads:
        readers.setdefault((item, writer), []).append(who)
    assumed = list(edges)
    for item, runs in execution.loose.items():
        for before, after in pairwise(sorted(runs, key=lambda run: place[run[0]])):
            for who in (before[-1], *readers.get((item, before[-1]), ())):
                assumed.append(Edge(who, after[0], "", item))
    order = ordered(names, assumed)
    if len(order) == len(names):  # as a rule they came in the order of the commits
        return Found(order, True, 0, 0, ())
    pairs = sum(len(runs) * (len(runs) - 1) // 2 for runs in execution.loose.values())
    if pairs > limit:
        return Found(None, False, 0, pairs, ())
    return _Search(execution, edges, limit).result(sorted(place, key=place.__getitem__))


class _Search:
    def __init__(self, execution: Execution, edges: list[Edge], limit: int) -> None:
        self.names = execution.committed
        self.number = {name: at for at, name in enumerate(self.names)}
        self.edges = edges
        self.limit = limit
        self.steps = self.most = 0
        tails: dict[tuple[str, str], int] = {}
        for who, item, writer in execution.reads:
            bits = tails.get((item, writer), 0)
            tails[item, writer] = bits | 1 << self.number[who]
        self.pairs: list[tuple[Run, Run]] = []
        for item, runs in execution.loose.items():
            numbered = [
                Run(
                    item,
                    self.number[run[0]],
                    self.number[run[-1]],
                    1 << self.number[run[-1]] | tails.get((item, run[-1]), 0),
                )
                for run in runs
            ]
            self.pairs += combinations(numbered, 2)

    def result(self, order: list[str]) -> Found:
        """Try both orders of each pair that is still open, one after the other.

        `order`: one that follows the edges.
        """
        reach = [1 << at for at in range(len(self.names))]  # everybody reaches itself
        after: dict[str, list[str]] = {}
        for edge in self.edges:
            after.setdefault(edge.before, []).append(edge.after)
        for name in reversed(order):
            for later in after.get(name, ()):
                reach[self.number[name]] |= reach[self.number[later]]
        contradiction: tuple[list[Edge], ...] = ()
        todo: list[tuple[list[int], list[tuple[Run, Run]], list[tuple[Run, Run]]]] = [
            (reach, self.pairs, [])
        ]
        while todo:
            reach, left, made = todo.pop()
            still, impossible = self._propagate(reach, left, made)
            if impossible is not None:
                contradiction = contradiction or self._either(made, *impossible)
                continue
            if self.steps >= self.limit:
                return Found(None, False, self.most, len(self.pairs), ())
            if not still:
                found = ordered(self.names, self.edges + self._edges(made))
                return Found(found, True, len(made), len(self.pairs), ())
            one, other = still[0]
            for first, second in ((other, one), (one, other)):
                further = list(reach)
                self._link(further, first.tail, second.first)
                todo.append((further, still[1:], [*made, (first, second)]))
        return Found(None, True, self.most, len(self.pairs), contradiction)

    def _link(self, reach: list[int], before: int, after: int) -> None:
        """Note that everybody in the bits `before` comes before `after`."""
        self.steps += len(reach) // 20
        more = reach[after]
        for at, bits in enumerate(reach):
            if bits & before:
                reach[at] = bits | more

    def _propagate(
        self,
        reach: list[int],
        left: list[tuple[Run, Run]],
        made: list[tuple[Run, Run]],
    ) -> tuple[list[tuple[Run, Run]], tuple[Run, Run] | None]:
        """Draw all conclusions; return what is still open, and what is impossible."""
        while True:
            still: list[tuple[Run, Run]] = []
            for place, (one, other) in enumerate(left):
                self.steps += 1
                if self.steps >= self.limit:
                    return still + left[place:], None
                backward = reach[other.first] & one.tail  # `one` first closes a cycle
                forward = reach[one.first] & other.tail
                if backward and forward:
                    return [], (one, other)
                if backward or forward:
                    older, newer = (other, one) if backward else (one, other)
                    self._link(reach, older.tail, newer.first)
                    made.append((older, newer))
                else:
                    still.append((one, other))
            self.most = max(self.most, len(self.pairs) - len(still))
            if len(still) == len(left):
                return still, None
            left = still

    def _edges(self, made: list[tuple[Run, Run]]) -> list[Edge]:
        """The edges that follow from these orders, (older, newer)."""
        edges = []
        for older, newer in made:
            after = self.names[newer.first]
            for at, name in enumerate(self.names):
                if older.tail >> at & 1 and name != after:
                    kind = "ww" if at == older.last else "rw"
                    edges.append(Edge(name, after, kind, older.item))
        return edges

    def _either(
        self, made: list[tuple[Run, Run]], one: Run, other: Run
    ) -> tuple[list[Edge], ...]:
        """Edges with a cycle for each order of two runs; neither is possible."""
        return tuple(
            self.edges + self._edges([*made, pair])
            for pair in ((one, other), (other, one))
        )
