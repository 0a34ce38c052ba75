"""What a program was given, and whether it is still the same when it starts again.

A crash loses the memory. What a program gets from outside (its arguments, the object
whose method it is, the variables around it, its defaults) is not in that memory, so a
program that changes it would remember something after a crash. That is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from .errors import Unexplorable
from .memory.fingerprint import Fingerprint, Frozen


def handed(program: Any, arguments: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """What is handed to a program when it starts, each with its name in words.

    Its arguments, those of its `partial`, and the object whose method it is.
    """
    first: tuple[Any, ...] = ()
    while isinstance(program, partial):
        for name, value in program.keywords.items():
            yield f"argument {name!r}", value
        first = program.args + first
        program = program.func
    own = isinstance(program, MethodType)
    if not isinstance(program, CODE):
        yield "program", program  # an object that can be called, with its attributes
    code = getattr(program, "__code__", None)
    names: tuple[str, ...] = ()
    if code is not None:
        names = code.co_varnames[: code.co_argcount]
    if own:
        yield f"argument {names[0]!r}", program.__self__
        names = names[1:]
    # What a partial binds comes before me, and me before the arguments.
    values = (*first, None, *arguments)
    for place, value in enumerate(values):
        if place != len(first):
            name = names[place] if place < len(names) else f"*{place}"
            yield f"argument {name!r}", value


def around(program: Any) -> Iterator[tuple[str, Any]]:
    """What a program can reach and keep: variables around it, and its defaults."""
    while isinstance(program, partial):
        program = program.func
    function = getattr(program, "__func__", program)
    if isinstance(function, FunctionType):
        cells = function.__closure__ or ()
        for name, cell in zip(function.__code__.co_freevars, cells, strict=True):
            yield f"variable {name!r}", cell
        for value in function.__defaults__ or ():
            yield "default", value
        for name, value in (function.__kwdefaults__ or {}).items():
            yield f"default of {name!r}", value


CODE = (FunctionType, MethodType)


class Given:
    """What a program was given, as it looked when this was made."""

    def __init__(self, name: str, program: Any, arguments: tuple[Any, ...]) -> None:
        self.name = name
        self.before = [
            (what, value, _look(value))
            for what, value in (*handed(program, arguments), *around(program))
        ]

    def check(self) -> None:
        """Raise RuntimeError if something is no longer as it was."""
        for what, value, before in self.before:
            if _look(value) != before:
                raise RuntimeError(
                    f"node {self.name!r} starts again, and its {what} has changed "
                    "since its first start. A crash loses the memory: what should "
                    "survive belongs on me.disk, the rest is made inside the program"
                )


def _look(value: Any) -> Frozen:
    try:
        return Fingerprint("").of(value)
    except Unexplorable:
        return None  # nothing that can be compared, such as an open file
