"""Everything that a program can do: every order of events, tried once.

`explore(build)` takes the world that `build` builds and, in place of one run, searches
all of them, breadth first over states. A state is what every node knows (its suspended
frames, its waiting messages, its disk) and what is under way. Two runs that lead to
the same state have the same future, so it is followed once; and because the search
is breadth first, the first failing run that it meets is a smallest one. Exploring the
running program itself goes back to VeriSoft (Godefroid, 1997), which kept no states;
keeping them, to model checkers such as SPIN (Holzmann, 1997) and TLC (Yu et al., 1999).

**All** means: every order in which messages can arrive and waits can end, from the
moment when every program has started. Variables that the program will not read again
and that no property reads are not part of a state, nor are notes that none reads. A set
counts as its members, in whatever order.

**Time** is asynchronous: a message may take any time, and a clock may run at any speed.
So a message may arrive at any moment after it was sent (on a FIFO link: after those
sent before it), and a wait with a limit may end at any moment after it began, before or
after any message and any other wait, also of the same node. Delays, limits in ms, drift
and `until=` do not restrict that. Whatever a real run does is among what is tried, so
“never” is true of every run; a failing run may need delays beyond those of `build`.

**Faults** happen within a budget: at most so many losses, duplicates, crashes,
restarts, each of any message or node, at any moment. What `build` itself plans
(`crash`, `cut`, `partition`) happens in the planned order, at any moments; `lose` loses
the messages that it numbers.

**Not explored**, but refused: nodes that share something that changes, programs that
read a clock, a time or an id of a message, or draw from `me.random`, and values that
cannot be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from .. import hooks
from ..misuse import nothing_forgotten
from ..trace import Event
from ..world import World
from .checker import Properties, Search
from .orders import Graph, written
from .program.building import Build
from .program.in_flight import PLANNED
from .program.model import Global, KeepsMail, Model, ReadsMore
from .program.schedule import Schedule, replay
from .program.times import fitted, may_fit
from .state import Explored, Ran, State

POSSIBLE = "It can happen with the delays that the program sets."
ORDER_ONLY = "It takes other delays than the program sets: only the order counts."
TRIED = 300  # beginnings of failing runs that are asked whether time allows them

Property: TypeAlias = Callable[[State], object]
Checks: TypeAlias = Property | Iterable[Property] | Mapping[str, Property]


def plural(count: int, one: str) -> str:
    """A number and what it counts: 1 state, 1,204 states, 2 losses."""
    many = one + ("es" if one.endswith(("s", "sh")) else "s")
    return f"{count:,} {one if count == 1 else many}"


class Failure(NamedTuple):
    """A smallest run in which something does not hold."""

    what: str  # the property, in words
    schedule: Schedule  # replay(build, schedule) runs it again
    world: World  # after that run: its trace, its nodes
    event: Event | None  # the first event of the last step; None at the start
    fits: bool  # True: the delays in `world` are those that the program sets

    def __str__(self) -> str:
        if not self.schedule:
            return f"Broken at the start: {self.what}."
        text = f"Broken after {plural(len(self.schedule), 'step')}: {self.what}."
        if self.event is not None and self.event.kind != "note":
            what = self.world.trace.describe(self.event)
            text += f"\nAt {self.event.name}, {self.event.node} {what}."
        return f"{text}\n{POSSIBLE if self.fits else ORDER_ONLY}"


class Exploration(NamedTuple):
    """What `explore` found. `str()` says it in a few lines."""

    states: int
    steps: int  # from each state each step that is possible there
    depth: int  # the most steps that a shortest path to a state has
    complete: bool  # True if that was everything within the budgets
    budgets: str  # "at most 1 loss", or ""
    always: tuple[str, ...]  # what held in every state that was tried
    at_rest: tuple[str, ...]  # what held wherever nothing was left to happen
    happened: tuple[str, ...]  # of `sometimes`: what did happen
    never: tuple[str, ...]  # of `sometimes`: what never happened
    failure: Failure | None
    graph: Graph | None

    @property
    def ok(self) -> bool:
        """True if everything was tried and everything is as it should be."""
        return self.complete and self.failure is None and not self.never

    @property
    def runs(self) -> int | None:
        """How many runs that is: interleavings of steps, from the start to the end.

        A message makes a step when its receiver takes it (when it arrives: on a FIFO
        link, and at a node with several tasks); a run ends where nothing
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
            "verdict": self._in_short(),
            "ok": self.ok,
            "complete": self.complete,
            "states": self.states,
            "steps": self.steps,
            "budgets": self.budgets,
            # As text: a page's numbers end at 2⁵³.
            "runs": None if self.runs is None else written(self.runs),
            "holds": [*self.always, *self.at_rest],
            "always": list(self.always),
            "at_rest": list(self.at_rest),
            "happened": list(self.happened),
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

    def _in_short(self) -> str:
        """The verdict in one line, without where it fails and what was tried."""
        if self.failure is not None or not self.complete:
            return str(self).partition("\n")[0]
        return self._verdict().replace("\n", " ")

    def _verdict(self) -> str:
        """The sentences about all runs."""
        if self.never:
            return " ".join(f"It never happened: {text}." for text in self.never)
        said = []
        if self.always or not self.at_rest:
            what = "; ".join(self.always) or "no program raises an exception"
            said.append(f"{self._all()}: {what}.")
        if self.at_rest:
            when = "At rest" if said else f"{self._all()} at rest"
            said.append(f"{when}: {'; '.join(self.at_rest)}.")
        if self.runs is None:
            said.append("Some runs never rest.")
        if self.happened:
            said.append(f"It happens: {'; '.join(self.happened)}.")
        return "\n".join(said)

    def _all(self) -> str:
        if self.runs == 1:
            return "The only run holds"
        return f"All {written(self.runs)} runs hold" if self.runs else "All runs hold"


