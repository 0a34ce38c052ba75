"""What programs get wrong about `await`, in words that help."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, CoroutineType, FrameType
from typing import Any

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
            for words in _forgotten(caught):
                error.add_note(words)
            raise
    for each in caught:
        if not _is_forgotten(each):
            warnings.warn_explicit(
                each.message, each.category, each.filename, each.lineno
            )
    for words in _forgotten(caught):
        raise TypeError(words)


def _is_forgotten(warning: warnings.WarningMessage) -> bool:
    return isinstance(warning.source, CoroutineType)


def _forgotten(caught: list[warnings.WarningMessage]) -> Iterator[str]:
    for each in filter(_is_forgotten, caught):
        source: Any = each.source
        name = source.cr_code.co_name
        call = f"me.{name}" if is_own(source.cr_code) else name
        where = f"{each.filename.rpartition('/')[2]}, line {each.lineno}"
        yield (
            f"{where}: {call}(…) is called and not awaited, so it does nothing: "
            f"write `await {call}(…)`"
        )
