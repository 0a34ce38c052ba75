"""Which variables of a function still matter at a place in its code.

`request = await me.receive()` in a loop leaves the last request in its variable while
the next one is awaited, but nothing will read it. States that differ only in such
variables are one. This is the classic live-variable analysis (Kildall, 1973), backward
over the byte code.
"""

from __future__ import annotations

import dis
from functools import cache
from types import CodeType
from typing import Any

READS_ALL = {"locals", "vars", "dir", "eval", "exec"}
ENDS = (
    "RETURN_VALUE",
    "RETURN_CONST",
    "RAISE",
    "RERAISE",
    "JUMP_FORWARD",
    "JUMP_BACKWARD",
    "INTERPRETER_",
)


@cache
def live(code: CodeType) -> dict[int, frozenset[str]]:
    """For each offset in the code, the plain variables that may be read from there."""
    steps = list(dis.get_instructions(code))
    every = frozenset(code.co_varnames)
    if READS_ALL.intersection(code.co_names):
        return {step.offset: every for step in steps}
    places = {step.offset: place for place, step in enumerate(steps)}
    ways = [[places[at] for at in _next(steps, place)] for place in range(len(steps))]
    handlers: list[list[int]] = [[] for _ in steps]
    caught: Any = dis.Bytecode(code)
    for entry in caught.exception_entries:
        for place, step in enumerate(steps):
            if entry.start <= step.offset < entry.end:
                handlers[place].append(places[entry.target])
    alive: list[frozenset[str]] = [frozenset()] * len(steps)
    changed = True
    while changed:
        changed = False
        for place in range(len(steps) - 1, -1, -1):
            reads, writes = _uses(steps[place])
            after = frozenset().union(*(alive[way] for way in ways[place]))
            thrown = frozenset().union(*(alive[way] for way in handlers[place]))
            new = reads | (after - writes) | thrown
            if new != alive[place]:
                alive[place], changed = new, True
    return {step.offset: names for step, names in zip(steps, alive, strict=True)}


def _next(steps: list[dis.Instruction], place: int) -> list[int]:
    """The offsets of the instructions that can follow."""
    step = steps[place]
    ways = []
    if step.opcode in dis.hasjrel or step.opcode in dis.hasjabs:
        ways.append(step.argval)
    if not step.opname.startswith(ENDS) and place + 1 < len(steps):
        ways.append(steps[place + 1].offset)
    return ways


def _uses(step: dis.Instruction) -> tuple[frozenset[str], frozenset[str]]:
    """The plain variables that an instruction reads, and those that it writes."""
    name = step.opname
    if "_FAST" not in name:
        return frozenset(), frozenset()
    both = step.argval if isinstance(step.argval, tuple) else (step.argval,)
    if name in ("STORE_FAST", "STORE_FAST_STORE_FAST"):
        return frozenset(), frozenset(both)
    if name.startswith("STORE_FAST_"):  # writes the first, then reads the second
        return frozenset(both[1:]) - {both[0]}, frozenset(both[:1])
    return frozenset(both), frozenset()
