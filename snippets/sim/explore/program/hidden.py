"""Numbers of a message that have no value while every order is tried."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from ...message import copied

_WORDS = {
    "arrives": "when a message arrives",
    "sent": "when a message was sent",
    "id": "the id of a message",
    "answers": "which request a message answers",
}


_REFUSE = -1  # who refuses, in the memory of a deep copy: no object's id


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

    @staticmethod
    def opened(body: Any, refuse: Callable[[str], Exception]) -> Any:
        """A copy of a body for its receiver, who is to be refused what is in there."""
        same = copied(body)
        return body if same is body else deepcopy(body, {_REFUSE: refuse})

    def __deepcopy__(self, memo: dict[int, Any]) -> Hidden:
        return Hidden(memo.get(_REFUSE, self._refuse), self._field, self._number)

    def _refused(self, *_: object) -> Any:
        raise self._refuse(
            f"reads {_WORDS[self._field]}: explore tries every order of events, at any "
            "times, so there is no such number"
        )

    def __getattr__(self, name: str) -> Any:
        return self._refused()

    __class__ = property(_refused)  # for isinstance and match


_READS = (
    "abs add and bool divmod eq float floordiv format ge gt hash index int invert le "
    "lshift lt mod mul ne neg or pos pow radd rand repr rfloordiv rmod rmul ror round "
    "rpow rshift rsub rtruediv rxor str sub truediv trunc xor"
)
for _name in _READS.split():
    setattr(Hidden, f"__{_name}__", Hidden._refused)
