"""Do the entries of a history stand in the order that their `index` and `time` tell?

`index` numbers the entries. `time` is when a clock was read, in any unit. It may go
back a little from one entry to the next, for Jepsen reads the clock before it writes an
entry. But within one process it may not; nor, where there is no `index` to decide, may
it swap an answer with an invocation, for which came first is what the judges go by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .values import frozen, shown


def tells_order(entry: Any) -> bool:
    """Whether `entry` has an `index` or a `time`."""
    return isinstance(entry, (dict, Mapping)) and ("index" in entry or "time" in entry)


def disorder(history: Sequence[Any]) -> tuple[str, int] | None:
    """What contradicts the order of the entries, and which entry it is."""
    entries = [
        (position, entry)
        for position, entry in enumerate(history)
        if isinstance(entry, Mapping)
    ]
    indexed = any(entry.get("index") is not None for _, entry in entries)
    if indexed and (wrong := _index(entries)):
        return wrong
    return _time(entries, indexed)


def _index(entries: list[tuple[int, Mapping[str, Any]]]) -> tuple[str, int] | None:
    before = None
    for position, entry in entries:
        now = entry.get("index")
        if not _number(now):
            return _no_number("index", now), position
        if before is not None and now == before:
            return f"index {now} stands here twice; number the entries anew", position
        if before is not None and now < before:
            return (
                f"index {now} comes after {before}; sort the entries by index",
                position,
            )
        before = now
    return None


def _time(
    entries: list[tuple[int, Mapping[str, Any]]], indexed: bool
) -> tuple[str, int] | None:
    own: dict[str, float] = {}
    asked = answered = float("-inf")  # the latest times so far
    floor: dict[str, float] = {}  # when something was answered before this invocation
    for position, entry in entries:
        now, invoked = entry.get("time"), entry.get("type") == "invoke"
        whose = shown(frozen(entry.get("process")))
        if invoked:
            floor[whose] = answered
        if now is None:
            continue
        if not _number(now):
            return _no_number("time", now), position
        if now < own.get(whose, now) and indexed:
            problem = (
                f"by index this comes after the last entry of process {whose}, and by "
                f"time before it ({now} after {own[whose]}); mend one of the two"
            )
            return problem, position
        earliest = answered if invoked else max(asked, floor.get(whose, now))
        earliest = max(own.get(whose, now), now if indexed else earliest)
        if now < earliest:
            problem = f"time {now} comes after {earliest}; sort the entries by time"
            return problem, position
        own[whose] = now
        asked = max(asked, now) if invoked else asked
        answered = answered if invoked else max(answered, now)
    return None


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _no_number(name: str, value: Any) -> str:
    return (
        f"{name} is a number, not {shown(frozen(value))}; give one to every entry, or "
        "to none"
    )
