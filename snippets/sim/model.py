"""A program as a graph: its states, and the steps between them.

A state is a tuple of small numbers: the local state of each node, and the flight, which
is everything under way. What one node does with one stimulus is the same in whatever
state of the others, so it is computed once: a fresh node meets the history that led to
its local state, then the stimulus.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from .frames import Freezer, Frozen, Unexplorable
from .replay import Main, Schedule, Step, built, planned
from .sharing import Shared
from .solo import Parcel, Solo, Stimulus

Global: TypeAlias = tuple[int, ...]  # a local state for each node, then the flight


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
    ended: bool
    result: Any
    listens: bool  # True if a message that nobody called for is received at once
    answers: frozenset[int]  # calls whose answer does something


class Flight:
    """What is under way, and what is left of the budgets."""

    __slots__ = ("after", "arriving", "bag", "queues", "rest")

    def __init__(
        self,
        bag: tuple[int, ...],
        queues: tuple[tuple[tuple[str, str], tuple[int, ...]], ...],
        rest: tuple[int, ...],
        receiver: list[int],
    ) -> None:
        self.bag = bag  # sorted; these overtake each other
        self.queues = queues  # these do not
        self.rest = rest  # losses, duplicates, crashes, restarts, plan, sent …
        heads = (queue[0] for _, queue in queues)
        self.arriving = [(m, receiver[m]) for m in (*dict.fromkeys(bag), *heads)]
        self.after: dict[int, int] = {}  # move → flight


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
        self.keeps_mail = {
            b
            for (a, b), link in self.links.items()
            if link.fifo and len(self.names) > 1
        }
        self.locals: list[Local] = []
        self.number_of: dict[Frozen, int] = {}
        if mail:
            self.keeps_mail = set(self.names)
        self.steps: list[dict[Any, tuple[int, int] | None]] = []  # of each local
        # After a step: the timers that go on, as places of tasks before and after it.
        self.timers: dict[tuple[int, Any], dict[int, int]] = {}
        self.goes_on: dict[int, int] = {}
        self.parcels: list[Parcel] = []
        self.receiver: list[int] = []
        self.loose: list[bool] = []  # False: keeps its place on a FIFO link
        self.parcel_of: dict[Frozen, int] = {}
        self.moves: list[tuple[int, tuple[int, ...]]] = []  # what leaves, what joins
        self.move_of: dict[tuple[int, tuple[int, ...]], int] = {}
        self.flights: list[Flight] = []
        self.flight_of: dict[Any, int] = {}
        self.replays = 0
        self.raised: dict[int, str] = {}  # locals in which a program broke down
        self.budgets = budgets
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
            solo.sent.clear()
            solo.meet(*stimulus)
        self.replays += 1
        if solo.frozen(self.read, self._notes(solo)) != self.locals[local].frozen[1]:
            raise Unexplorable(
                f"node {name!r} does not do the same thing when it meets the same: "
                "something hidden (time, chance, the order of a set) decides"
            )
        return solo

    def _notes(self, solo: Solo) -> list[str] | None:
        texts = [what for kind, what in solo.events if kind == "note"]
        return texts if "notes()" in self.read else None

    def local_step(self, local: int, key: Any) -> tuple[int, int] | None:
        """What a node does with a stimulus: its next local state, and the move."""
        was = self.locals[local]
        removed = -1
        stimulus: Stimulus = key
        if isinstance(key, int):
            removed, stimulus = key, ("arrive", self.parcels[key])
        outcome: tuple[int, int] | None = None
        if removed < 0 or self._arrives(was, self.parcels[removed]):
            with redirect_stdout(None):
                solo = self._relived(local)
                after, sent = self._met(solo, local, stimulus)
            outcome = after, self.move(removed, sent)
            self.timers[local, key] = self.goes_on
        self.steps[local][key] = outcome
        return outcome

    def _arrives(self, local: Local, parcel: Parcel) -> bool:
        """True if the arrival is worth a step: now, not later, and not never."""
        if local.ended or not local.up:
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
        sent = [self.parcel(Parcel(*fields)) for fields in solo.sent]
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
        if error is not None:
            self.raised[number] = error
        main = solo.main
        ended = solo.up and main is not None and main.done
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
                ended and not solo.tasks,
                main.result if ended and main is not None else None,
                bool(solo.waiters),
                frozenset({*solo.answers, *solo.given_up}),
            )
        )
        self.steps.append({})
        self.waits.append(tuple(solo.waits()))
        self.timed = self.timed or bool(self.waits[-1])
        return number

    def parcel(self, parcel: Parcel, loose: bool = False) -> int:
        """The number of a message: one for all that are alike."""
        loose = loose or not self.links[parcel.sender, parcel.to].fifo
        body = Freezer(f"a message from {parcel.sender!r}").freeze(parcel.body)
        key = parcel._replace(body=body), loose
        number = self.parcel_of.get(key)
        if number is None:
            number = self.parcel_of[key] = len(self.parcels)
            self.parcels.append(parcel)
            self.receiver.append(self.place[parcel.to])
            self.loose.append(loose)
        return number

    # What is under way ------------------------------------------------------

    def move(self, removed: int, added: Iterable[int]) -> int:
        """The number of a change of what is under way."""
        key = removed, tuple(added)
        number = self.move_of.setdefault(key, len(self.moves))
        if number == len(self.moves):
            self.moves.append(key)
        return number

    def flight(self, bag: Iterable[int], queues: Any, rest: tuple[int, ...]) -> int:
        """The number of what is under way."""
        key = tuple(sorted(bag)), tuple(sorted(queues.items())), rest
        number = self.flight_of.get(key)
        if number is None:
            number = self.flight_of[key] = len(self.flights)
            self.flights.append(Flight(*key, self.receiver))
        return number

    def moved(self, flight: int, move: int) -> int:
        """What is under way after a move."""
        was = self.flights[flight]
        removed, added = self.moves[move]
        bag, queues = list(was.bag), dict(was.queues)
        if removed >= 0:
            self._take(removed, bag, queues)
        rest = list(was.rest)
        for m in added:
            if self._carried(m, rest):
                parcel = self.parcels[m]
                if self.loose[m]:
                    bag.append(m)
                else:
                    link = parcel.sender, parcel.to
                    queues[link] = (*queues.get(link, ()), m)
        number = self.flight(bag, queues, tuple(rest))
        was.after[move] = number
        return number

    def _take(self, m: int, bag: list[int], queues: dict[Any, Any]) -> None:
        if self.loose[m]:
            bag.remove(m)
            return
        link = self.parcels[m].sender, self.parcels[m].to
        queue = list(queues.pop(link))
        queue.remove(m)
        if queue:
            queues[link] = tuple(queue)

    def _carried(self, m: int, rest: list[int]) -> bool:
        """False if the link loses what is sent now: by number, or by a cut."""
        link = self.parcels[m].sender, self.parcels[m].to
        numbered = list(self.world._lose)
        if link in numbered:
            at = 5 + numbered.index(link)
            rest[at] += 1
            if rest[at] in self.world._lose[link]:
                return False
            rest[at] = min(rest[at], max(self.world._lose[link]))
        return not self._cut(link, rest[4])

    def _cut(self, link: tuple[str, str], planned: int) -> bool:
        changes = [plan.kind for plan in self.plan[:planned] if link in plan.pairs]
        return changes.count("cut") > changes.count("heal")

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
        rest = (*self.budgets, 0, *(0 for _ in self.world._lose))
        self.first_move = self.move(-1, sent)
        return *state, self.moved(self.flight((), {}, rest), self.first_move)

    def successors(self, state: Global) -> list[tuple[Any, Global]]:
        """Each step from a state that is no fault, and where it leads."""
        found: list[tuple[Any, Global]] = []
        number = state[-1]
        flight = self.flights[number]
        after, steps = flight.after, self.steps
        for m, r in flight.arriving:
            local = state[r]
            try:
                outcome = steps[local][m]
            except KeyError:
                outcome = self.local_step(local, m)
            if outcome is None:
                continue
            new, move = outcome
            nodes = list(state)
            nodes[r] = new
            try:
                nodes[-1] = after[move]
            except KeyError:
                nodes[-1] = self.moved(number, move)
            found.append((m, tuple(nodes)))
        if self.timed:
            waits = self.waits
            for r, local in enumerate(state[:-1]):
                for task in waits[local]:
                    after_it = self._own(state, r, ("timeout", task))
                    found.append((("timeout", r, task), after_it))
        if self.plan:
            self._planned(state, found)
        return found

    def _own(self, state: Global, r: int, stimulus: Stimulus) -> Global:
        """A node meets something that is no message."""
        local, number = state[r], state[-1]
        outcome = self.steps[local].get(stimulus) or self.local_step(local, stimulus)
        assert outcome is not None
        new, move = outcome
        after = self.flights[number].after.get(move)
        if after is None:
            after = self.moved(number, move)
        return *state[:r], new, *state[r + 1 : -1], after

    def _spent(self, state: Global, which: int, by: int = -1) -> Global:
        """The same state with one less in a budget, or one more of the plan done."""
        flight = self.flights[state[-1]]
        rest = list(flight.rest)
        rest[which] += by
        number = self.flight(flight.bag, dict(flight.queues), tuple(rest))
        return *state[:-1], number

    def _planned(self, state: Global, found: list[tuple[Any, Global]]) -> None:
        """What main planned: its next fault, and losses where a link is cut."""
        flight = self.flights[state[-1]]
        at = flight.rest[4]
        cut = [
            place
            for place, (m, _) in enumerate(flight.arriving)
            if self._cut((self.parcels[m].sender, self.parcels[m].to), at)
        ]
        if cut:
            lost = {flight.arriving[place][0] for place in cut}
            found[:] = [(key, after) for key, after in found if key not in lost]
            for m in lost:
                found.append((("cut", m), self._without(state, m)))
        if at < len(self.plan):
            kind, name, *_ = self.plan[at]
            after = self._spent(state, 4, +1)
            if name:
                r = self.place[name]
                if self.locals[state[r]].up is (kind == "crash"):
                    met = ("crash", None) if kind == "crash" else ("start", None)
                    after = self._own(after, r, met)
            found.append((("planned", at), after))

    def _without(self, state: Global, m: int) -> Global:
        return *state[:-1], self.moved(state[-1], self.move(m, ()))

    def faults(self, state: Global) -> Iterator[tuple[Any, Global]]:
        """Each fault that the budgets still allow, and where it leads."""
        flight = self.flights[state[-1]]
        losses, doubles, crashes, restarts = flight.rest[:4]
        queued = [m for _, queue in flight.queues for m in queue]
        for m in dict.fromkeys((*flight.bag, *queued)):
            if losses:
                yield ("lose", m), self._without(self._spent(state, 0), m)
            if doubles:
                after = self._spent(state, 1)
                copy = self.parcel(self.parcels[m], loose=True)
                number = self.moved(after[-1], self.move(-1, (copy,)))
                yield ("duplicate", m), (*after[:-1], number)
        for r, local in enumerate(state[:-1]):
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

        def launch(added: Iterable[int]) -> None:
            for m in added:
                link = self.parcels[m].sender, self.parcels[m].to
                sent[link] = sent.get(link, 0) + 1
                flying.append((m, sent[link]))

        launch(self.moves[self.first_move][1])
        steps: list[Step] = []
        for state, after in pairwise(path):
            every = (*self.successors(state), *self.faults(state))
            key = next(key for key, reached in every if reached == after)
            if isinstance(key, int):
                key = "deliver", key
            kind, *what = key
            if kind in ("deliver", "lose", "cut", "duplicate"):
                at = next(at for at, (m, _) in enumerate(flying) if m == what[0])
                m, number = flying[at]
                link = self.parcels[m].sender, self.parcels[m].to
                steps.append(("lose" if kind == "cut" else kind, *link, number))
                if kind == "duplicate":
                    copy = self.parcel(self.parcels[m], loose=True)
                    flying.insert(at + 1, (copy, number))
                else:
                    del flying[at]
            elif kind == "planned":
                steps.append((kind,))
            else:
                steps.append((kind, self.names[what[0]], *what[1:]))
            launch(self._sent_by(state, kind, what))
        return tuple(steps)

    def _sent_by(self, state: Global, kind: str, what: list[int]) -> tuple[int, ...]:
        """What a step makes a node send."""
        key: Any = what[0] if what else None
        if kind == "deliver":
            r = self.receiver[key]
        elif kind == "timeout":
            r, key = what[0], (kind, what[1])
        elif kind in ("crash", "restart"):
            r, key = what[0], ("crash" if kind == "crash" else "start", None)
        elif kind == "planned" and self.plan[key].node:
            r = self.place[self.plan[key].node]
            key = "crash" if self.plan[key].kind == "crash" else "start", None
        else:
            return ()
        outcome = self.steps[state[r]].get(key)
        return self.moves[outcome[1]][1] if outcome else ()
