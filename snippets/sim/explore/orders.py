"""How many runs the explored states stand for, without going through them one by one.

A run goes from the start, step by step, to a state in which nothing more happens by
itself. As many ways lead to a state as to the states before it together; so they add
up along the graph, in an order in which each state comes after all that lead to it.
"""

from __future__ import annotations

from functools import cached_property
from itertools import takewhile
from math import log10
from typing import Any

from .program.model import Global, Model


class Graph:
    """All states of a model, and the steps between them."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def runs(self) -> int | None:
        """How many orders of steps there are; None if a run need not end.

        Of equal messages under way each can be the one that arrives, or is lost.
        """
        ahead, ends = self._steps()
        missing = [0] * len(ahead)  # steps to a state that are not yet counted
        for after in ahead:
            for at in after:
                missing[at] += 1
        if missing[0]:
            return None
        ways = [0] * len(ahead)
        ways[0], ready, total, done = 1, [0], 0, 0
        while ready:
            at = ready.pop()
            done += 1
            total += ways[at] if ends[at] else 0
            for reached in ahead[at]:
                ways[reached] += ways[at]
                missing[reached] -= 1
                if not missing[reached]:
                    ready.append(reached)
            ways[at], ahead[at] = 0, []
        return total if done == len(ways) else None  # the others go in a circle

    def _steps(self) -> tuple[list[list[int]], list[bool]]:
        """Of each state: where its steps lead, and whether a run can end there."""
        model = self.model
        states = [model.start()]
        number = {states[0]: 0}
        ahead, ends = [], []
        faulty = any(model.budgets)
        # The bits of a multiset that say that a message is in it more than once.
        bits = int.from_bytes(b"\xfe" * len(model.in_flight.envelopes), "little")
        several = bits << model.base
        for state in states:  # it grows meanwhile
            found = model.successors(state)
            ends.append(not found)
            if faulty:
                found.extend(model.allowed(state))
            after = []
            for _, reached in found:
                at = number.setdefault(reached, len(states))
                if at == len(states):
                    states.append(reached)
                after.append(at)
            if faulty or model.plan or state & several:
                for key, reached in found:
                    after += [number[reached]] * (self._choices(state, key) - 1)
            ahead.append(after)
        return ahead, ends

    def _choices(self, state: Global, key: Any) -> int:
        """How many equal messages a step can be about."""
        in_flight = self.model.in_flight
        if isinstance(key, int):
            if not in_flight.unordered[key]:
                return 1  # the first of its queue
            return in_flight.copies(state >> self.model.base, key)
        multiset, ledger = self.model.parts(state)
        if key[0] == "duplicate":
            return in_flight.under_way(multiset, ledger).count(key[1])
        if key[0] not in ("lose", "cut"):
            return 1
        _, m, place = key
        if in_flight.unordered[m]:
            return in_flight.copies(multiset, m)
        queue = dict(in_flight.ledgers[ledger].queues)[in_flight.link(m)]
        return len(list(takewhile(m.__eq__, queue[place:])))


def written(runs: int) -> str:
    """A number of runs as people write it: 2,520 or 1.2 × 10¹⁸."""
    if runs < 10**15:
        return f"{runs:,}"
    exponent = int(log10(runs))
    exponent -= 10**exponent > runs  # the logarithm of 99…9 is rounded
    tenths = runs // 10 ** (exponent - 1)
    power = str(exponent).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{tenths // 10}.{tenths % 10} × 10{power}"
