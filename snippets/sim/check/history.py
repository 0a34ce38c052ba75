"""Histories: what the clients of a system asked, when, and what they were told.

A history is a list of entries in the form of Jepsen's, in the order in which they
happened. Each entry is a dict, so that JSON can carry it:

    {"process": "A", "type": "invoke", "f": "write", "value": 1}
    {"process": "A", "type": "ok", "f": "write"}

`type` is `invoke`, and later for the same process `ok` (it happened; `value` is the
answer), `fail` (it certainly did not happen) or `info` (nobody knows: it may take
effect at any later time, or never). An operation that has no second entry counts as
`info`. `key` names the object, if the history is about several. `f` and `key` may be
left out of the second entry. `f` may be left out altogether where the value is a list
of steps: it is `txn`. Entries `info` of a process that waits for nothing, such as
Jepsen's nemesis, are passed over.

`index` and `time` must agree with the order of the entries. If both are there, `index`
decides: Jepsen reads the clock a little before it writes an entry.

A read that is answered null found nothing there. Knossos takes null for an answer that
nobody knows, which fits every value: give such a read the type `info` instead.

In files, Jepsen's tests of independent objects have no `key`: each value is a pair
`[key, value]`, and a read asks with `[key, null]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

from .ordering import disorder, tells_order
from .values import PLAIN, frozen, shown

Entry: TypeAlias = Mapping[str, Any]


class HistoryError(ValueError):
    """A history that makes no sense. `entry`: where, from 0; None: as a whole."""

    def __init__(self, problem: str, entry: int | None = None) -> None:
        super().__init__(problem if entry is None else f"entry {entry}: {problem}")
        self.problem = problem
        self.entry = entry


@dataclass(slots=True, eq=False)
class Operation:
    """One operation: its two entries, put together."""

    process: Any
    f: str
    value: Any
    """What was asked with: the value to write, to add …"""
    key: Any
    start: int
    """Which entry of the history invokes it, counted from 0."""
    result: Any = None
    """What was answered."""
    answered: bool = False
    """False: nobody knows whether it took effect, and `result` means nothing."""
    end: int = -1
    """Which entry answers it."""

    def __str__(self) -> str:
        words = [f"{shown(self.process)} {self.f}"]
        if self.key is not None:
            words.append(f"of {shown(self.key)}")
        if self.value is not None:
            words.append(shown(self.value))
        if not self.answered:
            words.append("(no answer)")
        elif self.result is not None and self.result != self.value:
            words.append(f"→ {shown(self.result)}")
        elif self.value is None:
            words.append("→ nothing")
        return " ".join(words)


class History(list[dict[str, Any]]):
    """A history that writes itself: a list with one method for each type of entry."""

    def invoke(self, process: Any, f: str, value: Any = None, key: Any = None) -> None:
        """`process` asks for `f`."""
        entry = {"process": process, "type": "invoke", "f": f, "value": value}
        self.append(entry if key is None else {**entry, "key": key})

    def ok(self, process: Any, value: Any = None) -> None:
        """`process` gets its answer."""
        self.append({"process": process, "type": "ok", "value": value})

    def fail(self, process: Any) -> None:
        """`process` learns that what it asked for did not happen and never will."""
        self.append({"process": process, "type": "fail"})

    def info(self, process: Any) -> None:
        """`process` gives up waiting. It may ask for something else afterwards."""
        self.append({"process": process, "type": "info"})


def operations(history: Iterable[Entry]) -> list[Operation]:
    """The operations that happened or may have, in the order of their invocations.

    Raises HistoryError, which names the entry, for one that makes no sense.
    """
    found, failed = paired(history)
    return [op for op in found if op not in failed] if failed else found


def paired(history: Iterable[Entry]) -> tuple[list[Operation], set[Operation]]:
    """Every operation, and which of them certainly did not happen."""
    history = list(history)
    ends = (history[0], history[-1]) if history else ()
    if any(map(tells_order, ends)) and (wrong := disorder(history)):
        raise HistoryError(*wrong)
    found: list[Operation] = []
    failed: set[Operation] = set()
    running: dict[Any, Operation] = {}
    for position, entry in enumerate(history):
        try:
            kind, process = entry["type"], entry["process"]
            value = entry.get("value")
            if value.__class__ not in PLAIN:
                value = frozen(value)
            if process is True or process is False:
                process = frozen(process)
            if kind == "invoke":
                if process in running:
                    _still_running(position, running[process])
                key = entry.get("key")
                if key is not None and key.__class__ not in PLAIN:
                    key = frozen(key)
                f = entry["f"] if "f" in entry else _transaction(entry)
                op = Operation(process, f, value, key, position)
                running[process] = op
                found.append(op)
                continue
            if kind == "ok":
                op = running.pop(process)
                op.end = position
                op.result = value
                op.answered = True
            elif kind == "fail":
                op = running.pop(process)
                failed.add(op)
            elif kind == "info":
                if process not in running:
                    continue
                op = running.pop(process)
            else:
                _unknown_type(position, kind)
            if "f" in entry and entry["f"] != op.f:
                _other_answer(position, op, "f", entry["f"])
            if "key" in entry and frozen(entry["key"]) != op.key:
                _other_answer(position, op, "key", entry["key"])
        except (KeyError, TypeError, AttributeError):
            _malformed(position, entry, running)
        except RecursionError:
            raise HistoryError(
                "this value is nested too deep; make it flatter", position
            ) from None
    return found, failed


def is_transaction(entry: Any) -> bool:
    """Whether `f` is `txn`, or left out where the value is a list of steps."""
    if not isinstance(entry, Mapping):
        return False
    value = entry.get("value")
    if "f" in entry or not isinstance(value, (list, tuple)):
        return entry.get("f") == "txn"
    return all(
        isinstance(step, (list, tuple)) and len(step) == 3 and isinstance(step[0], str)
        for step in value
    )


def _transaction(entry: Entry) -> str:
    """The `f` of an entry that has none."""
    if not is_transaction(entry):
        raise KeyError("f")
    return "txn"


def _still_running(position: int, op: Operation) -> NoReturn:
    raise HistoryError(
        f"process {op.process!r} invokes again while its {op.f} of entry {op.start} "
        "still waits; end that one first with ok, fail or info",
        position,
    )


def _other_answer(position: int, op: Operation, name: str, other: Any) -> NoReturn:
    of = f" of key {op.key!r}" if name == "key" else ""
    raise HistoryError(
        f"process {op.process!r} waits for its {op.f}{of} of entry {op.start}, and "
        f"this answers {other!r}; write the same {name} in both entries",
        position,
    )


def _unknown_type(position: int, kind: Any) -> NoReturn:
    raise HistoryError(f"type is invoke, ok, fail or info, not {kind!r}", position)


def _malformed(position: int, entry: Any, running: Mapping[Any, Any]) -> NoReturn:
    if not isinstance(entry, Mapping):
        problem = (
            f"an entry is an object with process, type, f and value, not {entry!r}"
        )
    elif missing := [name for name in ("process", "type") if name not in entry]:
        problem = f"{missing[0]} is missing; write for example {EXAMPLE}"
    elif isinstance(entry["process"], (list, dict)):
        problem = "process is a name or a number, not a list or an object"
    elif entry["type"] == "invoke":
        problem = (
            f"f, the name of the operation, is missing; write for example {EXAMPLE}"
        )
    else:
        problem = (
            f"process {entry['process']!r} gets the answer {entry['type']!r} and waits "
            "for none; put its invoke entry before this one"
        )
    raise HistoryError(problem, position) from None


EXAMPLE = '{"process": 0, "type": "invoke", "f": "read", "value": null}'