def explore(
    build: Build,
    always: Checks = (),
    sometimes: Checks = (),
    at_rest: Checks = (),
    *,
    losses: int = 0,
    duplicates: int = 0,
    crashes: int = 0,
    restarts: int = 0,
    limit: int = 1_000_000,
) -> Exploration:
    """Try everything that the program of `build` can do, and judge it.

    A property takes a `State` and returns true or false. It is a function, several, or
    a mapping from sentences to functions; the sentence of a function is the first
    line of its docstring, or its name.

    `always`: holds in every state; an invariant. `sometimes`: holds in at least one;
    without it, a program that does nothing passes every `always`. `at_rest`: holds
    whenever nothing is left to happen, with nothing under way that somebody will take
    and no wait that will end; and such a rest can be reached from every state. That
    is less than the “eventually” of temporal logic: some runs may never rest, for
    example one that times out and tries again forever, and the output says so.

    Also fails if a program raises an exception. `limit`: how many states to try.

    Raises Unexplorable, with the name of the variable, for a program whose nodes share
    something that changes, or that depends on time, chance or something hidden;
    AttributeError for a property that reads a variable which no program has; ValueError
    for a `limit` below 1 or a budget below 0.
    """
    if not isinstance(limit, int) or limit < 1:
        raise ValueError(f"limit={limit}: at least one state must be tried")
    budgets = losses, duplicates, crashes, restarts
    if min(budgets) < 0:
        raise ValueError(f"budgets={budgets}: none can be below 0")
    properties = Properties(named(always), named(sometimes), named(at_rest))
    read: set[str] = set()
    mail: set[str] = set()
    while True:
        model = Model(build, budgets, read, mail)
        state = Explored(model)
        try:
            with nothing_forgotten():
                search = Search(
                    model, properties, limit, state.at, faulty=any(budgets)
                ).run()
        except ReadsMore as more:
            name = more.args[0]
            if name not in (*model.shared.names, "notes()"):
                known = ", ".join(model.shared.names)
                raise AttributeError(
                    f"no program has a variable {name!r}, only: {known}"
                ) from None
            read.add(name)  # and start again: now it counts
        except KeepsMail as several:
            mail.add(several.args[0])
        else:
            found = _result(model, search)
            hooks.found(found._finding)
            return found


