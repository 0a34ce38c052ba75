"""What a node still knows after a crash."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from .message import copied


class Disk(MutableMapping[str, Any]):
    """A dictionary that survives a crash. A write is durable once it returns.

    Values are copied both ways: what is changed in memory and not written back is
    not on the disk.
    """

    def __init__(self) -> None:
        self._written: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        return copied(self._written[key])

    def __setitem__(self, key: str, value: Any) -> None:
        self._written[key] = copied(value)

    def __delitem__(self, key: str) -> None:
        del self._written[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def __repr__(self) -> str:
        return f"Disk({self._written})"
