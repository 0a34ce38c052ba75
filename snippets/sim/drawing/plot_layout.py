"""Where the parts of a plot are: its axes, its titles, and the words beside its lines.

No two texts ever overlap. A name stands at the end of its line; if the names find no
room there, they go into a row above, with a sample of the line each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from .labels import LINE, Label, Point, Sheet, overlap, text_width, wrap
from .plot import Mark, Plot, Series
from .plot_scale import scale, tick_texts

# Lengths in units of the drawing: one is a pixel at its natural size.
SMALL, TEXT, TITLE = 12.5, 13.0, 15.0  # sizes of type
ROW = TEXT * LINE + 2  # from one row of words to the next
HEIGHT = 224.0  # of the ground that lines are drawn on
SAMPLE = 30.0  # length of a line's sample beside its name
BOLD = 1.07  # how much wider a bold text is


class Width(NamedTuple):
    """A width to draw for, and the most that names beside the lines may take of it."""

    whole: float
    names: float
    ticks: float  # the least distance of two ticks across


WIDE = Width(640.0, 168.0, 76.0)
NARROW = Width(340.0, 82.0, 58.0)


class Box(NamedTuple):
    """The ground that lines are drawn on."""

    left: float
    top: float
    right: float
    bottom: float


class Name(NamedTuple):
    """A name or a mark's words, and how to find what it names."""

    label: Label
    series: tuple[Series, ...]  # none: the words of a mark
    leader: tuple[Point, ...] = ()  # from the end of its line to the words
    sample: bool = False  # a sample of the line stands before it


