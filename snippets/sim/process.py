"""A process: what `await`, a timeout and a crash mean. Said here, and nowhere else.

Two hosts drive processes by these rules: `World` in one run, in virtual time, and the
explorer in every run, in any order. A host delivers messages, ends waits, crashes and
restarts; what the process asks for in return stands in `Host`. For speed, `World._run`
has the usual case of `Process.deliver` once more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterator
from types import CoroutineType
from typing import Any, NamedTuple, Protocol, TypeAlias

from .disk import Disk
from .memory.unwinding import drop, keep
from .message import Message
from .misuse import explained, foreign, not_a_function

Program: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]


class Wait(NamedTuple):
    """What a program awaits. It hands one to its process, which resumes it later."""

    kind: str  # receive, call, sleep or join
    what: Any = None  # the number of the request, or the task to join
    limit: int | None = None  # microseconds on the node's own clock; None: no limit
    to: str = ""  # whose answer it waits for


RECEIVE = Wait("receive")


class Task:
    """One strand of a node's program: the program itself, or what it spawned."""

    __slots__ = (
        "done",
        "joined_by",
        "process",
        "result",
        "resume",
        "running",
        "since",
        "timer",
        "waits_for",
    )

    def __init__(self, process: Process, running: CoroutineType[Any, Any, Any]) -> None:
        self.process = process
        self.running = running
        self.resume = running.send
        self.timer = 0  # which timer may end this wait; 0: none
        self.since = 0  # when it began, in microseconds, if it has a limit
        self.waits_for: Wait | None = None  # None: it has not begun to wait
        self.done = False
        self.result: Any = None
        self.joined_by: list[Task] = []

    def __await__(self) -> Generator[Wait, Any, Any]:
        """Wait until it has ended; returns what it returned."""
        return (yield Wait("join", self))

    def __reduce__(self) -> str:
        """Not data: a copy of what refers to it refers to the same."""
        return "task"


class Watcher(Protocol):
    """Whoever follows the variables of processes."""

    def start(self, task: Task) -> None:
        """A task is about to begin."""

    def after(self, process: Process, resume: Callable[..., Any]) -> Callable[..., Any]:
        """`resume`, and then a look at the process."""

    def crashed(self, process: Process) -> None:
        """The process has lost its memory."""


class Host(Protocol):
    """What a process asks of whoever drives it."""

    watch: Watcher | None

    def record(self, node: str | None, kind: str, what: Any) -> None:
        """Write down an event of a node, or of the network."""

    def arm(self, task: Task, limit: int) -> None:
        """Let a wait end after `limit` microseconds, by `Process.time_out`."""

    def broken(self, process: Process, error: BaseException) -> BaseException:
        """What is to be raised of an error that ended a program."""


