"""A program as a graph: its states, and the steps between them.

What one node does with one input is the same whatever the others do, so it is
computed once: a fresh node meets the history that led to its local state, and then the
input. A state is one long number, so that a step adds a difference to it:

    high bits                                                              low bits
    ┌───────┬───────┬───┬───────┬───────┬────────────┬────────────┬───┬────────────┐
    │ how often message …   2   │   1   │   0        │            │   │            │
    │ is under way: 8 bits each         │   ledger   │ node n - 1 │ … │   node 0   │
    │ (the multiset, see in_flight)     │   24 bits  │   24 bits  │   │   24 bits  │
    └───────────────────────────────────┴────────────┴────────────┴───┴────────────┘

A node's field is the number of its local state, in `locals`; the ledger's is the number
of a ledger, in `in_flight`; a message's place is its number there.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from itertools import compress, pairwise
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from ...errors import Unexplorable
from ...faults import Crash, Cut, Heal, Restart
from ...memory.fingerprint import Frozen
from ...process import Process
from .alone import Alone, Envelope, Input, variables
from .building import Build, built, planned
from .in_flight import BITS, PLANNED, InFlight
from .schedule import Schedule, Step
from .sharing import Shared

Global: TypeAlias = int
WIDTH = 24  # bits of a field
Outcome: TypeAlias = tuple[int, int, int]  # difference to the state, local state, delta
FIELD = (1 << WIDTH) - 1
_REACHED = itemgetter(1)  # of a step and the state that it leads to


class ReadsMore(Exception):
    """A property reads what is not part of the states: a variable, or the notes."""


class KeepsMail(Exception):
    """A node has several tasks. So it matters in which of its steps a message arrives:

    the task that finds it waiting goes on before the task that started that one.
    """


class Variables:
    """The variables of one node in one state, by name; None if not bound."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        raise ReadsMore(name)


class Local(NamedTuple):
    """What a node can be like, once for all the states in which it is like that."""

    fingerprint: Frozen
    before: int  # the local state that it was first reached from, -1 at the start
    met: Input
    variables: Variables
    disk: dict[str, Any]
    notes: tuple[str, ...]
    up: bool
    ended: bool  # True once its program has returned
    result: Any
    idle: bool  # True if nothing runs, not even what the program spawned
    listens: bool  # True if a message that nobody called for is received at once
    answers: frozenset[int]  # calls whose answer does something


def local_of(
    process: Process,
    notes: Iterable[str],
    read: Collection[str],
    came: tuple[Frozen, int, Input] = (None, -1, ("start", None)),
) -> Local:
    """What a process is like, with its notes and the variables that are `read`.

    `came`: how the explorer came there; a run has no such thing.
    """
    main = process.main
    return Local(
        *came,
        Variables(dict.fromkeys(read) | variables(process, read)),
        dict(process.disk),
        tuple(notes),
        process.up,
        main is not None and main.done,
        main.result if main is not None else None,
        not process.tasks,
        any(process.lined_up()),
        frozenset({*process.answers, *process.settled}),
    )