class Panel:
    """One plot laid out for a width; it has at least the margins that it is given."""

    def __init__(
        self, plot: Plot, width: Width, margins: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        self.plot, self.width = plot, width
        self.top = 0.0  # the end of what stands above the ground
        self.texts: list[tuple[str, Label]] = []  # class and words
        self.names: list[Name] = []
        self.mark_tops: dict[Mark, float] = {}
        self.x_ticks: list[tuple[float, Label]] = []
        self.y_ticks: list[tuple[float, Label]] = []
        self._arrange(margins)

    @property
    def margins(self) -> tuple[float, float]:
        """The room that it takes left and right of the ground."""
        return self.box.left, self.width.whole - self.box.right

    @property
    def labels(self) -> list[Label]:
        """Every text of the drawing."""
        ticks = [label for _, label in self.x_ticks + self.y_ticks]
        named = [name.label for name in self.names]
        return [label for _, label in self.texts] + ticks + named

    def across(self, value: float) -> float:
        """Where a value of x is."""
        left, _, right, _ = self.box
        return round(left + self.x.share(value) * (right - left), 2)

    def up(self, value: float) -> float:
        """Where a value of y is."""
        _, top, _, bottom = self.box
        return round(bottom - self.y.share(value) * (bottom - top), 2)

    def vertices(self, series: Series, place: int = 1) -> list[Point]:
        """The corners of a series' line; of a band's, its lower (1) or upper (2)."""
        corners: list[Point] = []
        for point in series.points:
            x, y = self.across(point[0]), self.up(point[place])
            if corners and series.kind == "steps":
                corners.append((x, corners[-1][1]))
            corners.append((x, y))
        return thinned(corners)

    # -- From top to bottom ---------------------------------------------------

    def _arrange(self, margins: tuple[float, float]) -> None:
        plot, width = self.plot, self.width
        self._title()
        self.x = scale(plot.values("x"), plot.log["x"], False, False)
        self.y = scale(plot.values("y"), plot.log["y"], True, True)
        steps = self.y.ticks(7)
        texts = tick_texts(steps, self.y.log)
        left = max(text_width(text, SMALL) for text in texts) + 8
        left = max(left, margins[0])
        title = self.top
        for name_them in (self._names_beside, self._names_above):
            self.top, self.names = title, []
            # The height is not known yet, and the names need only the differences.
            self.box = Box(left, 0.0, width.whole - max(margins[1], 8.0), HEIGHT)
            if name_them(margins[1]):
                break
        self._header()
        self._shift(self.top)
        self.y_ticks = [
            (self.up(at), Label((text,), left - 8, self.up(at), "end", SMALL))
            for at, text in zip(steps, texts, strict=True)
        ]
        self._x_axis(plot.titles["x"])

    def _title(self) -> None:
        lines = wrap(self.plot.title, TITLE * BOLD, self.width.whole)
        if lines:
            height = len(lines) * TITLE * LINE
            self.texts.append(("title", Label(lines, 0, height / 2, "start", TITLE)))
            self.top = height + 8

    def _header(self) -> None:
        """The title of the vertical axis and the words of upright marks."""
        whole = self.width.whole
        rows = [  # from the ground upward
            (at, Label((line,), 0, 0, "start", SMALL))
            for at, line in enumerate(
                reversed(wrap(self.plot.titles["y"], SMALL, whole))
            )
        ]
        titles = len(rows)
        at_row: dict[Mark, int] = {}
        for mark in sorted(self._upright(), key=lambda mark: -mark.value):
            x = self.across(mark.value)
            lines = wrap(mark.text, TEXT, min(whole, 220.0))
            wide = max(text_width(line, TEXT) for line in lines)
            start = max(0.0, min(x - 2, whole - wide))
            row = 0
            while any(
                row <= other < row + len(lines)
                and start < label.x + label.width + 12
                and label.x < start + wide + 12
                for other, label in rows
            ) or any(
                row <= at_row[other] and start < self.across(other.value) < start + wide
                for other in at_row
            ):
                row += 1
            at_row[mark] = row
            rows += [
                (row + up, Label((line,), start, 0, "start", TEXT))
                for up, line in enumerate(reversed(lines))
            ]
        count = max((row + 1 for row, _ in rows), default=0)
        ground = self.top + count * ROW + (8 if titles else 4)
        for at, (row, label) in enumerate(rows):
            y = ground - (8 if titles else 4) - (row + 0.5) * ROW
            kind = "axis-title" if at < titles else "words"
            self.texts.append((kind, label._replace(y=y)))
        for mark, row in at_row.items():
            self.mark_tops[mark] = ground - (8 if titles else 4) - row * ROW
        self.top = ground

    def _upright(self) -> list[Mark]:
        """The marks whose lines stand upright."""
        return [mark for mark in self.plot.marks if mark.axis == "x"]

    def _shift(self, down: float) -> None:
        """Move the ground and the names beside it to where they are."""
        box = self.box
        self.box = box._replace(top=box.top + down, bottom=box.bottom + down)
        self.names = [
            name
            if name.sample
            else name._replace(
                label=name.label._replace(y=name.label.y + down),
                leader=tuple((x, y + down) for x, y in name.leader),
            )
            for name in self.names
        ]

    def _x_axis(self, title: str) -> None:
        box, whole = self.box, self.width.whole
        year = title.lower().startswith("year")
        most = int((box.right - box.left) / self.width.ticks) + 1
        while True:
            steps = self.x.ticks(most)
            texts = [f"{at:g}" for at in steps] if year else None
            texts = texts or tick_texts(steps, self.x.log)
            self.x_ticks = []
            for at, text in zip(steps, texts, strict=True):
                x, half = self.across(at), text_width(text, SMALL) / 2
                shown = max(half, min(x, whole - half))
                label = Label((text,), shown, box.bottom + 15, "middle", SMALL)
                self.x_ticks.append((x, label))
            crowded = any(
                one.x + one.width / 2 + 10 > other.x - other.width / 2
                for (_, one), (_, other) in pairwise(self.x_ticks)
            )
            if not crowded or most <= 2:
                break
            most -= 1
        if crowded:
            self.x_ticks = self.x_ticks[:1]
        self.height = box.bottom + 24
        if title:
            lines = wrap(title, SMALL, whole)
            half = len(lines) * SMALL * LINE / 2
            wide = max(text_width(line, SMALL) for line in lines)
            right = max(box.right, wide)
            y = self.height + half + 1
            self.texts.append(("axis-title", Label(lines, right, y, "end", SMALL)))
            self.height = y + half + 1

    # -- The names of the lines -----------------------------------------------

    def _named(self) -> list[tuple[Series, ...]]:
        """What has the same name, together, in the order in which it was given."""
        return [
            tuple(series for series in self.plot.series if series.name == name)
            for name in self.plot.names
        ]

    def _names_beside(self, room: float) -> bool:
        """Put the names at the ends of the lines; False if that cannot be."""
        limit, box = self.width.names, self.box
        level = [mark for mark in self.plot.marks if mark.axis == "y"]
        words = {name: wrap(name, TEXT, limit) for name in self.plot.names}
        words |= {mark.text: wrap(mark.text, TEXT, limit) for mark in level}
        for name, lines in words.items():
            if " ".join(lines) != " ".join(name.split()):
                return False  # a word is broken: too long for this place
        if not words:
            return True
        widest = max(text_width(line, TEXT) for ls in words.values() for line in ls)
        gap = 12.0
        for _ in range(2):
            right = self.width.whole - max(room, widest + gap)
            self.box = box._replace(right=right)
            ends: list[tuple[float, str, tuple[Series, ...], Point]] = []
            inside: list[tuple[tuple[Series, ...], Point]] = []
            for series in self._named():
                x, y = self._end(series)
                if x < right - 0.12 * (right - box.left):
                    inside.append((series, (x, y)))
                else:
                    ends.append((y, series[0].name, series, (x, y)))
            for mark in level:
                y = self.up(mark.value)
                ends.append((y, mark.text, (), (right, y)))
            ends.sort(key=lambda end: end[0])
            wanted = [(y, len(words[name]) * TEXT * LINE) for y, name, _, _ in ends]
            found = spread(wanted, box.top - 8, box.bottom + 8)
            if found is None:
                return False
            places = found
            far = any(
                abs(y - place) > 5 for (y, *_), place in zip(ends, places, strict=True)
            )
            if far and gap < 20:
                gap = 24.0  # room for thin lines that lead to the names
                continue
            break
        for (y, name, series, end), place in zip(ends, places, strict=True):
            label = Label(words[name], right + gap, place, "start", TEXT)
            start = max(end[0] + (7 if series else 2), right - 2 if not series else 0)
            leader: tuple[Point, ...] = ()
            if gap > 20 or end[0] < right - 4:
                leader = ((start, y), (right + gap - 4, place))
            self.names.append(Name(label, series, leader))
        return self._names_inside(inside)

    def _end(self, series: tuple[Series, ...]) -> Point:
        """The point at which a name stands: the last of its line, else of its band."""
        lines = [one for one in series if one.kind != "band"]
        if lines:
            last = max(lines[0].points) if lines[0].kind == "dots" else None
            x, y = last or lines[0].points[-1]
            return self.across(x), self.up(y)
        x, low, high = series[0].points[-1]
        return self.across(x), round((self.up(low) + self.up(high)) / 2, 2)

    def _names_inside(self, found: Sequence[tuple[tuple[Series, ...], Point]]) -> bool:
        """Put names of lines that end early beside their ends; False for no room."""
        if not found:
            return True
        left, top, right, bottom = self.box
        sheet = Sheet(left, top, right, bottom)
        for one in self.plot.series:
            if one.kind != "band":
                for line in pairwise(self.vertices(one)):
                    sheet.add(line, 8.0)
        for series, (x, y) in found:
            text = wrap(series[0].name, TEXT, self.width.names)
            half = len(text) * TEXT * LINE / 2
            places = (
                (x + 9, y, "start", 0.0),
                (x, y - half - 6, "end", 4.0),
                (x, y + half + 6, "end", 5.0),
                (x, y - half - 6, "middle", 6.0),
                (x, y + half + 6, "middle", 7.0),
                (x - 9, y, "end", 9.0),
            )
            label = sheet.place(
                (Label(text, at_x, at_y, anchor, TEXT), price)
                for at_x, at_y, anchor, price in places
            )
            self.names.append(Name(label, series))
        return not sheet.crowded

    def _names_above(self, room: float) -> bool:
        """Put the names in rows under the title, each with a sample of its line."""
        x, y, whole = 0.0, self.top + ROW / 2, self.width.whole
        for series in self._named():
            lines = wrap(series[0].name, TEXT, whole - SAMPLE - 8)
            wide = max(text_width(line, TEXT) for line in lines)
            if x > 0 and x + SAMPLE + 8 + wide > whole:
                x, y = 0.0, y + ROW
            for more, line in enumerate(lines):
                label = Label((line,), x + SAMPLE + 8, y + more * ROW, "start", TEXT)
                self.names.append(Name(label, series if not more else (), sample=True))
            y += (len(lines) - 1) * ROW
            x += SAMPLE + 8 + wide + 20
        self.top = y + ROW / 2 + 6
        self._levels_inside()
        return True

    def _levels_inside(self) -> None:
        """The words of level marks, above their lines at the left of the ground."""
        box = self.box
        level = [mark for mark in self.plot.marks if mark.axis == "y"]
        level.sort(key=lambda mark: -mark.value)
        limit = box.right - box.left - 8
        words = [wrap(mark.text, TEXT, limit) for mark in level]
        heights = [len(lines) * TEXT * LINE for lines in words]
        wanted = [
            (self.up(mark.value) - high / 2 - 1, high)
            for mark, high in zip(level, heights, strict=True)
        ]
        places = spread(wanted, box.top, box.bottom)
        if places is None:  # nothing is left but to make room
            box = self.box = box._replace(
                bottom=box.top + sum(heights) + 2 * len(level)
            )
            places = spread(wanted, box.top, box.bottom) or []
        for lines, place in zip(words, places, strict=True):
            label = Label(lines, box.left + 5, place, "start", TEXT)
            self.names.append(Name(label, ()))


def spread(
    wanted: Sequence[tuple[float, float]], top: float, bottom: float
) -> list[float] | None:
    """Places for texts one below the other, each near where it is wanted.

    `wanted` gives middle and height of each, from top to bottom. None if they do not
    fit. Those that would overlap move together, each the same way at most.
    """
    gap = 1.0
    if sum(height + gap for _, height in wanted) > bottom - top:
        return None
    blocks: list[tuple[int, float, float]] = []  # members, sum of their tops, height
    for middle, height in wanted:
        members, tops, tall = 1, middle - height / 2, height + gap
        while blocks:
            others, their_tops, their_tall = blocks[-1]
            end = _clamp(their_tops / others, top, bottom - their_tall) + their_tall
            if end <= _clamp(tops / members, top, bottom - tall):
                break
            tops += their_tops - members * their_tall
            members, tall = members + others, tall + their_tall
            blocks.pop()
        blocks.append((members, tops, tall))
    places: list[float] = []
    heights = iter(wanted)
    for members, tops, tall in blocks:
        at = round(_clamp(tops / members, top, bottom - tall), 2)
        for _ in range(members):
            _, height = next(heights)
            places.append(at + height / 2)
            at += height + gap
    return places


def _clamp(value: float, low: float, high: float) -> float:
    return max(low, min(value, high))


def thinned(corners: Sequence[Point]) -> list[Point]:
    """A line without corners that nobody could see: at most four in half a pixel."""
    kept: list[Point] = []
    column: list[Point] = []
    for corner in corners:
        if column and abs(corner[0] - column[0][0]) >= 0.5:
            kept += _extremes(column)
            column = []
        column.append(corner)
    return kept + _extremes(column)


def _extremes(column: list[Point]) -> list[Point]:
    """The first, the lowest, the highest and the last, in their order."""
    if len(column) <= 2:
        return column
    heights = [y for _, y in column]
    chosen = {0, heights.index(min(heights)), heights.index(max(heights))}
    return [column[at] for at in sorted(chosen | {len(column) - 1})]


def overlapping(labels: Iterable[Label]) -> list[tuple[Label, Label]]:
    """The pairs of labels that overlap: none, in a drawing that is right."""
    seen: list[Label] = []
    pairs: list[tuple[Label, Label]] = []
    for label in labels:
        for other in seen:
            if overlap(label.corners(), other.corners()):
                pairs.append((other, label))
        seen.append(label)
    return pairs
