"""The simulator's reference, made from its own docstrings and signatures."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from pathlib import Path
from typing import Any

from scripts.lib.paths import SNIPPETS

REFERENCE = SNIPPETS / "sim" / "reference.md"

# What a program can use, in the order in which a reader meets it.
PUBLIC = {
    "A world and its nodes": (
        "sim",
        ("World", "Node", "Message", "Task", "Disk", "Clock", "Range"),
    ),
    "The network": ("sim", ("Link", "Uniform", "Exponential")),
    "What happened": ("sim", ("Trace", "Event")),
    "Numbers and networks as pictures": ("sim", ("Plot", "Map")),
    "Every run": (
        "sim.explore",
        (
            *("explore", "Exploration", "Failure", "State", "replay"),
            *("count", "Counted", "search", "Machine", "Found", "Unexplorable"),
        ),
    ),
    "Judging a history": (
        "sim.check",
        (
            *("linearizable", "sequential", "Model", "serializable", "phenomena"),
            *("read_your_writes", "monotonic_reads", "monotonic_writes"),
            *("writes_follow_reads", "convergent", "History", "Verdict"),
        ),
    ),
}

# What a program can use of a class that has more: the rest is there for the other
# parts of the simulator, which drive a world from outside.
MEMBERS = {
    "World": (
        *("add", "network", "link", "clock", "lose", "cut", "partition", "crash"),
        *("at", "frontier", "run", "now", "trace"),
    ),
}

# What a program gets and never makes: how to make one does not concern a reader.
GIVEN = ("Node", "Message", "Task", "Disk", "Trace", "Event", "State")


def reference() -> str:
    """The reference as Markdown: a heading for each group, class and function."""
    parts: list[str] = []
    sys.path.insert(0, str(SNIPPETS))
    try:
        for title, (module, names) in PUBLIC.items():
            space = importlib.import_module(module)
            parts.append(f"### {title}\n\n`from {module} import …`")
            parts += [_entry(getattr(space, name)) for name in names]
    finally:
        sys.path.remove(str(SNIPPETS))
    return "\n\n".join(parts) + "\n"


def _entry(thing: Any) -> str:
    name = thing.__name__
    source = Path(inspect.getsourcefile(thing) or "").relative_to(SNIPPETS)
    fields = _fields(thing)
    lines = [f"#### {name} {{ #{name.lower()} }}", "", _prose(thing)]
    head = "" if name in GIVEN else _signature(name, thing)
    if head and not fields and not issubclass(_class(thing), Exception):
        lines += ["", f"```python\n{head}\n```"]
    lines += fields
    for key, member in _members(name, thing):
        title = key if isinstance(member, property) else _signature(key, member)
        text = _prose(member).replace("\n", "\n    ")
        lines += ["", f"`{title}`\n:   {text}"]
    lines += ["", f"Source: `snippets/{source.as_posix()}`."]
    return "\n".join(lines)


def _class(thing: Any) -> type:
    return thing if inspect.isclass(thing) else type(thing)


def _fields(cls: type) -> list[str]:
    """An entry for each field of a named tuple, from the comment behind it."""
    lines: list[str] = []
    for field in getattr(cls, "_fields", ()):
        pattern = rf"^    {field}: [^#\n]*?(?: = ([^#\n]+?))?  # (.+)$"
        found = re.search(pattern, inspect.getsource(cls), re.MULTILINE)
        if found:
            default = f" = {found[1].strip()}" if found[1] else ""
            lines += [
                "",
                f"`{field}{default}`\n:   {found[2][0].upper()}{found[2][1:]}.",
            ]
    return lines


def _members(name: str, thing: Any) -> list[tuple[str, Any]]:
    """What a program can use of a class, in the order of its source or of MEMBERS."""
    if not inspect.isclass(thing):
        return []
    members = vars(thing)
    if name in MEMBERS:
        return [(key, members[key]) for key in MEMBERS[name]]
    return [
        (key, member)
        for key, member in members.items()
        if not key.startswith("_") and _documented(member)
    ]


def _documented(member: Any) -> bool:
    callables = (property, classmethod, staticmethod)
    if not inspect.isfunction(member) and not isinstance(member, callables):
        return False
    # Some methods are there for other parts of the simulator, and say so.
    text = member.__doc__ or "is the public way"
    return "is the public way" not in text


def _signature(name: str, thing: Any) -> str:
    """`name(a, b=1)` without types, which the source shows, and without self."""
    try:
        parameters = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return ""
    shown: list[str] = []
    for parameter in parameters:
        if parameter.name in ("self", "_cls"):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in "".join(shown):
            shown.append("*")
        text = str(parameter).partition(":")[0].partition("=")[0].strip()
        if parameter.default is not parameter.empty:
            text += f"={parameter.default!r}"
        shown.append(text)
    return f"{name}({', '.join(shown)})"


def _prose(thing: Any) -> str:
    text = inspect.getdoc(thing) or ""
    # In a list entry a blank line would end it; and the docstrings' `names` are code.
    return re.sub(r"\n{2,}", "\n\n", text).strip()
