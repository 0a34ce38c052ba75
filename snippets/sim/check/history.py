"""Histories: what the clients of a system asked, when, and what they were told.

A history is a list of entries in the form of Jepsen's, in the order in which they
happened. Each entry is a dict, so that JSON can carry it:

    {"process": "A", "type": "invoke", "f": "write", "value": 1}
    {"process": "A", "type": "ok", "f": "write"}

`type` is `invoke`, and later for the same process `ok` (it happened; `value` is the
answer), `fail` (it certainly did not happen) or `info` (nobody knows: it may take
effect at any later time, or never). An operation that has no second entry counts as
`info`. `key` names the object, if the history is about several. `f` may be left out
of the second entry. Entries `info` of a process that waits for nothing, such as
Jepsen's nemesis, are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

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
        words = [f"{self.process} {self.f}"]
        if self.key is not None:
            words.append(f"of {self.key}")
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
    found: list[Operation] = []
    failed: set[Operation] = set()
    running: dict[Any, Operation] = {}
    for position, entry in enumerate(history):
        try:
            kind, process = entry["type"], entry["process"]
            value = entry.get("value")
            if value.__class__ in CONTAINERS:
                value = frozen(value)
            if kind == "invoke":
                if process in running:
                    _still_running(position, running[process])
                key = entry.get("key")
                if key.__class__ in CONTAINERS:
                    key = frozen(key)
                op = Operation(process, entry["f"], value, key, position)
                running[process] = op
                found.append(op)
            elif kind == "ok":
                op = running.pop(process)
                op.end = position
                op.result = value
                op.answered = True
                if entry.get("f", op.f) != op.f:
                    _other_answer(position, op, entry["f"])
            elif kind == "fail":
                failed.add(running.pop(process))
            elif kind == "info":
                running.pop(process, None)
            else:
                _unknown_type(position, kind)
        except (KeyError, TypeError, AttributeError):
            _malformed(position, entry, running)
    return found, failed


CONTAINERS = (list, dict, set, tuple)


def frozen(value: Any) -> Any:
    """`value` with tuples for lists and sorted pairs for dicts: it can be hashed."""
    if isinstance(value, (list, tuple)):
        return tuple(map(frozen, value))
    if isinstance(value, (set, frozenset)):
        return frozenset(map(frozen, value))
    if isinstance(value, dict):
        pairs = ((key, frozen(item)) for key, item in value.items())
        return tuple(sorted(pairs, key=lambda pair: str(pair[0])))
    return value


def shown(value: Any) -> str:
    """`value` as a sentence shows it; of a long list only both ends."""
    if isinstance(value, (tuple, frozenset)):
        parts = [shown(part) for part in value]
        if isinstance(value, frozenset):
            parts.sort()
        if len(parts) > 12:
            parts[5:-5] = ["…"]
        return f"[{', '.join(parts)}]"
    return "nothing" if value is None else str(value)


def listed(words: Sequence[str], last: str = "or") -> str:
    """Some words as a sentence lists them: `a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _still_running(position: int, op: Operation) -> NoReturn:
    raise HistoryError(
        f"process {op.process!r} invokes again while its {op.f} of entry {op.start} "
        "still waits; end that one first with ok, fail or info",
        position,
    )


def _other_answer(position: int, op: Operation, f: str) -> NoReturn:
    raise HistoryError(
        f"process {op.process!r} waits for its {op.f} of entry {op.start}, and this "
        f"answers {f!r}; write the same f in both entries",
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
