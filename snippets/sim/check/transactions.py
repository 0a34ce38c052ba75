"""What the transactions of a history did to each other.

Two kinds of history are read: text in the notation of the papers (`notation.py`), and
operations `txn` in Jepsen's form, whose value is a list of steps:

    {"process": "A", "type": "invoke", "f": "txn",
     "value": [["r", "x", null], ["w", "y", 1]]}

`r` reads, `w` writes, `append` adds to the end of a list. The answer is the same list
with what the reads found; null and the empty list mean: as it was at the start. Each
value is written only once to an item, so that a read shows which write it saw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from .history import Entry, HistoryError, Operation, frozen, paired, shown
from .notation import INITIAL, Step, Text
from .verdict import Edge

Versions: TypeAlias = Mapping[Any, Sequence[Any]] | None
"""The values of each item, the oldest first."""


class Fault(NamedTuple):
    """A read that no serial order explains, whatever else happened."""

    anomaly: str
    name: str
    reason: str


@dataclass(slots=True)
class Execution:
    """Who committed, in which order, and who read and wrote which versions."""

    committed: list[str] = field(default_factory=list)
    reads: list[tuple[str, str, str]] = field(default_factory=list)  # who, item, writer
    versions: dict[str, list[str]] = field(default_factory=dict)  # who wrote each item
    predicates: list[Edge] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    certain: bool = True  # whether the order of the versions is known, not assumed
    names: list[str] = field(default_factory=list)  # of all that may have happened

    def edges(self) -> list[Edge]:
        """The direct serialization graph (Adya 1999, section 3.1)."""
        edges: dict[Edge, None] = {}
        for item, writers in self.versions.items():
            for older, newer in pairwise(writers):
                edges[Edge(older, newer, "ww", item)] = None
        for reader, item, writer in self.reads:
            if writer != INITIAL:
                edges[Edge(writer, reader, "wr", item)] = None
            writers = [INITIAL, *self.versions.get(item, [])]
            if writer in writers and writer != writers[-1]:
                edges[Edge(reader, writers[writers.index(writer) + 1], "rw", item)] = (
                    None
                )
        edges.update(dict.fromkeys(self.predicates))
        return [edge for edge in edges if edge.before != edge.after]

    def read(
        self, who: str, item: str, writer: str, aborted: set[str], last: bool
    ) -> None:
        """Note that `who`, who committed, read what `writer` had written."""
        if who == writer:
            return
        if writer in aborted:
            reason = f"{who} reads the {item} that {writer} wrote and never commits"
            self.faults.append(Fault("G1a", "aborted read", reason))
        elif not last:
            reason = f"{who} reads {item} as {writer} wrote it before writing it again"
            self.faults.append(Fault("G1b", "intermediate read", reason))
        self.reads.append((who, item, writer))

    def internal(self, who: str, item: str) -> None:
        """Note that `who` did not find its own write."""
        reason = f"{who} does not read what it has written to {item} itself"
        self.faults.append(Fault("", "internal inconsistency", reason))


# Text -----------------------------------------------------------------------


def from_text(text: Text) -> Execution:
    """The execution that a text tells. What it does not end commits at the end."""
    done = Execution()
    ends = {
        step.transaction: step.kind for step in text.steps if step.kind in ("c", "a")
    }
    aborted = {f"T{number}" for number, kind in ends.items() if kind == "a"}
    commits = [step.transaction for step in text.steps if step.kind == "c"]
    commits += [step.transaction for step in text.steps if step.transaction not in ends]
    done.committed = [f"T{number}" for number in dict.fromkeys(commits)]
    written: dict[str, list[Step]] = {}  # so far, of each item
    rolled_back: set[str] = set()
    before: dict[str, str] = {}  # the values from before, as far as reads tell them
    totals = Counter(
        (s.transaction, s.item) for s in text.steps if s.kind in ("w", "wc")
    )
    for step in text.steps:
        me = f"T{step.transaction}"
        if step.kind == "a":
            rolled_back.add(step.transaction)
        elif step.kind in ("w", "wc"):
            written.setdefault(step.item, []).append(step)
        elif step.kind in ("r", "rc") and me not in aborted and not step.predicate:
            earlier = written.get(step.item, [])
            seen = _version(step, earlier, rolled_back, before)
            own = [each for each in earlier if each.transaction == step.transaction]
            if own and seen is not own[-1]:
                done.internal(me, step.item)
            if seen is None:
                done.read(me, step.item, INITIAL, aborted, True)
                continue
            so_far = [
                s for s in written[step.item] if s.transaction == seen.transaction
            ]
            last = totals[seen.transaction, step.item] == so_far.index(seen) + 1
            done.read(me, step.item, f"T{seen.transaction}", aborted, last)
    for item, steps in written.items():
        final = {step.transaction: None for step in reversed(steps)}
        writers = [
            number for number in reversed(final) if f"T{number}" in done.committed
        ]
        given = text.versions.get(item)
        if given is not None and set(given) < set(writers):
            missing = ", ".join(item + each for each in writers if each not in given)
            raise HistoryError(f"the order of the versions of {item} lacks {missing}")
        order = (
            writers if given is None else [each for each in given if each in writers]
        )
        done.versions[item] = [f"T{number}" for number in order]
    done.predicates = _searches(text.steps, aborted)
    return done


def _version(
    step: Step, written: list[Step], rolled_back: set[str], before: dict[str, str]
) -> Step | None:
    """The write that `step` reads; None: it finds what was there before."""
    if step.writer == INITIAL:
        return None
    if step.writer is not None:
        named = [each for each in written if each.transaction == step.writer]
        if not named:
            raise HistoryError(
                f"character {step.at + 1}: {step.item}{step.writer} is not yet written "
                f"when it is read; put w{step.writer}[{step.item}] earlier"
            )
        return named[-1]
    there = [each for each in written if each.transaction not in rolled_back]
    if step.value is None or (there and there[-1].value in (None, step.value)):
        return there[-1] if there else None
    if not there and before.setdefault(step.item, step.value) == step.value:
        return None
    same = [each for each in written if each.value == step.value]
    if same:
        return same[-1]
    if before.setdefault(step.item, step.value) != step.value:
        raise HistoryError(
            f"character {step.at + 1}: nobody has written {step.item}={step.value}, "
            f"and before all writes it was {before[step.item]}; mend one of the two"
        )
    return None


def _searches(steps: list[Step], aborted: set[str]) -> list[Edge]:
    """Who found, or missed, what others changed in the answer of a condition."""
    edges = []
    for i, search in enumerate(steps):
        if search.kind not in ("r", "rc") or not search.predicate:
            continue
        for j, write in enumerate(steps):
            if write.kind in ("w", "wc") and write.predicate == search.predicate:
                reader, writer = f"T{search.transaction}", f"T{write.transaction}"
                if {reader, writer} & aborted:
                    continue
                if j < i:
                    edges.append(Edge(writer, reader, "wr", search.predicate, True))
                else:
                    edges.append(Edge(reader, writer, "rw", search.predicate, True))
    return edges


# Operations -----------------------------------------------------------------


def from_operations(history: Iterable[Entry], versions: Versions) -> Execution:
    """The execution that operations `txn` tell.

    One without an answer counts as committed if somebody who committed read from it.
    Without `versions`, lists tell the order of what was appended to them; for the rest
    it is assumed to be the order of the commits.
    """
    return _Reader(history, versions).done


class _Reader:
    def __init__(self, history: Iterable[Entry], versions: Versions) -> None:
        every, failed = paired(history)
        self.done = Execution()
        self.names = _names(every)
        self.wrote: dict[tuple[Any, Any], Operation] = {}
        self.last: dict[tuple[Operation, Any], Any] = {}
        self.lists: set[Any] = set()
        for op in every:
            self._note_writes(op)
        committed = sorted((op for op in every if op.answered), key=lambda op: op.end)
        known = set(committed) | failed
        for op in committed:  # which grows as it goes
            for source in self._sources(op):
                if source not in known:
                    known.add(source)
                    committed.append(source)
        self.committed = committed
        self.done.committed = [self.names[op] for op in committed]
        self.done.names = [self.names[op] for op in every if op not in failed]
        self.aborted = set(self.names.values()) - set(self.done.committed)
        longest: dict[Any, tuple[Any, ...]] = {}
        for op in committed:
            if op.answered:
                self._read(op, longest)
        self._order(longest, versions)

    def _note_writes(self, op: Operation) -> None:
        for kind, item, value in steps_of(op):
            if kind == "append":
                self.lists.add(item)
            if kind != "r":
                first = self.wrote.setdefault((item, value), op)
                if first is not op:
                    raise HistoryError(
                        f"{item} = {shown(value)} was written before, in entry "
                        f"{first.start}; write each value only once, so that a read "
                        "shows which write it saw",
                        op.start,
                    )
                self.last[op, item] = value

    def _sources(self, op: Operation) -> list[Operation]:
        """Whose writes `op` read."""
        found = []
        for kind, item, value in steps_of(op):
            if kind == "r" and op.answered:
                for part in (value or ()) if item in self.lists else (value,):
                    if part not in NOTHING:
                        found.append(self._writer(op, item, part))
        return found

    def _writer(self, op: Operation, item: Any, value: Any) -> Operation:
        if (item, value) not in self.wrote:
            raise HistoryError(
                f"{item} = {shown(value)} is read here, and nobody wrote it; add that "
                "write, or put null for what was there at the start",
                op.end,
            )
        return self.wrote[item, value]

    def _read(self, op: Operation, longest: dict[Any, tuple[Any, ...]]) -> None:
        """Note whose versions `op` read."""
        me = self.names[op]
        own: dict[Any, Any] = {}
        for kind, item, value in steps_of(op):
            if kind == "append":
                own[item] = (*own.get(item, ()), value)
            elif kind == "w":
                own[item] = value
            elif item in self.lists:
                value = value or ()
                mine = own.get(item, ())
                if mine != value[len(value) - len(mine) :]:
                    self.done.internal(me, str(item))
                known = longest.get(item, ())
                shorter, longer = sorted((known, value), key=len)
                if longer[: len(shorter)] != shorter:
                    reason = (
                        f"{item} reads {shown(value)} here and {shown(known)} there"
                    )
                    self.done.faults.append(Fault("", "incompatible order", reason))
                longest[item] = longer
                others = value[: len(value) - len(mine)]
                for part in others[:-1]:
                    writer = self.names[self._writer(op, item, part)]
                    if writer in self.aborted:
                        self.done.read(me, item, writer, self.aborted, True)
                self._note_read(op, item, others[-1] if others else None)
            elif item in own:
                if own[item] != value:
                    self.done.internal(me, str(item))
            else:
                self._note_read(op, item, value)

    def _note_read(self, op: Operation, item: Any, value: Any) -> None:
        if value in NOTHING:
            self.done.read(self.names[op], str(item), INITIAL, self.aborted, True)
            return
        writer = self._writer(op, item, value)
        last = self.last[writer, item] == value
        self.done.read(
            self.names[op], str(item), self.names[writer], self.aborted, last
        )

    def _order(self, longest: dict[Any, tuple[Any, ...]], versions: Versions) -> None:
        """Whose versions of each item came one after the other."""
        for item in dict.fromkeys(item for item, _ in self.wrote):
            writers = [op for op in self.committed if (op, item) in self.last]
            if versions is not None and item in versions:
                given = [(item, frozen(value)) for value in versions[item]]
                if lacking := [
                    op for op in writers if (item, self.last[op, item]) not in given
                ]:
                    value = self.last[lacking[0], item]
                    raise HistoryError(f"versions of {item}: {shown(value)} is missing")
            else:
                given = [(item, value) for value in longest.get(item, ())]
            wrote = [self.wrote[each] for each in given if each in self.wrote]
            final = [
                op
                for op, each in zip(wrote, given, strict=False)
                if self.last[op, item] == each[1] and op in writers
            ]
            rest = [op for op in writers if op not in final]
            self.done.certain &= len(rest) < 2 and (
                not rest or bool(given) or not final
            )
            self.done.versions[str(item)] = [self.names[op] for op in final + rest]


def steps_of(op: Operation) -> Sequence[tuple[str, Any, Any]]:
    """The steps of a transaction, with what its reads found if it was answered."""
    steps = op.result if op.answered and op.result is not None else op.value
    if op.f != "txn" or not isinstance(steps, tuple):
        raise HistoryError(
            'a transaction is {"f": "txn", "value": [["r", "x", null], ["w", "y", 1]]}'
            f", not f = {op.f!r}, value = {shown(op.value)}",
            op.start,
        )
    for step in steps:
        if not isinstance(step, tuple) or len(step) != 3 or step[0] not in STEPS:
            raise HistoryError(
                f'a step is ["r", item, null], ["w", item, value] or ["append", item, '
                f"value], not {shown(step)}",
                op.start,
            )
    return steps


STEPS = ("r", "w", "append")
NOTHING = (None, ())  # what a read finds before all writes


def _names(every: list[Operation]) -> dict[Operation, str]:
    """What to call each transaction: its process, and which one of it."""
    of = Counter(op.process for op in every)
    count: Counter[Any] = Counter()
    names = {}
    for op in every:
        count[op.process] += 1
        name = op.process if isinstance(op.process, str) else f"T{op.process}"
        names[op] = name if of[op.process] == 1 else f"{name}.{count[op.process]}"
    return names
