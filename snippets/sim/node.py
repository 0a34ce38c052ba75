"""A node: what a program can do, and what it can know."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Coroutine, Generator
from heapq import heappush
from random import Random
from types import CoroutineType, coroutine
from typing import TYPE_CHECKING, Any, TypeAlias

from .clock import Clock
from .disk import Disk
from .message import IMMUTABLE, Message
from .network import Route, microseconds

if TYPE_CHECKING:
    from .world import World

Program: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]

# A program that waits hands one of these to the world, which resumes it later.
# None: for the next message. The others say for what, and how long at most.
Effect: TypeAlias = tuple[str, Any, int | None] | None


class Task:
    """One strand of a node's program: the program itself, or what it spawned."""

    __slots__ = ("done", "joined_by", "node", "result", "resume", "running", "timer")

    def __init__(self, node: Node, running: CoroutineType[Any, Any, Any]) -> None:
        self.node = node
        self.running = running
        self.resume = running.send
        self.timer = 0  # which timer may end this wait; 0: none
        self.done = False
        self.result: Any = None
        self.joined_by: list[Task] = []

    def __await__(self) -> Generator[Effect, Any, Any]:
        """Wait until it has ended; gives what it returned."""
        return (yield ("join", self, None))


class Node:
    """One process. Programs receive theirs as their first argument, `me`.

    Times are in virtual milliseconds. A node shares nothing with the others: it
    knows what it did and what messages told it.
    """

    __slots__ = (
        "_answers",
        "_arguments",
        "_clock",
        "_mailbox",
        "_program",
        "_routes",
        "_settled",
        "_tasks",
        "_up",
        "_waiters",
        "_waiting",
        "_world",
        "disk",
        "name",
    )

    def __init__(
        self, world: World, name: str, program: Program, arguments: tuple[Any, ...]
    ) -> None:
        self.name = name
        self.disk = Disk()
        self._world = world
        self._program = program
        self._arguments = arguments
        self._clock = Clock()
        self._routes: dict[str, Route] = {}  # those that are plain, by receiver
        self._mailbox: deque[Message] = deque()
        # Who waits for the next message: nearly always one task, and without limit.
        # It stays here while it runs. With several, or a limit, all are in `_waiters`.
        self._waiting: Task | None = None
        self._waiters: deque[Task] = deque()
        self._answers: dict[int, Task] = {}  # calls that wait, by request
        self._settled: set[int] = set()  # calls that do no longer
        self._tasks: dict[Task, None] = {}  # in the order of starting
        self._up = True

    def __repr__(self) -> str:
        return f"<node {self.name}>"

    # What a program can know ------------------------------------------------

    @property
    def others(self) -> list[str]:
        """The names of all other nodes, in the order in which they were added."""
        return [name for name in self._world.nodes if name != self.name]

    @property
    def random(self) -> Random:
        """The world's one source of chance, so that a seed repeats the run."""
        return self._world.random

    def wall(self) -> float:
        """What this node's wall clock shows, in ms. It can be wrong and can jump."""
        return self._clock.wall(self._world.microsecond) / 1000

    def monotonic(self) -> float:
        """Milliseconds on this node's stopwatch: never set, never back."""
        return self._clock.monotonic(self._world.microsecond) / 1000

    # Messages ---------------------------------------------------------------

    def send(
        self, to: str, body: Any = None, delay: float | None = None, size: int = 0
    ) -> None:
        """Send `body` to the node called `to`, and go on without waiting.

        `delay`: ms on the way, in place of what the link would draw. `size`: bytes,
        for links with a bandwidth. Raises LookupError if there is no such node.
        """
        world = self._world
        try:
            route = self._routes[to]
        except KeyError:
            route = None
        kind = type(body)
        plain = kind is str or kind in IMMUTABLE
        if route is None or delay is not None or not plain:
            world.transmit(self, (to,), body, None, delay, size)
            return
        # What `transmit` does if nothing can go wrong, written out: the hot path.
        now = world.microsecond
        bits, next_id, log = world.bits, world.next_id, world.log
        arrives = now + route.low + bits(30) % route.span
        entry = (arrives, next_id(), route.receiver, self.name, body, now, None)
        heappush(world.queue, entry)
        if log is not None:
            log.append(entry)

    def broadcast(
        self,
        body: Any = None,
        to: Collection[str] | None = None,
        *,
        delay: float | None = None,
    ) -> None:
        """Send `body` to all others, or to those named, as one event."""
        names = self.others if to is None else to
        if isinstance(names, (set, frozenset)):  # which have no order to repeat
            names = sorted(names)
        self._world.transmit(self, names, body, None, delay, 0)

    def reply(
        self, request: Message, body: Any = None, *, delay: float | None = None
    ) -> None:
        """Answer `request`: its `call` gets `body`. Any other sender gets a message."""
        self._world.transmit(self, (request.sender,), body, request.id, delay, 0)

    @coroutine
    def receive(
        self, timeout: float | None = None
    ) -> Generator[Effect, Message, Message]:
        """Wait for the next message; TimeoutError after `timeout` ms."""
        if timeout is None:
            return (yield None)
        return (yield ("receive", None, microseconds(timeout, "a wait")))

    @coroutine
    def call(
        self, to: str, body: Any = None, timeout: float | None = None
    ) -> Generator[Effect, Message, Message]:
        """Send a request and wait for its answer; TimeoutError after `timeout` ms.

        An answer that comes after the time-out is ignored.
        """
        limit = None if timeout is None else microseconds(timeout, "a wait")
        request = self._world.transmit(self, (to,), body, None, None, 0)
        return (yield ("call", request, limit))

    @coroutine
    def sleep(self, ms: float) -> Generator[Effect, Any, None]:
        """Do nothing for `ms` on this node's own clock."""
        yield ("sleep", None, microseconds(ms, "a wait"))

    # The rest ---------------------------------------------------------------

    def note(self, text: object) -> None:
        """Mark an event of this node alone: a dot with a text in the diagram."""
        if self._up:
            self._world.record(self, "note", str(text))

    def spawn(self, program: Program, *arguments: Any) -> Task:
        """Start `program(me, *arguments)` beside what this node is doing.

        Both share the node's memory and take turns: one goes on when the other
        waits. `await` the task for what it returns.
        """
        return self._world.start(self, program, arguments)
