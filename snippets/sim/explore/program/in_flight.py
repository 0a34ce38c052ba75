"""What is under way in a state of the explorer, in two numbers.

The multiset counts the messages that may overtake each other, in 8 bits of one long
number for each kind, so that a step adds a difference to it. The ledger stands for
the rest: the queues of FIFO links, what is left of the budgets, how much of what
`build` planned is done. `model` draws where both lie in a state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Any

from ...errors import Unexplorable
from ...faults import Cut, Heal, Pair, Timed
from ...link import Link
from ...memory.fingerprint import Fingerprint, Frozen
from .alone import OF_MESSAGES, Envelope

BITS = 8
MOST = (1 << BITS) - 1
PLANNED, SENT = 4, 5  # in `rest`, after losses, duplicates, crashes, restarts


class Ledger:
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
        # After each delta: the change of the multiset, and the ledger.
        self.after: dict[int, tuple[int, int]] = {}


class InFlight:
    """All messages that occur, and all ledgers, each by its number."""

    def __init__(
        self,
        place: Mapping[str, int],
        links: Mapping[Pair, Link],
        numbered: Mapping[Pair, Iterable[int]],
        plan: Sequence[Timed],
    ) -> None:
        self.place = place
        self.links = links
        self.numbered = {link: set(numbers) for link, numbers in numbered.items()}
        self.plan = plan
        fifo = any(link.fifo for link in links.values())
        # True: only faults change the ledger.
        self.simple = not (fifo or plan or numbered)
        self.envelopes: list[Envelope] = []
        self.arrivals: list[tuple[int, int]] = []  # each message with its receiver
        self.unordered: list[bool] = []  # False: keeps its place in a queue
        self.number_of: dict[Frozen, int] = {}
        self.deltas: list[tuple[int, tuple[int, ...]]] = []  # what leaves, what joins
        self.changes: list[int] = []  # of the multiset, by delta, if there is no queue
        self.delta_of: dict[tuple[int, tuple[int, ...]], int] = {}
        self.ledgers: list[Ledger] = []
        self.ledger_of: dict[Any, int] = {}

    def envelope(self, envelope: Envelope, unordered: bool = False) -> int:
        """The number of a message: one for all that are alike."""
        unordered = unordered or not self.links[envelope.sender, envelope.to].fifo
        who = f"a message from {envelope.sender!r}"
        walk = Fingerprint(who, special=OF_MESSAGES)
        body = walk.of(envelope.body)
        key = envelope._replace(body=body), unordered
        number = self.number_of.setdefault(key, len(self.envelopes))
        if number == len(self.envelopes):
            self.envelopes.append(envelope)
            self.arrivals.append((number, self.place[envelope.to]))
            self.unordered.append(unordered)
        return number

    def link(self, m: int) -> Pair:
        """The link that a message travels on."""
        return self.envelopes[m].sender, self.envelopes[m].to

    def delta(self, removed: int, added: Iterable[int]) -> int:
        """The number of a change: a message that leaves, or -1, and those that join."""
        key = removed, tuple(added)
        number = self.delta_of.setdefault(key, len(self.deltas))
        if number == len(self.deltas):
            self.deltas.append(key)
            for m in key[1]:
                self._refuse_flood(key[1].count(m))
            change = sum(1 << BITS * m for m in key[1])
            self.changes.append(change - (1 << BITS * removed if removed >= 0 else 0))
        return number

    def ledger(
        self, queues: Mapping[Pair, tuple[int, ...]], rest: Sequence[int]
    ) -> int:
        """The number of a ledger."""
        key = tuple(sorted(item for item in queues.items() if item[1])), tuple(rest)
        number = self.ledger_of.setdefault(key, len(self.ledgers))
        if number == len(self.ledgers):
            self.ledgers.append(Ledger(*key, self.arrivals))
        return number

    def applied(self, ledger: int, delta: int) -> tuple[int, int]:
        """What a delta adds to the multiset, and the ledger after it."""
        was = self.ledgers[ledger]
        known = was.after.get(delta)
        if known is not None:
            return known
        removed, added = self.deltas[delta]
        queues, rest = dict(was.queues), list(was.rest)
        change = 0
        if removed >= 0 and self.unordered[removed]:
            change -= 1 << BITS * removed
        elif removed >= 0:
            queue = queues[self.link(removed)]
            at = queue.index(removed)
            queues[self.link(removed)] = queue[:at] + queue[at + 1 :]
        for m in added:
            if not self.delivered(m, rest):
                continue
            if self.unordered[m]:
                change += 1 << BITS * m
            else:
                queues[self.link(m)] = (*queues.get(self.link(m), ()), m)
        was.after[delta] = change, self.ledger(queues, rest)
        return was.after[delta]

    def delivered(self, m: int, rest: list[int]) -> bool:
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
        cuts = 0
        for fault in self.plan[:planned]:
            if isinstance(fault, (Cut, Heal)) and link in fault.pairs:
                cuts += 1 if isinstance(fault, Cut) else -1
        return cuts > 0

    def open(self, multiset: int) -> list[tuple[int, int]]:
        """The different messages of a multiset, each with its receiver."""
        counts = multiset.to_bytes(len(self.arrivals), "little")
        if not counts.isascii():  # a count above 127
            self._refuse_flood(max(counts))
        return list(compress(self.arrivals, counts))

    def _refuse_flood(self, copies: int) -> None:
        if copies > MOST // 2:
            raise Unexplorable(
                f"{copies} messages alike are under way at once: a program that sends "
                "more and more cannot be explored"
            )

    def under_way(self, multiset: int, ledger: int) -> list[int]:
        """Every message, as often as it is under way."""
        free = [
            m for m, _ in self.open(multiset) for _ in range(self.copies(multiset, m))
        ]
        return free + [m for _, queue in self.ledgers[ledger].queues for m in queue]

    def copies(self, multiset: int, m: int) -> int:
        """How often a message is in a multiset."""
        return multiset >> BITS * m & MOST
