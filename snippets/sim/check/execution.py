"""What the transactions of a history did to each other, however it was written down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from .notation import INITIAL
from .verdict import Edge

Program: TypeAlias = list[tuple[str, Any, Any]]
"""What one transaction does to the items: r, w or append, the item, the value."""


class Fault(NamedTuple):
    """A read that no serial order explains, whatever else happened."""

    anomaly: str
    name: str
    reason: str


@dataclass(slots=True)
class Execution:
    """Which transactions committed, in which order, and what they read and wrote."""

    committed: list[str] = field(default_factory=list)
    reads: list[tuple[str, str, str]] = field(default_factory=list)  # who, item, writer
    versions: dict[str, list[str]] = field(default_factory=dict)
    """The writers of each item, as far as the order of the versions is known."""
    loose: dict[str, list[list[str]]] = field(default_factory=dict)
    """Runs of later versions: the order in each is known, that of the runs is not."""
    predicates: list[Edge] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    assumed: bool = False
    """Whether two versions stand in an order that is as good as the other one."""
    programs: dict[str, Program] = field(default_factory=dict)
    """What a witness has to do again, for each transaction."""

    def edges(self) -> list[Edge]:
        """The direct serialization graph (Adya 1999, section 3.1), as far as known."""
        edges: dict[Edge, None] = {}
        following: dict[tuple[str, str], list[str]] = {}
        for item in dict.fromkeys([*self.versions, *self.loose]):
            known = [INITIAL, *self.versions.get(item, [])]
            loose = self.loose.get(item, [])
            for older, newer in self._pairs(known, loose):
                following.setdefault((item, older), []).append(newer)
                if older != INITIAL:
                    edges[Edge(older, newer, "ww", item)] = None
        for reader, item, writer in self.reads:
            if writer != INITIAL:
                edges[Edge(writer, reader, "wr", item)] = None
            for newer in following.get((item, writer), ()):
                edges[Edge(reader, newer, "rw", item)] = None
        edges.update(dict.fromkeys(self.predicates))
        return [edge for edge in edges if edge.before != edge.after]

    def _pairs(
        self, known: list[str], loose: list[list[str]]
    ) -> Iterator[tuple[str, str]]:
        """Which version of an item comes after which one."""
        yield from pairwise(known)
        for run in loose:
            yield known[-1], run[0]
            yield from pairwise(run)

    def read(
        self, who: str, item: str, writer: str, aborted: set[str], last: bool
    ) -> None:
        """Note that `who`, which committed, read what `writer` had written."""
        if who == writer:
            return
        if writer in aborted:
            self.aborted_read(who, item, writer)
        elif not last:
            self.intermediate_read(who, item, writer)
        self.reads.append((who, item, writer))

    def aborted_read(self, who: str, item: str, writer: str) -> None:
        """Note that `who` read what was never committed."""
        reason = f"{who} reads the {item} that {writer} wrote and never commits"
        self.faults.append(Fault("G1a", "aborted read", reason))

    def intermediate_read(self, who: str, item: str, writer: str) -> None:
        """Note that `who` read what `writer` was yet to write again."""
        reason = f"{who} reads {item} as {writer} wrote it before writing it again"
        self.faults.append(Fault("G1b", "intermediate read", reason))

    def internal(self, who: str, item: str) -> None:
        """Note that `who` did not find its own write."""
        reason = f"{who} does not read what it has written to {item} itself"
        self.faults.append(Fault("internal", "internal inconsistency", reason))

    def garbage(self, who: str, what: str) -> None:
        """Note that `who` read what nobody wrote."""
        reason = f"{who} reads {what}, which nobody wrote"
        self.faults.append(Fault("garbage-read", "garbage read", reason))

    def future(self, who: str, what: str) -> None:
        """Note that `who` read what it wrote only afterwards."""
        reason = f"{who} reads {what}, which it writes only afterwards"
        self.faults.append(Fault("future-read", "future read", reason))
