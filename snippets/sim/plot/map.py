"""Stations and the links between them as a picture: who still reaches whom.

Drawn twice, as plots are: for a wide page side by side, for a phone one below the
other. Shapes tell the stations apart, not colors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..drawing import svg
from ..drawing.labels import Label, Point
from .ground import NARROW, TEXT, TITLE, WIDE
from .svg import Drawing, both, text
from .words import Table

ACROSS = 3  # maps in a row of the wide drawing
EDGE, HEAD, FOOT = 14.0, 40.0, 34.0  # around the ground of a map
DOT, CROSS = 4.5, 4.2


class Map:
    """Stations, and the links between them; `main` returns one, or a tuple of them.

    What is destroyed is crossed out. Of the others, the largest group that is still
    connected is drawn as full dots, and whoever is cut off from it as rings.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.places: dict[str, Point] = {}
        self.links: list[tuple[str, str]] = []
        self.destroyed: set[str] = set()

    def station(self, name: str, x: float, y: float) -> None:
        """Put a station on the map: `x` from left to right, `y` down, 0 to 1."""
        if name in self.places:
            raise ValueError(f"map {self.title!r}: there is a station {name!r} already")
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise ValueError(
                f"map {self.title!r}, station {name!r}: ({x:g}, {y:g}) is off the "
                "map; x and y go from 0 to 1"
            )
        self.places[name] = (x, y)

    def link(self, one: str, other: str) -> None:
        """Link two stations. A link has no direction, and counts once."""
        for name in (one, other):
            self._known(name)
        pair = (one, other) if one < other else (other, one)
        if one != other and pair not in self.links:
            self.links.append(pair)

    def destroy(self, *names: str) -> None:
        """Destroy stations, and all links of theirs."""
        for name in names:
            self._known(name)
        self.destroyed.update(names)

    @property
    def largest(self) -> list[str]:
        """The largest group of stations that still reach each other."""
        near: dict[str, list[str]] = {
            name: [] for name in self.places if name not in self.destroyed
        }
        for one, other in self.links:
            if one in near and other in near:
                near[one].append(other)
                near[other].append(one)
        largest: list[str] = []
        seen: set[str] = set()
        for name in near:
            group = [] if name in seen else [name]
            seen.add(name)
            for station in group:  # grows as it goes
                for other in near[station]:
                    if other not in seen:
                        seen.add(other)
                        group.append(other)
            largest = max(largest, group, key=len)
        return largest

    def __str__(self) -> str:
        left = len(self.places) - len(self.destroyed)
        return f"{self.title}: {len(self.largest)} of {left} together"

    def _known(self, name: str) -> None:
        if name not in self.places:
            known = ", ".join(self.places) or "none yet"
            raise LookupError(
                f"map {self.title!r}: there is no station {name!r}, only: {known}"
            )


def table(maps: Sequence[Map]) -> Table:
    """The same in numbers, a row for each map."""
    head = ["network", "links", "stations", "destroyed", "together"]
    rows = []
    for one in maps:
        counted = one.links, one.places, one.destroyed, one.largest
        rows.append([one.title, *(str(len(part)) for part in counted)])
    note = "Together: in the largest group that is still connected."
    return Table("Who still reaches whom", head, rows, note)


def draw(maps: Sequence[Map], title: str) -> str:
    """The maps as one SVG. `title` is for screen readers."""
    says = ". ".join(
        f"{len(one.links)} links, {len(one.destroyed)} of "
        f"{len(one.places)} stations destroyed; {one}"
        for one in maps
    )
    wide = _drawing(maps, min(ACROSS, len(maps)), WIDE.whole / ACROSS)
    narrow = _drawing(maps, 1, NARROW.whole)
    return both(wide, narrow, title, f"{says}.")


def _drawing(maps: Sequence[Map], columns: int, whole: float) -> Drawing:
    """The maps in rows of so many, each in a field `whole` wide."""
    tall = whole - 2 * EDGE + HEAD + FOOT
    lines: list[str] = []
    for at, one in enumerate(maps):
        lines += _one(one, (at % columns * whole, at // columns * tall), whole)
    return Drawing(columns * whole, -(-len(maps) // columns) * tall, lines)


def _one(shown: Map, place: Point, whole: float) -> Iterator[str]:
    """One map in a field `whole` wide."""
    side = whole - 2 * EDGE
    left, top = place[0] + EDGE, place[1] + HEAD
    at = {
        name: (left + x * side, top + y * side) for name, (x, y) in shown.places.items()
    }
    together = set(shown.largest)
    middle = place[0] + whole / 2
    label = Label((shown.title,), middle, place[1] + HEAD - 19, size=TITLE)
    yield text("title", label)
    gone: list[str] = []
    there: list[str] = []
    for pair in shown.links:
        lost = not shown.destroyed.isdisjoint(pair)
        ends = "L".join(svg.points(*at[name]) for name in pair)
        (gone if lost else there).append(f"M{ends}")
    if gone:
        yield svg.path("lost", "".join(gone), ' stroke-dasharray="2 4"')
    if there:
        yield svg.path("link", "".join(there))
    crosses = []
    for name, (x, y) in at.items():
        spot = f'cx="{svg.number(x)}" cy="{svg.number(y)}" r="{DOT}"'
        if name in together:
            yield f'<circle class="station" {spot}{svg.INK}/>'
        elif name not in shown.destroyed:
            yield f'<circle class="cut-off" {spot}/>'
        else:
            step = f"l{svg.points(2 * CROSS, 2 * CROSS)}"
            back = f"l{svg.points(2 * CROSS, -2 * CROSS)}"
            crosses.append(
                f"M{svg.points(x - CROSS, y - CROSS)}{step}"
                f"M{svg.points(x - CROSS, y + CROSS)}{back}"
            )
    if crosses:
        yield svg.path("destroyed", "".join(crosses), ' stroke-width="2"')
    words = str(shown).partition(": ")[2]
    label = Label((words,), middle, top + side + FOOT / 2 + 2, size=TEXT)
    yield text("words", label)
