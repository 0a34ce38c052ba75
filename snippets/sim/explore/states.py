"""Everything that a program can do: every order of events, tried once.

`explore(main)` builds the world that `main` builds and, in place of one run, searches
all of them, breadth first over states. A state is what every node knows (its suspended
frames, its waiting messages, its disk) and what is under way. Two runs that lead to
the same state have the same future, so it is followed once; and because the search
is breadth first, the first failing run that it meets is a smallest one. Exploring the
running program itself goes back to VeriSoft (Godefroid, 1997), which kept no states;
keeping them, to model checkers such as SPIN (Holzmann, 1997) and TLC (Yu et al., 1999).

**All** means: every order in which messages can arrive and waits can end, from the
moment when every program has started. Variables that the program will not read again
and that no property reads are no part of a state, nor are notes that none reads. A set
counts as its members, in whatever order.

**Time** is asynchronous: a message may take any time, and a clock may run at any speed.
So a message may arrive at any moment after it was sent (on a FIFO link: after those
sent before it), and a wait with a limit may end at any moment after it began, before or
after any message and any other wait, also of the same node. Delays, limits in ms, drift
and `until=` do not restrict that. Whatever a real run does is among what is tried, so
«never» is true of every run; a failing run may need delays beyond those of `main`.

**Faults** happen within a budget: at most so many losses, duplicates, crashes,
restarts, each of any message or node, at any moment. What `main` itself plans
(`crash`, `cut`, `partition`) happens in the planned order, at any moments; `lose` loses
the messages that it numbers.

**Not explored**, but refused: nodes that share something that changes, programs that
read a clock or draw from `me.random`, and values that cannot be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from .. import progress
from ..trace import Event
from ..world import World
from .flight import PLANNED
from .model import FIELD, WIDTH, Global, Local, Model, Needed, Variables
from .replay import Main, Schedule, replay
from .runs import Graph, written
from .solo import Parcel

Property: TypeAlias = Callable[["State"], object]
Properties: TypeAlias = Property | Iterable[Property] | Mapping[str, Property]


class State:
    """What a property reads. It stands for another state at every call."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._at: Global = 0

    def _local(self, name: str) -> Local:
        model = self._model
        try:
            return model.locals[self._at >> WIDTH * model.place[name] & FIELD]
        except KeyError:
            known = ", ".join(model.place)
            raise LookupError(f"there is no node {name!r}, only: {known}") from None

    def node(self, name: str) -> Variables:
        """A node's variables: `state.node("p").holds`."""
        return self._local(name).variables

    @property
    def nodes(self) -> list[Variables]:
        """The variables of every node, in the order in which they were added."""
        model = self._model
        return [model.locals[local].variables for local in model.nodes(self._at)]

    def disk(self, name: str) -> dict[str, Any]:
        """What is on a node's disk."""
        return self._local(name).disk

    def notes(self, name: str) -> tuple[str, ...]:
        """What a node noted so far. Reading it makes notes part of every state."""
        if "notes()" not in self._model.read:
            raise Needed("notes()")
        return self._local(name).notes

    def up(self, name: str) -> bool:
        """False while a node is down."""
        return self._local(name).up

    def ended(self, name: str) -> bool:
        """True once a node's program has returned."""
        return self._local(name).ended

    def result(self, name: str) -> Any:
        """What a node's program returned; None before."""
        return self._local(name).result

    @property
    def messages(self) -> list[Parcel]:
        """What was sent and has not been received: `sender`, `to`, `body`."""
        flights = self._model.flights
        return [
            flights.parcels[m] for m in flights.under_way(*self._model.flying(self._at))
        ]


SHORTEST = (
    "The shortest order that fails. It takes other delays than the program's; "
    "only the order counts."
)


def plural(count: int, one: str) -> str:
    """A number and what it counts: 1 state, 1,204 states, 2 losses."""
    many = one + ("es" if one.endswith(("s", "sh")) else "s")
    return f"{count:,} {one if count == 1 else many}"


class Failure(NamedTuple):
    """A smallest run in which something does not hold."""

    what: str  # the property, in words
    schedule: Schedule  # replay(main, schedule) runs it again
    world: World  # after that run: its trace, its nodes
    event: Event | None  # the first event of the last step; None at the start

    def __str__(self) -> str:
        if not self.schedule:
            return f"Broken at the start: {self.what}."
        text = f"Broken after {plural(len(self.schedule), 'step')}: {self.what}."
        if self.event is None or self.event.kind == "note":
            return text
        what = self.world.trace.describe(self.event)
        return f"{text}\nAt {self.event.name}, {self.event.node} {what}."


