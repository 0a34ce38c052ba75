"""A program as a graph: its states, and the steps between them.

What one node does with one stimulus is the same whatever the others do, so it is
computed once: a fresh node meets the history that led to its local state, and then the
stimulus. A state is one long number. Its fields are, from the lowest: the local state
of each node, the line, and the bag (see `flight`), so that a step adds a difference to
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from .flight import BITS, PLANNED, Flights
from .frames import Frozen, Unexplorable
from .replay import Main, Schedule, Step, built, planned
from .sharing import Shared
from .solo import Parcel, Solo, Stimulus

Global: TypeAlias = int
WIDTH = 24  # bits of a field
Outcome: TypeAlias = tuple[int, int, int]  # difference to the state, local state, move
FIELD = (1 << WIDTH) - 1


class Needed(Exception):
    """A property reads what is not part of the states: a variable, or the notes."""


class Variables:
    """The variables of one node in one state, by name; None if not bound."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        raise Needed(name)


class Local(NamedTuple):
    """What a node can be like, once for all the states in which it is like that."""

    frozen: Frozen
    before: int  # the local state that it was first reached from, -1 at the start
    stimulus: Stimulus
    variables: Variables
    disk: dict[str, Any]
    notes: tuple[str, ...]
    up: bool
    ended: bool  # True once its program has returned
    result: Any
    idle: bool  # True if nothing runs, not even what the program spawned
    listens: bool  # True if a message that nobody called for is received at once
    answers: frozenset[int]  # calls whose answer does something