class Model:
    """A world as a graph: its states, and the steps between them."""

    def __init__(
        self,
        build: Build,
        budgets: tuple[int, ...],
        read: set[str],
        mail: Container[str] | None = (),
    ) -> None:
        self.build = build
        self.read = read  # what properties read: variables, and "notes()"
        world = self.world = built(build)
        self.names = list(world.nodes)
        self.place = {name: place for place, name in enumerate(self.names)}
        self.programs = {
            name: (node.process.program, node.process.arguments)
            for name, node in world.nodes.items()
        }
        self.shared = Shared(self.programs)
        self.plan = planned(world)
        self.links = {
            (a, b): world.links.link(a, b) for a in self.names for b in self.names
        }
        self._check_budgets(budgets)
        # Nodes may come back: only then does it matter what arrives meanwhile.
        self.revives = budgets[3] > 0 or any(
            isinstance(fault, Restart) for fault in self.plan
        )
        # A FIFO link can carry an answer behind a message that must not block it.
        self.keeps_mail = {b for (_, b), link in self.links.items() if link.fifo}
        # Those of `mail`, or all; and a cut must not stop what arrived.
        cuts = any(isinstance(fault, (Cut, Heal)) for fault in self.plan)
        everywhere = mail is None or cuts
        self.keeps_mail |= {n for n in self.names if everywhere or n in (mail or ())}
        self.locals: list[Local] = []
        self.number_of: dict[Frozen, int] = {}
        self.steps: list[dict[Any, Outcome | None]] = []  # of each local
        # After a step: the timers that go on, as places of tasks before and after it.
        self.timers: dict[tuple[int, Any], dict[int, int]] = {}
        self.goes_on: dict[int, int] = {}
        self.in_flight = InFlight(
            self.place, self.links, world.links.lost_numbers, self.plan
        )
        self.errors: dict[Any, str] = {}  # of the locals in which a program broke down
        self.budgets = budgets
        self.shifts = range(0, WIDTH * len(self.names), WIDTH)
        self.base = WIDTH * (len(self.names) + 1)  # where the multiset begins
        self.below = (1 << self.base) - 1
        self.first_delta = -1  # what all of them send when they start
        self.timed = False  # True once a node waits for a limited time
        self.waits: list[tuple[int, ...]] = []  # of each local: tasks a timer can wake

    def _check_budgets(self, budgets: tuple[int, ...]) -> None:
        for kind, budget, setting in (
            ("loses", budgets[0], "loss"),
            ("duplicates", budgets[1], "duplicate"),
        ):
            for (a, b), link in self.links.items():
                if a != b and getattr(link, setting) > 0 and budget == 0:
                    name = "losses" if setting == "loss" else "duplicates"
                    raise Unexplorable(
                        f"the link from {a} to {b} {kind} messages: say how many "
                        f"explore may try at most, with {name}=1 or more"
                    )

    # Local steps, each computed once ----------------------------------------

    def alone(self, name: str) -> Alone:
        """A node that has not started."""
        program, arguments = self.programs[name]
        disk = self.world.nodes[name].disk
        return Alone(name, self.names, program, arguments, disk, self.shared.common)

    def _replayed(self, local: int) -> Alone:
        """A node in that local state: one that met what led to it first."""
        history = []
        at = local
        while at >= 0:
            before = self.locals[at]
            history.append(before.met)
            at = before.before
        name = self.locals[local].fingerprint[0]
        alone = self.alone(name)
        for met in reversed(history):
            alone.meet(*met)
        if self._fingerprint(alone) != self.locals[local].fingerprint[1]:
            alone.process.give_up()
            raise Unexplorable(
                f"node {name!r} does not do the same thing when it meets the same: "
                "something hidden decides: time, chance, the order of a set, or a "
                "class that the program makes anew each time; define that outside of it"
            )
        return alone

    def _fingerprint(self, alone: Alone) -> Frozen:
        return alone.fingerprint(self.read, "notes()" in self.read)

    def local_step(self, local: int, key: Any) -> Outcome | None:
        """What a node does with an input: its next local state, and the delta."""
        was = self.locals[local]
        removed = -1
        met: Input = key
        if isinstance(key, int):
            removed, met = key, ("arrive", self.in_flight.envelopes[key])
        outcome: Outcome | None = None
        if removed < 0 or self._arrives(was, self.in_flight.envelopes[removed]):
            with redirect_stdout(None):
                after, sent = self._met(self._replayed(local), local, met)
            delta = self.in_flight.delta(removed, sent)
            change = after - local << WIDTH * self.place[was.fingerprint[0]]
            if self.in_flight.simple:
                change += self._applied(0, delta)
            outcome = change, after, delta
            self.timers[local, key] = self.goes_on
        self.steps[local][key] = outcome
        return outcome

    def _arrives(self, local: Local, envelope: Envelope) -> bool:
        """True if the arrival is worth a step: now, not later, and not never."""
        if local.idle:
            return self.revives
        if envelope.to in self.keeps_mail or local.listens:
            return True
        return envelope.answers in local.answers

    def _met(self, alone: Alone, local: int, met: Input) -> tuple[int, list[int]]:
        """What a node is like after an input, and what it sent. Then it is let go."""
        try:
            return self._after(alone, local, met)
        finally:
            alone.process.give_up()

    def _after(self, alone: Alone, local: int, met: Input) -> tuple[int, list[int]]:
        name, process = alone.node.name, alone.process
        error = None
        alone.sent.clear()
        waits = {task: task.waits_for for task in process.tasks}
        try:
            alone.meet(*met)
        except Unexplorable:
            raise
        except Exception as broken:
            error = f"the program of {name} raises {type(broken).__name__}: {broken}"
        if alone.refusal is not None:  # which the program may have caught
            raise alone.refusal
        if process.several and name not in self.keeps_mail:
            raise KeepsMail(name)
        self.shared.check(name)
        sent = list(map(self.in_flight.envelope, alone.sent))
        tasks = list(process.tasks)
        self.goes_on = {
            list(waits).index(tasks[place]): place
            for place in alone.timed()
            if waits.get(tasks[place]) is tasks[place].waits_for
        }
        return self._local(alone, local, met, error), sent

    def _local(self, alone: Alone, before: int, met: Input, error: str | None) -> int:
        fingerprint = alone.node.name, self._fingerprint(alone), error
        number = self.number_of.get(fingerprint)
        if number is not None:
            return number
        number = self.number_of[fingerprint] = len(self.locals)
        if number > FIELD:
            raise Unexplorable(f"the nodes have more than {FIELD:,} local states")
        if error is not None:
            self.errors[number] = error
        came = fingerprint, before, met
        self.locals.append(local_of(alone.process, alone.notes, self.read, came))
        self.steps.append({})
        self.waits.append(tuple(alone.timed()))
        self.timed = self.timed or bool(self.waits[-1])
        return number

    # Steps ------------------------------------------------------------------

    def start(self) -> Global:
        """The first state: every program has started, in the order of adding."""
        state: list[int] = []
        sent: list[int] = []
        with redirect_stdout(None):
            for name in self.names:
                local, envelopes = self._met(self.alone(name), -1, ("start", None))
                state.append(local)
                sent += envelopes
        ledger = self.in_flight.ledger({}, self._begin())
        self.first_delta = self.in_flight.delta(-1, sent)
        start = sum(local << WIDTH * r for r, local in enumerate(state))
        return (
            start
            + (ledger << self.base - WIDTH)
            + self._applied(ledger, self.first_delta)
        )

    def _begin(self) -> list[int]:
        """What is left at the start: `rest` of the first ledger."""
        return [*self.budgets, 0, *(0 for _ in self.in_flight.numbered)]

    def nodes(self, state: Global) -> list[int]:
        """The local states of a state."""
        return [state >> shift & FIELD for shift in self.shifts]

    def parts(self, state: Global) -> tuple[int, int]:
        """The multiset and the ledger of a state."""
        return state >> self.base, state >> self.base - WIDTH & FIELD

    def _applied(self, ledger: int, delta: int) -> int:
        """The difference that a delta makes to what is under way."""
        if self.in_flight.simple:
            return self.in_flight.changes[delta] << self.base
        change, after = self.in_flight.applied(ledger, delta)
        return (change << self.base) + (after - ledger << self.base - WIDTH)

    def successors(self, state: Global) -> list[tuple[Any, Global]]:
        """Each step from a state that is not a fault, and where it leads."""
        keys: list[Any] = []
        return list(zip(keys, self._reached_from(state, keys), strict=True))

    def _reached_from(self, state: Global, keys: list[Any] | None) -> list[Global]:
        """Where the steps from a state lead; `keys`, if given, gets which they are."""
        if keys is None and self.plan:
            keys = []
        found: list[Global] = []
        in_flight, steps = self.in_flight, self.steps
        simple = in_flight.simple
        low = state & self.below
        nodes = [low >> shift & FIELD for shift in self.shifts]
        ledger = low >> self.base - WIDTH
        arriving = in_flight.open(state >> self.base)
        if not simple:
            arriving += in_flight.ledgers[ledger].heads
        for m, r in arriving:
            reached = steps[nodes[r]]
            outcome = reached[m] if m in reached else self.local_step(nodes[r], m)
            if outcome is not None:
                after = state + outcome[0]
                if not simple:
                    after += self._applied(ledger, outcome[2])
                found.append(after)
                if keys is not None:
                    keys.append(m)
        if self.timed:
            for r, local in enumerate(nodes):
                for task in self.waits[local]:
                    found.append(self._own(state, r, ("timeout", task)))
                    if keys is not None:
                        keys.append(("timeout", r, task))
        if self.plan and keys is not None:
            self._add_plan(state, keys, found)
        return found

    def _own(self, state: Global, r: int, met: Input) -> Global:
        """A node meets something that is not a message."""
        local = state >> WIDTH * r & FIELD
        outcome = self.steps[local].get(met) or self.local_step(local, met)
        assert outcome is not None
        change, _, delta = outcome
        if not self.in_flight.simple:
            change += self._applied(self.parts(state)[1], delta)
        return state + change

    def _spent(self, state: Global, which: int, by: int = -1) -> Global:
        """The same state with one less in a budget, or one more of the plan done."""
        number = self.parts(state)[1]
        ledger = self.in_flight.ledgers[number]
        rest = list(ledger.rest)
        rest[which] += by
        after = self.in_flight.ledger(dict(ledger.queues), rest)
        return state + (after - number << self.base - WIDTH)

    def _add_plan(self, state: Global, keys: list[Any], found: list[Global]) -> None:
        """Add what build planned: its next fault, and losses where a link is cut."""
        in_flight = self.in_flight
        at = in_flight.ledgers[self.parts(state)[1]].rest[PLANNED]
        lost = {
            (m, place): after
            for m, place, after in self._losses(state)
            if in_flight.cut(m, at)
        }
        carried = [(key, 0) not in lost for key in keys]
        found[:] = compress(found, carried)
        keys[:] = compress(keys, carried)
        for key in sorted(lost):
            keys.append(("cut", *key))
            found.append(lost[key])
        if at < len(self.plan):
            fault = self.plan[at]
            after = self._spent(state, PLANNED, +1)
            if isinstance(fault, (Crash, Restart)):
                r, crashes = self.place[fault.node], isinstance(fault, Crash)
                if self.locals[self.nodes(state)[r]].up is crashes:
                    after = self._own(after, r, ("crash" if crashes else "start", None))
            keys.append(("planned", at))
            found.append(after)

    def _losses(self, state: Global) -> Iterator[tuple[int, int, Global]]:
        """Each message under way, its place in its queue, and the state without it.

        In a queue, one of equal neighbors stands for all of them.
        """
        in_flight, (multiset, number) = self.in_flight, self.parts(state)
        ledger = in_flight.ledgers[number]
        for m, _ in in_flight.open(multiset):
            yield m, 0, state + self._applied(number, in_flight.delta(m, ()))
        for link, queue in ledger.queues:
            for place, m in enumerate(queue):
                if place == 0 or queue[place - 1] != m:
                    rest = queue[:place] + queue[place + 1 :]
                    after = in_flight.ledger(
                        {**dict(ledger.queues), link: rest}, ledger.rest
                    )
                    yield m, place, state + (after - number << self.base - WIDTH)

    # What the checker asks ----------------------------------------------------

    def initial(self) -> Iterable[Global]:
        """The one state in which all runs begin."""
        return (self.start(),)

    def following(self, state: Global) -> list[Global]:
        """Where the steps that are not faults lead."""
        return self._reached_from(state, None)

    def faults(self, state: Global) -> Iterable[Global]:
        """Where the faults that the budgets still allow lead."""
        return map(_REACHED, self.allowed(state))

    def error(self, state: Global) -> str:
        """What broke down in one of the nodes, or ""."""
        for local in self.nodes(state):
            if local in self.errors:
                return self.errors[local]
        return ""

    def allowed(self, state: Global) -> Iterator[tuple[Any, Global]]:
        """Each fault that the budgets still allow, and where it leads."""
        in_flight, (multiset, ledger) = self.in_flight, self.parts(state)
        losses, duplicates, crashes, restarts = in_flight.ledgers[ledger].rest[:PLANNED]
        for m, place, after in self._losses(self._spent(state, 0)) if losses else ():
            yield ("lose", m, place), after
        for m in dict.fromkeys(in_flight.under_way(multiset, ledger)):
            if duplicates:
                copy = in_flight.envelope(in_flight.envelopes[m], unordered=True)
                more = 1 << self.base + BITS * copy
                yield ("duplicate", m), self._spent(state, 1) + more
        for r, local in enumerate(self.nodes(state)):
            if crashes and self.locals[local].up:
                after = self._own(self._spent(state, 2), r, ("crash", None))
                yield ("crash", r), after
            if restarts and not self.locals[local].up:
                after = self._own(self._spent(state, 3), r, ("start", None))
                yield ("restart", r), after

    # A path as a schedule ---------------------------------------------------

    def schedule(self, path: list[Global]) -> Schedule:
        """The steps along a path of states, in words that `replay` understands."""
        sent: dict[tuple[str, str], int] = {}
        flying: list[tuple[int, int]] = []  # a message and its number on its link
        in_flight = self.in_flight

        def launch(added: Iterable[int], rest: list[int]) -> None:
            for m in added:
                link = in_flight.link(m)
                sent[link] = sent.get(link, 0) + 1
                if in_flight.delivered(m, rest):
                    flying.append((m, sent[link]))

        launch(in_flight.deltas[self.first_delta][1], self._begin())
        steps: list[Step] = []
        for state, after in pairwise(path):
            every = (*self.successors(state), *self.allowed(state))
            key = next(key for key, reached in every if reached == after)
            if isinstance(key, int):
                key = "deliver", key
            kind, *what = key
            ledger = in_flight.ledgers[self.parts(state)[1]]
            rest = list(ledger.rest)
            if kind in ("deliver", "lose", "cut", "duplicate"):
                alike = [at for at, (m, _) in enumerate(flying) if m == what[0]]
                at = alike[0]
                if kind in ("lose", "cut") and not in_flight.unordered[what[0]]:
                    queue = dict(ledger.queues)[in_flight.link(what[0])]
                    at = alike[queue[: what[1]].count(what[0])]
                m, number = flying[at]
                link = self.in_flight.link(m)
                steps.append(("lose" if kind == "cut" else kind, *link, number))
                if kind == "duplicate":
                    copy = self.in_flight.envelope(
                        self.in_flight.envelopes[m], unordered=True
                    )
                    flying.insert(at + 1, (copy, number))
                else:
                    del flying[at]
            elif kind == "planned":
                steps.append((kind,))
                rest[PLANNED] += 1
            else:
                steps.append((kind, self.names[what[0]], *what[1:]))
            launch(self._sent_by(state, kind, what), rest)
        return tuple(steps)

    def _sent_by(self, state: Global, kind: str, what: list[int]) -> tuple[int, ...]:
        """What a step makes a node send."""
        key: Any = what[0] if what else None
        if kind == "deliver":
            r = self.in_flight.arrivals[key][1]
        elif kind == "timeout":
            r, key = what[0], (kind, what[1])
        elif kind in ("crash", "restart"):
            r, key = what[0], ("crash" if kind == "crash" else "start", None)
        elif kind == "planned" and isinstance(
            fault := self.plan[key], (Crash, Restart)
        ):
            r = self.place[fault.node]
            key = "crash" if isinstance(fault, Crash) else "start", None
        else:
            return ()
        outcome = self.steps[self.nodes(state)[r]].get(key)
        return self.in_flight.deltas[outcome[2]][1] if outcome else ()
