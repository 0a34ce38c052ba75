"""Jepsen's tests of independent objects: `[key, value]` stands in place of a value.

    {"process": 0, "type": "invoke", "f": "read", "value": ["x", null]}
    {"process": 0, "type": "ok", "f": "read", "value": ["x", 1]}

In a file nothing else tells such a pair from a list of two. But an operation that asks
for a value asks with null, so if all of them ask with a key and null, and all other
operations have a pair as well, each object has its own history.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .values import frozen

ASKS = ("read", "dequeue", "acquire", "release")
"""The operations that are invoked with null, of whichever model."""


def with_keys(history: list[Any]) -> list[Any]:
    """`history` with a `key` in each entry, if it is about independent objects."""
    asking: dict[Any, Any] = {}  # the key that each process waits with
    found = False
    keyed = []
    for entry in history:
        if not isinstance(entry, Mapping) or "key" in entry:
            return history
        kind, process = entry.get("type"), frozen(entry.get("process"))
        if kind == "info" and process not in asking:
            keyed.append(entry)  # of a nemesis
            continue
        value = entry.get("value")
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            if kind == "invoke" or value is not None or process not in asking:
                return history
            entry = {**entry, "key": asking.pop(process)}  # it leaves both out
            keyed.append(entry)
            continue
        if kind == "invoke":
            if entry.get("f") in ASKS:
                if value[1] is not None:
                    return history
                found = True
            asking[process] = frozen(value[0])
        elif process not in asking or asking.pop(process) != frozen(value[0]):
            return history
        keyed.append({**entry, "key": value[0], "value": value[1]})
    return keyed if found else history