def named(checks: Checks) -> dict[str, Property]:
    """Each property by its sentence."""
    if isinstance(checks, Mapping):
        return dict(checks)
    if callable(checks):
        checks = (checks,)
    found = {}
    for check in checks:
        lines = (check.__doc__ or "").strip().splitlines()
        name = getattr(check, "__name__", "it").replace("_", " ")
        found[lines[0].rstrip(".") if lines else name] = check
    return found


def _result(model: Model, search: Search[Global]) -> Exploration:
    failed = bool(search.failures)
    properties = search.properties
    return Exploration(
        len(search.states),
        search.steps,
        search.depth,
        search.complete and not failed,
        _allowed(model.budgets),
        () if failed else tuple(properties.always),
        () if failed else tuple(properties.at_rest),
        tuple(text for text in properties.sometimes if text not in search.unseen),
        search.never,
        _failure(model, search) if failed else None,
        Graph(model) if search.complete and not failed else None,
    )


def _failure(model: Model, search: Search[Global]) -> Failure:
    """Of the shortest failing runs, one with the fewest faults.

    Of these, one that can happen with the delays that the program sets, if there is one
    among those that are tried.
    """

    def left(state: Global) -> int:
        _, ledger = model.parts(state)
        return sum(model.in_flight.ledgers[ledger].rest[:PLANNED])

    at, what = max(search.failures, key=lambda failed: left(search.states[failed[0]]))
    checks = {**search.properties.always, **search.properties.at_rest}
    check = checks.get(what)

    def fails(world: World) -> bool:
        assert check is not None
        return not check(Ran(world, model.read))

    first = model.schedule(search.path(at))
    for schedule in _schedules(model, search, at, what):
        judge = fails if check is not None else None
        rests = what in search.properties.at_rest
        world = fitted(model.build, schedule, judge, rests)
        if world is not None:
            world.named = True  # the verdict names one of its events
            events = world.trace.events
            now = events[-1].time if rests and events else world.now
            last = [e for e in events if e.time == now]
            event = next((e for e in last if e.kind != "ignore"), None)
            return Failure(what, schedule, world, event if schedule else None, True)
    world = replay(model.build, first)
    world.caption = f"The shortest order that fails. {ORDER_ONLY}"
    before = len(replay(model.build, first[:-1]).trace.events)
    events = world.trace.events[before:] if first else []
    return Failure(what, first, world, events[0] if events else None, False)


def _schedules(
    model: Model, search: Search[Global], at: int, what: str
) -> Iterator[Schedule]:
    """The known way to a failing state, and others that time allows so far."""
    known = search.path(at)
    first = model.schedule(known)
    yield first
    ahead, tried = search.ways(at, what), 0
    todo = [[known[0]]]
    while todo and tried < TRIED:
        path = todo.pop()
        tried += 1
        schedule = model.schedule(path)
        if not may_fit(model.build, schedule):
            continue
        if len(path) == len(known):
            if _faults(schedule) <= _faults(first):
                yield schedule
        else:
            todo += [[*path, after] for after in reversed(ahead.get(path[-1], []))]


def _faults(schedule: Schedule) -> int:
    return sum(
        step[0] in ("lose", "duplicate", "crash", "restart") for step in schedule
    )


def _allowed(budgets: tuple[int, ...]) -> str:
    kinds = "loss", "duplicate", "crash", "restart"
    parts = [
        plural(count, kind) for count, kind in zip(budgets, kinds, strict=True) if count
    ]
    return f"at most {' and '.join(parts)}" if parts else ""
