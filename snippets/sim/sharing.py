"""What the nodes of a program have in common: it may be read, and must not change.

The explorer runs each node by itself, so it is right only while nodes share nothing
that changes and do the same thing every time. What a program's functions can reach
besides their own variables is found here and watched: variables of modules and of
enclosing functions, attributes of functions and classes, defaults, arguments that
several nodes were given.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dis import get_instructions
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from .frames import Freezer, Frozen, Unexplorable
from .message import IMMUTABLE
from .node import Program

OWN = __name__.partition(".")[0]
HIDDEN = {"random", "time", "secrets", "uuid", "os", "threading", "asyncio", "_random"}
HIDING = {id: "id", hash: "hash", input: "input", open: "open"}
NOW = {"now", "utcnow", "today"}


class Shared:
    """What is reachable from several nodes, with what it looked like at the start."""

    def __init__(self, programs: dict[str, tuple[Program, tuple[Any, ...]]]) -> None:
        self.places: dict[str, Callable[[], Any]] = {}
        self.seen: set[int] = set()
        self.names: dict[str, None] = {}  # of the variables of all programs
        self.common: dict[int, Any] = {}  # id of an argument to the argument
        for name, (program, _) in programs.items():
            self.node = name
            self._function(program)
        self._arguments(programs)
        self.before = {place: self._now(place) for place in self.places}

    def check(self, node: str) -> None:
        """Raise Unexplorable if what is shared is no longer as it was."""
        for place, before in self.before.items():
            if self._now(place) != before:
                raise Unexplorable(
                    f"node {node!r} changes something that is not its own: "
                    f"{place}. Nodes share nothing but messages"
                )

    def _now(self, place: str) -> Frozen:
        return Freezer(place).freeze(self.places[place]())

    def _arguments(self, programs: dict[str, tuple[Program, tuple[Any, ...]]]) -> None:
        """Find the arguments that two nodes were given: those are not copied."""
        owner: dict[int, str] = {}  # "": more than one
        for place, get in self.places.items():
            freezer = Freezer(place)
            freezer.freeze(get())
            owner.update(dict.fromkeys(freezer.met, ""))
        reach: list[tuple[str, str, Any, set[int]]] = []
        for name, (program, arguments) in programs.items():
            code = program.__code__
            parameters = code.co_varnames[1:]  # without me
            if isinstance(program, MethodType):
                arguments = program.__self__, *arguments
                parameters = "self", *parameters[1:]
            for number, value in enumerate(arguments):
                parameter = dict(enumerate(parameters)).get(number, f"*{number}")
                freezer = Freezer(f"argument {parameter!r} of node {name!r}")
                freezer.freeze(value)
                reach.append((name, freezer.who, value, set(freezer.met)))
        for name, _, _, met in reach:
            for number in met:
                owner[number] = name if owner.setdefault(number, name) == name else ""
        for _, who, value, met in reach:
            if any(owner[number] == "" for number in met):
                self.common[id(value)] = value
                self.places[who] = lambda value=value: value  # type: ignore[misc]

    def _function(self, function: Any) -> None:
        if isinstance(function, MethodType):
            function = function.__func__
        if not isinstance(function, FunctionType) or id(function) in self.seen:
            return
        if not _ours(function):
            return
        self.seen.add(id(function))
        code, name = function.__code__, function.__qualname__
        self.names |= dict.fromkeys((*code.co_varnames, *code.co_cellvars))
        for cell, variable in zip(
            function.__closure__ or (), code.co_freevars, strict=True
        ):
            self._value(f"the variable {variable!r}", cell, _inside(cell))
        for number, value in enumerate(function.__defaults__ or ()):
            self._value(f"default {number + 1} of {name}", None, value)
        self._value(f"an attribute of {name}", None, function.__dict__)
        space, builtin = function.__globals__, vars(sys.modules["builtins"])
        for variable, code in _names(function.__code__):
            value = space.get(variable, builtin.get(variable))
            self._not_hidden(variable, value, code)
            if variable in space:
                self._global(space, variable, value)

    def _global(self, space: dict[str, Any], variable: str, value: Any) -> None:
        what = f"the module variable {variable!r}"
        if isinstance(value, ModuleType):
            if _ours(value):
                for name, inner in vars(value).items():
                    if not name.startswith("__") and not isinstance(inner, ModuleType):
                        self._global(vars(value), name, inner)
        elif isinstance(value, type):
            if _ours(value) and id(value) not in self.seen:
                self.seen.add(id(value))
                for name, inner in vars(value).items():
                    self._attribute(value, name, inner)
        elif isinstance(value, (FunctionType, MethodType)):
            self._function(value)
        else:
            self._place(what, lambda: space.get(variable))

    def _attribute(self, of: type, name: str, value: Any) -> None:
        inner = getattr(value, "fget", getattr(value, "__func__", value))
        if isinstance(inner, FunctionType):
            self._function(inner)
        elif not name.startswith("_") and not hasattr(inner, "__get__"):
            what = f"the class variable {of.__name__}.{name}"
            self._place(what, lambda: vars(of)[name])

    def _value(self, what: str, cell: CellType | None, value: Any) -> None:
        if isinstance(value, (FunctionType, MethodType)):
            self._function(value)
        elif cell is not None:
            self._place(what, lambda: _inside(cell))
        elif type(value) not in IMMUTABLE:
            self._place(what, lambda: value)

    def _place(self, what: str, get: Callable[[], Any]) -> None:
        if not isinstance(get(), ModuleType):
            self.places[what] = get

    def _not_hidden(self, variable: str, value: Any, code: CodeType) -> None:
        """Refuse time and chance that the world knows nothing of."""
        home = value.__name__ if isinstance(value, ModuleType) else None
        if home is None and callable(value) and not isinstance(value, type):
            owner = getattr(value, "__self__", None)
            home = getattr(value, "__module__", None) or type(owner).__module__
        try:
            hiding = variable if value in HIDING else ""
        except TypeError:
            hiding = ""
        if home in HIDDEN or (home == "builtins" and hiding):
            why = variable
        elif getattr(value, "__module__", variable) == "datetime" and NOW & {
            *code.co_names
        }:
            why = f"{variable}.{min(NOW & {*code.co_names})}"
        else:
            return
        raise Unexplorable(
            f"node {self.node!r} uses {why!r} in {code.co_name}: it may give another "
            "value in every run, so explore could not tell the same state again"
        )


def _ours(thing: Any) -> bool:
    """True for what the program itself brings: not Python's, not the simulator's."""
    if isinstance(thing, FunctionType):
        name, space = thing.__globals__.get("__name__", ""), thing.__globals__
    elif isinstance(thing, ModuleType):
        name, space = thing.__name__, vars(thing)
    else:
        name, space = thing.__module__, None
    module = sys.modules.get(name)
    home = name.partition(".")[0]
    # A program may have the name of a library, and is then not that module.
    same = module is not None and (space is None or space is vars(module))
    return not (home == OWN or (home in sys.stdlib_module_names and same))


def _inside(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _names(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    """The global names that a function and those inside it read or write."""
    for step in get_instructions(code):
        if step.opname.endswith(("_GLOBAL", "_NAME")):
            yield step.argval, code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
