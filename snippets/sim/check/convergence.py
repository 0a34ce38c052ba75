"""Do replicas agree once they have received the same?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from .values import frozen, shown
from .verdict import Verdict


def convergent(
    replicas: Mapping[str, Any],
    delivered: Mapping[str, Collection[Any]] | None = None,
) -> Verdict:
    """Whether replicas that have received the same updates hold the same.

    That is what strong eventual consistency asks for (Shapiro et al. 2011), beside that
    everybody receives everything some day. `replicas`: what each one holds: numbers,
    strings, lists, sets, dicts, or objects with a `value`.
    `delivered`: the updates that each one has received, in any order; without it all
    are taken to have received the same.

    Raises ValueError if `delivered` lacks a replica.
    """
    groups: dict[Any, str] = {}
    for name in replicas:
        if delivered is None:
            updates: Any = None
        elif name in delivered:
            updates = frozenset(map(frozen, delivered[name]))
        else:
            raise ValueError(
                f"delivered lacks {name!r}; list what that replica received"
            )
        first = groups.setdefault(updates, name)
        held, other = _held(replicas[first]), _held(replicas[name])
        if held != other:
            reason = (
                f"{first} and {name} have received the same updates and differ: "
                f"{_difference(first, held, name, other)}"
            )
            return Verdict(False, reason, blocked=name)
    if len(groups) < len(replicas):
        return Verdict(True, "replicas that received the same updates hold the same")
    return Verdict(True, "no two replicas have received the same updates yet")


def _held(replica: Any) -> Any:
    return frozen(getattr(replica, "value", replica))


def _difference(first: str, held: Any, second: str, other: Any) -> str:
    """What one replica holds and the other one does not, in words."""
    if isinstance(held, frozenset) and isinstance(other, frozenset):
        parts = ((first, held - other), (second, other - held))
        return "; ".join(
            f"only {name} holds {shown(extra)}" for name, extra in parts if extra
        )
    return f"{first} holds {shown(held)}, {second} holds {shown(other)}"