class Exploration(NamedTuple):
    """What `explore` found. `str()` says it in a few lines."""

    states: int
    steps: int  # from each state each step that is possible there
    depth: int  # the most steps that a shortest way to a state has
    complete: bool  # True if that was everything within the budgets
    budgets: str  # "at most 1 loss", or ""
    holds: tuple[str, ...]  # what was tried and did not fail
    never: tuple[str, ...]  # of `sometimes`: what never happened
    failure: Failure | None
    graph: Graph | None

    @property
    def ok(self) -> bool:
        """True if everything was tried and everything is as it should be."""
        return self.complete and self.failure is None and not self.never

    @property
    def runs(self) -> int | None:
        """How many runs that is: orders of steps, from the start to the end.

        A message makes a step when its receiver takes it; a run ends where nothing
        is under way that somebody will take, and no wait will end. None if a run need
        not end, or if not all was tried. Counted when it is first asked for, without
        going through the runs; that can take twice as long as the exploration did.
        """
        return self.graph.runs if self.graph is not None else None

    def _finding(self) -> dict[str, Any]:
        """The same as plain data, for the page."""
        failure = self.failure
        return {
            "by": "explore",
            "text": str(self),
            "ok": self.ok,
            "complete": self.complete,
            "states": self.states,
            "steps": self.steps,
            "budgets": self.budgets,
            # As text: a page's numbers end at 2⁵³.
            "runs": None if self.runs is None else written(self.runs),
            "holds": list(self.holds),
            "never": list(self.never),
            "failure": str(failure) if failure else None,
            "failing": failure.what if failure else None,
            "after": len(failure.schedule) if failure else None,
        }

    def __str__(self) -> str:
        tried = f"Tried: {plural(self.states, 'state')}, {plural(self.steps, 'step')}"
        if self.budgets:
            tried = f"Allowed: {self.budgets}.\n{tried}"
        if self.failure is not None:
            return f"{self.failure}\n{tried}."
        if not self.complete:
            return (
                f"{tried}: stopped there, that was not all of them. "
                f"All runs of up to {self.depth - 1} steps are among them."
            )
        return f"{self._verdict()}\n{tried}: that was all of them."

    def _verdict(self) -> str:
        """The sentence about all runs."""
        if self.never:
            return " ".join(f"It never happened: {text}." for text in self.never)
        what = "; ".join(self.holds) or "no program raises an exception"
        if self.runs is None:
            return f"All runs hold, and they need not end: {what}."
        if self.runs == 1:
            return f"The only run holds: {what}."
        return f"All {written(self.runs)} runs hold: {what}."


def explore(
    main: Main,
    always: Properties = (),
    sometimes: Properties = (),
    eventually: Properties = (),
    *,
    losses: int = 0,
    duplicates: int = 0,
    crashes: int = 0,
    restarts: int = 0,
    limit: int = 1_000_000,
) -> Exploration:
    """Try everything that the program of `main` can do, and judge it.

    A property takes a `State` and gives true or false. It is a function, several, or
    a mapping from sentences to functions; the sentence of a function is the first
    line of its docstring, or its name.

    `always`: holds in every state. `sometimes`: holds in at least one; without it,
    a program that does nothing passes every `always`. `eventually`: holds whenever
    a run has come to rest, with nothing under way and no wait that will end; and
    every run can come to rest.

    Also fails if a program raises an exception. `limit`: how many states to try.

    Raises Unexplorable, with the name of the variable, for a program whose nodes share
    something that changes, or that depends on time, chance or something hidden.
    """
    if not isinstance(limit, int) or limit < 1:
        raise ValueError(f"limit={limit}: at least one state must be tried")
    budgets = losses, duplicates, crashes, restarts
    if min(budgets) < 0:
        raise ValueError(f"budgets={budgets}: none can be below 0")
    properties = named(always), named(sometimes), named(eventually)
    read: set[str] = set()
    while True:
        model = Model(main, budgets, read)
        try:
            found = _Search(model, *properties, limit).run()
        except Needed as needed:
            name = needed.args[0]
            if name not in (*model.shared.names, "notes()"):
                known = ", ".join(model.shared.names)
                raise AttributeError(
                    f"no program has a variable {name!r}, only: {known}"
                ) from None
            read.add(name)  # and start again: now it counts
        else:
            progress.found(found._finding)
            return found


def named(properties: Properties) -> dict[str, Property]:
    """Each property by its sentence."""
    if isinstance(properties, Mapping):
        return dict(properties)
    if callable(properties):
        properties = (properties,)
    found = {}
    for check in properties:
        lines = (check.__doc__ or "").strip().splitlines()
        name = getattr(check, "__name__", "it").replace("_", " ")
        found[lines[0].rstrip(".") if lines else name] = check
    return found


