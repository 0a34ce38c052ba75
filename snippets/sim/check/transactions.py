"""What the operations `txn` of a history did to each other.

Each value is written only once to an item, so that a read shows which write it saw. An
item is a register, which is written, or a list, to which is appended. A list shows in
which order its elements came; what no read shows came after them. Of a register it is
known only that who read one version and wrote another put it right after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from .execution import Execution, Fault
from .history import Entry, HistoryError, Operation, paired
from .notation import INITIAL
from .steps import APPEND, NOTHING, READ, check, steps_of
from .values import frozen, shown

Versions: TypeAlias = Mapping[Any, Sequence[Any]] | None
"""The values of each item, the oldest first."""


def from_operations(history: Iterable[Entry], versions: Versions) -> Execution:
    """The execution that operations `txn` tell.

    One without an answer counts as committed if somebody who committed read from it, or
    if `versions` has what it wrote. Raises HistoryError for operations that make no
    sense.
    """
    return _Reader(history, versions).done


class _Reader:
    def __init__(self, history: Iterable[Entry], versions: Versions) -> None:
        every, failed = paired(history)
        for op in every:
            check(op)
            if op.key is not None:
                raise HistoryError(
                    "a transaction names its items in its steps; remove the key",
                    op.start,
                )
        self.done = Execution()
        self.names = _names(every)
        self.wrote: dict[tuple[Any, Any], Operation] = {}
        self.values: dict[tuple[Operation, Any], list[Any]] = {}
        self.lists: set[Any] = set()
        self.writers: dict[Any, list[Operation]] = {}
        for op in every:
            self._note_writes(op)
        self.given = self._given(versions)
        committed = sorted((op for op in every if op.answered), key=lambda op: op.end)
        known = set(committed) | failed
        for op in list(committed):
            for source in self._sources(op):
                if source not in known:
                    known.add(source)
                    committed.append(source)
        for item, values in self.given.items():
            for value in values:
                source = self.wrote[item, value]
                if source not in known:
                    known.add(source)
                    committed.append(source)
        self.rank = {op: place for place, op in enumerate(committed)}
        self.done.committed = [self.names[op] for op in committed]
        self.aborted = set(self.names.values()) - set(self.done.committed)
        self.before: dict[tuple[Operation, Any], Any] = {}  # what each one read first
        self.longest: dict[Any, tuple[Any, ...]] = {}
        for op in committed:
            self.done.programs[self.names[op]] = [
                step for step in steps_of(op) if op.answered or step[0] not in READ
            ]
            if op.answered:
                self._read(op)
        for item in self.writers:
            self._order(item)

    def _note_writes(self, op: Operation) -> None:
        for kind, item, value in steps_of(op):
            if kind in READ:
                continue
            writers = self.writers.setdefault(item, [])
            if kind in APPEND and not writers:
                self.lists.add(item)
            if (item in self.lists) != (kind in APPEND):
                raise HistoryError(
                    f"{shown(item)} is written here and appended to elsewhere; an item "
                    "is either a register or a list",
                    op.start,
                )
            if kind not in APPEND and value in NOTHING:
                raise HistoryError(
                    f"{shown(value)} is what {shown(item)} was at the start; write "
                    "another value",
                    op.start,
                )
            first = self.wrote.setdefault((item, value), op)
            values = self.values.setdefault((op, item), [])
            if first is not op or (kind in APPEND and value in values):
                raise HistoryError(
                    f"{shown(item)} = {shown(value)} was written before, in entry "
                    f"{first.start}; write each value only once, so that a read "
                    "shows which write it saw (linearizable over the model "
                    "transactions does without)",
                    op.start,
                )
            if not values:
                writers.append(op)
            values.append(value)

    def _given(self, versions: Versions) -> dict[Any, tuple[Any, ...]]:
        """The order of the values that the caller tells, for each item."""
        given: dict[Any, tuple[Any, ...]] = {}
        texts = {str(item): item for item in self.writers if isinstance(item, int)}
        for name, values in (versions or {}).items():
            item = frozen(name)
            if item not in self.writers and isinstance(item, str):
                item = texts.get(item, item)  # an object in JSON has only texts as keys
            listed = tuple(map(frozen, values))
            for value in listed:
                if (item, value) not in self.wrote:
                    raise HistoryError(
                        f"versions of {shown(item)}: nobody wrote {shown(value)}"
                    )
            if len(set(listed)) < len(listed):
                raise HistoryError(f"versions of {shown(item)}: one stands there twice")
            given[item] = listed
        return given

    def _sources(self, op: Operation) -> list[Operation]:
        """Whose writes `op` read."""
        found = []
        for kind, item, value in steps_of(op):
            if kind in READ:
                in_list = item in self.lists and isinstance(value, tuple)
                for part in value if in_list else (value,):
                    if source := self.wrote.get((item, part)):
                        found.append(source)
        return found

    # Reads ------------------------------------------------------------------

    def _read(self, op: Operation) -> None:
        """Note whose versions `op` read, and what is wrong with that."""
        own: dict[Any, list[Any]] = {}
        for kind, item, value in steps_of(op):
            if kind not in READ:
                own.setdefault(item, []).append(value)
            elif item in self.lists:
                self._read_list(op, item, value or (), own.get(item, []))
            else:
                self._read_register(op, item, value, own.get(item, []))

    def _read_register(
        self, op: Operation, item: Any, value: Any, own: list[Any]
    ) -> None:
        value = None if value in NOTHING else value
        if own and value == own[-1]:
            return
        if value in self.values.get((op, item), ()) and value not in own:
            self.done.future(self.names[op], f"{shown(item)} = {shown(value)}")
        elif own:
            self.done.internal(self.names[op], shown(item))
        elif self._first_read(op, item, value):
            self._note_read(op, item, value, value is None)

    def _read_list(self, op: Operation, item: Any, value: Any, own: list[Any]) -> None:
        me, name = self.names[op], shown(item)
        if not isinstance(value, tuple):
            self.done.garbage(me, f"{name} = {shown(value)}")
            return
        twice = [part for part, times in Counter(value).items() if times > 1]
        if twice:
            reason = f"{me} reads {name} = {shown(value)}, which has {shown(twice[0])} "
            reason += "twice, and it was appended once"
            self.done.faults.append(
                Fault("duplicate-elements", "duplicate elements", reason)
            )
            return
        to_come = self.values.get((op, item), [])[len(own) :]
        if early := [part for part in to_come if part in value]:
            self.done.future(me, f"{shown(early[0])} in {name}")
            return
        others = value[: max(0, len(value) - len(own))]
        if value[len(others) :] != tuple(own) or len(others) + len(own) != len(value):
            self.done.internal(me, name)
        elif self._first_read(op, item, others):
            for part in others:
                if (item, part) not in self.wrote:
                    self.done.garbage(me, f"{shown(part)} in {name}")
                elif self.names[self.wrote[item, part]] in self.aborted:
                    writer = self.names[self.wrote[item, part]]
                    self.done.aborted_read(me, name, writer)
            self._whole(op, item, others)
            self._compatible(item, others)
            self._note_read(op, item, others[-1] if others else None, not others)

    def _first_read(self, op: Operation, item: Any, value: Any) -> bool:
        """Whether it is the first read of `item`, and note if it is not and differs."""
        if (op, item) not in self.before:
            self.before[op, item] = value
            return True
        first = self.before[op, item]
        if value != first:
            reason = (
                f"{self.names[op]} reads {shown(item)} twice, once {shown(first)} and "
                f"once {shown(value)}, and did not change it"
            )
            self.done.faults.append(Fault("internal", "internal inconsistency", reason))
        return False

    def _whole(self, op: Operation, item: Any, value: tuple[Any, ...]) -> None:
        """Note if of what a transaction appended only a part is shown."""
        parts: dict[Operation, list[Any]] = {}
        for part in value:
            if (item, part) in self.wrote:
                parts.setdefault(self.wrote[item, part], []).append(part)
        for writer, part_of in parts.items():
            whole = self.values[writer, item]
            if part_of == whole or writer is op:
                continue
            who, by, name = self.names[op], self.names[writer], shown(item)
            if part_of == whole[: len(part_of)]:
                self.done.intermediate_read(who, name, by)
                continue
            if sorted(map(whole.index, part_of)) == list(map(whole.index, part_of)):
                lost = next(each for each in whole if each not in part_of)
                reason = f"{who} reads {name} without the {shown(lost)} that {by} "
                reason += f"appended before {shown(part_of[-1])}"
                fault = Fault("G1b", "lost append", reason)
            else:
                reason = f"{who} reads {name} = {shown(value)}, and {by} appended "
                reason += f"{shown(tuple(whole))} in this order"
                fault = Fault("incompatible-order", "incompatible order", reason)
            self.done.faults.append(fault)

    def _compatible(self, item: Any, value: tuple[Any, ...]) -> None:
        """Note if no order of the appends shows both this and what was read before."""
        known = self.longest.get(item, ())
        shorter, longer = sorted((known, value), key=len)
        if longer[: len(shorter)] != shorter:
            reason = f"{shown(item)} reads {shown(value)} here and {shown(known)} there"
            fault = Fault("incompatible-order", "incompatible order", reason)
            self.done.faults.append(fault)
        self.longest[item] = longer

    def _note_read(self, op: Operation, item: Any, value: Any, nothing: bool) -> None:
        me, name = self.names[op], shown(item)
        if nothing:
            self.done.read(me, name, INITIAL, self.aborted, True)
        elif (item, value) in self.wrote:
            writer = self.wrote[item, value]
            last = item in self.lists or self.values[writer, item][-1] == value
            self.done.read(me, name, self.names[writer], self.aborted, last)
        elif item not in self.lists:
            self.done.garbage(me, f"{name} = {shown(value)}")

    # Versions ---------------------------------------------------------------

    def _order(self, item: Any) -> None:
        """Whose versions of the item came one after the other."""
        done = self.rank
        writers = [op for op in self.writers[item] if op in done]
        name = shown(item)
        if item in self.given:
            given = self.given[item]
            for op in writers:
                if (last := self.values[op, item][-1]) not in given:
                    raise HistoryError(f"versions of {name}: {shown(last)} is missing")
            shows = self.longest.get(item, ())
            if (
                shows
                != tuple(v for v in given if self.wrote[item, v] in done)[: len(shows)]
            ):
                reason = f"{name} reads {shown(shows)}, and its versions are "
                fault = Fault(
                    "incompatible-order", "incompatible order", reason + shown(given)
                )
                self.done.faults.append(fault)
            self.done.versions[name] = self._names_in(item, given)
        elif item in self.lists:
            shows = self.longest.get(item, ())
            self.done.versions[name] = self._names_in(item, shows)
            self.done.loose[name] = [
                [self.names[op]]
                for op in writers
                if not set(self.values[op, item]) <= set(shows)
            ]
        else:
            self._runs(item, sorted(writers, key=self.rank.__getitem__))

    def _names_in(self, item: Any, values: tuple[Any, ...]) -> list[str]:
        """The writers of these: one name for what one transaction wrote in a row."""
        names: list[str] = []
        for value in values:
            writer = self.wrote.get((item, value))
            name = "" if writer is None else self.names[writer]
            if name and name not in self.aborted and names[-1:] != [name]:
                names.append(name)
        return names

    def _runs(self, item: Any, writers: list[Operation]) -> None:
        """Chain up the versions of a register: who read one and wrote put it after."""
        right_after: dict[Operation | None, list[Operation]] = {}
        blind: list[Operation] = []
        among = set(writers)
        for op in writers:
            value = self.before.get((op, item), op)
            source = None if value is None else self.wrote.get((item, value))
            if value is op or (value is not None and source not in among):
                blind.append(op)
            else:
                right_after.setdefault(source, []).append(op)
        placed: set[Operation] = set()

        def run(start: Operation | None) -> list[str]:
            found, todo = [], [start]
            while todo:
                op = todo.pop()
                if op is not None:
                    if op in placed:
                        continue
                    placed.add(op)
                    found.append(self.names[op])
                nexts = right_after.get(op, [])
                self.done.assumed |= len(nexts) > 1  # a lost update, either way
                todo += reversed(nexts)
            return found

        name = shown(item)
        self.done.versions[name] = run(None)
        self.done.loose[name] = [run(op) for op in blind]
        rest = [op for op in writers if op not in placed]  # they read each other's
        self.done.loose[name] += [[self.names[op]] for op in rest]


def _names(every: list[Operation]) -> dict[Operation, str]:
    """What to call each transaction: its process, and which one of it."""
    of = Counter(op.process for op in every)
    count: Counter[Any] = Counter()
    names: dict[Operation, str] = {}
    taken: set[str] = set()
    for op in every:
        count[op.process] += 1
        name = op.process if isinstance(op.process, str) else f"T{op.process}"
        name = name if of[op.process] == 1 else f"{name}.{count[op.process]}"
        while name in taken:
            name += "'"
        taken.add(name)
        names[op] = name
    return names
