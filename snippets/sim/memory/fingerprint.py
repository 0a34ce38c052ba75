"""What a program remembers at one moment, as a value that can be compared.

A coroutine that waits is a chain of suspended frames. Each is its code, the place
where it stopped, its variables, and what lies on its value stack, such as the
iterator of a `for` loop. Two programs with equal chains go on in the same way,
whatever brought them there.
"""

from __future__ import annotations

import copyreg
import gc
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Container, Mapping
from enum import Enum
from functools import partial
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    MethodType,
    ModuleType,
)
from typing import Any, TypeAlias

from ..errors import Unexplorable
from .liveness import live

Frozen: TypeAlias = Any  # a value with == and hash, made of tuples, atoms and types


# Atoms of one type compare as they should. 1 == 1.0 == True, so others say their type.
ATOMS = frozenset({int, str, bytes, type(None), type(...), type(NotImplemented)})
ITERATORS = frozenset(
    {type(iter(kind())) for kind in (list, tuple, dict, str, bytes, bytearray)}
    | {type(iter({}.values())), type(iter({}.items())), type(iter("é")), type(iter(""))}
    | {type(iter(range(0))), type(iter(range(1 << 70))), type(reversed([]))}
    | {enumerate, zip, map, filter, reversed}
)


async def _nothing() -> None: ...


_unstarted = _nothing()
WRAPPER: type = type(_unstarted.__await__())  # what `await` makes of a coroutine
_unstarted.close()


