"""Histories in files: JSON in, and where in the file something is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .history import HistoryError


@dataclass(slots=True)
class Document:
    """A history with what its file says about it.

    The file holds a list of entries; or an object whose `history` is such a list, or
    text in the notation of transactions. Beside it there may be `model`, `versions`
    and `replicas`, and for people `title` and `source`.
    """

    history: list[Any] | str
    model: str | None = None
    versions: Any = None
    replicas: dict[str, Any] | None = None
    title: str = ""
    source: str = ""


def read(text: str) -> Document:
    """The document in `text`.

    Raises HistoryError, or json.JSONDecodeError for what is no JSON at all.
    """
    found = json.loads(text)
    if not isinstance(found, dict):
        found = {"history": found}
    known = set(Document.__slots__) | {"verdicts"}
    if unknown := sorted(set(found) - known):
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
    if isinstance(history, list):
        _check_times(history)
    return document


def _check_times(history: list[Any]) -> None:
    """Refuse entries that do not stand in the order of their `time` or `index`."""
    for name in ("time", "index"):
        last = None
        for position, entry in enumerate(history):
            now = entry.get(name) if isinstance(entry, dict) else None
            if isinstance(now, (int, float)):
                if last is not None and now < last:
                    raise HistoryError(
                        f"{name} {now} comes after {last}; sort the entries by {name}",
                        position,
                    )
                last = now


def line_of(text: str, entry: int) -> int:
    """The line of the JSON `text` on which an entry of its history begins, from 1."""
    decoder = json.JSONDecoder()
    start = text.index("[", max(0, text.find('"history"'))) + 1
    for number in range(entry + 1):
        while text[start] in " \t\r\n,":
            start += 1
        if number < entry:
            start = decoder.raw_decode(text, start)[1]
    return text.count("\n", 0, start) + 1
