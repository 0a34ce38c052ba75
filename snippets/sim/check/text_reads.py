"""Whose write does each read of a text see?

A text of one version says so by its order: a read sees the write before it, and nothing
of a transaction that has aborted by then. A value says more: `r2[x=10]` saw a write of
10, or what was there before. A named version says it outright.
"""

from __future__ import annotations

from .history import HistoryError
from .notation import INITIAL, Step, Text

BEFORE = Step("w", INITIAL)
"""Stands for the write of what was there before."""

NOBODY = Step("w", "")
"""Stands for the write of a value that nobody wrote."""


def writes_seen(text: Text) -> dict[int, Step]:
    """For each read of an item, by its place among the steps: the write that it sees.

    Raises HistoryError for a read whose version and value contradict each other.
    """
    seen: dict[int, Step] = {}
    written: dict[str, list[Step]] = {}
    rolled_back: set[str] = set()
    before: dict[str, str] = {}  # the values from before, as far as reads tell them
    for place, step in enumerate(text.steps):
        if step.kind == "a":
            rolled_back.add(step.transaction)
        elif step.kind in ("w", "wc"):
            written.setdefault(step.item, []).append(step)
        elif step.kind in ("r", "rc") and not step.predicate:
            earlier = written.get(step.item, [])
            if step.writer is None:
                there = [s for s in earlier if s.transaction not in rolled_back]
                seen[place] = _by_value(step, earlier, there, before)
            else:
                seen[place] = _by_version(step, earlier, before)
    return seen


def _by_version(step: Step, written: list[Step], before: dict[str, str]) -> Step:
    named = [each for each in written if each.transaction == step.writer]
    if step.writer == INITIAL and not named:
        if step.value is not None:
            value = before.setdefault(step.item, step.value)
            _agree(step, f"{step.item}{INITIAL}", value)
        return BEFORE
    if not named:
        raise HistoryError(
            f"character {step.at + 1}: {step.item}{step.writer} is not yet written "
            f"when it is read; put w{step.writer}[{step.item}] earlier"
        )
    if step.value is None:
        return named[-1]
    fitting = [each for each in named if each.value in (None, step.value)]
    if not fitting:
        _agree(step, f"{step.item}{step.writer}", named[-1].value)
    return fitting[-1]


def _agree(step: Step, version: str, value: str | None) -> None:
    if step.value != value:
        raise HistoryError(
            f"character {step.at + 1}: {version} is {value}, and is read here as "
            f"{step.value}; mend one of the two"
        )


def _by_value(
    step: Step, written: list[Step], there: list[Step], before: dict[str, str]
) -> Step:
    """`there`: what is written and not rolled back."""
    if step.value is None or (there and there[-1].value in (None, step.value)):
        return there[-1] if there else BEFORE
    if not there and before.setdefault(step.item, step.value) == step.value:
        return BEFORE
    same = [each for each in written if each.value == step.value]
    if same:
        return same[-1]
    if before.setdefault(step.item, step.value) == step.value:
        return BEFORE
    return NOBODY
