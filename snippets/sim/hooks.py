"""The places where code outside the simulator can listen; there are no others.

- `watch`: told every now and then how far a long exploration has come, for a page that
  waits.
- `findings`: collects what explorations found, for the recorder and the page.
- `watched_by`: what follows the variables of the nodes of every new world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

Callback: TypeAlias = Callable[[int, str], object]

EVERY = 256  # how many are tried from one call of the watcher to the next

# Set while somebody wants to know the variables of nodes: see `program.watch`.
watched_by: Callable[[Mapping[str, Any], Callable[..., None]], Any] | None = None

_watchers: list[Callback] = []
_findings: list[list[dict[str, Any]]] = []


@contextmanager
def watch(callback: Callback) -> Iterator[None]:
    """Have `callback` called with how many states or runs were tried so far.

    It gets the number and the word, "states" or "runs", every few hundred of them. What
    it raises ends the exploration.
    """
    _watchers.append(callback)
    try:
        yield
    finally:
        _watchers.pop()


def tried(count: int, what: str) -> None:
    """Tell all watchers. To be called every `EVERY` states or runs."""
    for callback in _watchers:
        callback(count, what)


@contextmanager
def findings() -> Iterator[list[dict[str, Any]]]:
    """A list to which every exploration adds what it found, as plain data."""
    found: list[dict[str, Any]] = []
    _findings.append(found)
    try:
        yield found
    finally:
        _findings.pop()


def found(finding: Callable[[], dict[str, Any]]) -> None:
    """Add what was found, made only if somebody collects it."""
    if _findings:
        _findings[-1].append(finding())
