"""What a model of an object is.

A model of your own is a class with two members:

    class Door(Model):
        initial = "shut"

        def step(self, state, op):
            if op.f == "open" and state == "shut":
                return "open"
            return IMPOSSIBLE

`step` gets a state and an `Operation` (`op.f`, `op.value` asked, `op.result`
answered, `op.answered`) and returns the next state, or IMPOSSIBLE if the object would
not have given this answer in this state. States are compared and hashed: take
numbers, strings, tuples, frozensets. If `op.answered` is false, any answer will do.
What came as true or false equals Python's, but is not the same object: write
`if op.result`, not `op.result is True`.
"""

from __future__ import annotations

from typing import Any

from .history import Operation

IMPOSSIBLE: Any = type("Impossible", (), {"__repr__": lambda self: "IMPOSSIBLE"})()
"""What `step` returns for an answer that the object would not give."""


class Model:
    """One kind of object."""

    name = "object"
    """What to call it in a sentence."""

    initial: Any = None
    """Its state before the first operation."""

    knows: tuple[str, ...] = ()
    """The names of its operations. Empty: `step` looks after that itself."""

    def step(self, state: Any, op: Operation) -> Any:
        """The state after `op`, or IMPOSSIBLE."""
        raise NotImplementedError(f"{type(self).__name__} needs: step(self, state, op)")

    def only_reads(self, op: Operation) -> bool:
        """Whether `op` can never change any state. It makes the search faster.

        Say so only if it holds in every state. An operation that changes nothing just
        now, such as writing the value that is already there, is another matter: its
        place decides what may come after it.
        """
        return False

    def notices(self, op: Operation, lost: Operation) -> bool:
        """Whether it can matter to `op` that `lost`, which nobody answered, took effect
        right before it. It makes the search faster.

        Say False only if in every state in which `lost` changes something, and `op` can
        follow it, the same state is reached without `lost` or with `lost` after `op`.
        """
        return True

    def misuse(self, op: Operation) -> str:
        """What is wrong with the value or the answer of `op`; empty: nothing."""
        return ""

    def needless(self, found: list[Operation]) -> set[Operation]:
        """What nobody answered and may as well not have happened.

        That is what matters neither to an answered operation nor to one of these that
        is needed itself.
        """
        lost = [op for op in found if not op.answered]
        alike: dict[tuple[str, Any], list[Operation]] = {}
        for op in lost:
            alike.setdefault((op.f, op.value), []).append(op)
        asking = [op for op in found if op.answered]
        while asking and alike:
            needed = [
                kind
                for kind, ops in alike.items()
                if any(self.notices(op, ops[0]) for op in asking)
            ]
            asking = [op for kind in needed for op in alike.pop(kind)]
        return {op for ops in alike.values() for op in ops}
