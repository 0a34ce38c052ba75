"""Where the words of a drawing go: how wide they are, and where there is room.

Lengths are in the drawing's own units: one is a pixel at its natural size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import atan2, degrees, inf, sqrt
from typing import NamedTuple, TypeAlias

Point: TypeAlias = tuple[float, float]
Shape: TypeAlias = Sequence[Point]
"""Corners of a convex shape; two of them are a line."""

# Widths of Source Sans 3 in parts of the font's size, rounded up, so that an
# estimate errs to the wide side; most other faces of this kind are close to it.
_CLASSES = (
    (0.27, " .,:;'|!ijlI·"),
    (0.36, 'frt()[]{}/\\-"*`'),
    (0.47, "cszvxyJLF«»"),
    (0.53, "aegkEPSTXYZ0123456789?#$+=<>~^"),
    (0.58, "bdhnopquABCKRV_–…"),
    (0.68, "DGHNOQU&"),
    (0.86, "mwMW@%—→←×"),
)
_WIDTHS = {sign: share for share, signs in _CLASSES for sign in signs}
SHARES = (0.33, 0.27, 0.4, 0.2, 0.48, 0.56, 0.65, 0.74, 0.82, 0.13, 0.88)
LINE = 1.2  # from line to line, in parts of the size


@lru_cache(maxsize=4096)  # a drawing is laid out some times, always of the same words
def text_width(text: str, size: float) -> float:
    """About how wide `text` is when set in `size`; unknown signs count as wide."""
    return sum(_WIDTHS.get(sign, 0.7) for sign in text) * size


@lru_cache(maxsize=1024)
def wrap(text: str, size: float, limit: float) -> tuple[str, ...]:
    """`text` in lines of at most `limit`, of about the same length.

    A word that is too long for a line is broken, after a sign such as / if it can.
    """
    words: list[str] = []  # those with no space before them begin with \0
    for word in text.split():
        parts = re.split(r"(?<=[/?&=_.,:-])(?=.)", word)
        words.append(parts.pop(0))
        words += [f"\0{part}" for part in parts if part]
    lines = _fill(words, size, limit)
    longest = max((text_width(w.removeprefix("\0"), size) for w in words), default=0)
    least = limit
    while least - 4 > max(limit / 3, longest) and len(
        _fill(words, size, least - 4)
    ) == len(lines):
        least -= 4
    return tuple(_fill(words, size, least))


def _fill(words: Sequence[str], size: float, limit: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        rest = word.removeprefix("\0")
        joint = "" if rest != word else " "
        if lines and text_width(lines[-1] + joint + rest, size) <= limit:
            lines[-1] += joint + rest
            continue
        while text_width(rest, size) > limit and len(rest) > 1:
            fits = next(
                n
                for n in range(len(rest) - 1, 0, -1)
                if n == 1 or text_width(rest[:n], size) <= limit
            )
            lines.append(rest[:fits])
            rest = rest[fits:]
        lines.append(rest)
    return lines


class Label(NamedTuple):
    """Some lines of text at a point, perhaps turned around it.

    `anchor` says which part of the text is at the point: its start, middle or end;
    its height is centered there.
    """

    lines: tuple[str, ...]
    x: float
    y: float
    anchor: str = "middle"
    size: float = 14.0
    slope: Point = (1.0, 0.0)  # the direction of reading, of length 1
    leader: Point | None = None  # where a thin line to it begins, if it stands far off

    @property
    def width(self) -> float:
        """The width of its longest line."""
        return max(text_width(line, self.size) for line in self.lines)

    @property
    def height(self) -> float:
        """The height of all its lines."""
        return len(self.lines) * self.size * LINE

    @property
    def angle(self) -> float:
        """The direction of reading in degrees, clockwise."""
        return degrees(atan2(self.slope[1], self.slope[0]))

    @property
    def foot(self) -> Point:
        """Where a line that leads to it ends: at the nearest edge."""
        if self.anchor != "middle":
            return self.x + (2 if self.anchor == "end" else -2), self.y
        below = self.leader is not None and self.leader[1] < self.y
        return self.x, self.y + self.height / 2 * (-1 if below else 1)

    def corners(self, margin: float = 0.0) -> list[Point]:
        """The box around it, with a margin before and after it."""
        left = {"start": 0.0, "middle": -0.5, "end": -1.0}[self.anchor] * self.width
        right, half = left + self.width + margin, self.height / 2
        left -= margin
        (c, s), x, y = self.slope, self.x, self.y
        box = ((left, -half), (right, -half), (right, half), (left, half))
        return [(x + c * a - s * b, y + s * a + c * b) for a, b in box]


def overlap(one: Shape, other: Shape) -> bool:
    """True if two convex shapes share more than an edge.

    Two convex shapes are apart if, seen along some edge of either, they are.
    """
    first, second = (one, other) if len(one) <= len(other) else (other, one)
    for shape in (first, second):
        # A line is thin: its two edges are one, so look at it end on as well.
        if len(shape) == 2:
            (x1, y1), (x2, y2) = shape
            if _apart(one, other, y1 - y2, x2 - x1) or _apart(
                one, other, x2 - x1, y2 - y1
            ):
                return False
            continue
        x1, y1 = shape[-1]
        for x2, y2 in shape:
            if _apart(one, other, y1 - y2, x2 - x1):
                return False
            x1, y1 = x2, y2
    return True


def _apart(one: Shape, other: Shape, nx: float, ny: float) -> bool:
    """True if two shapes are apart, seen along a direction."""
    a = [nx * x + ny * y for x, y in one]
    b = [nx * x + ny * y for x, y in other]
    return max(a) <= min(b) or max(b) <= min(a)


class Sheet:
    """What is drawn already, and what it would cost to write over it.

    A grid of cells knows what is near, so that a drawing of a thousand messages looks
    at a few of them for each word.
    """

    TAKEN = 1000.0  # the cost of writing over another text: never, if avoidable
    CELL = 40.0
    MOST = 300  # comparisons for one word; then the best place so far is good enough

    def __init__(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        margin: float = 0.0,  # before and after a text, so that no two read as one
    ) -> None:
        self._margin = margin
        self._edges = left, top, right, bottom
        self._cells: dict[tuple[int, int], list[int]] = {}
        self._taken: list[tuple[float, float, float, float, Shape, float]] = []
        self.crowded: list[Label] = []  # labels that found no place of their own
        self.spent = 0.0  # what all of them cost
        self.looks = 0  # how often two shapes were compared

    def add(self, shape: Shape, cost: float = TAKEN) -> None:
        """Take up the room of a shape."""
        xs, ys = [x for x, _ in shape], [y for _, y in shape]
        left, top, right, bottom = box = min(xs), min(ys), max(xs), max(ys)
        number = len(self._taken)
        self._taken.append((*box, shape, cost))
        for row in self._span(top, bottom):
            # Of a line, only the cells that it passes through in this row.
            if len(shape) == 2:
                left, right = self._within(shape, row)
            for column in self._span(left, right):
                self._cells.setdefault((column, row), []).append(number)

    def _span(self, low: float, high: float) -> range:
        return range(int(low // self.CELL), int(high // self.CELL) + 1)

    def _within(self, line: Shape, row: int) -> Point:
        """From where to where a line goes within a row of cells."""
        (x1, y1), (x2, y2) = line
        if y1 == y2:
            return min(x1, x2), max(x1, x2)
        ends = []
        for y in (row * self.CELL, (row + 1) * self.CELL):
            share = min(max((y - y1) / (y2 - y1), 0.0), 1.0)
            ends.append(x1 + share * (x2 - x1))
        return min(ends), max(ends)

    def add_box(
        self, left: float, top: float, right: float, bottom: float, cost: float = TAKEN
    ) -> None:
        """Take up the room of an upright rectangle."""
        self.add([(left, top), (right, top), (right, bottom), (left, bottom)], cost)

    def cost(self, shape: Shape, enough: float = inf) -> float:
        """What it costs to draw a shape over what is there; `enough` ends the sum."""
        xs, ys = [x for x, _ in shape], [y for _, y in shape]
        left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
        edges = self._edges
        out = left < edges[0], top < edges[1], right > edges[2], bottom > edges[3]
        total = self.TAKEN * sum(out)
        seen: set[int] = set()
        for row in self._span(top, bottom):
            for column in self._span(left, right):
                for number in self._cells.get((column, row), ()):
                    if total >= enough:
                        return total
                    if number in seen:
                        continue
                    seen.add(number)
                    x1, y1, x2, y2, taken, cost = self._taken[number]
                    if x1 < right and x2 > left and y1 < bottom and y2 > top:
                        self.looks += 1
                        if overlap(shape, taken):
                            total += cost
        return total

    def place(self, candidates: Iterable[tuple[Label, float]]) -> Label:
        """Put a label where it costs least, each place having a cost of its own."""
        label = self.offer(candidates)
        assert label is not None, "a label needs a place to choose"
        return label

    def offer(
        self, candidates: Iterable[tuple[Label, float]], most: float = inf
    ) -> Label | None:
        """The same, or nothing if every place costs `most` or more."""
        best, least, looks = None, most, self.looks
        for label, price in sorted(candidates, key=lambda place: place[1]):
            if price >= least or (best and self.looks - looks > self.MOST):
                break
            cost = price + self.cost(label.corners(), least - price)
            if cost < least:
                best, least = label, cost
        if best is None:
            return None
        self.add(best.corners(self._margin))
        if best.leader is not None:
            self.add([best.leader, best.foot], 25)
        self.spent += least
        if least >= self.TAKEN:
            self.crowded.append(best)
        return best


def along(
    start: Point, end: Point, lines: tuple[str, ...], size: float
) -> list[tuple[Label, float]]:
    """Places for a text along an arrow, each with its price; best near a third of it.

    On a flat arrow the text lies along the line. On a steep one it stands beside
    it, level: a text that is turned far is hard to read. Where neither has room, it
    stands farther off, and a thin line leads to it.
    """
    (x1, y1), (x2, y2) = start, end
    dx, dy = x2 - x1, y2 - y1
    length = sqrt(dx * dx + dy * dy) or 1.0
    plain = Label(lines, 0, 0, size=size)
    flat = abs(dy) <= 0.75 * abs(dx) and plain.width + 24 <= length
    reading = (dx / length, dy / length) if dx > 0 else (-dx / length, -dy / length)
    places = []
    for share in SHARES:
        price = abs(share - 0.33) * 30
        for side in (-1, 1):  # above a flat arrow or below it; left or right
            if flat:
                room = (plain.width / 2 + 12) / length
                share = min(max(share, room), 1 - room)
                off = side * (plain.height / 2 + 3)
                away = (-reading[1] * off, reading[0] * off)
                label = plain._replace(slope=reading)
            else:
                lean = min(abs(dx / dy), 1.6) if dy else 1.6
                away = (side * (5 + plain.height * 0.42 * lean), 0.0)
                label = plain._replace(anchor="end" if side < 0 else "start")
            x, y = x1 + share * dx + away[0], y1 + share * dy + away[1]
            places.append((label._replace(x=x, y=y), price + (side > 0) * 4))
    for share in (0.33, 0.5, 0.67):
        point = x1 + share * dx, y1 + share * dy
        for far in (22, 34, 48, 64, 84):
            for side in (-1, 1):
                label = plain._replace(
                    x=point[0] + side * (8 + plain.width / 2 * (not flat)),
                    y=point[1] + side * far,
                    leader=point,
                )
                places.append((label, 90 + far))
    return places
