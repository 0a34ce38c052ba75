"""What the nodes of a program have in common: it may be read, and must not change.

The explorer runs each node by itself, so it is right only while nodes share nothing
that changes and do the same thing every time. What a program's functions can reach
besides their own variables is found here and watched: variables of modules and of
enclosing functions, attributes of functions and classes, defaults, arguments that
several nodes were given.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dis import get_instructions
from functools import partial
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from ...errors import Unexplorable
from ...given import CODE, handed
from ...memory.fingerprint import Fingerprint, Frozen
from ...message import IMMUTABLE
from ...node import Node
from ...process import Program
from ...world import World

OWN = __name__.partition(".")[0]
HIDDEN = {"random", "time", "secrets", "uuid", "os", "threading", "asyncio", "_random"}
HIDING = {id: "id", hash: "hash", input: "input", open: "open"}
NOW = {"now", "utcnow", "today"}


def _of_node(walk: Fingerprint, value: Any) -> Frozen:
    raise walk.refuse(f"holds the node {value.name!r}: nodes share nothing")


def _of_world(walk: Fingerprint, value: Any) -> Frozen:
    raise walk.refuse("holds the world, which no node can see")


# What no program may hold on to.
STRANGERS: dict[type, Callable[[Fingerprint, Any], Frozen]] = {
    Node: _of_node,
    World: _of_world,
}


def _look(what: str, value: Any) -> Frozen:
    return Fingerprint(what, special=STRANGERS).of(value)


class Shared:
    """What is reachable from several nodes, with what it looked like at the start."""

    def __init__(self, programs: Mapping[str, tuple[Program, tuple[Any, ...]]]) -> None:
        self.watched: list[tuple[str, Callable[[], Any]]] = []
        self.seen: dict[int, Any] = {}  # functions, classes and modules
        self.names: dict[str, None] = {}  # of the variables of all programs
        self.common: dict[int, Any] = {}  # arguments of several nodes, by their id
        self.node = ""  # whose program is followed, for messages
        reach = []
        for node, (program, arguments) in programs.items():
            self.node = node
            self._reach(program)
            for name, value in handed(program, arguments):
                what = f"{name} of node {node!r}"
                reach.append((node, what, value, self._parts(what, value)))
        owner: dict[int, str] = {}  # of what can change; "": it has several
        for what, get in list(self.watched):
            owner |= dict.fromkeys(self._parts(what, get()), "")
        for node, _, _, parts in reach:
            for part in parts:
                owner[part] = node if owner.setdefault(part, node) == node else ""
        for _, what, value, parts in reach:
            if any(owner[part] == "" for part in parts):
                self.common[id(value)] = value
                self._watch(what, partial(_same, value))
        self.before = [_look(what, get()) for what, get in self.watched]

    def check(self, node: str) -> None:
        """Raise Unexplorable if what is shared is no longer as it was."""
        for (what, get), before in zip(self.watched, self.before, strict=True):
            if _look(what, get()) != before:
                raise Unexplorable(
                    f"node {node!r} changes something that is not its own: {what}. "
                    "Nodes share nothing but messages"
                )

    def _parts(self, what: str, value: Any) -> dict[int, int]:
        """The ids of all that can change in a value. Its code and types are reached."""
        walk = Fingerprint(what, special=STRANGERS)
        walk.of(value)
        for part in walk.kept:
            self._reach(part if isinstance(part, CODE) else type(part))
        return walk.met

    def _watch(self, what: str, get: Callable[[], Any]) -> None:
        """Watch a place. What it holds may be code, which is followed too."""
        value = get()
        if isinstance(value, (*CODE, type, ModuleType)):
            self._reach(value)
        else:
            self.watched.append((what, get))
            self._parts(what, value)

    def _reach(self, thing: Any) -> None:
        """Follow a function, a class or a module of the program to all that it uses."""
        while isinstance(thing, partial):
            thing = thing.func
        if isinstance(thing, MethodType):
            self._reach(type(thing.__self__))
            thing = thing.__func__
        if id(thing) in self.seen or not isinstance(thing, (*CODE, type, ModuleType)):
            return
        self.seen[id(thing)] = thing
        if not _ours(thing):
            return
        if isinstance(thing, FunctionType):
            self._function(thing)
        elif isinstance(thing, ModuleType):
            for name in [name for name in vars(thing) if not name.startswith("__")]:
                get = partial(vars(thing).get, name)
                if not isinstance(get(), ModuleType):
                    self._watch(f"the module variable {name!r}", get)
        elif isinstance(thing, type):
            for base in thing.__bases__:
                self._reach(base)
            for name, value in vars(thing).items():
                if name == "__annotate_func__":  # evaluates annotations, since 3.14
                    continue
                inner = getattr(value, "fget", getattr(value, "__func__", value))
                if isinstance(inner, FunctionType):
                    self._reach(inner)
                elif not name.startswith("_") and not hasattr(inner, "__get__"):
                    what = f"the class variable {thing.__name__}.{name}"
                    self._watch(what, partial(getattr, thing, name))

    def _function(self, function: FunctionType) -> None:
        code, name = function.__code__, function.__qualname__
        self.names |= dict.fromkeys((*code.co_varnames, *code.co_cellvars))
        cells = zip(code.co_freevars, function.__closure__ or (), strict=True)
        for variable, cell in cells:
            self._watch(f"the variable {variable!r}", partial(_inside, cell))
        for value in (
            *(function.__defaults__ or ()),
            *(function.__kwdefaults__ or {}).values(),
        ):
            if type(value) not in IMMUTABLE:
                self._watch(f"a default of {name}", partial(_same, value))
        self._watch(f"an attribute of {name}", partial(_same, function.__dict__))
        space, builtin = function.__globals__, vars(sys.modules["builtins"])
        for variable, inner in _names(code):
            self._not_hidden(
                variable, space.get(variable, builtin.get(variable)), inner
            )
            if variable in space:
                self._watch(
                    f"the module variable {variable!r}", partial(space.get, variable)
                )

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


def _same(value: Any) -> Any:
    return value


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
