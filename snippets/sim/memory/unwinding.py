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
RAISES = {"RERAISE", "CLEANUP_THROW"}  # from there on to the handler around it
OWN = {"INTRINSIC_STOPITERATION_ERROR"}  # Python's, around each coroutine
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
}


def keep(running: Any) -> None:
    """Keep a suspended coroutine if closing it would run code of the program."""
    if _cleans_up(running):
        if not _kept:
            atexit.register(_forever)
        _kept.append(running)


def unbegun(coroutine: CoroutineType[Any, Any, Any]) -> bool:
    """Whether nobody awaits a coroutine: as `inspect` says, which is slow to load."""
    begun = coroutine.cr_running or coroutine.cr_suspended
    return coroutine.cr_frame is not None and not begun


def drop(running: Any) -> None:
    """Close what a coroutine that never goes on has made, and would have awaited.

    Otherwise Python would tell that nobody awaits it.
    """
    while type(running) is CoroutineType:
        for held in gc.get_referents(running):
            if type(held) is CoroutineType and unbegun(held):
                held.close()
        running = running.cr_await


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

    steps = list(dis.get_instructions(code))
    place = {step.offset: number for number, step in enumerate(steps)}
    entries: Any = dis.Bytecode(code)
    handler = {
        offset: place[entry.target]
        for entry in entries.exception_entries
        for offset in range(entry.start, entry.end, 2)
    }
    return frozenset(o for o in handler if _does_something(steps, place, handler, o))


def _does_something(
    steps: list[Any], place: dict[int, int], handler: dict[int, int], offset: int
) -> bool:
    """Whether the handlers of a place do more than to pass on what is not their own."""
    met: set[int] = set()
    while offset in handler and offset not in met:
        met.add(offset)
        at = handler[offset]
        while steps[at].opname not in RAISES:
            step = steps[at]
            if "JUMP" in step.opname and "FALSE" in step.opname:
                at = place[step.argval]
            elif step.argrepr in OWN:
                at += 1
            elif step.opname not in PASSES_ON or step.argval in CATCHES_ALL:
                return True
            else:
                at += 1
        offset = steps[at].offset
    return False
