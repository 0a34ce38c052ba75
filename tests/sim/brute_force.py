"""Every order of events of a small program, tried one after another, with no reduction.

Each run is made from its beginning with live coroutines; nothing of the explorer's
graph, memory of states or counting is used.
"""

from collections.abc import Iterator
from typing import Any

from sim.explore.program.building import Build
from sim.explore.program.schedule import Replay, Step


def possible(run: Replay, revives: bool = False) -> list[Step]:
    """What can happen next: any message on its way, any wait that has a limit.

    What arrives at an ended program makes a difference only if a node can come back.
    """
    steps: list[Step] = []
    first: set[tuple[str, str]] = set()
    for sender, to, number in sorted(way for way, ids in run.flying.items() if ids):
        solo = run.solos[to]
        ended = solo.main is not None and solo.main.done and not solo.tasks
        if ended and not revives:
            continue
        link = run.world._links.get((sender, to), run.world._default)
        if not link.fifo or (sender, to) not in first:
            steps.append(("deliver", sender, to, number))
        first.add((sender, to))
    for name, solo in run.solos.items():
        steps += [("timeout", name, task) for task in solo.waits()]
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

    A message makes a step when somebody takes it; each of equal messages counts.
    """
    start = tuple(
        budgets.get(kind, 0) for kind in ("losses", "duplicates", "crashes", "restarts")
    )
    todo: list[tuple[tuple[Step, ...], tuple[int, ...], int]] = [((), start, 1)]
    ended = 0
    while todo and ended + len(todo) <= most:
        schedule, left, times = todo.pop()
        run = after(main, schedule)
        revives = start[3] > 0
        following = [s for s in possible(run, revives) if taken(run, s, revives)]
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
                    for name, solo in run.solos.items()
                    if solo.up is (kind == "crash")
                ]
        for step, rest in steps:
            message = step[0] in ("deliver", "lose", "duplicate")
            copies = len(run.flying[step[1:]]) if message else 1
            todo.append(((*schedule, step), rest, times * copies))
    return None if todo else ended


def taken(run: Replay, step: Step, revives: bool) -> bool:
    """True unless the step is a message that would only wait to be received."""
    if step[0] != "deliver":
        return True
    solo = run.solos[step[2]]
    if not solo.tasks:
        return revives
    parcel = run.parcels[run.flying[step[1:]][0]]
    fifo = any(
        run.world._links.get((a, step[2]), run.world._default).fifo for a in run.solos
    )
    return (
        fifo
        or bool(solo.waiters)
        or parcel.answers in solo.answers
        or parcel.answers in solo.given_up
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


def final(run: Replay) -> tuple[Any, ...]:
    """What the nodes are like, but for what has arrived and was not read."""
    return tuple(without_mail(solo.frozen((), None)) for solo in run.solos.values())


def without_mail(frozen: Any) -> Any:
    return *frozen[:2], *frozen[3:]
