"""The phenomena of Berenson et al. (1995): patterns in a history of one version."""

from __future__ import annotations

import re
from typing import NamedTuple

from .notation import Step, Text, parse
from .text_execution import missed
from .text_reads import writes_seen

PHENOMENA: dict[str, tuple[str, str]] = {
    # From sections 2.2 (A1 to A3), 3 (P0 to P3), 4.1 (P4, P4C) and 4.2 (A5A, A5B).
    # Different numbers stand for different transactions, different letters for
    # different items; `e1` is c1 or a1. Between two steps anything may happen.
    "P0": ("dirty write", "w1[x] w2[x] e1"),
    "P1": ("dirty read", "w1[x] r2[x] e1"),
    "P2": ("fuzzy read", "r1[x] w2[x] e1"),
    "P3": ("phantom", "r1[P] w2[y in P] e1"),
    "P4": ("lost update", "r1[x] w2[x] w1[x] c1"),
    "P4C": ("lost update of a cursor", "rc1[x] w2[x] w1[x] c1"),
    "A1": ("dirty read, strictly", "w1[x] r2[x] a1 c2 | w1[x] r2[x] c2 a1"),
    "A2": ("fuzzy read, strictly", "r1[x] w2[x] c2 r1[x] c1"),
    "A3": ("phantom, strictly", "r1[P] w2[y in P] c2 r1[P] c1"),
    "A5A": ("read skew", "r1[x] w2[x] w2[y] c2 r1[y] e1"),
    "A5B": (
        "write skew",
        "r1[x] r2[y] w1[y] w2[x] c1 c2 | r1[x] r2[y] w1[y] w2[x] c2 c1",
    ),
}

MEANS = {
    "r": ("r", "rc"),
    "rc": ("rc",),
    "w": ("w", "wc"),
    "c": ("c",),
    "a": ("a",),
    "e": ("c", "a", "open"),
}


class Wanted(NamedTuple):
    """One step of a pattern."""

    kind: str
    number: str
    item: str
    predicate: str


def phenomena(history: str | Text) -> tuple[str, ...]:
    """The names of the phenomena in `history`, in the order of the table.

    A transaction that has not ended when the text does ends later, in some way. A
    history that names versions has none: the patterns speak of one version only. Where
    a read tells a value, it has to be the one that the pattern's write put there.
    Raises HistoryError for a text that cannot be read.
    """
    text = parse(history) if isinstance(history, str) else history
    if not text.single_version:
        return ()
    ended = {step.transaction for step in text.steps if step.kind in ("c", "a")}
    unfinished = {s.transaction: None for s in text.steps if s.transaction not in ended}
    steps = [*text.steps, *(Step("open", transaction) for transaction in unfinished)]
    seen = {
        place: at
        for place, at in writes_seen(text).items()
        if steps[place].value is not None
    }
    search = _Search(steps, seen)
    return tuple(
        name
        for name, (_, patterns) in PHENOMENA.items()
        if any(search.finds(_wanted(pattern)) for pattern in patterns.split("|"))
    )


def _wanted(pattern: str) -> list[Wanted]:
    steps = re.findall(r"([a-z]+)(\d)(?:\[(\w)(?: in (P))?\])?", pattern)
    return [
        Wanted(kind, by, item, "P" if item == "P" else cond)
        for kind, by, item, cond in steps
    ]


class _Search:
    """The steps of a history, and what is known of their reads."""

    def __init__(self, steps: list[Step], seen: dict[int, Step]) -> None:
        self.steps = steps
        self.seen = seen  # which write a read sees that tells a value
        self.last = {step.transaction: place for place, step in enumerate(steps)}

    def finds(self, wanted: list[Wanted]) -> bool:
        """Whether the steps hold what is wanted, in this order, under some naming."""
        return self._occurs(wanted, 0, {}, {})

    def _occurs(
        self,
        wanted: list[Wanted],
        start: int,
        bound: dict[str, str],
        written: dict[str, int],
    ) -> bool:
        """Whether the rest of the pattern follows from `start` on.

        `bound`: which transaction each number and which item each letter stands for.
        `written`: where the pattern's last write of each letter is.
        """
        if not wanted:
            return True
        first = wanted[0]
        # Whoever has to take another step takes it before its transaction ends.
        left = [bound[each.number] for each in wanted if each.number in bound]
        end = min((self.last[name] for name in left), default=len(self.steps) - 1)
        for place in range(start, end + 1):
            step = self.steps[place]
            if step.kind not in MEANS[first.kind] or bool(first.predicate) > bool(
                step.predicate
            ):
                continue
            names = {first.number: step.transaction}
            if first.item not in ("", "P"):
                if step.item == step.predicate:
                    continue  # a search does not read an item
                names[first.item] = step.item
            if first.predicate:
                names["P"] = step.predicate
            naming = {**bound, **names}
            letter = first.predicate or first.item
            if (
                any(naming[name] != value for name, value in bound.items())
                or not _different(naming)
                or not self._sees(place, first, written.get(letter))
            ):
                continue
            writes = first.kind == "w"
            after = {**written, letter: place} if writes else written
            if self._occurs(wanted[1:], place + 1, naming, after):
                return True
        return False

    def _sees(self, place: int, wanted: Wanted, write: int | None) -> bool:
        """Whether a read may have seen the pattern's write before it, by its value."""
        step = self.steps[place]
        if write is None or wanted.kind not in ("r", "rc"):
            return True
        if wanted.predicate:
            return not missed(self.steps, step, write)
        return place not in self.seen or self.seen[place] is self.steps[write]


def _different(naming: dict[str, str]) -> bool:
    """Whether different numbers and letters stand for different things."""
    numbers = [value for name, value in naming.items() if name.isdigit()]
    letters = [value for name, value in naming.items() if name.islower()]
    return len(set(numbers)) == len(numbers) and len(set(letters)) == len(letters)
