"""What programs get wrong about `await`, in words that help."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, CoroutineType, FrameType
from typing import Any

from .memory.unwinding import unbegun

OFFERS = "await me.receive(), me.call(), me.sleep(), or a task that was spawned"


_HERE = str(sys.modules[__name__].__file__).rpartition("misuse")[0]


def is_own(code: CodeType) -> bool:
    """Whether code is the simulator's, and not a program's."""
    return code.co_filename.startswith(_HERE)


def waiting_at(running: Any) -> FrameType | None:
    """The innermost frame of the program itself in a chain of coroutines that waits."""
    found = frame = getattr(running, "cr_frame", None)
    home = frame.f_code.co_filename if frame is not None else ""
    while frame is not None:
        if frame.f_code.co_filename == home:
            found = frame
        running = running.cr_await
        frame = getattr(running, "cr_frame", None)
    return found


def foreign(node: str, running: CoroutineType[Any, Any, Any], got: object) -> TypeError:
    """The error for a program that awaits something which is not the simulator's."""
    frame = waiting_at(running)
    where = f", line {frame.f_lineno}," if frame is not None else ""
    what = "something else" if got is None else repr(got)
    return TypeError(f"node {node!r}{where} awaits {what}: {OFFERS}")


def explained(
    node: str, running: CoroutineType[Any, Any, Any], error: BaseException
) -> BaseException:
    """`error`, or, if asyncio raised it for want of its event loop, what to do."""
    at, line = error.__traceback__, 0
    home = running.cr_code.co_filename
    place = ""
    while at is not None:
        place = at.tb_frame.f_globals.get("__name__", "")
        if at.tb_frame.f_code.co_filename == home:
            line = at.tb_lineno
        at = at.tb_next
    if place.partition(".")[0] != "asyncio" or not isinstance(error, Exception):
        return error
    better = TypeError(
        f"node {node!r}, line {line}, uses asyncio, which has no loop here: {OFFERS}"
    )
    better.__cause__ = error
    return better.with_traceback(error.__traceback__)


def not_a_function(program: object, who: str, call: str) -> TypeError:
    """The error for a program that was called, and should only have been named."""
    what = repr(program)
    if isinstance(program, CoroutineType):
        what = f"{program.__name__}(…)"
        program.close()  # so that Python does not complain, too, that nobody awaits it
    return TypeError(
        f"{who} {what}: pass the function and its arguments, {call}(ask, 3), and not "
        f"the result of a call, {call}(ask(3))"
    )


# A forgotten await -------------------------------------------------------------


@contextmanager
def nothing_forgotten() -> Iterator[None]:
    """Raise TypeError if meanwhile a coroutine was made and never awaited.

    `me.sleep(5)` without `await` does nothing at all. Python tells of that by a
    warning, when it throws the coroutine away; here the warning becomes an error at the
    end of the run, or a note on the error that ended it.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.filterwarnings("always", "coroutine .* was never awaited")
        try:
            yield
        except Exception as error:
            for words, *_ in _forgotten(caught):
                error.add_note(words)
            for words in _in_hand(error):
                error.add_note(words)
            raise
    for each in caught:
        if not _is_forgotten(each):
            warnings.warn_explicit(
                each.message, each.category, each.filename, each.lineno
            )
    for words, file, line in _forgotten(caught):
        mistake: Any = TypeError(words)
        mistake.filename, mistake.lineno = file, line  # as a SyntaxError has them
        raise mistake


def _is_forgotten(warning: warnings.WarningMessage) -> bool:
    return isinstance(warning.source, CoroutineType)


def _call(coroutine: Any) -> str:
    name = coroutine.cr_code.co_name
    return f"me.{name}" if is_own(coroutine.cr_code) else str(name)


def _place(file: str, line: int) -> str:
    return f"{file.rpartition('/')[2]}, line {line}"


def _forgotten(caught: list[Any]) -> Iterator[tuple[str, str, int]]:
    """What to say of each, and where it is called."""
    for each in filter(_is_forgotten, caught):
        call = _call(each.source)
        words = (
            f"{_place(each.filename, each.lineno)}: {call}(…) is called and not "
            f"awaited, so it does nothing: write `await {call}(…)`"
        )
        each.source.close()  # the warning kept it, and Python would warn again
        yield words, each.filename, each.lineno


def _in_hand(error: BaseException) -> Iterator[str]:
    """What to say of coroutines that a program has in a variable where it broke down.

    Such as the answer of a `me.call` without `await`, of which it wanted the body.
    """
    at = error.__traceback__
    while at is not None:
        frame, line = at.tb_frame, at.tb_lineno
        at = at.tb_next
        if is_own(frame.f_code):
            continue
        for name, value in list(frame.f_locals.items()):
            if isinstance(value, CoroutineType) and unbegun(value):
                value.close()  # so that Python does not complain as well
                call, where = _call(value), _place(frame.f_code.co_filename, line)
                yield (
                    f"{where}: {name} is what {call}(…) gives if it is not awaited: "
                    f"write `await {call}(…)`"
                )
