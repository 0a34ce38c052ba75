"""Values of a program's variables in a few words, the same on every machine."""

from __future__ import annotations

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from .message import Message

Values: TypeAlias = dict[str, str]
"""Variables by name, as text. `ask: n` is the variable n of a function that the program
waits for or has spawned, `clock.c` an attribute, `disk: k` what is on the disk."""

DISK = "disk: "

MOST = 60  # characters
ITEMS = 30  # that are read of a long list
SORTED = 1_000  # members of a set that are put in order

LITERALS = frozenset({bool, float, bytes, type(None), type(...)})
DICTS = frozenset({dict, defaultdict, OrderedDict, Counter})


def as_text(value: Any) -> str | None:
    """`value` in at most `MOST` characters; None if it is nothing plain.

    Plain are numbers, texts, what is made of them, and objects of the program's own
    classes. A message within a list is its content. Sets are sorted.
    """
    text = None if isinstance(value, Message) else _plain(value, 0)
    if text is None or len(text) <= MOST:
        return text
    return f"{text[: MOST - 21]}…{text[-20:]}"  # what is new is often at the end


def attributes(value: Any) -> list[tuple[str, Any]] | None:
    """The attributes of an object of the program's own; None for all others.

    A data class counts as one value.
    """
    return None if hasattr(type(value), "__dataclass_fields__") else _fields(value)


def _fields(value: Any) -> list[tuple[str, Any]] | None:
    kind = type(value)
    if isinstance(value, (tuple, BaseException, Enum)) or not _own(kind):
        return None
    names = [*getattr(kind, "__slots__", ()), *getattr(value, "__dict__", ())]
    shown = [name for name in names if not name.startswith("_")]
    return [(name, getattr(value, name)) for name in shown if hasattr(value, name)]


def _own(kind: type) -> bool:
    """True for a class that neither Python nor the simulator brought along."""
    module = kind.__module__.partition(".")[0]
    return module not in ("builtins", "sim") and module not in sys.stdlib_module_names


def _plain(value: Any, depth: int) -> str | None:
    kind = type(value)
    if kind in LITERALS:
        return repr(value)
    if kind is str:
        return repr(value if len(value) <= MOST else f"{value[:40]}…{value[-20:]}")
    if kind is int:  # Python refuses to write out the largest
        return repr(value) if value.bit_length() < 1_000 else "a very large number"
    if isinstance(value, Enum):
        return f"{kind.__name__}.{value.name}"
    if isinstance(value, Message):
        return _plain(value.body, depth)
    if depth > 3:
        return None
    if kind in (list, deque):
        return f"[{_listed(value, depth)}]"
    if isinstance(value, tuple):
        return _tuple(value, depth)
    if kind in DICTS:
        return f"{{{_pairs(value, depth)}}}"
    if kind in (set, frozenset):
        return f"{{{_members(value, depth)}}}" if value else "set()"
    fields = _fields(value)
    if fields is None:
        return None
    parts = (f"{name}={_part(part, depth)}" for name, part in fields)
    return f"{kind.__name__}({', '.join(parts)})"


def _part(value: Any, depth: int) -> str:
    return _plain(value, depth + 1) or "…"


def _listed(values: Sequence[Any], depth: int) -> str:
    """Items with commas; of many, the first and the last ones."""
    first: Iterable[Any] = values
    last: list[Any] = []
    if len(values) > ITEMS:
        first = islice(values, ITEMS * 2 // 3)
        last = list(islice(reversed(values), ITEMS // 3))[::-1]
    parts = [_part(value, depth) for value in first]
    if last:
        parts.append("…")
    return ", ".join([*parts, *(_part(value, depth) for value in last)])


def _tuple(value: tuple[Any, ...], depth: int) -> str:
    names = getattr(value, "_fields", None)
    if names is not None:
        parts = zip(names, value, strict=False)
        named = ", ".join(f"{name}={_part(part, depth)}" for name, part in parts)
        return f"{type(value).__name__}({named})"
    return f"({_listed(value, depth)}{',' if len(value) == 1 else ''})"


def _pairs(value: Mapping[Any, Any], depth: int) -> str:
    keys = list(value)
    few = len(keys) <= ITEMS
    first, last = (keys, []) if few else (keys[: ITEMS * 2 // 3], keys[-ITEMS // 3 :])
    parts = [f"{_part(key, depth)}: {_part(value[key], depth)}" for key in first]
    if last:
        parts.append("…")
    parts += [f"{_part(key, depth)}: {_part(value[key], depth)}" for key in last]
    return ", ".join(parts)


def _members(value: AbstractSet[Any], depth: int) -> str:
    """The members of a set, sorted, by themselves or, if they differ, as text."""
    if len(value) > SORTED:
        return f"{len(value):,} members"
    kinds = set(map(type, value))
    if kinds <= {int, float, bool} or kinds == {str}:
        return _listed(sorted(value), depth)
    return ", ".join(sorted(_part(member, depth) for member in value))


class Change(NamedTuple):
    """One step from what the variables were to what they are."""

    name: str  # of a variable, or of all that goes with it, such as `ask:`
    value: str | None  # None: it is gone

    def __str__(self) -> str:
        return f"– {self.name}" if self.value is None else f"{self.name} = {self.value}"


def changes(before: Values, after: Values) -> tuple[Change, ...]:
    """What makes `after` out of `before`, to be done one after the other.

    What is gone takes its attributes along, and a function all that is its own.
    """
    gone = dict.fromkeys(_gone(name, after) for name in before if name not in after)
    new = ((name, value) for name, value in after.items() if before.get(name) != value)
    return (*(Change(name, None) for name in gone), *(Change(*each) for each in new))


def _gone(name: str, after: Values) -> str:
    """The most that is gone with a variable: its function, its object, or itself."""
    if name.startswith(DISK):
        return name
    *places, variable = name.split(": ")
    place = ""
    for part in places:
        place += f"{part}: "
        if not any(other.startswith(place) for other in after):
            return place.rstrip()
    whole = place + variable.partition(".")[0]
    return name if any(other.startswith(f"{whole}.") for other in after) else whole
