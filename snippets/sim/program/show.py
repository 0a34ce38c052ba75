"""What a reader is shown of a program: its title, its knobs, and the run in pictures.

The recorder of the cards and the page that runs a program both ask here, so that a
run in the page looks like the recorded one. Everything is plain data, ready for JSON.
"""

from __future__ import annotations

import builtins
import linecache
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, TypeAlias

from ..drawing.sequence import draw as draw_sequence
from ..drawing.signs import visible
from ..drawing.spacetime import draw as draw_spacetime
from ..hooks import findings
from ..plot.picture import picture_of
from ..trace import Trace
from ..world import World
from .knobs import Knob, knobs
from .watch import watching

Shown: TypeAlias = dict[str, Any]


def show(module: ModuleType, settings: Mapping[str, Any] | None = None) -> Shown:
    """Run the `main` of a loaded program, and say what there is to see.

    `settings`: values of knobs, as they are or as text; a name that is not a knob of
    the program is left out. Raises ValueError for a value that a knob cannot take, and
    whatever `main` raises. What the program prints goes to the standard output.
    """
    shown = about(module)
    chosen = _chosen(knobs(module.main), settings or {})
    shown["settings"] |= chosen
    with findings() as found, watching():
        returned = module.main(**chosen)
    return shown | {"exploration": found} | picture(returned, shown["title"])


def about(module: ModuleType) -> Shown:
    """What a program is, before it runs: title, text, knobs, their defaults."""
    if not callable(getattr(module, "main", None)):
        raise LookupError(
            "the program has no main: what should run goes into `def main():`"
        )
    title, _, rest = (module.__doc__ or "").strip().partition("\n")
    every = knobs(module.main)
    returns = str(module.main.__annotations__.get("return"))
    return {
        "title": title,
        "about": " ".join(rest.split()),
        "knobs": [_described(knob) for knob in every],
        "settings": {knob.name: knob.default for knob in every},
        # True if `main` says that there is always a picture.
        "promised": "None" not in returns
        and any(kind in returns for kind in ("World", "Plot", "Map")),
    }


def _described(knob: Knob) -> Shown:
    return {
        "name": knob.name,
        "kind": knob.kind.__name__,
        "default": knob.default,
        "range": list(knob.range) if knob.range else None,
        "choices": list(knob.choices),
    }


def _chosen(every: list[Knob], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that are knobs, as the values that `main` takes."""
    return {
        knob.name: knob.parse(_as_text(settings[knob.name]))
        for knob in every
        if knob.name in settings
    }


def _as_text(value: Any) -> str:
    """A value as the command line has it: JSON can turn 3 into 3.0."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value)


def picture(returned: Any, title: str) -> Shown:
    """What can be drawn of what `main` returned: a world, plots, maps, or nothing."""
    if isinstance(returned, World) and returned.log is not None:
        trace = returned.trace
        messages = len(trace.send_of)
        lost = sum(incident.kind == "lose" for incident in trace.incidents)
        description = (
            f"{len(trace.events)} events at {', '.join(trace.nodes)}; "
            f"{messages} messages, {lost} of them lost. "
            "The table of events gives the same in words."
        )
        return {
            "kind": "world",
            "unit": trace.unit,
            "events": _events(trace),
            "mermaid": draw_sequence(trace, title, description),
            "svg": draw_spacetime(trace, title, description),
        }
    if drawn := picture_of(returned):
        return {
            "kind": "plot",
            "data": [table.plain() for table in drawn.tables],
            "svg": drawn.svg(title),
        }
    return {"kind": None}


def _events(trace: Trace) -> list[list[Any]]:
    """The table of events, with what each changed: in words, and which variable."""
    return [
        [
            *map(visible, row),
            [[visible(str(change)), visible(change.name)] for change in changes],
        ]
        for row, changes in zip(trace.table(), trace.changes(), strict=True)
    ]


# A program as text -----------------------------------------------------------


def run_text(
    code: str,
    name: str,
    settings: Mapping[str, Any] | None = None,
    file: str | None = None,
) -> Shown:
    """Run the text of a program, and show it. Never raises: see `attempt`."""
    return attempt(code, name, lambda module: show(module, settings), file)


def attempt(
    code: str, name: str, task: Callable[[ModuleType], Any], file: str | None = None
) -> Shown:
    """Load the text of a program, and do a task with its module. Never raises.

    `name`: section/page/program. `file`: what tracebacks call it, if not program.py.

    Returns `shown`, what the task returned, or None; then `error` is Python's
    traceback, with the lines of this text only, `what` is the same in one line, and
    `line` is the last line of the text that it passed through (0: none). A program that
    ends itself with `exit()` shows nothing, and has no `error`.
    """
    module_name = name.rpartition("/")[2]
    file = file or f"{module_name}.py"
    module = ModuleType(module_name)
    module.__file__ = file
    linecache.cache[file] = len(code), None, code.splitlines(keepends=True), file
    try:
        with _no_input(), _known(module):
            exec(compile(code, file, "exec", dont_inherit=True), module.__dict__)
            shown = task(module)
    except BaseException as error:  # SystemExit and KeyboardInterrupt, too
        return {"shown": None} | _told(error, file, module)
    return {"shown": shown, "error": None, "what": "", "line": 0}


@contextmanager
def _no_input() -> Iterator[None]:
    """Nobody sits at a keyboard that `input` could read."""

    def refuse(prompt: object = "", /) -> str:
        raise EOFError("there is nobody to answer input(): give main a parameter")

    asked, builtins.input = builtins.input, refuse
    try:
        yield
    finally:
        builtins.input = asked


@contextmanager
def _known(module: ModuleType) -> Iterator[None]:
    """Have the module where Python looks for it, unless its name is taken."""
    name = module.__name__
    taken = name in sys.stdlib_module_names or name in sys.modules
    if not taken:
        sys.modules[name] = module
    try:
        yield
    finally:
        if not taken:
            sys.modules.pop(name, None)


def _told(error: BaseException, file: str, module: ModuleType) -> Shown:
    """An error in Python's own words, and the line that it is about."""
    told = traceback.TracebackException.from_exception(error)
    lines = [frame.lineno or 0 for frame in told.stack if frame.filename == file]
    if getattr(error, "filename", None) == file:  # it knows better where it is
        lines.append(getattr(error, "lineno", None) or 0)
    code = getattr(module.__dict__.get("main"), "__code__", None)
    if not lines and code is not None:  # a knob, say, that has no range
        lines.append(code.co_firstlineno)
    notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
    # Without the place, which is told beside it.
    words = error.msg if isinstance(error, SyntaxError) else error
    what = f"{type(error).__name__}: {words}".removesuffix(": ") + notes
    if isinstance(error, SystemExit):
        ended = error.code in (None, 0)
        text = None if ended else f"The program ended itself: exit({error.code!r})\n"
    else:
        _keep_only(file, told)
        text = "".join(told.format())
    return {"error": text, "what": what, "line": lines[-1] if lines else 0}


def _keep_only(file: str, told: traceback.TracebackException | None) -> None:
    """Drop the frames of other files: of the simulator, and of this module."""
    if told is None:
        return
    told.stack[:] = [frame for frame in told.stack if frame.filename == file]
    _keep_only(file, told.__cause__)
    _keep_only(file, told.__context__)
    for part in getattr(told, "exceptions", None) or ():  # of a group
        _keep_only(file, part)
