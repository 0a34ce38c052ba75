"""How many really different runs a program has.

Two runs differ only in the order of events that have nothing to do with each other if
every node meets the same events in the same order: they have one happened-before
relation, and draw one space-time diagram. Such runs form a class (Mazurkiewicz, 1977).
`count` visits one run of each class, by dynamic partial-order reduction: it runs to
the end, finds the races, that is neighbors at a node that could have come the other
way round, and goes back to try that (Flanagan and Godefroid, 2005), with sleep sets
(Godefroid, 1996) and source sets (Abdulla, Aronis, Jonsson and Sagonas, 2014).

The events are the arrivals of messages and the ends of waits. Two of them depend on
each other if they happen at the same node. What arrives at a node whose program has
ended changes nothing and makes no difference. No faults.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from .. import hooks
from ..errors import Unexplorable
from ..misuse import nothing_forgotten
from .orders import Graph, written
from .program.building import Build
from .program.model import Model

Label: TypeAlias = tuple[int, int]
"""A message: its sender, how many that had sent before. A wait: ~node, how many waits
it had begun before."""


class Coming(NamedTuple):
    """A message under way, or a wait that can end."""

    node: int
    key: Any  # what the node meets, as the model has it
    causes: int  # the events that happened before it, as bits
    place: Any  # events depend on each other if they have the same place


class Counted(NamedTuple):
    """How many runs there are. `str()` says it."""

    traces: int  # classes of runs that really differ
    blocked: int  # begun, and given up because another run covers them
    interleavings: int  # all orders of events
    complete: bool

    def _finding(self) -> dict[str, Any]:
        """The same as plain data, for the page."""
        return {
            "by": "count",
            "text": str(self),
            "ok": self.complete,
            "complete": self.complete,
            "runs": written(self.interleavings) if self.complete else None,
            "different": written(self.traces),
        }

    def __str__(self) -> str:
        if not self.complete:
            return f"More than {self.traces:,} really different runs: stopped there."
        return f"{self.interleavings:,} orders, {self.traces:,} really different ones."


def count(build: Build, limit: int = 1_000_000) -> Counted:
    """Count the different runs of the program of `build`, up to `limit`.

    Raises Unexplorable where `explore` does, and if `build` plans faults.
    """
    model = Model(build, (0, 0, 0, 0), set(), mail=None)
    if model.plan or model.in_flight.numbered:
        raise Unexplorable("build plans faults: count only counts runs without any")
    counter = Counter(model, limit)
    with nothing_forgotten():
        counter.run()
    complete = counter.traces < limit
    orders = Graph(model).runs if complete else 0
    counted = Counted(counter.traces, counter.blocked, orders or 0, complete)
    hooks.found(counted._finding)
    return counted


class Counter:
    """One walk through the runs. `finals`: what the nodes are like at their ends."""

    def __init__(self, model: Model, limit: int) -> None:
        self.model = model
        self.limit = limit
        self.traces = self.blocked = 0
        self.finals: set[tuple[int, ...]] = set()
        self.fifo = any(link.fifo for link in model.links.values())
        nodes = len(model.names)
        self.sent = [0] * nodes  # of each node so far
        self.set = [0] * nodes  # timers of each node so far
        self.last: dict[Any, int] = {}  # the latest event at a place
        self.ahead: dict[Any, int] = {}  # what arrived on a FIFO link, as bits
        self.events: list[tuple[Label, int]] = []  # label, events before it
        self.tries: list[list[Label]] = []  # at each depth, what to begin with

    def place(self, label: Label, node: int) -> Any:
        """Where an event happens: two at the same place depend on each other."""
        return node

    def run(self) -> None:
        """Count."""
        state = self.model.start()
        coming: dict[Label, Coming] = {}
        for m in self.model.in_flight.deltas[self.model.first_delta][1]:
            self._launch(coming, m, 0)
        locals_ = self.model.nodes(state)
        for node, local in enumerate(locals_):
            self._arm(coming, node, self.model.waits[local], 0)
        self._visit(locals_, coming, {})

    def _launch(self, coming: dict[Label, Coming], m: int, causes: int) -> None:
        model = self.model
        sender = model.place[model.in_flight.envelopes[m].sender]
        label = sender, self.sent[sender]
        self.sent[sender] += 1
        node = model.in_flight.arrivals[m][1]
        coming[label] = Coming(node, m, causes, self.place(label, node))

    def _arm(
        self, coming: dict[Label, Coming], node: int, tasks: Any, causes: int
    ) -> None:
        for task in tasks:
            label = ~node, self.set[node]
            self.set[node] += 1
            key = "timeout", task
            coming[label] = Coming(node, key, causes, self.place(label, node))

    def _possible(self, coming: dict[Label, Coming]) -> list[Label]:
        """What can happen next: on FIFO links, only the first."""
        if not self.fifo:
            return list(coming)
        first: dict[tuple[int, int], Label] = {}
        for label, (node, key, *_) in coming.items():
            if self._ordered(key):
                link = label[0], node
                first[link] = min(first.get(link, label), label)
        return [
            label
            for label, (node, *_) in coming.items()
            if first.get((label[0], node), label) == label
        ]

    def _ordered(self, key: Any) -> bool:
        """True for a message that cannot overtake those before it."""
        return (
            self.fifo
            and isinstance(key, int)
            and not self.model.in_flight.unordered[key]
        )

    def _visit(
        self, locals_: list[int], coming: dict[Label, Coming], sleep: dict[Label, Any]
    ) -> None:
        """Visit every class of runs that goes on from here and is not asleep."""
        possible = self._possible(coming)
        if not possible:
            self.traces += 1
            if not self.traces % hooks.EVERY:
                hooks.tried(self.traces, "runs")
            self.finals.add(tuple(locals_))
            return
        chosen = next((label for label in possible if label not in sleep), None)
        if chosen is None:
            self.blocked += 1
            return
        tries = [chosen]
        self.tries.append(tries)
        sleep = dict(sleep)
        for label in tries:  # it grows meanwhile
            if label not in sleep and self.traces < self.limit:
                self._begin(label, locals_, coming, sleep)
                sleep[label] = coming[label].place
        self.tries.pop()

    def _begin(
        self,
        label: Label,
        locals_: list[int],
        coming: dict[Label, Coming],
        sleep: dict[Label, Any],
    ) -> None:
        """Let one event happen, and visit what follows."""
        model = self.model
        node, key, causes, place = coming[label]
        local = locals_[node]
        link = label[0], node, self._ordered(key)
        ahead = self.ahead.get(link, 0)
        causes |= ahead
        latest = self.last.get(place, -1)
        if latest >= 0 and not causes >> latest & 1:
            self._race(latest, label, causes)
        outcome = model.steps[local].get(key) or model.local_step(local, key)
        if latest >= 0:
            causes |= self.events[latest][1] | 1 << latest
        past = causes | 1 << len(self.events)
        after = dict(coming)
        del after[label]
        if link[2]:
            self.ahead[link] = past
        if outcome is None:  # the program has ended: nothing happens
            self.events.append((label, causes))
            self._visit(locals_, after, sleep)
            self.events.pop()
            self.ahead[link] = ahead
            return
        asleep = {other: at for other, at in sleep.items() if at != place}
        _, new, delta = outcome
        sent, set_ = self.sent[:], self.set[:]
        if model.timed:
            self._timers(node, model.timers[local, key], model.waits[new], after, past)
        for m in model.in_flight.deltas[delta][1]:
            self._launch(after, m, past)
        self.events.append((label, causes))
        self.last[place] = len(self.events) - 1
        locals_[node] = new
        self._visit(locals_, after, asleep)
        locals_[node] = local
        self.last[place] = latest
        self.events.pop()
        self.sent, self.set = sent, set_
        self.ahead[link] = ahead

    def _race(self, earlier: int, label: Label, causes: int) -> None:
        """Have the event tried before an earlier one that it does not need.

        It takes along what it needs of the events since then. If one of those that
        can begin this is tried there anyway, nothing is missing (the source set).
        """
        since = range(earlier + 1, len(self.events))
        free = [at for at in since if not self.events[at][1] >> earlier & 1]
        bits = sum(1 << at for at in free)
        begin = [self.events[at][0] for at in free if not self.events[at][1] & bits]
        if not causes & bits:
            begin.insert(0, label)
        tries = self.tries[earlier]
        if not any(other in tries for other in begin):
            tries.append(begin[0])

    def _timers(
        self,
        node: int,
        goes_on: dict[int, int],
        waits: tuple[int, ...],
        coming: dict[Label, Coming],
        past: int,
    ) -> None:
        """Which waits of a node an event ends, and which begin with it."""
        for label, timer in list(coming.items()):
            if label[0] != ~node:
                continue
            task = timer.key[1]
            if task in goes_on:
                coming[label] = timer._replace(key=("timeout", goes_on[task]))
            else:  # it could have ended by itself before: a race that leaves no trace
                del coming[label]
                if label not in self.tries[-1]:
                    self.tries[-1].append(label)
        begun = [task for task in waits if task not in goes_on.values()]
        self._arm(coming, node, begun, past)
