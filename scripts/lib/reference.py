"""The simulator's reference, made from its own docstrings and signatures."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import Any

from scripts.lib.paths import SNIPPETS

REFERENCE = SNIPPETS / "sim" / "reference.md"

# What a program can use, in the order in which a reader meets it.
PUBLIC = (
    ("sim", "World"),
    ("sim", "Node"),
    ("sim", "Message"),
    ("sim", "Task"),
    ("sim", "Disk"),
    ("sim", "Link"),
    ("sim", "Uniform"),
    ("sim", "Exponential"),
    ("sim", "Clock"),
    ("sim", "Range"),
    ("sim", "Trace"),
    ("sim", "Event"),
)


def reference() -> str:
    """The reference as Markdown: a heading a class, an entry a method."""
    sys.path.insert(0, str(SNIPPETS))
    try:
        parts = [_class(getattr(_module(where), name)) for where, name in PUBLIC]
    finally:
        sys.path.remove(str(SNIPPETS))
    return "\n\n".join(parts) + "\n"


def _module(name: str) -> Any:
    return __import__(name, fromlist=["*"])


def _class(cls: type) -> str:
    source = Path(inspect.getsourcefile(cls) or "").name
    lines = [f"### {cls.__name__} {{ #{cls.__name__.lower()} }}", "", _prose(cls)]
    head = _signature(cls.__name__, cls)
    if head and not _fields(cls):
        lines += ["", f"```python\n{head}\n```"]
    lines += _fields(cls)
    for name, member in vars(cls).items():
        if name.startswith("_") or not _documented(member):
            continue
        if isinstance(member, property):
            title = f"`{name}`"
        else:
            title = f"`{_signature(name, member)}`"
        text = _prose(member).replace("\n", "\n    ")
        lines += ["", f"{title}\n:   {text}"]
    lines += ["", f"Source: `snippets/sim/{source}`."]
    return "\n".join(lines)


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


def _documented(member: Any) -> bool:
    callables = (property, classmethod, staticmethod)
    return bool(
        (inspect.isfunction(member) or isinstance(member, callables)) and member.__doc__
    )


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
