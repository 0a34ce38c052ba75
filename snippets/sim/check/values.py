"""Values of a history: JSON's, so that they can be compared, hashed and shown.

Python takes `True` for 1, and a dict has no hash. In JSON `true` is not 1, and an
object is neither a list nor a list of pairs. So `frozen` turns what came from a file or
from a program into values that are equal exactly if JSON's are: tuples for lists,
`Record` for objects, `TRUE` and `FALSE` for truth values. Numbers, text and null stay
as they are.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class Truth:
    """JSON's true or false: equal to Python's, and not to 1 or 0."""

    __slots__ = ("python",)

    def __init__(self, python: bool) -> None:
        self.python = python

    def __bool__(self) -> bool:
        return self.python

    def __eq__(self, other: object) -> bool:
        return other is self or other is self.python

    def __hash__(self) -> int:
        return hash(self.python)

    def __repr__(self) -> str:
        return "true" if self.python else "false"

    def __reduce__(self) -> str:
        return "TRUE" if self.python else "FALSE"  # there is only one of each


TRUE = Truth(True)
FALSE = Truth(False)


class Record:
    """JSON's object: its pairs, sorted. It is not a list, nor a list of the pairs."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        self.pairs = tuple(pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self.pairs == other.pairs

    def __hash__(self) -> int:
        return hash((Record, self.pairs))

    def __repr__(self) -> str:
        return shown(self)


PLAIN = (type(None), int, str, float)
"""The types of the values that are as they should be."""


def frozen(value: Any) -> Any:
    """`value` so that it can be hashed, and equals only what JSON takes as equal."""
    if value.__class__ in PLAIN:
        return value
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, Mapping):
        pairs = ((frozen(key), frozen(item)) for key, item in value.items())
        return Record(sorted(pairs, key=lambda pair: shown(pair[0])))
    if isinstance(value, (set, frozenset)):
        return frozenset(map(frozen, value))
    if isinstance(value, (list, tuple)):
        return tuple(map(frozen, value))
    return value


def shown(value: Any) -> str:
    """`value` as a sentence shows it; of a long list only both ends.

    Text stands without quotation marks unless it could be taken for something else,
    such as the text "1" for the number. What cannot be seen in it, or looks like
    another text, is written as JSON would escape it.
    """
    if isinstance(value, str):
        if not value.isprintable() or not unicodedata.is_normalized("NFC", value):
            return f'"{"".join(map(_escaped, value))}"'
        return f'"{value}"' if _misleads(value) else value
    if isinstance(value, Record):
        parts = [f"{shown(key)}: {shown(item)}" for key, item in value.pairs]
        return f"{{{', '.join(_ends(parts))}}}"
    if isinstance(value, (tuple, frozenset)):
        parts = [shown(part) for part in value]
        if isinstance(value, frozenset):
            parts.sort()
        return f"[{', '.join(_ends(parts))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value is None else str(value)


def _escaped(character: str) -> str:
    plain = character.isprintable() and not unicodedata.combining(character)
    return character if plain else json.dumps(character)[1:-1]


WORDS = ("", "nothing", "null", "true", "false", "None", "True", "False")


def _misleads(text: str) -> bool:
    if text in WORDS or text != text.strip() or any(mark in text for mark in '[]{}",'):
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True


def _ends(parts: list[str]) -> list[str]:
    return [*parts[:5], "…", *parts[-5:]] if len(parts) > 12 else parts


def listed(words: Sequence[str], last: str = "or") -> str:
    """Some words as a sentence lists them: `a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
