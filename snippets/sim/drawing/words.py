"""Where the words of a space-time diagram stand: they give way, time does not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import inf

from ..trace import Event
from .arrows import Arrow
from .labels import Label, Point, Sheet, along, wrap
from .layout import LOOP, SMALL, STACK, TEXT, Cut, Layout, length, ms
from .timeline import spread

_ANCHOR = {1: "start", -1: "end"}
FREE = 60.0  # what the place of a text costs at most that can be done without
LONG = 90.0  # px of a wait that is told how long it is


class Words:
    """A place for every text, the least movable ones first."""

    def __init__(self, layout: Layout, arrows: list[Arrow]) -> None:
        self.layout, self.arrows = layout, arrows
        self.sheet = Sheet(
            layout.axis, layout.box + 3, layout.width, layout.bottom, margin=4.0
        )
        self._take_shapes()
        self.times = list(self._times())
        self.tears = list(self._tears())
        self.cuts = [self._cut(cut) for cut in layout.cuts]
        self.frontiers = list(self._frontiers())
        self.notes = self._notes()
        self.messages = list(self._messages())
        self.waits = list(self._waits())
        self.caption = list(self._caption())

    def _take_shapes(self) -> None:
        """Tell the sheet what is drawn, and what it costs to write over it."""
        layout, sheet = self.layout, self.sheet
        for x in layout.columns.values():
            sheet.add([(x, 0), (x, layout.bottom)], 40)
        for x, y in layout.at:
            sheet.add_box(x - 6, y - 6, x + 6, y + 6, 200)
        waits: dict[float, list[Point]] = {}
        for arrow in self.arrows:
            (x1, y1), (x2, y2) = arrow.start, arrow.end
            if x1 == x2:
                sheet.add_box(x1, y1, x1 + LOOP, y2, 400)
            else:
                for part in arrow.parts:
                    sheet.add(part, 25)
            if "lost" in arrow.kinds:
                sheet.add_box(x2 - 7, y2 - 7, x2 + 7, y2 + 7, 300)
            if arrow.waits is not None:
                waits.setdefault(x2, []).append((y2, arrow.waits))
        for x, spans in waits.items():
            for top, stop in _united(spans):
                sheet.add_box(x - 7, top, x + 7, stop, 60)
        for tear in layout.time.tears:
            sheet.add_box(layout.axis, tear.top, layout.width, tear.bottom)
        for cut in layout.cuts:
            top, stop = layout.band(cut)
            for left, right in layout.walls(cut):
                sheet.add_box(left, top, right, stop, 30)

    def _times(self) -> Iterator[Label]:
        """The axis: each time at its height, unless it would cover one before."""
        layout, above = self.layout, 0.0
        yield Label((layout.trace.unit,), layout.axis, layout.box / 2 + 1, "end", SMALL)
        for time in sorted(layout.shown):
            y = layout.time.height(time)
            if y - above >= SMALL * 1.12:
                yield Label((layout.tick(time),), layout.axis, y, "end", SMALL)
                above = y

    def _tears(self) -> Iterator[Label]:
        for tear in self.layout.time.tears:
            y = (tear.top + tear.bottom) / 2
            yield Label((f"– {length(tear)}",), self.layout.axis, y, "end", SMALL)

    def _cut(self, cut: Cut) -> Label:
        left, right = self.layout.walls(cut)[0]
        middle = Label(
            ("cut", *wrap(cut.text, SMALL, right - left - 6)), (left + right) / 2, 0
        )
        middle = middle._replace(size=SMALL)
        top, stop = self.layout.band(cut)
        y = top + middle.height / 2 + 4
        places = [(middle._replace(y=y + 6 * n), float(n)) for n in range(20)]
        label = self.sheet.place(places)
        if label.y + label.height / 2 > stop - 8:
            self.sheet.crowded.append(label)
        return label

    def _frontiers(self) -> Iterator[tuple[bool, list[Point], Label]]:
        """The cuts of the run that are drawn, and what each is called."""
        for inside in self.layout.trace.frontiers:
            line = self.layout.frontier(inside)
            for ends in pairwise(line):
                self.sheet.add(ends, 60)
            holds = self.layout.trace.consistent(inside)
            words = ("a consistent cut" if holds else "not a consistent cut",)
            places = [
                place
                for start, end in pairwise(line)
                for place in along(start, end, words, SMALL)
                if place[0].leader is None
            ]
            yield holds, line, self.sheet.place(places)

    # Beside the events ------------------------------------------------------

    def _notes(self) -> dict[int, Label]:
        """Words beside events: outside at the edges, else where there is room."""
        layout = self.layout
        nodes, events = layout.trace.nodes, layout.trace.events
        sides: dict[tuple[str, int], list[int]] = {}
        for event in events:
            if lines := layout.notes[event.position]:
                side = -1 if event.node == nodes[0] and len(nodes) > 1 else 1
                if event.node not in (nodes[0], nodes[-1]):
                    x, y = layout.at[event.position]
                    costs = {
                        side: self.sheet.cost(self._beside(x, y, side, lines).corners())
                        for side in (1, -1)
                    }
                    side = 1 if costs[1] <= costs[-1] + 8 else -1
                sides.setdefault((event.node, side), []).append(event.position)
        placed = {}
        for (node, side), mine in sides.items():
            heights = [self._tall(layout.notes[at]) for at in mine]
            room = [0.0, *((a + b) / 2 + 0.1 for a, b in pairwise(heights))]
            wanted = [layout.at[at][1] for at in mine]
            other = 1200 if node in (nodes[0], nodes[-1]) else 8
            above: Label | None = None
            for at, y in zip(mine, spread(wanted, room), strict=True):
                least = -inf if above is None else above.y + above.height / 2
                above = placed[at] = self._placed(events[at], side, y, other, least)
        return placed

    @staticmethod
    def _tall(lines: tuple[str, ...]) -> float:
        return Label(lines, 0, 0, size=TEXT).height

    def _beside(
        self, x: float, y: float, side: int, lines: tuple[str, ...], off: float = 10.0
    ) -> Label:
        return Label(lines, x + side * off, y, _ANCHOR[side], TEXT)

    def _placed(
        self, event: Event, side: int, y: float, other: float, least: float
    ) -> Label:
        """The words beside one event, near a height, and below those before."""
        x, dot = self.layout.at[event.position]
        lines = self.layout.notes[event.position]

        def candidate(height: float, way: int) -> Label:
            # A line leads to words that could be another dot's.
            if abs(height - dot) <= max(10.0, self._tall(lines) / 2):
                return self._beside(x, height, way, lines)
            label = self._beside(x, height, way, lines, 18)
            return label._replace(leader=(x + way * (self.layout.dot + 1), dot))

        def price(up: float, way: int) -> float:
            early = y + up - self._tall(lines) / 2 < least - 0.1 and way == side
            return (way != side) * other + abs(up) / 3 + early * 500

        return self.sheet.place(
            (candidate(y + up, way), price(up, way))
            for way in (side, -side)
            for up in (0, -5, 5, -10, 10, -16, 16, -22, 22, -30, 30, -40, 40)
        )

    # Along the messages -----------------------------------------------------

    def _messages(self) -> Iterator[tuple[Arrow, Label]]:
        """Words along the arrows. What is sent to many is written on each arrow that
        has room, and at least once.
        """
        written: set[tuple[int, tuple[str, ...]]] = set()
        for arrow in self.arrows:
            if not arrow.text:
                continue
            (x1, y1), (x2, y2) = arrow.start, arrow.end
            if x1 == x2:
                loop = Label(arrow.text, x1 + LOOP + 6, (y1 + y2) / 2, "start")
                yield arrow, self.sheet.place([(loop, 0.0)])
                continue
            places = along(arrow.start, arrow.toward, arrow.text, TEXT)
            if arrow.bow:
                places = [(label, price + 12) for label, price in places]
                for part in arrow.parts:
                    places += along(*part, arrow.text, TEXT)
            again = (arrow.send, arrow.text) in written
            written.add((arrow.send, arrow.text))
            label = self.sheet.offer(places, FREE if again else inf)
            if label is not None:
                yield arrow, label

    def _waits(self) -> Iterator[tuple[Arrow, Label]]:
        """How long a message waits for its reader, where that is long."""
        layout = self.layout
        if not layout.trace.timed:
            return
        told: set[tuple[float, str]] = set()
        for arrow in self.arrows:
            if arrow.waits is None or arrow.receive is None:
                continue
            (x1, _), (x, y) = arrow.start, arrow.end
            if arrow.waits - y < LONG:
                continue
            wait = layout.times[arrow.receive] - self._arrived(arrow)
            text = (f"waits {ms(wait)} ms",)
            if (arrow.waits // STACK, *text) in told:
                continue
            told.add((arrow.waits // STACK, *text))
            side = 1 if x1 < x else -1
            label = Label(text, x + side * 8, 0, _ANCHOR[side], SMALL)
            middle = (y + arrow.waits) / 2
            ups = (0, -12, 12, -24, 24, -36, 36, -50, 50, -70, 70)
            places = [(label._replace(y=middle + up), abs(up) / 3) for up in ups]
            best = self.sheet.offer(places, FREE)
            if best is not None:
                yield arrow, best

    def _arrived(self, arrow: Arrow) -> int:
        receive = arrow.receive
        assert receive is not None
        message = self.layout.trace.events[receive].received
        assert message is not None
        return message.arrives

    def _caption(self) -> Iterator[Label]:
        """A line below the drawing."""
        layout = self.layout
        if not layout.trace.caption:
            return
        lines = wrap(layout.trace.caption, SMALL, max(layout.width - 8, 200.0))
        label = Label(lines, 4, 0, "start", SMALL)
        yield label._replace(y=layout.bottom + 12 + label.height / 2)


def _united(spans: list[Point]) -> list[Point]:
    """The same heights in as few spans as can be."""
    united: list[Point] = []
    for top, bottom in sorted(spans):
        if united and top <= united[-1][1]:
            united[-1] = united[-1][0], max(united[-1][1], bottom)
        else:
            united.append((top, bottom))
    return united
