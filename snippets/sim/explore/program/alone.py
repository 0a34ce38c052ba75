"""One node alone: its process, and the explorer in the place of all the rest.

The process keeps its own rules (`sim.process`). Here a message arrives, a wait ends,
the node crashes or starts again, one of them at a time, in no time at all. What it
sends and notes is kept for the explorer.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from copy import deepcopy
from random import Random
from typing import Any, ClassVar, NamedTuple, TypeAlias

from ...disk import Disk
from ...errors import Unexplorable
from ...link import sample
from ...memory.fingerprint import Fingerprint, Frozen
from ...message import IMMUTABLE, Message, copied
from ...node import Node
from ...process import Process, Program, Task, Wait, Watcher
from .hidden import Hidden
from .sharing import STRANGERS

Input: TypeAlias = tuple[str, Any]
"""What a node can meet: ("arrive", an Envelope), ("timeout", the place of a task among
those that run), ("start", None), ("crash", None)."""


class Envelope(NamedTuple):
    """A message without its times: what it is, whenever it travels."""

    sender: str
    to: str
    body: Any
    id: int  # 1, 2, 3 … for the calls of one sender, 0 for what is not a call
    answers: int | None  # the id of the request that it answers


class Alone:
    """A process and its host: what `World` is in one run, for one node in every run."""

    watch: Watcher | None = None
    spent = False
    queue: ClassVar[list[Any]] = []  # a node sends through `transmit` only
    log: list[Any] | None = None

    def __init__(
        self,
        name: str,
        names: Sequence[str],
        program: Program,
        arguments: tuple[Any, ...],
        disk: Disk,
        shared: dict[int, Any],
    ) -> None:
        self.names = tuple(names)
        # Each begins with what build gave, not with what another made of it.
        program, arguments = deepcopy((program, arguments), dict(shared))
        self.process = Process(self, name, program, arguments)
        self.process.disk.update(disk)
        self.process.remember()
        self.node = self.process.me = Node(self, self.process)
        self.calls = 0
        self.sent: list[Envelope] = []
        self.notes: list[str] = []
        self.refusal: Unexplorable | None = None

    def meet(self, kind: str, what: Any) -> None:
        """Let the node meet one `Input`. Raises what its program raises."""
        process = self.process
        if kind == "arrive":
            process.deliver(self._opened(what), what.answers)
        elif kind == "timeout":
            process.time_out(list(process.tasks)[what])
        elif kind == "start":
            process.begin()
        else:
            process.crash()

    def _opened(self, envelope: Envelope) -> Message:
        """The message in an envelope; reading its times or numbers is refused."""
        sender, _, body, number, answers = envelope
        hidden: Any = [
            Hidden(self.refuse, field, value)
            for field, value in (
                ("arrives", 0),
                ("id", number),
                ("sent", 0),
                ("answers", answers),
            )
        ]
        arrives, id_, sent, answered = hidden
        return Message(
            arrives,
            id_,
            self.process,
            sender,
            Hidden.opened(body, self.refuse),
            sent,
            None if answers is None else answered,
        )

    def refuse(self, why: str) -> Unexplorable:
        """The exception for what cannot be explored, kept if a program catches it."""
        self.refusal = Unexplorable(f"node {self.process.name!r} {why}")
        return self.refusal

    # What the node and its process ask for ------------------------------------

    @property
    def microsecond(self) -> int:
        """Refused: while every order is tried, no moment has a number."""
        raise self.refuse(
            "reads its clock: explore tries every order of events, at any times, so it "
            "has no time to show"
        )

    def wall(self, name: str) -> int:
        """Refused, like `microsecond`."""
        return self.microsecond

    def monotonic(self, name: str) -> int:
        """Refused, like `microsecond`."""
        return self.microsecond

    @property
    def random(self) -> Random:
        """Refused: explore tries every order, not every draw."""
        raise self.refuse(
            "draws from me.random: explore tries every order of events, not every "
            "draw; let build pass the drawn value as an argument"
        )

    def bits(self, count: int) -> int:
        """Refused, like `random`."""
        return self.random.getrandbits(count)

    def next_id(self) -> int:
        """Refused: messages are numbered in one run."""
        return self.microsecond

    def transmit(
        self,
        sender: Node,
        names: Iterable[str],
        body: Any,
        answers: Message | None,
        delay: float | None,
        size: int,
    ) -> int:
        """Keep what the node sends. A delay makes no difference, if it is one."""
        if delay is not None:
            sample(delay, Random(0), "a delay")
        if self.process.up:
            request: Any = None if answers is None else answers.id
            number = None if answers is None else Hidden.number(request)
            self._keep(names, body, 0, number)
        return 0

    def ask(self, sender: Node, to: str, body: Any) -> int:
        """Keep a request, numbered among those of this node: 1, 2, 3 …"""
        self.calls += 1
        if self.process.up:
            self._keep((to,), body, self.calls, None)
        return self.calls

    def _keep(
        self, names: Iterable[str], body: Any, number: int, answers: int | None
    ) -> None:
        for name in names:
            if name not in self.names:
                raise LookupError(
                    f"{self.process.name!r} sends to {name!r}, but there is no node "
                    f"{name!r}, only: {', '.join(self.names)}"
                )
            envelope = Envelope(self.process.name, name, copied(body), number, answers)
            self.sent.append(envelope)

    def record(self, node: str | None, kind: str, what: Any) -> None:
        """Keep a note; all other events are in what the node does."""
        if kind == "note":
            self.notes.append(what)

    def arm(self, task: Task, limit: int) -> None:
        """Nothing: here a wait may end whenever the explorer says so."""

    def broken(self, process: Process, error: BaseException) -> BaseException:
        """An error in the program, as it is."""
        return error

    # What the node knows ------------------------------------------------------

    def timed(self) -> list[int]:
        """The places of the tasks whose wait has a limit."""
        return [
            place
            for place, task in enumerate(self.process.tasks)
            if task.waits_for is not None and task.waits_for.limit is not None
        ]

    def fingerprint(self, read: Container[str], notes: bool) -> Frozen:
        """Everything that decides what the node does next.

        With the variables that somebody else will `read`, and perhaps its notes.
        """
        process = self.process
        places = {task: place for place, task in enumerate(process.tasks)}
        walk = Fingerprint(f"node {process.name!r}", read, self._special(places))
        strands = tuple(
            (walk.of(task.running), *_wait(task.waits_for, places))
            for task in process.tasks
        )
        result = None
        if process.main is not None and process.main.done:
            result = "ended", walk.of(process.main.result)
        return (
            strands,
            tuple(places[task] for task in process.lined_up()),
            tuple(map(walk.of, process.mailbox)),
            walk.of(process.disk),
            (self.calls, frozenset(process.settled), process.up, result),
            tuple(self.notes) if notes else None,
        )

    def _special(
        self, places: dict[Task, int]
    ) -> dict[type, Callable[[Fingerprint, Any], Frozen]]:
        """How the fingerprint takes what is the simulator's own."""

        def task(walk: Fingerprint, value: Any) -> Frozen:
            place = places.get(value)
            return Task, place if place is not None else ("done", walk.of(value.result))

        def node(walk: Fingerprint, value: Any) -> Frozen:
            return "me" if value is self.node else STRANGERS[Node](walk, value)

        def disk(walk: Fingerprint, value: Any) -> Frozen:
            return Disk, walk.of(dict(value))

        return {**STRANGERS, **OF_MESSAGES, Task: task, Node: node, Disk: disk}


