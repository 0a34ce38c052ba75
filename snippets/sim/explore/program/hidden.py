"""Numbers of a message that have no value while every order is tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_WORDS = {
    "arrives": "when a message arrives",
    "sent": "when a message was sent",
    "id": "the id of a message",
    "answers": "which request a message answers",
}


class Hidden:
    """Stands for a time or an id of a message: whatever reads it is refused."""

    __slots__ = ("_field", "_number", "_refuse")

    def __init__(
        self, refuse: Callable[[str], Exception], field: str, number: int | None
    ) -> None:
        self._refuse = refuse
        self._field = field
        self._number = number

    @staticmethod
    def number(of: Any) -> int | None:
        """What the explorer itself knows."""
        return of._number if isinstance(of, Hidden) else of

    def __deepcopy__(self, memo: dict[int, Any]) -> Hidden:
        return self

    def _refused(self, *_: object) -> Any:
        raise self._refuse(
            f"reads {_WORDS[self._field]}: explore tries every order of events, at any "
            "times, so there is no such number"
        )

    def __getattr__(self, name: str) -> Any:
        return self._refused()


_READS = (
    "abs add and bool divmod eq float floordiv format ge gt hash index int invert le "
    "lshift lt mod mul ne neg or pos pow radd rand repr rfloordiv rmod rmul ror round "
    "rpow rshift rsub rtruediv rxor str sub truediv trunc xor"
)
for _name in _READS.split():
    setattr(Hidden, f"__{_name}__", Hidden._refused)
