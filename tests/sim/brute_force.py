"""Every order of events of a small program, tried one after another, with no reduction.

Each run is made from its beginning on the world itself, which a schedule drives;
nothing of the explorer's graph, memory of states or counting is used.
"""

from collections.abc import Iterator
from typing import Any

from sim import World
from sim.explore import State
from sim.explore.program.building import Build
from sim.explore.program.schedule import Replay, Step
from sim.process import Process
from sim.trace import Line


def process(run: Replay, name: str) -> Process:
    return run.world.nodes[name].process


def over(of: Process) -> bool:
    """True if its program has ended, and all that it spawned."""
    return of.main is not None and of.main.done and not of.tasks


def possible(run: Replay, revives: bool = False) -> list[Step]:
    """What can happen next: any message on its way, any wait that has a limit.

    What arrives at an ended program makes a difference only if a node can come back.
    """
    steps: list[Step] = []
    first: set[tuple[str, str]] = set()
    for sender, to, number in sorted(way for way, ids in run.flying.items() if ids):
        if over(process(run, to)) and not revives:
            continue
        if not run.world.links.link(sender, to).fifo or (sender, to) not in first:
            steps.append(("deliver", sender, to, number))
        first.add((sender, to))
    for name in run.world.nodes:
        steps += [("timeout", name, task) for task in run.timed(name)]
    return steps


def after(main: Build, schedule: tuple[Step, ...]) -> Replay:
    run = Replay(main)
    for step in schedule:
        run.step(step)
    return run


def every_order(main: Build) -> int:
    """How many complete runs there are, each order by itself."""
    schedules: list[tuple[Step, ...]] = [()]
    ended = 0
    while schedules:
        schedule = schedules.pop()
        following = possible(after(main, schedule))
        ended += not following
        schedules += [(*schedule, step) for step in following]
    return ended


def every_run(main: Build, most: int, **budgets: int) -> int | None:
    """How many runs `explore` has to find, with faults; None if more than `most`.

    A message makes a step when somebody takes it; each of equal messages counts. At a
    node that has several tasks in some run, every arrival makes a step.
    """
    several: set[str] = set()
    while True:
        found, more = _every_run(main, most, budgets, several)
        if more <= several:
            return found
        several |= more


def _every_run(
    main: Build, most: int, budgets: dict[str, int], several: set[str]
) -> tuple[int | None, set[str]]:
    met: set[str] = set()
    start = tuple(
        budgets.get(kind, 0) for kind in ("losses", "duplicates", "crashes", "restarts")
    )
    todo: list[tuple[tuple[Step, ...], tuple[int, ...], int]] = [((), start, 1)]
    ended = 0
    while todo and ended + len(todo) <= most:
        schedule, left, times = todo.pop()
        run = after(main, schedule)
        met |= {name for name in run.world.nodes if process(run, name).several}
        revives = start[3] > 0
        following = [
            s for s in possible(run, revives) if taken(run, s, revives, several)
        ]
        ended += 0 if following else times
        steps = [(step, left) for step in following]
        for at, kind in enumerate(("lose", "duplicate", "crash", "restart")):
            spent = (*left[:at], left[at] - 1, *left[at + 1 :])
            if not left[at]:
                continue
            if at < 2:
                steps += [
                    ((kind, *way), spent) for way, ids in run.flying.items() if ids
                ]
            else:
                steps += [
                    ((kind, name), spent)
                    for name in run.world.nodes
                    if process(run, name).up is (kind == "crash")
                ]
        for step, rest in steps:
            message = step[0] in ("deliver", "lose", "duplicate")
            copies = len(run.flying[step[1:]]) if message else 1
            todo.append(((*schedule, step), rest, times * copies))
    return (None if todo else ended), met


def taken(run: Replay, step: Step, revives: bool, several: set[str]) -> bool:
    """True unless the step is a message that would only wait to be received."""
    if step[0] != "deliver":
        return True
    receiver = process(run, step[2])
    if not receiver.tasks:
        return revives
    message = run.messages[run.flying[step[1:]][0]]
    fifo = any(run.world.links.link(a, step[2]).fifo for a in run.world.nodes)
    return (
        fifo
        or receiver.name in several
        or any(receiver.lined_up())
        or message.answers in receiver.answers
        or message.answers in receiver.settled
    )


def every_relation(main: Build) -> Iterator[tuple[Any, Replay]]:
    """One complete run of each happened-before relation, with the relation.

    Beginnings of runs with one relation lead to the same, so one of each is tried.
    """
    level: dict[Any, tuple[Step, ...]] = {(): ()}
    while level:
        longer: dict[Any, tuple[Step, ...]] = {}
        for met, schedule in level.items():
            run = after(main, schedule)
            following = possible(run)
            if not following:
                yield met, run
            for step in following:
                longer.setdefault(relation((*schedule, step)), (*schedule, step))
        level = longer


def relation(schedule: tuple[Step, ...]) -> Any:
    """What every node met, in its order: it fixes the happened-before relation."""
    met: dict[str, list[Step]] = {}
    for step in schedule:
        met.setdefault(step[2] if step[0] == "deliver" else step[1], []).append(step)
    return tuple(sorted((node, tuple(steps)) for node, steps in met.items()))


# What can be observed of each node: its notes, its disk, whether it is up, whether its
# program has ended, and what that returned. A program that notes what it has seen hides
# nothing that matters.


def of_world(world: World) -> tuple[Any, ...]:
    """What can be observed at the end of a run."""
    notes: dict[str | None, list[str]] = {name: [] for name in world.nodes}
    for line in world.log or ():
        if isinstance(line, Line) and line.kind == "note":
            notes[line.node].append(line.what)
    return tuple(
        _of_process(node.process, notes[name]) for name, node in world.nodes.items()
    )


def _of_process(of: Process, notes: list[str]) -> tuple[Any, ...]:
    ended = of.main is not None and of.main.done
    result = of.main.result if of.main is not None else None
    return tuple(notes), repr(dict(of.disk)), of.up, ended, repr(result)


def of_state(state: State, names: Any) -> tuple[Any, ...]:
    """The same of a state of the explorer."""
    return tuple(
        (
            state.notes(name),
            repr(state.disk(name)),
            state.up(name),
            state.ended(name),
            repr(state.result(name)),
        )
        for name in names
    )
