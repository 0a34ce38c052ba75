"""No yes leaves a checker before its order, run anew, has explained every answer.

The searches are clever; this is not. It shares nothing with them but the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .history import Operation
from .model import IMPOSSIBLE, Model


class WrongWitness(RuntimeError):
    """An order that does not explain the answers: a fault of the checker itself."""


def confirm(
    order: Sequence[Operation],
    found: Sequence[Operation],
    model: Model,
    real_time: bool,
) -> None:
    """Run `order`, and raise WrongWitness unless it explains every answer in `found`.

    `real_time`: what was answered before something else was invoked comes first;
    otherwise that holds only within each process.
    """
    placed = set(order)
    if len(placed) != len(order) or not (
        placed.issuperset(found) or all(op in placed for op in found if op.answered)
    ):
        raise WrongWitness("the order that was found is not one of all operations")
    states: dict[Any, Any] = {}
    step, state, key, process = model.step, model.initial, None, None
    latest = -1  # invocation so far
    latest_of: dict[Any, int] = {}
    for op in order:
        if not real_time and op.process != process:
            latest_of[process] = latest
            process = op.process
            latest = latest_of.get(process, -1)
        if op.start > latest:
            latest = op.start
        elif op.end < latest and op.answered:
            raise WrongWitness(f"“{op}” comes too late in the order that was found")
        if op.key is not key:
            states[key] = state
            key = op.key
            state = states.get(key, model.initial)
        state = step(state, op)
        if state is IMPOSSIBLE:
            raise WrongWitness(f"the order that was found does not explain “{op}”")
