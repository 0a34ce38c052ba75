"""One run, step by step as a schedule says, with a trace like any other run's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from ..message import Message
from ..node import Node, Task
from ..world import World
from .frames import Unexplorable
from .sharing import Shared
from .solo import Parcel, Solo

Main: TypeAlias = Callable[[], Any]
Step: TypeAlias = tuple[Any, ...]
"""("deliver", "a", "b", 2): the second message that a sends to b arrives. The same with
"lose" and "duplicate". ("timeout", "a", 0): the first task of a has waited long enough.
("crash", "a"), ("restart", "a"), and ("planned",): the next fault that main planned."""
Schedule: TypeAlias = tuple[Step, ...]

STEP = 10_000  # microseconds from one step to the next, if no wait takes longer
CAPTION = "Steps, not times: the delays are not the program's. Only the order counts."


class _Built(BaseException):
    """Ends `main` where its world would run."""


class Planned(NamedTuple):
    """A fault that main plans: crash, restart, cut or heal."""

    kind: str
    node: str
    pairs: tuple[tuple[str, str], ...]
    text: str


def built(main: Main) -> World:
    """The world that `main` builds, taken from it before it runs."""
    taken: list[World] = []

    def take(world: World) -> None:
        taken.append(world)
        raise _Built

    before, World.taken_by = World.taken_by, take  # main may explore by itself
    try:
        main()
    except _Built:
        return taken[0]
    finally:
        World.taken_by = before
    raise Unexplorable("main ran no world: it must end in `return world.run()`")


def planned(world: World) -> list[Planned]:
    """The faults that `main` planned, in the order of their times."""
    plan = []
    for entry in sorted(world.queue, key=lambda entry: entry[:2]):
        if entry[2] is not None:
            continue
        kind = entry[3].__name__.lstrip("_")
        if kind in ("crash", "restart"):
            plan.append(Planned(kind, entry[4][0].name, (), ""))
        elif kind == "change_cuts":
            pairs, by, text = entry[4]
            plan.append(Planned("cut" if by > 0 else "heal", "", tuple(pairs), text))
        else:
            raise Unexplorable(
                "main plans an action with world.at: explore knows only crashes, cuts "
                "and partitions, and those in its own budgets"
            )
    return plan


class Replay:
    """The nodes of a world, driven through a schedule; it writes the world's log."""

    def __init__(self, main: Main) -> None:
        world = self.world = built(main)
        self.log: list[tuple[int, Node | None, str, Any]] = []
        self.steps: list[int] = []  # when each was taken
        self.plan = planned(world)
        programs = {
            n: (node._program, node._arguments) for n, node in world.nodes.items()
        }
        common = Shared(programs).common
        self.solos = {
            name: Solo(name, list(programs), program, arguments, common)
            for name, (program, arguments) in programs.items()
        }
        watched = World.watched_by
        for name, solo in self.solos.items():
            world.nodes[name] = solo.node
            solo.watch = watched(world.nodes, solo.record) if watched else None
        self.sent: dict[tuple[str, str], int] = {}
        self.flying: dict[tuple[str, str, int], list[int]] = {}  # ids of messages
        self.parcels: dict[int, Parcel] = {}
        self.messages: dict[int, Message] = {}  # with the arrival that they had at last
        self.arrived: dict[int, tuple[int, Message]] = {}  # as the nodes have them
        self.since: dict[Task, int] = {}  # when it began to wait
        for name in self.solos:
            self._meet(name, "start", None)

    def step(self, step: Step) -> None:
        """Do one step. Raises ValueError if it is not possible now."""
        kind, *what = step
        world = self.world
        later = world.microsecond + STEP
        if kind == "timeout":
            solo = self.solos[what[0]]
            if what[1] not in solo.waits():
                raise ValueError(f"{step}: {what[0]} has set no such timer")
            task, effect = list(solo.tasks.items())[what[1]]
            assert effect is not None and effect[2] is not None
            later = max(later, self.since[task] + effect[2])
        world.microsecond = later
        self.steps.append(later)
        if kind == "timeout":
            self._meet(what[0], kind, what[1])
        elif kind in ("crash", "restart"):
            self._meet(what[0], "start" if kind == "restart" else kind, None)
        elif kind == "planned":
            self._plan()
        else:
            self._message(kind, (what[0], what[1], what[2]))

    def _message(self, kind: str, way: tuple[str, str, int]) -> None:
        flying = self.flying.get(way)
        if not flying:
            raise ValueError(f"{(kind, *way)}: that message is not under way")
        world = self.world
        if kind == "duplicate":
            copy = self.messages[flying[0]]._replace(id=world.next_id())
            self.messages[copy.id] = copy
            self.parcels[copy.id] = self.parcels[flying[0]]
            self._record(None, kind, (flying[0], copy))
            flying.append(copy.id)
            return
        number = flying.pop(0)
        message = self.messages[number]._replace(arrives=world.microsecond)
        self.messages[number] = message
        if kind == "lose":
            self._record(None, kind, message)
        else:
            self._meet(way[1], "arrive", self.parcels[number], number)

    def _plan(self) -> None:
        kind, name, pairs, text = self.plan.pop(0)
        if not name:
            self._record(None, kind, (text, pairs))
            change = 1 if kind == "cut" else -1
            for pair in pairs:
                self.world._cuts[pair] = self.world._cuts.get(pair, 0) + change
        elif self.solos[name].up is (kind == "crash"):
            self._meet(name, "crash" if kind == "crash" else "start", None)

    def _meet(self, name: str, kind: str, what: Any, number: int = 0) -> None:
        """Let a node meet something, and write what it did into the log."""
        solo = self.solos[name]
        solo.sent.clear()
        solo.events.clear()
        waits = dict(solo.tasks)
        try:
            solo.meet(kind, what)
        except Unexplorable:
            raise
        except Exception as broken:
            solo.events.append(("note", f"{type(broken).__name__}: {broken}"))
        if solo.arrived is not None:
            self.arrived[id(solo.arrived)] = number, solo.arrived
        for task, effect in solo.tasks.items():
            if waits.get(task) is not effect:
                self.since[task] = self.world.microsecond
        messages = [self._launched(Parcel(*fields)) for fields in solo.sent]
        for event, of_what in solo.events:
            if event == "send":
                some = messages[of_what.start : of_what.stop]
                if len(some) == 1:
                    self._record(solo.node, "send", some[0])
                else:
                    self._record(solo.node, "broadcast", tuple(some))
            elif event in ("receive", "ignore", "lose"):
                message = self.messages[self.arrived[id(of_what)][0]]
                node = None if event == "lose" else solo.node
                self._record(node, event, message)
            elif event == "variables":
                self._record(None, event, of_what)
            else:
                self._record(solo.node, event, of_what)
        for message in messages:
            self._lost_at_once(message)

    def _launched(self, parcel: Parcel) -> Message:
        world, now = self.world, self.world.microsecond
        way = parcel.sender, parcel.to
        number = self.sent[way] = self.sent.get(way, 0) + 1
        node = self.solos[parcel.to].node
        message = Message(
            now, world.next_id(), node, parcel.sender, parcel.body, now, parcel.answers
        )
        self.messages[message.id] = message
        self.parcels[message.id] = parcel
        self.flying[(*way, number)] = [message.id]
        return message

    def _lost_at_once(self, message: Message) -> None:
        """Lose what main numbered to be lost, and what is sent on a cut link."""
        way = message.sender, message.to
        number = next(n for (*w, n), ids in self.flying.items() if ids == [message.id])
        if number in self.world._lose.get(way, ()) or self.world._cuts.get(way):
            self.flying[(*way, number)] = []
            self._record(None, "lose", message)

    def finished(self) -> World:
        """The world, with each message as it went in the end."""
        world = self.world
        end = world.microsecond + STEP
        for ids in self.flying.values():
            for number in ids:
                self.messages[number] = self.messages[number]._replace(arrives=end)
        for world.microsecond, node, kind, what in self.log:
            world.record(node, kind, self._final(what))
        world.microsecond = end - STEP
        world.steps, world.caption = tuple(self.steps), CAPTION
        return world

    def _record(self, node: Node | None, kind: str, what: Any) -> None:
        self.log.append((self.world.microsecond, node, kind, what))

    def _final(self, what: Any) -> Any:
        if isinstance(what, Message):
            return self.messages[what.id]
        if isinstance(what, tuple):
            return tuple(self._final(part) for part in what)
        return what


def replay(main: Main, schedule: Sequence[Step]) -> World:
    """The world that `main` builds, after the steps of a schedule.

    Its trace is one run's. Every step takes 10 ms of virtual time; a wait that ends
    takes at least as long as the program said. Raises ValueError for a step that
    is not possible when its turn comes.
    """
    run = Replay(main)
    for step in schedule:
        run.step(tuple(step))
    return run.finished()
