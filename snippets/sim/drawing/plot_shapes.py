"""The shapes of a plot as SVG paths: lines, bands, dots, bars, each with its class.

Dashes, marks and fillings tell the series apart, so that colors need not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from . import svg
from .labels import Point

DASHES = ("", "7 4", "2 3", "10 3 2 3", "4 2", "1 4", "12 5", "7 3 2 3 2 3")
DOTS = (
    "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",  # disk
    "m-3.2-3.2h6.4v6.4h-6.4z",  # square
    "m0-4.2l4 7h-8z",  # triangle
    "m0-4.4l4.4 4.4l-4.4 4.4l-4.4-4.4z",  # diamond
)
MANY = 200  # corners; a line with so many of them is drawn finer
TINT = ' fill="currentColor" fill-opacity=".15" stroke="none"'


def steps(corners: Sequence[Point]) -> str:
    """The corners of a line as short steps from one to the next."""
    path, command, before = "", "", (0, 0)
    for x, y in corners:
        at = round(x * 10), round(y * 10)
        if not path:
            path = f"M{_tenths(at[0])} {_tenths(at[1])}"
        else:
            dx, dy = at[0] - before[0], at[1] - before[1]
            if not dx and not dy:
                continue
            new = "h" if not dy else "v" if not dx else "l"
            moves = [_tenths(move) for move in (dx, dy) if move or new == "l"]
            joint = new if new != command else " "
            path += joint + moves[0] + "".join(_joined(move) for move in moves[1:])
            command = new
        before = at
    return path


def _joined(move: str) -> str:
    return move if move.startswith("-") else f" {move}"


def _tenths(length: int) -> str:
    return svg.number(length / 10)


def _class(kind: str, style: int) -> str:
    return f"{kind} s{style + 1}"


def line(style: int, corners: Sequence[Point]) -> str:
    """A line through its corners."""
    dash = f' stroke-dasharray="{DASHES[style]}"' if DASHES[style] else ""
    width = 2 if len(corners) < MANY else 1.3
    extra = f' stroke-width="{width}"{dash}'
    return svg.path(_class("line", style), steps(corners), extra)


def dots(style: int, places: Iterable[Point]) -> str:
    """A mark at each place."""
    shape = DOTS[style % len(DOTS)]
    path = "".join(f"M{svg.points(*place)}{shape}" for place in places)
    return svg.path(_class("dots", style), path, svg.INK)


def band(style: int, low: Sequence[Point], high: Sequence[Point]) -> str:
    """The ground between two lines."""
    return svg.path(_class("band", style), steps([*high, *low[::-1]]) + "z", TINT)


def bar(style: int, x: float, y: float, wide: float, high: float) -> Iterator[str]:
    """A bar: the first of a row is full, the second light, the third hatched."""
    edge = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
    if style % 3 == 0:
        yield svg.path(_class("bar", style), steps(edge) + "z", svg.INK)
        return
    inside = [(x + 0.5, y + 0.5), (x + wide - 0.5, y + 0.5)]
    inside += [(x + wide - 0.5, y + high - 0.5), (x + 0.5, y + high - 0.5)]
    light = ' fill="currentColor" fill-opacity=".15"' if style % 3 == 1 else ""
    yield svg.path(_class("bar open", style), steps(inside) + "z", light)
    if style % 3 == 2:
        lines = svg.hatch(x, y, wide, high)
        yield svg.path(_class("hatch", style), lines)
