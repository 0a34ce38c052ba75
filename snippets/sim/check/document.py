"""Histories in files: what is in them, and on which line each entry stands.

Three forms are read: JSON, JSON lines (one entry after another), and Jepsen's EDN.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isinf
from typing import Any, NoReturn

from . import edn, independent
from .history import HistoryError
from .ordering import disorder


@dataclass(slots=True)
class Document:
    """A history with what its file says about it.

    The file holds entries, in a list or one after another; or an object whose `history`
    is such a list, or text in the notation of transactions. Beside it there may be
    `model`, `versions` and `replicas`, and for people `title` and `source`.
    """

    history: list[Any] | str
    model: str | None = None
    versions: Any = None
    replicas: dict[str, Any] | None = None
    title: str = ""
    source: str = ""
    lines: list[int] = field(default_factory=list)
    """On which line each entry of the history begins, as far as known."""


TOO_DEEP = "the values are nested too deep; make them flatter"


class FormError(ValueError):
    """Text that is not a file of this form. `line` is counted from 1; 0: unknown."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.line = line


def decoded(raw: bytes) -> str:
    """The text in `raw`: UTF-8, or UTF-16 or UTF-32, with or without a byte-order mark.

    Raises FormError.
    """
    encoding = json.detect_encoding(raw)
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise FormError("this is not text in UTF-8; save it as that") from None


def read(text: str, is_edn: bool = False) -> Document:
    """The document in `text`. `is_edn`: its name says that it is EDN.

    Raises FormError for what cannot be read, HistoryError for what makes no sense.
    """
    text = text.removeprefix("\ufeff")
    try:
        if is_edn or edn.LOOKS_LIKE_EDN.match(text):
            found: Any = edn.read(text)
            lines = edn.lines(text)
        else:
            found, lines = _json(text)
    except edn.EdnError as wrong:
        raise FormError(str(wrong)) from None
    except RecursionError:
        raise FormError(TOO_DEEP) from None
    document = _document(found)
    if isinstance(document.history, list):
        document.history = independent.with_keys(document.history)
        if len(lines) == len(document.history):
            document.lines = lines
        if disordered := disorder(document.history):
            raise FormError(*_placed(disordered, document.lines))
    return document


def _placed(wrong: tuple[str, int], lines: list[int]) -> tuple[str, int]:
    problem, entry = wrong
    return f"entry {entry}: {problem}", lines[entry] if lines else 0


def _document(found: Any) -> Document:
    entry = isinstance(found, dict) and {"process", "type"} <= set(found)
    if not isinstance(found, dict) or entry:
        found = {"history": [found] if entry else found}
    known = {"history", "model", "versions", "replicas", "title", "source", "verdicts"}
    if unknown := sorted(set(found) - known, key=str):
        raise HistoryError(f"{unknown[0]!r} means nothing here; mend or remove it")
    history = found.get("history", [])
    if not isinstance(history, (list, str)):
        raise HistoryError("a history is a list of entries, or a text such as r1[x] c1")
    if not history and not found.get("replicas"):
        raise HistoryError(
            'it holds no history; write a list of entries, or {"history": …}'
        )
    document = Document(history)
    for name in ("model", "versions", "replicas", "title", "source"):
        setattr(document, name, found.get(name, getattr(document, name)))
    if not isinstance(document.replicas, (dict, type(None))):
        raise HistoryError('replicas is an object, such as {"a": [1], "b": [1]}')
    _check_versions(document.versions)
    return document


def _check_versions(versions: Any) -> None:
    orders = versions.values() if isinstance(versions, dict) else [versions or []]
    if not all(isinstance(order, list) for order in orders):
        raise HistoryError(
            "versions is an object with the values of each item, the oldest first, "
            'such as {"x": [1, 2]}'
        )


# JSON -----------------------------------------------------------------------


def _no_number(word: str) -> NoReturn:
    raise FormError(f"{word} is not a number in JSON; write null or a text instead")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FormError(f"{twice!r} stands twice in one object; remove one of the two")
    return made


def _finite(word: str) -> float:
    if isinf(number := float(word)):
        raise FormError(f"{word} is too large for a number; write it as a text")
    return number


def _whole(word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise FormError(
            f"a number of {len(word):,} digits is too long; write it as a text"
        ) from None


DECODER = json.JSONDecoder(
    parse_constant=_no_number,
    parse_float=_finite,
    parse_int=_whole,
    object_pairs_hook=_object,
)
SPACE = re.compile(r"[ \t\r\n,]*")


def _json(text: str) -> tuple[Any, list[int]]:
    """What stands in JSON text, or the list of what stands there one after another."""
    values, starts = [], []
    try:
        for start, value in _values(text, 0):
            starts.append(start)
            values.append(value)
    except json.JSONDecodeError as wrong:
        problem = f"this is not JSON: {wrong.msg}; mend it there"
        raise FormError(problem, wrong.lineno) from None
    except FormError:
        raise
    except ValueError as wrong:  # such as a number of too many digits
        raise FormError(f"this cannot be read: {wrong}") from None
    if not values:
        raise FormError("this is an empty file; write a list of entries", 1)
    if len(values) > 1:
        return values, _lines(text, starts)
    history = values[0]
    begin = starts[0] + 1
    if isinstance(history, dict) and isinstance(history.get("history"), list):
        history = history["history"]
        key = re.compile(r'"history"\s*:\s*\[').search(text)
        begin = key.end() if key else len(text)
    if not isinstance(history, list):
        return values[0], []
    return values[0], _lines(text, [s for s, _ in _values(text, begin, len(history))])


def _values(text: str, start: int, most: int = -1) -> Iterator[tuple[int, Any]]:
    """Each value in the text from `start` on, and where it begins."""
    start = SPACE.match(text, start).end()  # type: ignore[union-attr]
    while start < len(text) and most:
        value, end = DECODER.raw_decode(text, start)
        yield start, value
        start = SPACE.match(text, end).end()  # type: ignore[union-attr]
        most -= 1


def _lines(text: str, starts: list[int]) -> list[int]:
    lines, line, last = [], 1, 0
    for start in starts:
        line += text.count("\n", last, start)
        last = start
        lines.append(line)
    return lines
