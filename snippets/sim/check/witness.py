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
    latest: dict[Any, int] = {}
    states: dict[Any, Any] = {}
    step, initial = model.step, model.initial
    answered = 0
    whose = None
    for op in order:
        if not real_time:
            whose = op.process
        start = latest.get(whose, -1)
        if op.start > start:
            latest[whose] = op.start
        if op.answered:
            answered += 1
            if op.end < start:
                raise WrongWitness(f"«{op}» comes too late in the order that was found")
        key = op.key
        state = step(states.get(key, initial), op)
        if state is IMPOSSIBLE:
            raise WrongWitness(f"the order that was found does not explain «{op}»")
        states[key] = state
    if len(set(order)) != len(order) or answered != sum(op.answered for op in found):
        raise WrongWitness("the order that was found is not one of all operations")
