"""What a node knows at one moment, as a value that can be compared.

A coroutine that waits is a chain of suspended frames. Each is its code, the place
where it stopped, its variables, and what lies on its value stack, such as the
iterator of a `for` loop. Two nodes of the same program with equal chains go on in
the same way, whatever brought them there.
"""

from __future__ import annotations

import copyreg
import gc
from collections import OrderedDict, defaultdict, deque
from collections.abc import Container, Iterable
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

from ..disk import Disk
from ..message import Message
from ..node import Node, Task
from ..world import World
from .liveness import live

Frozen: TypeAlias = Any  # a value with == and hash, made of tuples, atoms and types


class Unexplorable(Exception):
    """This program cannot be explored; the message says which variable is why."""


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


class Freezer:
    """One walk over the memory of a node; it keeps apart what only looks alike.

    Objects that can change are numbered in the order in which the walk meets them, so
    that two variables that name one list differ from two with a list each.
    """

    def __init__(
        self,
        who: str,
        me: Node | None = None,
        tasks: Iterable[Task] = (),
        read: Container[str] = (),
    ) -> None:
        self.who = who
        self.read = read  # variables that count though the program reads them no more
        self.me = me
        self.tasks = {id(task): place for place, task in enumerate(tasks)}
        self.met: dict[int, int] = {}
        self.kept: list[Any] = []  # so that no number of an object is used again
        self.variable = ""

    def refuse(self, why: str) -> Unexplorable:
        """The exception that names the variable which is being frozen."""
        return Unexplorable(f"{self.who}{self.variable} {why}")

    def freeze(self, value: Any) -> Frozen:
        """`value` as something that equals what behaves alike, and nothing else."""
        kind = type(value)
        if kind in ATOMS:
            return value
        if kind is bool or kind is float or kind is complex or kind is range:
            return kind, repr(value)
        if kind is tuple:
            return kind, *map(self.freeze, value)
        if kind is frozenset:
            return kind, frozenset(map(self.freeze, value))
        if value is self.me:
            return "me"
        if isinstance(value, Message):
            return (
                Message,
                value.sender,
                value.id,
                value.answers,
                self.freeze(value.body),
            )
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
        freeze = self.freeze
        if kind in (list, deque):
            return kind, getattr(value, "maxlen", None), *map(freeze, value)
        if kind in (dict, OrderedDict, defaultdict):
            factory = freeze(getattr(value, "default_factory", None))
            return kind, factory, *((freeze(k), freeze(v)) for k, v in value.items())
        if kind is set:
            return kind, frozenset(map(freeze, value))
        if kind is bytearray:
            return kind, bytes(value)
        if kind is CoroutineType or kind is GeneratorType:
            return self._frames(kind, value)
        if kind is WRAPPER:
            return kind, *map(freeze, gc.get_referents(value))
        if kind is CellType:
            try:
                return kind, freeze(value.cell_contents)
            except ValueError:
                return kind, "empty"
        if kind is FunctionType:
            own = value.__defaults__, value.__kwdefaults__, value.__dict__
            cells = value.__closure__ or ()
            return kind, value.__code__, *map(freeze, own), *map(freeze, cells)
        if kind in (MethodType, BuiltinFunctionType):
            return kind, value.__name__, freeze(value.__self__)
        if kind is partial:
            return kind, *map(freeze, (value.func, value.args, value.keywords))
        if kind is Task:
            place = self.tasks.get(id(value))
            return kind, place if place is not None else ("done", freeze(value.result))
        if isinstance(value, BaseException):
            return kind, freeze(value.args)
        if isinstance(value, Disk):
            return kind, freeze(dict(value))
        if isinstance(value, Node):
            raise self.refuse(f"holds the node {value.name!r}: nodes share nothing")
        if isinstance(value, World):
            raise self.refuse("holds the world, which no node can see")
        if kind in ITERATORS:
            ahead = value.__reduce__()[1:]
            return kind, freeze(ahead), *map(freeze, gc.get_referents(value))
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
            tuple(map(self.freeze, part))
            if place > 2 and part is not None
            else self.freeze(part)
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
                frozen.append((name, self.freeze(value)))
        self.variable = ": what its `for` or `with` works on"
        rest = tuple(map(self.freeze, stack))
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
