"""Jepsen's own files: Clojure's notation for data, EDN.

    {:process 0, :type :invoke, :f :write, :value 1, :index 0}

A keyword such as `:write` becomes the text "write", and a set becomes a list. The
library that reads EDN is needed only where such a file is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from math import isfinite
from typing import Any

LOOKS_LIKE_EDN = re.compile(r"(?:[\s\[({]|;[^\n]*\n|#[\w./-]+(?=\s*\{))*:[^\W\d]")
"""The beginning of a text in which a keyword comes first, as never in JSON."""

TAG = re.compile(r"#([A-Za-z][\w./*+!$%&=<>?-]*)")
READ_BY_LIBRARY = ("inst", "uuid")
RECORDS = ("jepsen.history.Op", "knossos.op.Op", "jepsen.op.Op")


class EdnError(ValueError):
    """Text that cannot be read as EDN."""


def read(text: str) -> Any:
    """What stands in EDN text, or the list of what stands there one after another.

    Raises EdnError, also if the library for it is missing.
    """
    try:
        import edn_format  # type: ignore[import-untyped]
    except ImportError:
        raise EdnError(
            "a file in EDN needs the library edn_format; install it, or save the "
            "history as JSON"
        ) from None
    for name in RECORDS:
        edn_format.add_tag(name, lambda value: value)
    for name in sorted(set(TAG.findall(text)) - {*RECORDS, *READ_BY_LIBRARY}):
        edn_format.add_tag(name, partial(_tagged, name))
    try:
        values = edn_format.loads_all(text.replace("\r\n", "\n"))
    except RecursionError:
        raise
    except Exception as wrong:  # the library has errors of many kinds
        raise EdnError(f"this is not EDN: {_first_line(wrong)}; mend it") from None
    plain = [_plain(value) for value in values]
    if not plain:
        raise EdnError("this is an empty file; write a list of entries")
    return plain[0] if len(plain) == 1 else plain


def _tagged(name: str, value: Any) -> dict[str, Any]:
    """A value of a type that only its author knows: equal to what is written alike."""
    return {f"#{name}": value}


def _first_line(wrong: Exception) -> str:
    return (str(wrong) or type(wrong).__name__).splitlines()[0].rstrip(".")


def _plain(value: Any) -> Any:
    """`value` as JSON would have it."""
    if isinstance(value, float) and not isfinite(value):
        raise EdnError(f"{value} cannot be compared; write nil or a text instead")
    if isinstance(value, (str, bool, int, float, type(None))):
        return value
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(_plain, value), key=str)
    if hasattr(value, "__iter__"):
        return [_plain(part) for part in value]
    if isinstance(value, (Fraction, Decimal)):
        return _plain(int(value) if value == int(value) else float(value))
    name = getattr(value, "name", None)  # a keyword or a symbol
    return name if isinstance(name, str) else str(value)


def lines(text: str) -> list[int]:
    """The lines on which entries begin, if each begins on a line of its own."""
    entry = re.compile(r"[\s\[(]*(?:#[\w./-]+\s*)?\{")
    return [n for n, line in enumerate(text.split("\n"), 1) if entry.match(line)]
