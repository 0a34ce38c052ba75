"""What is under way in a state of the explorer, in two numbers.

The bag counts the messages that may overtake each other, in 8 bits of one long number
for each kind, so that a step adds a difference to it. The line stands for the rest: the
queues of FIFO links, what is left of the budgets, how much of the plan of `main` is
done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Any, TypeAlias

from ..network import Link
from .frames import Freezer, Frozen, Unexplorable
from .replay import Planned
from .solo import Parcel

Pair: TypeAlias = tuple[str, str]
BITS = 8
MOST = (1 << BITS) - 1
PLANNED, SENT = 4, 5  # in `rest`, after losses, duplicates, crashes, restarts


class Line:
    """The queues of FIFO links, and `rest`: budgets, plan, numbers of messages sent."""

    __slots__ = ("after", "heads", "queues", "rest")

    def __init__(
        self,
        queues: tuple[tuple[Pair, tuple[int, ...]], ...],
        rest: tuple[int, ...],
        arrivals: Sequence[tuple[int, int]],
    ) -> None:
        self.queues = queues
        self.rest = rest
        self.heads = [arrivals[queue[0]] for _, queue in queues]
        self.after: dict[int, tuple[int, int]] = {}  # move → change of the bag, line


class Flights:
    """All messages that occur, and all lines."""

    def __init__(
        self,
        place: Mapping[str, int],
        links: Mapping[Pair, Link],
        numbered: Mapping[Pair, Iterable[int]],
        plan: Sequence[Planned],
    ) -> None:
        self.place = place
        self.links = links
        self.numbered = {link: set(numbers) for link, numbers in numbered.items()}
        self.plan = plan
        fifo = any(link.fifo for link in links.values())
        self.simple = not (fifo or plan or numbered)  # the line changes by faults only
        self.parcels: list[Parcel] = []
        self.arrivals: list[tuple[int, int]] = []  # each message with its receiver
        self.loose: list[bool] = []  # False: keeps its place in a queue
        self.number_of: dict[Frozen, int] = {}
        self.moves: list[tuple[int, tuple[int, ...]]] = []  # what leaves, what joins
        self.changes: list[int] = []  # of the bag, by move, if nothing stands in line
        self.move_of: dict[tuple[int, tuple[int, ...]], int] = {}
        self.lines: list[Line] = []
        self.line_of: dict[Any, int] = {}

    def parcel(self, parcel: Parcel, loose: bool = False) -> int:
        """The number of a message: one for all that are alike."""
        loose = loose or not self.links[parcel.sender, parcel.to].fifo
        body = Freezer(f"a message from {parcel.sender!r}").freeze(parcel.body)
        key = parcel._replace(body=body), loose
        number = self.number_of.setdefault(key, len(self.parcels))
        if number == len(self.parcels):
            self.parcels.append(parcel)
            self.arrivals.append((number, self.place[parcel.to]))
            self.loose.append(loose)
        return number

    def link(self, m: int) -> Pair:
        """The link that a message travels on."""
        return self.parcels[m].sender, self.parcels[m].to

    def move(self, removed: int, added: Iterable[int]) -> int:
        """The number of a change: a message that leaves, or -1, and those that join."""
        key = removed, tuple(added)
        number = self.move_of.setdefault(key, len(self.moves))
        if number == len(self.moves):
            self.moves.append(key)
            for m in key[1]:
                self._refuse_flood(key[1].count(m))
            change = sum(1 << BITS * m for m in key[1])
            self.changes.append(change - (1 << BITS * removed if removed >= 0 else 0))
        return number

    def line(self, queues: Mapping[Pair, tuple[int, ...]], rest: Sequence[int]) -> int:
        """The number of a line."""
        key = tuple(sorted(item for item in queues.items() if item[1])), tuple(rest)
        number = self.line_of.setdefault(key, len(self.lines))
        if number == len(self.lines):
            self.lines.append(Line(*key, self.arrivals))
        return number

    def moved(self, line: int, move: int) -> tuple[int, int]:
        """What a move adds to the bag, and the line after it."""
        was = self.lines[line]
        known = was.after.get(move)
        if known is not None:
            return known
        removed, added = self.moves[move]
        queues, rest = dict(was.queues), list(was.rest)
        change = 0
        if removed >= 0 and self.loose[removed]:
            change -= 1 << BITS * removed
        elif removed >= 0:
            queue = queues[self.link(removed)]
            at = queue.index(removed)
            queues[self.link(removed)] = queue[:at] + queue[at + 1 :]
        for m in added:
            if not self.carried(m, rest):
                continue
            if self.loose[m]:
                change += 1 << BITS * m
            else:
                queues[self.link(m)] = (*queues.get(self.link(m), ()), m)
        was.after[move] = change, self.line(queues, rest)
        return was.after[move]

    def carried(self, m: int, rest: list[int]) -> bool:
        """False if the link loses what is sent now: by its number, or by a cut."""
        link = self.link(m)
        if link in self.numbered:
            at = SENT + list(self.numbered).index(link)
            last = max(self.numbered[link])
            rest[at] = min(rest[at] + 1, last + 1)
            if rest[at] in self.numbered[link]:
                return False
        return not self.cut(m, rest[PLANNED])

    def cut(self, m: int, planned: int) -> bool:
        """True if the link of a message is cut when so much of the plan is done."""
        link = self.link(m)
        changes = [plan.kind for plan in self.plan[:planned] if link in plan.pairs]
        return changes.count("cut") > changes.count("heal")

    def open(self, bag: int) -> list[tuple[int, int]]:
        """The different messages of a bag, each with its receiver."""
        counts = bag.to_bytes(len(self.arrivals), "little")
        if not counts.isascii():  # a count above 127
            self._refuse_flood(max(counts))
        return list(compress(self.arrivals, counts))

    def _refuse_flood(self, copies: int) -> None:
        if copies > MOST // 2:
            raise Unexplorable(
                f"{copies} messages alike are under way at once: a program that sends "
                "more and more cannot be explored"
            )

    def under_way(self, bag: int, line: int) -> list[int]:
        """Every message, as often as it is under way."""
        loose = [m for m, _ in self.open(bag) for _ in range(self.copies(bag, m))]
        return loose + [m for _, queue in self.lines[line].queues for m in queue]

    def copies(self, bag: int, m: int) -> int:
        """How often a message is in a bag."""
        return bag >> BITS * m & MOST
