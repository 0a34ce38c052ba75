"""A node: what a program can do, and what it can know."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from heapq import heappush
from random import Random
from types import coroutine
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from .clock import Clock
from .disk import Disk
from .message import IMMUTABLE, Message, copied
from .network import Route

if TYPE_CHECKING:
    from .world import World

Program: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]

# A program that waits hands one of these to the world, which resumes it later.
# None: for the next message. The others say for what, and how long at most.
Effect: TypeAlias = tuple[str, Any, int | None] | None

_new = tuple.__new__


class Task:
    """One strand of a node's program: the program itself, or what it spawned."""

    __slots__ = ("_coroutine", "done", "joined_by", "node", "resume", "result", "timer")

    def __init__(self, node: Node, running: Coroutine[Any, Any, Any]) -> None:
        self.node = node
        self._coroutine = running
        self.resume = running.send
        self.timer = 0  # which timer may end this wait; 0: none
        self.done = False
        self.result: Any = None
        self.joined_by: list[Task] = []

    @property
    def running(self) -> Coroutine[Any, Any, Any]:
        """The coroutine that it runs."""
        return self._coroutine

    @coroutine
    def _join(self) -> Generator[Effect, Any, Any]:
        return (yield ("join", self, None))

    def __await__(self) -> Generator[Any, Any, Any]:
        """Wait until it has ended; gives what it returned."""
        return cast("Awaitable[Any]", self._join()).__await__()


class Node:
    """One process. Programs receive theirs as their first argument, `me`.

    Times are in virtual milliseconds. A node shares nothing with the others: it
    knows what it did and what messages told it.
    """

    __slots__ = (
        "_answers",
        "_arguments",
        "_clock",
        "_given_up",
        "_mailbox",
        "_program",
        "_routes",
        "_tasks",
        "_up",
        "_waiters",
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
        self._routes: dict[str, Route] = {}
        self._mailbox: deque[Message] = deque()
        self._waiters: deque[Task] = deque()
        self._answers: dict[int, Task] = {}  # calls that wait, by request
        self._given_up: set[int] = set()  # calls that no longer do
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
        self, to: str, body: Any = None, *, delay: float | None = None, size: int = 0
    ) -> None:
        """Send `body` to the node called `to`, and go on without waiting.

        `delay`: ms on the way, in place of what the link would draw. `size`: bytes,
        for links with a bandwidth. Raises LookupError if there is no such node.
        """
        world = self._world
        route = self._routes.get(to)
        if route is None or not route.plain or delay is not None:
            world.transmit(self, (to,), body, None, delay, size)
            return
        if type(body) not in IMMUTABLE:
            body = copied(body)
        now = world.microsecond
        message = _new(
            Message,
            (
                now + route.low + int(route.span * world.chance()),
                world.next_id(),
                route.receiver,
                self.name,
                body,
                now,
                None,
            ),
        )
        heappush(world.queue, message)
        if world.log is not None:
            world.log.append((now, self, "send", message))

    def broadcast(
        self,
        body: Any = None,
        to: Sequence[str] | None = None,
        *,
        delay: float | None = None,
    ) -> None:
        """Send `body` to all others, or to those named, as one event."""
        names = self.others if to is None else to
        self._world.transmit(self, names, body, None, delay, 0)

    def reply(
        self, request: Message, body: Any = None, *, delay: float | None = None
    ) -> None:
        """Answer `request`. A `call` gets `body`; after a plain `send` it is a message."""
        self._world.transmit(self, (request.sender,), body, request.id, delay, 0)

    @coroutine
    def _wait(self, effect: Effect) -> Generator[Effect, Any, Any]:
        return (yield effect)

    if TYPE_CHECKING:  # the same methods, as a program may use them

        def receive(self, timeout: float | None = None) -> Awaitable[Message]:
            """Wait for the next message; TimeoutError after `timeout` ms."""

        def call(
            self, to: str, body: Any = None, timeout: float | None = None
        ) -> Awaitable[Message]:
            """Send a request and wait for its answer; TimeoutError after `timeout` ms.

            An answer that comes after the time-out is ignored.
            """

        def sleep(self, ms: float) -> Awaitable[None]:
            """Do nothing for `ms` on this node's own clock."""
    else:

        @coroutine
        def receive(self, timeout=None):
            if timeout is None:
                return (yield None)
            return (yield ("receive", None, _timeout(timeout)))

        @coroutine
        def call(self, to, body=None, timeout=None):
            request = self._world.transmit(self, (to,), body, None, None, 0)
            limit = None if timeout is None else _timeout(timeout)
            return (yield ("call", request, limit))

        @coroutine
        def sleep(self, ms):
            return (yield ("sleep", None, _timeout(ms)))

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


def _timeout(ms: float) -> int:
    if not ms >= 0:
        raise ValueError(f"a wait cannot last {ms} ms: it must be 0 or more")
    return round(ms * 1000)