class Model:
    """A world as a graph: its states, and the steps between them."""

    def __init__(
        self, main: Main, budgets: tuple[int, ...], read: set[str], mail: bool = False
    ) -> None:
        self.main = main
        self.read = read  # what properties read: variables, and "notes()"
        world = self.world = built(main)
        self.names = list(world.nodes)
        self.place = {name: place for place, name in enumerate(self.names)}
        self.programs = {
            name: (node._program, node._arguments) for name, node in world.nodes.items()
        }
        self.shared = Shared(self.programs)
        self.plan = planned(world)
        self.links = {
            (a, b): world._links.get((a, b), world._default)
            for a in self.names
            for b in self.names
        }
        self._check_budgets(budgets)
        # Nodes may come back: only then does it matter what arrives meanwhile.
        self.revives = budgets[3] > 0 or any(p.kind == "restart" for p in self.plan)
        # A FIFO link can carry an answer behind a message that must not block it.
        self.keeps_mail = {b for (_, b), link in self.links.items() if link.fifo}
        if mail or any(p.pairs for p in self.plan):  # a cut must not stop what arrived
            self.keeps_mail = set(self.names)
        self.locals: list[Local] = []
        self.number_of: dict[Frozen, int] = {}
        self.steps: list[dict[Any, Outcome | None]] = []  # of each local
        # After a step: the timers that go on, as places of tasks before and after it.
        self.timers: dict[tuple[int, Any], dict[int, int]] = {}
        self.goes_on: dict[int, int] = {}
        self.flights = Flights(self.place, self.links, world._lose, self.plan)
        self.raised: dict[int, str] = {}  # locals in which a program broke down
        self.budgets = budgets
        self.shifts = range(0, WIDTH * len(self.names), WIDTH)
        self.base = WIDTH * (len(self.names) + 1)  # where the bag begins
        self.below = (1 << self.base) - 1
        self.first_move = -1  # what all of them send when they start
        self.timed = False  # True once a node waits for a limited time
        self.waits: list[tuple[int, ...]] = []  # of each local: tasks a timer can wake

    def _check_budgets(self, budgets: tuple[int, ...]) -> None:
        for kind, budget, setting in (
            ("loses", budgets[0], "loss"),
            ("doubles", budgets[1], "duplicate"),
        ):
            for (a, b), link in self.links.items():
                if a != b and getattr(link, setting) > 0 and budget == 0:
                    name = "losses" if setting == "loss" else "duplicates"
                    raise Unexplorable(
                        f"the link from {a} to {b} {kind} messages: say how many "
                        f"explore may try at most, with {name}=1 or more"
                    )

    # Local steps, each computed once ----------------------------------------

    def solo(self, name: str) -> Solo:
        """A node that has not started."""
        program, arguments = self.programs[name]
        return Solo(name, self.names, program, arguments, self.shared.common)

    def _relived(self, local: int) -> Solo:
        """A node in that local state: one that met what led to it first."""
        history = []
        at = local
        while at >= 0:
            before = self.locals[at]
            history.append(before.stimulus)
            at = before.before
        name = self.locals[local].frozen[0]
        solo = self.solo(name)
        for stimulus in reversed(history):
            solo.meet(*stimulus)
        if solo.frozen(self.read, self._notes(solo)) != self.locals[local].frozen[1]:
            raise Unexplorable(
                f"node {name!r} does not do the same thing when it meets the same: "
                "something hidden (time, chance, the order of a set) decides"
            )
        return solo

    def _notes(self, solo: Solo) -> list[str] | None:
        texts = [what for kind, what in solo.events if kind == "note"]
        return texts if "notes()" in self.read else None

    def local_step(self, local: int, key: Any) -> Outcome | None:
        """What a node does with a stimulus: its next local state, and the move."""
        was = self.locals[local]
        removed = -1
        stimulus: Stimulus = key
        if isinstance(key, int):
            removed, stimulus = key, ("arrive", self.flights.parcels[key])
        outcome: Outcome | None = None
        if removed < 0 or self._arrives(was, self.flights.parcels[removed]):
            with redirect_stdout(None):
                solo = self._relived(local)
                after, sent = self._met(solo, local, stimulus)
            move = self.flights.move(removed, sent)
            change = after - local << WIDTH * self.place[was.frozen[0]]
            if self.flights.simple:
                change += self._moved(0, move)
            outcome = change, after, move
            self.timers[local, key] = self.goes_on
        self.steps[local][key] = outcome
        return outcome

    def _arrives(self, local: Local, parcel: Parcel) -> bool:
        """True if the arrival is worth a step: now, not later, and not never."""
        if local.idle:
            return self.revives
        if parcel.to in self.keeps_mail or local.listens:
            return True
        return parcel.answers in local.answers

    def _met(self, solo: Solo, local: int, stimulus: Stimulus) -> tuple[int, list[int]]:
        name = solo.node.name
        error = None
        solo.sent.clear()
        waits = dict(solo.tasks)
        try:
            solo.meet(*stimulus)
        except Unexplorable:
            raise
        except Exception as broken:
            error = f"the program of {name} raises {type(broken).__name__}: {broken}"
        self.shared.check(name)
        sent = [self.flights.parcel(Parcel(*fields)) for fields in solo.sent]
        self.goes_on = {
            list(waits).index(task): place
            for place, (task, effect) in enumerate(solo.tasks.items())
            if waits.get(task) is effect
            and effect is not None
            and effect[2] is not None
        }
        return self._local(solo, local, stimulus, error), sent

    def _local(
        self, solo: Solo, before: int, stimulus: Stimulus, error: str | None
    ) -> int:
        frozen = solo.node.name, solo.frozen(self.read, self._notes(solo)), error
        number = self.number_of.get(frozen)
        if number is not None:
            return number
        number = self.number_of[frozen] = len(self.locals)
        if number > FIELD:
            raise Unexplorable(f"the nodes have more than {FIELD:,} local states")
        if error is not None:
            self.raised[number] = error
        main = solo.main
        ended = main is not None and main.done
        values = dict.fromkeys(self.read) | solo.variables(self.read)
        self.locals.append(
            Local(
                frozen,
                before,
                stimulus,
                Variables(values),
                dict(solo.node.disk),
                tuple(what for kind, what in solo.events if kind == "note"),
                solo.up,
                ended,
                main.result if main is not None else None,
                not solo.tasks,
                bool(solo.waiters),
                frozenset({*solo.answers, *solo.given_up}),
            )
        )
        self.steps.append({})
        self.waits.append(tuple(solo.waits()))
        self.timed = self.timed or bool(self.waits[-1])
        return number

    # Steps ------------------------------------------------------------------

    def initial(self) -> Global:
        """Every program has started, in the order in which they were added."""
        state: list[int] = []
        sent: list[int] = []
        with redirect_stdout(None):
            for name in self.names:
                local, parcels = self._met(self.solo(name), -1, ("start", None))
                state.append(local)
                sent += parcels
        line = self.flights.line({}, self._begin())
        self.first_move = self.flights.move(-1, sent)
        start = sum(local << WIDTH * r for r, local in enumerate(state))
        return start + (line << self.base - WIDTH) + self._moved(line, self.first_move)

    def _begin(self) -> list[int]:
        """What is left at the start: `rest` of the first line."""
        return [*self.budgets, 0, *(0 for _ in self.flights.numbered)]

    def nodes(self, state: Global) -> list[int]:
        """The local states of a state."""
        return [state >> shift & FIELD for shift in self.shifts]

    def flying(self, state: Global) -> tuple[int, int]:
        """The bag and the line of a state."""
        return state >> self.base, state >> self.base - WIDTH & FIELD

    def _moved(self, line: int, move: int) -> int:
        """The difference that a move makes to what is under way."""
        if self.flights.simple:
            return self.flights.changes[move] << self.base
        change, after = self.flights.moved(line, move)
        return (change << self.base) + (after - line << self.base - WIDTH)

    def successors(self, state: Global) -> list[tuple[Any, Global]]:
        """Each step from a state that is no fault, and where it leads."""
        found: list[tuple[Any, Global]] = []
        flights, steps = self.flights, self.steps
        simple = flights.simple
        low = state & self.below
        nodes = [low >> shift & FIELD for shift in self.shifts]
        line = low >> self.base - WIDTH
        arriving = flights.open(state >> self.base)
        if not simple:
            arriving += flights.lines[line].heads
        for m, r in arriving:
            reached = steps[nodes[r]]
            outcome = reached[m] if m in reached else self.local_step(nodes[r], m)
            if outcome is not None:
                after = state + outcome[0]
                if not simple:
                    after += self._moved(line, outcome[2])
                found.append((m, after))
        if self.timed:
            for r, local in enumerate(nodes):
                for task in self.waits[local]:
                    woken = self._own(state, r, ("timeout", task))
                    found.append((("timeout", r, task), woken))
        if self.plan:
            self._planned(state, found)
        return found

    def _own(self, state: Global, r: int, stimulus: Stimulus) -> Global:
        """A node meets something that is no message."""
        local = state >> WIDTH * r & FIELD
        outcome = self.steps[local].get(stimulus) or self.local_step(local, stimulus)
        assert outcome is not None
        change, _, move = outcome
        if not self.flights.simple:
            change += self._moved(self.flying(state)[1], move)
        return state + change

    def _spent(self, state: Global, which: int, by: int = -1) -> Global:
        """The same state with one less in a budget, or one more of the plan done."""
        number = self.flying(state)[1]
        line = self.flights.lines[number]
        rest = list(line.rest)
        rest[which] += by
        after = self.flights.line(dict(line.queues), rest)
        return state + (after - number << self.base - WIDTH)

    def _planned(self, state: Global, found: list[tuple[Any, Global]]) -> None:
        """What main planned: its next fault, and losses where a link is cut."""
        flights = self.flights
        at = flights.lines[self.flying(state)[1]].rest[PLANNED]
        lost = {
            (m, place): after
            for m, place, after in self._losses(state)
            if flights.cut(m, at)
        }
        found[:] = [(key, after) for key, after in found if (key, 0) not in lost]
        found += [(("cut", *key), lost[key]) for key in sorted(lost)]
        if at < len(self.plan):
            kind, name, *_ = self.plan[at]
            after = self._spent(state, PLANNED, +1)
            r = self.place.get(name, -1)
            if name and self.locals[self.nodes(state)[r]].up is (kind == "crash"):
                met = "crash" if kind == "crash" else "start"
                after = self._own(after, r, (met, None))
            found.append((("planned", at), after))

    def _losses(self, state: Global) -> Iterator[tuple[int, int, Global]]:
        """Each message under way, its place in its queue, and the state without it.

        In a queue, one of equal neighbors stands for all of them.
        """
        flights, (bag, number) = self.flights, self.flying(state)
        line = flights.lines[number]
        for m, _ in flights.open(bag):
            yield m, 0, state + self._moved(number, flights.move(m, ()))
        for link, queue in line.queues:
            for place, m in enumerate(queue):
                if place == 0 or queue[place - 1] != m:
                    rest = queue[:place] + queue[place + 1 :]
                    after = flights.line({**dict(line.queues), link: rest}, line.rest)
                    yield m, place, state + (after - number << self.base - WIDTH)

    def faults(self, state: Global) -> Iterator[tuple[Any, Global]]:
        """Each fault that the budgets still allow, and where it leads."""
        flights, (bag, line) = self.flights, self.flying(state)
        losses, doubles, crashes, restarts = flights.lines[line].rest[:PLANNED]
        for m, place, after in self._losses(self._spent(state, 0)) if losses else ():
            yield ("lose", m, place), after
        for m in dict.fromkeys(flights.under_way(bag, line)):
            if doubles:
                copy = flights.parcel(flights.parcels[m], loose=True)
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
        flights = self.flights

        def launch(added: Iterable[int], rest: list[int]) -> None:
            for m in added:
                link = flights.link(m)
                sent[link] = sent.get(link, 0) + 1
                if flights.carried(m, rest):
                    flying.append((m, sent[link]))

        launch(flights.moves[self.first_move][1], self._begin())
        steps: list[Step] = []
        for state, after in pairwise(path):
            every = (*self.successors(state), *self.faults(state))
            key = next(key for key, reached in every if reached == after)
            if isinstance(key, int):
                key = "deliver", key
            kind, *what = key
            line = flights.lines[self.flying(state)[1]]
            rest = list(line.rest)
            if kind in ("deliver", "lose", "cut", "duplicate"):
                alike = [at for at, (m, _) in enumerate(flying) if m == what[0]]
                at = alike[0]
                if kind in ("lose", "cut") and not flights.loose[what[0]]:
                    queue = dict(line.queues)[flights.link(what[0])]
                    at = alike[queue[: what[1]].count(what[0])]
                m, number = flying[at]
                link = self.flights.link(m)
                steps.append(("lose" if kind == "cut" else kind, *link, number))
                if kind == "duplicate":
                    copy = self.flights.parcel(self.flights.parcels[m], loose=True)
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
            r = self.flights.arrivals[key][1]
        elif kind == "timeout":
            r, key = what[0], (kind, what[1])
        elif kind in ("crash", "restart"):
            r, key = what[0], ("crash" if kind == "crash" else "start", None)
        elif kind == "planned" and self.plan[key].node:
            r = self.place[self.plan[key].node]
            key = "crash" if self.plan[key].kind == "crash" else "start", None
        else:
            return ()
        outcome = self.steps[self.nodes(state)[r]].get(key)
        return self.flights.moves[outcome[2]][1] if outcome else ()
