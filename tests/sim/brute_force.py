"""Every order of events of a small program, tried one after another, with no reduction.

Each run is made from its beginning with live coroutines; nothing of the explorer's
graph, memory of states or counting is used.
"""

from collections.abc import Iterator
from typing import Any

from sim.explore.replay import Main, Replay, Step


def possible(run: Replay) -> list[Step]:
    """What can happen next: any message on its way, any wait that has a limit."""
    steps: list[Step] = []
    first: set[tuple[str, str]] = set()
    for sender, to, number in sorted(way for way, ids in run.flying.items() if ids):
        solo = run.solos[to]
        if solo.main is not None and solo.main.done and not solo.tasks:
            continue
        link = run.world._links.get((sender, to), run.world._default)
        if not link.fifo or (sender, to) not in first:
            steps.append(("deliver", sender, to, number))
        first.add((sender, to))
    for name, solo in run.solos.items():
        steps += [("timeout", name, task) for task in solo.waits()]
    return steps


def after(main: Main, schedule: tuple[Step, ...]) -> Replay:
    run = Replay(main)
    for step in schedule:
        run.step(step)
    return run


def every_order(main: Main) -> int:
    """How many complete runs there are, each order by itself."""
    schedules: list[tuple[Step, ...]] = [()]
    ended = 0
    while schedules:
        schedule = schedules.pop()
        following = possible(after(main, schedule))
        ended += not following
        schedules += [(*schedule, step) for step in following]
    return ended


def every_relation(main: Main) -> Iterator[tuple[Any, Replay]]:
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
