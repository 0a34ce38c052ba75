"""One node alone: its program runs, and whoever drives it is the rest of the world.

It does what `World` does for one node, without time: a message arrives, a wait ends,
the node crashes or starts again, one of them at a time. What the node sends and notes
is kept for the driver. The explorer drives it, and so does the replay of a schedule.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Sequence
from copy import deepcopy
from random import Random
from types import CoroutineType, MethodType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ..message import IMMUTABLE, Message, copied
from ..node import Effect, Node, Program, Task
from .frames import Freezer, Frozen, Unexplorable

if TYPE_CHECKING:
    from ..variables import Watch

Stimulus: TypeAlias = tuple[str, Any]
"""What a node can meet: ("arrive", a Parcel), ("timeout", the place of a task among
those that run), ("start", None), ("crash", None)."""


class Parcel(NamedTuple):
    """A message without its times: what it is, whenever it travels."""

    sender: str
    to: str
    body: Any
    id: int  # 1, 2, 3 … for the calls of one sender, 0 for what is no call
    answers: int | None  # the id of the request that it answers


class Solo:
    """A node alone. To its program it is the world."""

    def __init__(
        self,
        name: str,
        names: Sequence[str],
        program: Program,
        arguments: tuple[Any, ...],
        shared: dict[int, Any] | None = None,
    ) -> None:
        self.nodes = dict.fromkeys(names)
        self.node = Node(self, name, program, arguments)  # type: ignore[arg-type]
        self.shared = shared or {}  # arguments that all starts have in common
        self.tasks: dict[Task, Effect] = {}  # those that run, and what they wait for
        self.waiters: deque[Task] = deque()
        self.mailbox: deque[Message] = deque()
        self.answers: dict[int, Task] = {}
        self.given_up: set[int] = set()
        self.calls = 0
        self.main: Task | None = None
        self.up = True
        self.sent: list[list[Any]] = []  # the fields of parcels
        self.events: list[tuple[str, Any]] = []
        self.arrived: Message | None = None  # the message met last
        self.watch: Watch | None = None

    # What a node asks of its world ------------------------------------------

    @property
    def microsecond(self) -> int:
        """Refused: while every order is tried, no moment has a number."""
        raise Unexplorable(
            f"node {self.node.name!r} reads its clock: explore tries every order of "
            "events, at any times, so it has no time to show"
        )

    @property
    def random(self) -> Random:
        """Refused: explore tries every order, not every draw."""
        raise Unexplorable(
            f"node {self.node.name!r} draws from me.random: explore tries every order "
            "of events, not every draw; let main pass the drawn value as an argument"
        )

    def transmit(
        self,
        sender: Node,
        names: Sequence[str],
        body: Any,
        answers: int | None,
        delay: float | None,
        size: int,
    ) -> int:
        """Keep what the node sends. Gives the place of the first of them, from 1."""
        if not self.up:
            return 0
        first = len(self.sent)
        for name in names:
            if name not in self.nodes:
                raise LookupError(
                    f"{sender.name!r} sends to {name!r}, but there is no such node, "
                    f"only: {', '.join(self.nodes)}"
                )
            self.sent.append([sender.name, name, copied(body), 0, answers])
        self.events.append(("send", range(first, len(self.sent))))
        return first + 1

    def record(self, node: Node | None, kind: str, what: Any) -> None:
        """Keep an event: a note, mostly."""
        self.events.append((kind, what))

    def start(self, node: Node, program: Program, arguments: tuple[Any, ...]) -> Task:
        """Start a program on the node: `Node.spawn`."""
        running = program(node, *arguments)
        if not isinstance(running, CoroutineType):
            raise TypeError(f"{program.__name__} is not an `async def` function")
        task = Task(node, running)
        self.tasks[task] = None
        if self.watch is not None:
            self.watch.start(task)
        self._go_on(task, None)
        return task

    # What the driver does ---------------------------------------------------

    def meet(self, kind: str, what: Any) -> None:
        """Let the node meet one `Stimulus`."""
        self.arrived = None
        if kind == "arrive":
            self._arrive(what)
        elif kind == "timeout":
            self._time_out(list(self.tasks)[what])
        elif kind == "start":
            if not self.up:
                self.up = True
                self.record(self.node, "restart", None)
            program, arguments = self._fresh()
            self.main = None
            task = self.start(self.node, program, arguments)
            self.main = task
        else:
            self._crash()

    def _fresh(self) -> tuple[Program, tuple[Any, ...]]:
        """The program and its arguments as they were before they changed."""
        program = self.node._program
        arguments: tuple[Any, ...] = self.node._arguments
        memo = dict(self.shared)
        if isinstance(program, MethodType):
            program = MethodType(program.__func__, deepcopy(program.__self__, memo))
        return program, deepcopy(arguments, memo)

    def _arrive(self, parcel: Parcel) -> None:
        sender, _, body, number, answers = parcel
        message = Message(0, number, self.node, sender, copied(body), 0, answers)
        self.arrived = message
        if not self.up:
            self.record(self.node, "lose", message)
        elif answers in self.answers:
            self.record(self.node, "receive", message)
            self.given_up.add(answers)  # a second answer is ignored
            self._go_on(self.answers.pop(answers), message)
        elif answers in self.given_up:
            self.record(self.node, "ignore", message)
        elif self.waiters:
            self.record(self.node, "receive", message)
            self._go_on(self.waiters.popleft(), message)
        else:
            self.mailbox.append(message)

    def _go_on(self, task: Task, value: object) -> None:
        self._after(task, task.resume, value)

    def _after(self, task: Task, resume: Any, value: object) -> None:
        """Let a task run to its next wait, or to its end."""
        while True:
            try:
                effect: Effect = resume(value)
            except StopIteration as stopped:
                return self._ended(task, stopped.value)
            wait: tuple[str, Any, int | None] = effect or ("receive", None, None)
            kind, what, limit = wait
            resume = task.resume
            if kind == "receive" and self.mailbox:
                value = self.mailbox.popleft()
                self.record(self.node, "receive", value)
                continue
            if kind == "join" and what.done:
                value = what.result
                continue
            if kind == "receive":
                self.waiters.append(task)
            elif kind == "call":
                self.calls += 1
                self.sent[what - 1][3] = what = self.calls
                self.answers[what] = task
            elif kind == "join":
                what.joined_by.append(task)
            self.tasks[task] = kind, what, limit
            return None

    def _time_out(self, task: Task) -> None:
        wait: tuple[str, Any, int | None] = self.tasks[task] or ("receive", None, None)
        kind, what, _ = wait
        if kind == "sleep":
            return self._go_on(task, None)
        if kind == "receive":
            self.waiters.remove(task)
        else:
            del self.answers[what]
            self.given_up.add(what)
        self.record(self.node, "timeout", what)
        resume: Any = task.running.throw
        if self.watch is not None:
            resume = self.watch.after(self.node, resume)
        return self._after(task, resume, TimeoutError("nothing came in time"))

    def _ended(self, task: Task, result: object) -> None:
        task.done, task.result = True, result
        self.tasks.pop(task, None)
        for other in task.joined_by:
            self._go_on(other, result)

    def _crash(self) -> None:
        self.record(self.node, "crash", None)
        self.up = False
        for message in self.mailbox:
            self.record(self.node, "lose", message)
        self.given_up.update(self.answers)
        tasks, self.tasks, self.main = self.tasks, {}, None
        for held in (self.mailbox, self.waiters, self.answers):
            held.clear()
        for task in tasks:
            task.running.close()
        if self.watch is not None:
            self.watch.crashed(self.node)

    # What it knows ----------------------------------------------------------

    def waits(self) -> list[int]:
        """The places of the tasks that a timer can wake."""
        return [
            place
            for place, effect in enumerate(self.tasks.values())
            if effect is not None and effect[2] is not None
        ]

    def frozen(self, read: Container[str], texts: Sequence[str] | None) -> Frozen:
        """Everything that decides what the node does next.

        With the variables that somebody else will `read`, and the `texts` of its
        notes.
        """
        places = {task: place for place, task in enumerate(self.tasks)}
        freezer = Freezer(f"node {self.node.name!r}", self.node, self.tasks, read)
        strands = tuple(
            (freezer.freeze(task.running), *self._wait(effect, places))
            for task, effect in self.tasks.items()
        )
        result = None
        if self.main is not None and self.main.done:
            result = "ended", freezer.freeze(self.main.result)
        return (
            strands,
            tuple(places[task] for task in self.waiters),
            tuple(map(freezer.freeze, self.mailbox)),
            freezer.freeze(self.node.disk),
            (self.calls, frozenset(self.given_up), self.up, result),
            None if texts is None else tuple(texts),
        )

    def _wait(self, effect: Effect, places: dict[Task, int]) -> tuple[Any, ...]:
        if effect is None:
            return ()
        kind, what, limit = effect
        return kind, places[what] if kind == "join" else what, limit is not None

    def variables(self, read: Container[str]) -> dict[str, Any]:
        """A copy of each variable to `read`; if several have a name, the outermost."""
        found: dict[str, Any] = {}
        for task in self.tasks:
            running: Any = task.running
            while getattr(running, "cr_frame", None) is not None:
                for name, value in running.cr_frame.f_locals.items():
                    if name in read:
                        found.setdefault(name, value)
                running = running.cr_await
        memo = {id(task): task for task in self.tasks} | {id(self.node): self.node}
        return {
            name: value if type(value) in IMMUTABLE else _shown(value, dict(memo))
            for name, value in found.items()
        }


def _shown(value: Any, memo: dict[int, Any]) -> Any:
    """A copy of a variable for a property to read, or itself if it has no copy."""
    try:
        return deepcopy(value, memo)
    except TypeError:
        return value  # a coroutine or an iterator: nothing that a property reads