class _Search:
    """One breadth-first search."""

    def __init__(
        self,
        model: Model,
        always: dict[str, Property],
        sometimes: dict[str, Property],
        eventually: dict[str, Property],
        limit: int,
    ) -> None:
        self.model = model
        self.always = always
        self.unseen = dict(sometimes)
        self.sometimes = sometimes
        self.eventually = eventually
        self.limit = limit
        self.view = State(model)
        self.parents: list[int] = []
        self.states: list[Global] = []

    def run(self) -> Exploration:
        """Level by level, so that what is met first is met on a shortest way."""
        model, states, parents = self.model, self.states, self.parents
        start = model.initial()
        seen = {start}
        states.append(start)
        parents.append(-1)
        failing = self._failing(start)
        failures = [(0, failing)] if failing else []
        depth = steps = done = 0
        faulty = any(model.budgets)
        checked = bool(self.always or self.unseen)
        edges: list[list[Global]] = []
        resting: list[Global] = []
        while done < len(states) < self.limit and not failures:
            end = len(states)
            depth += 1
            for at in range(done, end):
                if not at % progress.EVERY:
                    progress.tried(at, "states")
                state = states[at]
                found = model.successors(state)
                if self.eventually and not found:
                    resting.append(state)
                    failing = self._not_at_rest(state)
                    if failing:
                        failures.append((at, failing))
                if faulty:
                    found.extend(model.faults(state))
                steps += len(found)
                for _, after in found:
                    if after not in seen:
                        seen.add(after)
                        states.append(after)
                        parents.append(at)
                        if checked or model.raised:
                            failing = self._failing(after)
                            if failing:
                                failures.append((len(states) - 1, failing))
                if self.eventually:
                    edges.append([after for _, after in found])
                if (failures and not faulty) or len(states) >= self.limit:
                    break
            done = end
        complete = done == len(states) and not failures
        depth -= complete
        if complete and self.eventually:
            endless = self._endless(edges, resting)
            if endless is not None:
                failures.append((endless, "every run can come to rest"))
        return self._result(steps, depth, complete, failures)

    def _failing(self, state: Global) -> str:
        """The first property that does not hold in a state, if there is one."""
        view, model = self.view, self.model
        view._at = state
        if model.raised:
            for local in model.nodes(state):
                if local in model.raised:
                    return model.raised[local]
        for text, check in self.always.items():
            if not check(view):
                return text
        if self.unseen:
            for text in [text for text, check in self.unseen.items() if check(view)]:
                del self.unseen[text]
        return ""

    def _not_at_rest(self, state: Global) -> str:
        self.view._at = state
        for text, check in self.eventually.items():
            if not check(self.view):
                return text
        return ""

    def _endless(self, edges: list[list[Global]], resting: list[Global]) -> int | None:
        """The first state from which no run comes to rest."""
        number = {state: at for at, state in enumerate(self.states)}
        before: list[list[int]] = [[] for _ in self.states]
        for at, found in enumerate(edges):
            for after in found:
                before[number[after]].append(at)
        ends = [number[state] for state in resting]
        can = set(ends)
        while ends:
            for at in before[ends.pop()]:
                if at not in can:
                    can.add(at)
                    ends.append(at)
        return next((at for at in range(len(self.states)) if at not in can), None)

    def _result(
        self, steps: int, depth: int, complete: bool, failures: list[tuple[int, str]]
    ) -> Exploration:
        failure = None
        if failures:
            at, what = max(failures, key=lambda failed: self._left(failed[0]))
            failure = self._failure(at, what)
        holds = () if failures else (*self.always, *self.eventually)
        never = tuple(self.unseen) if complete else ()
        graph = Graph(self.model) if complete and not failures else None
        counts = len(self.states), steps, depth, complete
        return Exploration(*counts, self._budgets(), holds, never, failure, graph)

    def _left(self, at: int) -> int:
        """What is left of the budgets: of equally short runs, the one with most."""
        _, line = self.model.flying(self.states[at])
        return sum(self.model.flights.lines[line].rest[:PLANNED])

    def _failure(self, at: int, what: str) -> Failure:
        path = [self.states[at]]
        while self.parents[at] >= 0:
            at = self.parents[at]
            path.append(self.states[at])
        schedule = self.model.schedule(path[::-1])
        world = replay(self.model.main, schedule)
        world.caption = SHORTEST
        before = len(replay(self.model.main, schedule[:-1]).trace.events)
        events = world.trace.events[before:] if schedule else []
        return Failure(what, schedule, world, events[0] if events else None)

    def _budgets(self) -> str:
        kinds = "loss", "duplicate", "crash", "restart"
        budgets = zip(self.model.budgets, kinds, strict=True)
        parts = [plural(count, kind) for count, kind in budgets if count]
        return f"at most {' and '.join(parts)}" if parts else ""