def variables(process: Process, read: Container[str]) -> dict[str, Any]:
    """A copy of each variable to `read`; if several have a name, the outermost."""
    found: dict[str, Any] = {}
    for task in process.tasks:
        running: Any = task.running
        while getattr(running, "cr_frame", None) is not None:
            for name, value in running.cr_frame.f_locals.items():
                if name in read:
                    found.setdefault(name, value)
            running = running.cr_await
    return {
        name: value if type(value) in IMMUTABLE else _shown(value)
        for name, value in found.items()
    }


def _of_message(walk: Fingerprint, message: Any) -> Frozen:
    numbers = map(Hidden.number, (message.id, message.answers))
    return (Message, message.sender, *numbers, walk.of(message.body))


# The fingerprint of a message: what can be known of it in every run.
OF_MESSAGES: dict[type, Callable[[Fingerprint, Any], Frozen]] = {
    Message: _of_message,
    Hidden: lambda walk, value: (Hidden,),
}


def _wait(wait: Wait | None, places: dict[Task, int]) -> tuple[Any, ...]:
    if wait is None or (wait.kind == "receive" and wait.limit is None):
        return ()
    what = places[wait.what] if wait.kind == "join" else wait.what
    return wait.kind, what, wait.limit is not None


def _shown(value: Any) -> Any:
    """A copy of a variable for a property to read, or itself if it has no copy."""
    try:
        return deepcopy(value)
    except TypeError:
        return value  # a coroutine or an iterator: nothing that a property reads
