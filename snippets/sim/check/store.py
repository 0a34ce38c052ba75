"""A store that runs transactions one at a time."""

from __future__ import annotations

from typing import Any

from .history import Operation
from .model import IMPOSSIBLE, Model
from .steps import APPEND, NOTHING, READ, WRITE, misuse, steps_of
from .values import shown


class Transactions(Model):
    """A store that runs each transaction as a whole: linearizable over this model is
    what databases call strictly serializable.

    One operation, `txn`, whose value is a list of `["r", item, null]`, `["w", item,
    value]` and `["append", item, value]`; the answer is the same list with what the
    reads found. Items start out as null, which is also the empty list.
    """

    name = "store"
    initial = ()
    knows = ("txn",)

    def step(self, state: Any, op: Operation) -> Any:
        """All of its steps, one after the other."""
        store = dict(state)
        for kind, item, value in steps_of(op):
            if kind in WRITE:
                store[item] = value
            elif kind in APPEND:
                held = store.get(item) or ()
                if not isinstance(held, tuple):
                    return IMPOSSIBLE  # this item is not a list
                store[item] = (*held, value)
            elif op.answered:
                held = store.get(item)
                if held != value and not (held in NOTHING and value in NOTHING):
                    return IMPOSSIBLE
        return tuple(sorted(store.items(), key=lambda pair: shown(pair[0])))

    def only_reads(self, op: Operation) -> bool:
        """If all that it does is to read."""
        return all(kind in READ for kind, _, _ in steps_of(op))

    def misuse(self, op: Operation) -> str:
        """The steps have to be steps, and the answer has to repeat what was asked."""
        return misuse(op)

    def needless(self, found: list[Operation]) -> set[Operation]:
        """What wrote nothing that an answer shows."""
        seen: dict[Any, set[Any]] = {}
        for op in found:
            for kind, item, value in steps_of(op) if op.answered else ():
                if kind in READ:
                    seen.setdefault(item, set()).add(
                        None if value in NOTHING else value
                    )
                    if isinstance(value, tuple):
                        seen[item].update(value)
        return {
            op
            for op in found
            if not op.answered
            and not any(
                (None if value in NOTHING else value) in seen.get(item, ())
                for kind, item, value in steps_of(op)
                if kind not in READ
            )
        }
