"""Programs that wait and will never go on: no `finally` of theirs may run.

When Python throws a suspended coroutine away, it closes it: `finally` and `with` blocks
around the `await` run then, at a moment that the collector chooses. No crash does that,
and no end of a run. So a coroutine that has such a block is kept until Python ends.
"""

from __future__ import annotations

import atexit
import gc
from functools import cache
from opcode import opmap
from types import AsyncGeneratorType, CodeType, CoroutineType, GeneratorType
from typing import Any

_kept: list[Any] = []

# The frame, and what it waits for.
OF_KIND = {
    CoroutineType: ("cr_frame", "cr_await"),
    GeneratorType: ("gi_frame", "gi_yieldfrom"),
    AsyncGeneratorType: ("ag_frame", "ag_await"),
}
GENERATORS = GeneratorType, AsyncGeneratorType

HANDLES = opmap["PUSH_EXC_INFO"]  # begins whatever a program does about an exception
CATCHES_ALL = {"BaseException", "GeneratorExit"}
# What `except SomeError:` does with an exception that is not its own.
PASSES_ON = {
    "CHECK_EXC_MATCH",
    "COPY",
    "LOAD_ATTR",
    "LOAD_DEREF",
    "LOAD_FAST",
    "LOAD_GLOBAL",
    "LOAD_NAME",
    "BUILD_TUPLE",
    "NOP",
    "POP_EXCEPT",
    "PUSH_EXC_INFO",
    "RERAISE",
}


def keep(running: Any) -> None:
    """Keep a suspended coroutine if closing it would run code of the program."""
    if _cleans_up(running):
        if not _kept:
            atexit.register(_forever)
        _kept.append(running)


def _forever() -> None:
    """Let not even the end of Python close them: a list in itself is never freed."""
    _kept.append(_kept)
    gc.freeze()


def _cleans_up(running: Any) -> bool:
    """Whether code of the program runs when it is closed, or what it waits for."""
    while running is not None:
        names = OF_KIND.get(type(running))
        if names is None:
            return True  # hides what it runs, as what an async generator makes does
        frame, awaited = (getattr(running, name) for name in names)
        if frame is None:
            return False
        code = frame.f_code
        if HANDLES in code.co_code[::2] and frame.f_lasti in _cleaning(code):
            return True
        for held in gc.get_referents(running):
            if type(held) in GENERATORS and _cleans_up(held):
                return True
        running = awaited
    return False


@cache
def _cleaning(code: CodeType) -> frozenset[int]:
    """The places in a function from which closing it would run code of its own."""
    import dis  # slow to load, and seldom needed

    steps = {step.offset: step for step in dis.get_instructions(code)}
    places = list(steps)
    found: set[int] = set()
    entries: Any = dis.Bytecode(code)
    for entry in entries.exception_entries:
        if _does_something(steps, places, entry.target):
            found.update(range(entry.start, entry.end, 2))
    return frozenset(found)


def _does_something(steps: dict[int, Any], places: list[int], at: int) -> bool:
    """Whether a handler does more than to pass on what is not its own."""
    if steps[at].opname != "PUSH_EXC_INFO":
        return False  # Python's own, around each await and each coroutine
    while True:
        step = steps[at]
        name = step.opname
        if name == "RERAISE":
            return False
        if "JUMP" in name and "FALSE" in name:
            at = step.argval
            continue
        if name not in PASSES_ON or step.argval in CATCHES_ALL:
            return True
        at = places[places.index(at) + 1]