class Process:
    """One node's program with all that it waits for, its mailbox and its disk."""

    __slots__ = (
        "answers",
        "arguments",
        "disk",
        "host",
        "mailbox",
        "main",
        "me",
        "name",
        "program",
        "settled",
        "several",
        "tasks",
        "unchanged",
        "up",
        "waiters",
        "waiting",
    )

    def __init__(
        self, host: Host, name: str, program: Program, arguments: tuple[Any, ...]
    ) -> None:
        self.host = host
        self.name = name
        self.program = program
        self.arguments = arguments
        self.me: Any = None  # what its programs get as their first argument
        self.disk = Disk()
        self.unchanged: Callable[[], None] | None = None  # to be asked at a restart
        self.main: Task | None = None
        self.mailbox: deque[Message] = deque()
        # What waits for the next message: nearly always one task, and without limit.
        # It stays here while it runs. With several, or a limit, all are in `waiters`.
        self.waiting: Task | None = None
        self.waiters: deque[Task] = deque()
        self.answers: dict[int, Task] = {}  # calls that wait, by request
        self.settled: set[int] = set()  # calls that no longer wait
        self.tasks: dict[Task, None] = {}  # in the order of starting
        self.several = False  # True once tasks ran beside each other
        self.up = True

    def __reduce__(self) -> str:
        """Not data: a copy of a message refers to the same process."""
        return self.name

    # What happens to it -----------------------------------------------------

    def begin(self) -> None:
        """Start its program, for the first time or after a crash."""
        if not self.up:
            self.up = True
            self.host.record(self.name, "restart", None)
            if self.unchanged is not None:
                try:
                    self.unchanged()
                except RuntimeError as changed:
                    raise self.host.broken(self, changed) from None
        self.main = None
        self.main = self.start(self.program, self.arguments)

    def deliver(self, message: Message, answers: int | None) -> None:
        """Hand a message that has arrived to the task that waits for it.

        `answers`: the number of the request that it answers, if it is an answer.
        """
        host = self.host
        if not self.up:
            host.record(None, "lose", message)
            return
        task = None
        if answers is not None:
            task = self.answers.pop(answers, None)
            if task is not None:
                self.settled.add(answers)
            elif answers in self.settled:
                host.record(self.name, "ignore", message)
                return
        if task is None:
            task = self.waiting or (self.waiters.popleft() if self.waiters else None)
        if task is None:
            self.mailbox.append(message)
        else:
            host.record(self.name, "receive", message)
            self._go_on(task, task.resume, message)

    def time_out(self, task: Task) -> None:
        """End the wait of a task that has a limit: a sleep is over, others gave up."""
        assert task.waits_for is not None
        kind, request, *_ = task.waits_for
        if kind == "sleep":
            self._go_on(task, task.resume, None)
            return
        if kind == "receive":
            self.waiters.remove(task)
        else:
            del self.answers[request]
            self.settled.add(request)
        self.host.record(self.name, "timeout", task.since)
        self._throw(task, TimeoutError("nothing came in time"))

    def crash(self) -> None:
        """Lose everything but the disk. No `finally` runs, now or later."""
        host = self.host
        host.record(self.name, "crash", None)
        self.up, self.waiting, self.main = False, None, None
        for message in self.mailbox:
            host.record(None, "lose", message)
        self.settled.update(self.answers)
        for task in self.tasks:
            task.timer = 0
        self.give_up()
        for held in (self.mailbox, self.waiters, self.answers, self.tasks):
            held.clear()
        if host.watch is not None:
            host.watch.crashed(self)

    # What its program does --------------------------------------------------

    def start(self, program: Program, arguments: tuple[Any, ...]) -> Task:
        """Start a program at once, beside what runs already: `Node.spawn`."""
        if not callable(program):
            raise not_a_function(program, f"node {self.name!r} spawns", "spawn")
        running = program(self.me, *arguments)
        if not isinstance(running, CoroutineType):
            name = getattr(program, "__name__", program)
            raise TypeError(f"{name} is not an `async def` function")
        task = Task(self, running)
        self.several = self.several or bool(self.tasks)
        self.tasks[task] = None
        if self.host.watch is not None:
            self.host.watch.start(task)
        self._go_on(task, task.resume, None)
        return task

    def _go_on(self, task: Task, resume: Callable[[Any], Wait], value: object) -> None:
        """Let a task run, from what it waited for to the next wait."""
        task.timer = 0
        try:
            wait = resume(value)
        except BaseException as stopped:
            self.ended(task, stopped)
        else:
            self.wait(task, wait)

    def _throw(self, task: Task, error: BaseException) -> None:
        """Let a task go on with an error where it waits."""
        resume: Callable[[Any], Wait] = task.running.throw
        if self.host.watch is not None:
            resume = self.host.watch.after(self, resume)
        self._go_on(task, resume, error)

    def wait(self, task: Task, wait: Wait) -> None:
        """Put a task where what it waits for will find it, or let it go on at once."""
        if self.waiting is task:
            self.waiting = None
        while True:
            if type(wait) is not Wait:
                self._throw(task, foreign(self.name, task.running, wait))
                return
            kind, what, limit, _ = wait
            value: object
            if kind == "receive" and self.mailbox:
                value = self.mailbox.popleft()
                self.host.record(self.name, "receive", value)
            elif kind == "join" and what.done:
                value = what.result
            else:
                break
            try:
                wait = task.resume(value)
            except BaseException as stopped:
                self.ended(task, stopped)
                return
        task.waits_for = wait
        if kind == "receive":
            self._line_up(task, limit)
        elif kind == "call":
            self.answers[what] = task
        elif kind == "join":
            what.joined_by.append(task)
        if limit is not None:
            self.host.arm(task, limit)

    def _line_up(self, task: Task, limit: int | None) -> None:
        """Let a task wait for a message behind those that wait already."""
        first, self.waiting = self.waiting, None
        if first is not None and not first.running.cr_running:
            self.waiters.append(first)
        if limit is None and not self.waiters:
            self.waiting = task
        else:
            self.waiters.append(task)

    def ended(self, task: Task, stopped: BaseException) -> None:
        """A program returned, or raised what the reader should see."""
        if self.waiting is task:
            self.waiting = None
        if not isinstance(stopped, StopIteration):
            raise self.host.broken(self, explained(self.name, task.running, stopped))
        task.done, task.result = True, stopped.value
        task.waits_for = None
        self.tasks.pop(task, None)
        for other in task.joined_by:
            self._go_on(other, other.resume, task.result)

    # For whoever looks at it ------------------------------------------------

    def lined_up(self) -> Iterator[Task]:
        """The tasks that wait for the next message, in their order."""
        if self.waiting is not None and not self.waiting.running.cr_running:
            yield self.waiting
        yield from self.waiters

    def give_up(self, *, for_good: bool = True) -> None:
        """See to it that what still waits never runs again, not even its `finally`.

        `for_good`: False if it may go on after all, when its world runs on.
        """
        for task in self.tasks:
            keep(task.running)
            if for_good:
                drop(task.running)

    def remember(self) -> None:
        """Keep what its program was given: a restart must not find it changed."""
        from .given import Given  # slow to load, and seldom needed

        if self.unchanged is None:
            self.unchanged = Given(self.name, self.program, self.arguments).check
