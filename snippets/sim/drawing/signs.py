"""Texts of programs as every drawing can hold them: any text is well-formed there."""

from __future__ import annotations

import re

# Neither XML nor HTML has a place for these: control signs, halves of a pair, and what
# is no character at all. Tabs and ends of lines are none of them.
_UNSEEN = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(end)}-{chr(end + 1)}" for end in range(0xFFFE, 0x110000, 0x10000))
    + "]"
)
_PICTURES = {127: "\u2421", **{sign: chr(0x2400 + sign) for sign in range(32)}}


def visible(text: str) -> str:
    """`text` with a picture, such as ␇, in place of each sign that cannot be shown."""
    return _UNSEEN.sub(lambda sign: _PICTURES.get(ord(sign[0]), "\ufffd"), text)
