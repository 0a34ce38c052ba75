"""One run step by step: a schedule says what happens next, and the world does it.

The world is the one that runs programs (`sim.World`), with all its rules. Only the
choice of what comes next from its queue is made by the schedule, and not by time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from ...errors import Unexplorable
from ...faults import Crash, Restart
from ...message import Message
from ...misuse import nothing_forgotten
from ...process import Task
from ...trace import Line
from ...world import Timer, World
from .building import Build, built, planned

Step: TypeAlias = tuple[Any, ...]
"""("deliver", "a", "b", 2): the second message that a sends to b arrives. The same with
"lose" and "duplicate". ("timeout", "a", 0): the first task of a waited long enough.
("crash", "a"), ("restart", "a"). ("planned",): the next fault that build planned."""
Schedule: TypeAlias = tuple[Step, ...]

CAPTION = "Steps, not times: the delays are not the program's. Only the order counts."
STEP = 10_000  # microseconds from one step to the next, if no wait takes longer


class Replay:
    """A world that is driven through a schedule."""

    def __init__(self, build: Build) -> None:
        world = self.world = built(build)
        self.plan = planned(world)
        world.queue.clear()  # the plan is carried out when the schedule says so
        self.planned = list(self.plan)
        self.log = world.log = []
        world.links.by_hand()
        self.read = 0  # lines of the log
        self.taken_at: list[int] = []  # microseconds: when each step was taken
        self.sent: dict[tuple[str, str], int] = {}
        # By link and number, the ids of the copies that are under way.
        self.flying: dict[tuple[str, str, int], list[int]] = {}
        # By id; those that came, as they came.
        self.messages: dict[int, Message] = {}
        self.ways: dict[tuple[str, str, int], int] = {}  # the id that each had first
        self.prepared(world)
        while world.unstarted:
            process = world.unstarted.pop(0)
            process.remember()  # a schedule can restart every node
            self._do(process.name, process.begin)

    def prepared(self, world: World) -> None:
        """Called before the first program starts."""

    def timed(self, name: str) -> list[int]:
        """The places of a node's tasks whose wait has a limit."""
        tasks = self.world.nodes[name].process.tasks
        return [place for place, task in enumerate(tasks) if self._timer(task)]

    def _timer(self, task: Task) -> Any:
        """The entry of the queue that ends the wait of a task."""
        for entry in self.world.queue:
            if entry[2] is None and entry[3] == Timer(task, task.timer):
                return entry
        return None

    def step(self, step: Step) -> None:
        """Do one step. Raises ValueError if it is not possible now."""
        kind, *what = step
        world = self.world
        now = world.microsecond + STEP
        if kind == "timeout":
            name, place = what
            if place not in self.timed(name):
                raise ValueError(f"{step}: {name} has set no such timer")
            entry = self._timer(list(world.nodes[name].process.tasks)[place])
            world.queue.remove(entry)
            now = max(now, entry[0])
        world.microsecond = now
        self.taken_at.append(now)
        if kind == "timeout":
            self._do(name, lambda: world.happen(entry[3]))
        elif kind in ("crash", "restart"):
            fault = (Crash if kind == "crash" else Restart)(now, what[0])
            self._do(what[0], lambda: world.carry_out(fault))
        elif kind == "planned":
            planned = self.plan.pop(0)
            self._do(getattr(planned, "node", ""), lambda: world.carry_out(planned))
        else:
            self._message(kind, (what[0], what[1], what[2]))

    def _message(self, kind: str, way: tuple[str, str, int]) -> None:
        world = self.world
        ids = self.flying.get(way)
        if not ids:
            raise ValueError(f"{(kind, *way)}: that message is not under way")
        if kind == "duplicate":
            copy = self.messages[ids[0]]._replace(id=world.next_id())
            world.links.duplicate(self.messages[ids[0]], copy)
            self.messages[copy.id] = copy
            ids.append(copy.id)
            return
        number = ids.pop(0)
        place = next(at for at, entry in enumerate(world.queue) if entry[1] == number)
        entry = world.queue.pop(place)
        message = Message(*entry) if entry[2] is not None else entry[3]
        message = message._replace(arrives=world.microsecond)
        self.messages[number] = message
        if kind == "lose":
            world.record(None, kind, message)
        else:
            self._do(way[1], lambda: world.happen(message))

    def _do(self, name: str, action: Any) -> None:
        """Do something that lets a program run, and see what it has sent."""
        try:
            action()
        except Unexplorable:
            raise
        except Exception as broken:
            self.world.record(name, "note", f"{type(broken).__name__}: {broken}")
        new = self.log[self.read :]
        lost = {
            line.what.id
            for line in new
            if isinstance(line, Line) and line.kind == "lose"
        }
        for line in new:
            for message in _sent(line):
                way = message.sender, message.to
                number = self.sent[way] = self.sent.get(way, 0) + 1
                self.messages[message.id] = message
                self.ways[(*way, number)] = message.id
                self.flying[(*way, number)] = [message.id] * (message.id not in lost)
        self.read = len(self.log)

    def finished(self) -> World:
        """The world, its log with each message as it went in the end."""
        world = self.world
        for ids in self.flying.values():
            for number in ids:
                still = self.messages[number]
                self.messages[number] = still._replace(arrives=world.microsecond + STEP)
        self.log[:] = [self._final(entry) for entry in self.log]
        world.steps, world.caption = tuple(self.taken_at), CAPTION
        for process in (node.process for node in world.nodes.values()):
            process.give_up()
        return world

    def _final(self, entry: Any) -> Any:
        if isinstance(entry, Line):
            return entry._replace(what=self._arrived(entry.what))
        message = Message(*entry)
        return Line(message.sent, message.sender, "send", self._arrived(message))

    def _arrived(self, what: Any) -> Any:
        if isinstance(what, Message):
            return what._replace(arrives=self.messages[what.id].arrives)
        if isinstance(what, tuple):
            return tuple(self._arrived(part) for part in what)
        return what


def _sent(line: Any) -> tuple[Message, ...]:
    """The messages whose sending a line of the log tells."""
    if not isinstance(line, Line):
        return (Message(*line),)
    if line.kind == "send":
        return (line.what,)
    return line.what if line.kind == "broadcast" else ()


def replay(build: Build, schedule: Sequence[Step]) -> World:
    """The world that `build` builds, after the steps of a schedule.

    Its trace is one run's. Every step takes 10 ms of virtual time; a wait that ends
    takes at least as long as the program said. Raises ValueError for a step that
    is not possible when its turn comes.
    """
    with nothing_forgotten():
        run = Replay(build)
        try:
            for step in schedule:
                run.step(tuple(step))
        finally:
            world = run.finished()
    return world