class Fingerprint:
    """One walk over a memory; it keeps apart what only looks alike.

    Objects that can change are numbered in the order in which the walk meets them, so
    that two variables that name one list differ from two with a list each.

    `who`: whose memory it is, for messages. `read`: variables that count though the
    program reads them no more. `special`: how values of some types are taken, in place
    of the general way. Values that cannot be compared raise Unexplorable.
    """

    def __init__(
        self,
        who: str,
        read: Container[str] = (),
        special: Mapping[type, Callable[[Fingerprint, Any], Frozen]] | None = None,
    ) -> None:
        self.who = who
        self.read = read
        self.special = special or {}
        self.met: dict[int, int] = {}
        self.kept: list[Any] = []  # so that no number of an object is used again
        self.variable = ""

    def refuse(self, why: str) -> Unexplorable:
        """The exception that names the variable which is being frozen."""
        return Unexplorable(f"{self.who}{self.variable} {why}")

    def of(self, value: Any) -> Frozen:
        """`value` as something that equals what behaves alike, and nothing else."""
        kind = type(value)
        if kind in ATOMS:
            return value
        if kind is bool or kind is float or kind is complex or kind is range:
            return kind, repr(value)
        if kind is tuple:
            return kind, *map(self.of, value)
        if kind is frozenset:
            return kind, frozenset(map(self.of, value))
        if kind in self.special:
            return self.special[kind](self, value)
        if isinstance(value, (type, BuiltinFunctionType, ModuleType, CodeType, Enum)):
            owner = getattr(value, "__self__", None)
            if owner is None or isinstance(owner, (ModuleType, type)):
                return "same", value
        number = self.met.get(id(value))
        if number is not None:
            return "again", number
        self.met[id(value)] = len(self.kept)
        self.kept.append(value)
        return self._changeable(kind, value)

    def _changeable(self, kind: type, value: Any) -> Frozen:
        of = self.of
        if kind in (list, deque):
            return kind, getattr(value, "maxlen", None), *map(of, value)
        if kind in (dict, OrderedDict, defaultdict):
            factory = of(getattr(value, "default_factory", None))
            return kind, factory, *((of(k), of(v)) for k, v in value.items())
        if kind is set:
            return kind, frozenset(map(of, value))
        if kind is bytearray:
            return kind, bytes(value)
        if kind is CoroutineType or kind is GeneratorType:
            return self._frames(kind, value)
        if kind is WRAPPER:
            return kind, *map(of, gc.get_referents(value))
        if kind is CellType:
            try:
                return kind, of(value.cell_contents)
            except ValueError:
                return kind, "empty"
        if kind is FunctionType:
            own = value.__defaults__, value.__kwdefaults__, value.__dict__
            cells = value.__closure__ or ()
            return kind, value.__code__, *map(of, own), *map(of, cells)
        if kind in (MethodType, BuiltinFunctionType):
            return kind, value.__name__, of(value.__self__)
        if kind is partial:
            return kind, *map(of, (value.func, value.args, value.keywords))
        if isinstance(value, BaseException):
            return kind, of(value.args)
        if kind in ITERATORS:
            ahead = value.__reduce__()[1:]
            return kind, of(ahead), *map(of, gc.get_referents(value))
        return self._object(kind, value)

    def _object(self, kind: type, value: Any) -> Frozen:
        """An object of any other class: by the parts that pickling would take."""
        loop = kind.__module__ == "builtins" and "iterator" in kind.__name__
        if loop or kind.__module__ == "itertools":
            raise self.refuse(f"is a {kind.__qualname__}, whose place cannot be read")
        try:
            if "__reduce__" in kind.__dict__ or kind in copyreg.dispatch_table:
                reduce: Any = copyreg.dispatch_table.get(kind, kind.__reduce__)
                parts = reduce(value)
            else:
                parts = value.__reduce_ex__(2)
        except TypeError:
            raise self.refuse(
                f"is a {kind.__module__}.{kind.__qualname__}, which cannot be compared"
            ) from None
        if isinstance(parts, str):
            return kind, parts
        return kind, *(
            tuple(map(self.of, part))
            if place > 2 and part is not None
            else self.of(part)
            for place, part in enumerate(parts)
        )

    def _frames(self, kind: type, running: Any) -> Frozen:
        """A suspended coroutine or generator, and those that it waits for."""
        coroutine = kind is CoroutineType
        frame: FrameType | None = running.cr_frame if coroutine else running.gi_frame
        if frame is None:
            return kind, "ended"
        slots, stack = contents(running, frame)
        outer, frozen = self.variable, []
        alive = live(frame.f_code)[frame.f_lasti]
        for name, value in slots:
            if name in alive or name in self.read or type(value) is CellType:
                self.variable = f", variable {name!r},"
                frozen.append((name, self.of(value)))
        self.variable = ": what its `for` or `with` works on"
        rest = tuple(map(self.of, stack))
        self.variable = outer
        return kind, frame.f_code, frame.f_lasti, tuple(frozen), rest


def contents(running: Any, frame: FrameType) -> tuple[list[tuple[str, Any]], list[Any]]:
    """The variables of a suspended frame, and what lies on its value stack.

    Variables that inner functions use come as cells. The garbage collector visits,
    after the function and its code, the variables in the order of the code and then
    the stack; that is checked here, value by value.
    """
    code = frame.f_code
    plain = dict(frame.f_locals)
    names = dict.fromkeys((*code.co_varnames, *code.co_cellvars, *code.co_freevars))
    in_cells = {*code.co_cellvars, *code.co_freevars}
    held = [name for name in names if name in in_cells or name in plain]
    seen = gc.get_referents(running)
    start = next(
        place + 2
        for place, value in enumerate(seen)
        if isinstance(value, FunctionType)
        and value.__code__ is code
        and seen[place + 1] is code
    )
    slots = list(zip(held, seen[start:], strict=False))
    for name, value in slots:
        if (
            type(value) is not CellType
            if name in in_cells
            else value is not plain[name]
        ):
            raise Unexplorable(f"this Python hides the variables of {code.co_name}")
    stack = seen[start + len(held) :]
    # Last comes the exception that is being handled. Until Python 3.12 it is None, in
    # place of nothing, once some function in there has ever handled one.
    return slots, stack[:-1] if stack and stack[-1] is None else stack
