"""One run of a world that goes as a schedule says, by nothing but its times.

`World.run` goes on by itself; chosen are only the delay of each message, how fast the
clock of a waiting node runs, and when faults happen. So whatever the schedule leads to
is what some real run does.
"""

from __future__ import annotations

from heapq import heappush
from typing import Any

from sim import World
from sim.explore.program.building import Build
from sim.explore.program.schedule import Replay, Schedule
from sim.faults import Crash, Loss, Restart, Timed
from sim.message import Message
from sim.network import Network, Route
from sim.process import Task
from sim.world import Timer

STEP = 10  # microseconds, shorter than any wait
NEVER = 10**9  # after all that happens


class Times:
    """When what a schedule tells happens."""

    def __init__(self, build: Build, schedule: Schedule) -> None:
        self.arrivals: dict[tuple[str, str, int], list[int]] = {}
        self.lost: set[tuple[str, str, int]] = set()
        self.timers: dict[tuple[str, int], int] = {}  # by node, in the order of setting
        self.faults: list[Timed] = []
        fired: list[Timer] = []
        run = Replay(build)
        for at, step in enumerate(schedule):
            when = STEP * (at + 1)
            kind, *what = step
            way: Any = tuple(what)
            if kind == "timeout":
                self.timers[what[0], _place(run, fired, *what)] = when
            elif kind in ("crash", "restart"):
                self.faults.append((Crash if kind == "crash" else Restart)(when, *what))
            elif kind == "planned":
                self.faults.append(run.plan[0]._replace(at=when))
            elif kind == "deliver" or (
                kind == "lose" and run.world.links.cuts.get(way[:2])
            ):
                self.arrivals.setdefault(way, []).append(when)
            elif kind == "lose":
                self.lost.add(way)
            run.step(step)
        run.finished()


def _place(run: Replay, fired: list[Timer], name: str, task: int) -> int:
    """How many timers its node had set before the one that this task waits for."""
    waits = list(run.world.nodes[name].process.tasks)[task]
    timers = [e[3] for e in run.world.queue if e[2] is None and type(e[3]) is Timer]
    mine = [t for t in (*timers, *fired) if t.task.process.name == name]
    fired.append(Timer(waits, waits.timer))
    return sum(t.number < waits.timer for t in mine)


class Chosen(Network):
    """A network in which each message takes as long as it was told."""

    def __init__(self, world: World, times: Times) -> None:
        super().__init__(world)
        before = world.links
        self.default, self.own = before.default, before.own
        self.lost_numbers = before.lost_numbers
        self.times = times

    def settle(self, *pairs: tuple[str, str]) -> None:
        super().settle(*pairs)
        for route in self._routes.values():
            route.sender.routes.clear()

    def _launch(self, route: Route, message: Message) -> None:
        way = message.sender, message.to, route.sent + 1
        if way not in self.times.arrivals and way in self.times.lost:
            route.sent += 1
            self.world.record(None, "lose", message)
            return
        first, *more = self.times.arrivals.get(way, [NEVER])
        super()._launch(route, message._replace(arrives=first))
        for when in more:
            copy = message._replace(arrives=when, id=self.world.next_id())
            self.duplicate(message, copy)


def run_by_times(build: Build, schedule: Schedule) -> World:
    """The world of `build` after a run of its own in which all happens as scheduled."""
    times = Times(build, schedule)
    world = build()
    world.links = Chosen(world, times)
    world.faults = [f for f in world.faults if isinstance(f, Loss)] + times.faults
    set_: dict[str, int] = dict.fromkeys(world.nodes, 0)

    def arm(task: Task, limit: int) -> None:
        name = task.process.name
        task.timer = world.next_id()
        when = times.timers.get((name, set_[name]), NEVER)
        set_[name] += 1
        heappush(world.queue, (when, task.timer, None, Timer(task, task.timer)))

    world.arm = arm  # type: ignore[method-assign]
    for node in world.nodes.values():
        node.process.remember()
    return world.run()
