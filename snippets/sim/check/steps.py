"""The steps of one transaction in Jepsen's form.

    ["r", "x", null]     it reads; the answer has what it found instead of null
    ["w", "y", 1]        it writes a register
    ["append", "z", 1]   it adds to the end of a list

`read` and `write` do for `r` and `w`. What nobody has written yet is null, and so is
the empty list.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from .history import HistoryError, Operation
from .values import shown

Step: TypeAlias = tuple[str, Any, Any]  # kind, item, value

READ = ("r", "read")
WRITE = ("w", "write")
APPEND = ("append",)
KINDS = (*READ, *WRITE, *APPEND)
NOTHING = (None, ())
"""What a read finds before all writes."""


def steps_of(op: Operation) -> tuple[Step, ...]:
    """The steps of a transaction, with what its reads found if it was answered."""
    steps: tuple[Step, ...] = op.value
    if op.answered and op.result is not None:
        steps = op.result
    return steps


def check(op: Operation) -> None:
    """Raise HistoryError if `op` is not a transaction."""
    if wrong := misuse(op):
        in_answer = op.answered and not _wrong_steps(op.f, op.value)
        raise HistoryError(wrong, op.end if in_answer else op.start)


def misuse(op: Operation) -> str:
    """What is wrong with a transaction or its answer; empty: nothing."""
    if wrong := _wrong_steps(op.f, op.value):
        return wrong
    if not op.answered:
        return ""
    if op.result is None:
        if any(kind in READ for kind, _, _ in op.value):
            return (
                "this answer does not say what the reads found; repeat the list of the "
                "steps with it"
            )
        return ""
    if wrong := _wrong_steps(op.f, op.result):
        return wrong
    asked = [(kind, item, kind in READ or value) for kind, item, value in op.value]
    answered = [(kind, item, kind in READ or value) for kind, item, value in op.result]
    if asked != answered:
        return (
            f"{shown(op.value)} is asked and {shown(op.result)} answered; the answer "
            "repeats the steps, with what the reads found"
        )
    return ""


def _wrong_steps(f: str, steps: Any) -> str:
    if f != "txn" or not isinstance(steps, tuple):
        return (
            'a transaction is {"f": "txn", "value": [["r", "x", null], ["w", "y", 1]]}'
            f", not f = {f!r}, value = {shown(steps)}"
        )
    for step in steps:
        if not isinstance(step, tuple) or len(step) != 3 or step[0] not in KINDS:
            return (
                'a step is ["r", item, null], ["w", item, value] or ["append", item, '
                f"value], not {shown(step)}"
            )
    return ""
