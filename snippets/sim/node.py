"""A node: what a program can do, and what it can know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Generator, Iterable
from heapq import heappush, heapreplace
from random import Random
from types import FunctionType
from typing import Any, ParamSpec, Protocol, TypeVar

from .disk import Disk
from .link import microseconds
from .message import IMMUTABLE, Message
from .process import RECEIVE, Process, Program, Task, Wait

P = ParamSpec("P")
T = TypeVar("T")

GENERATOR, COROUTINE = 0x20, 0x80  # flags of a code object: see Python's `inspect`


def awaitable(
    function: Callable[P, Generator[Wait, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """Have a generator function make coroutines, which may yield to the process.

    As quick as a generator; and Python warns of a coroutine that nobody awaits.
    """
    code: Any = function.__code__
    flags = code.co_flags & ~GENERATOR | COROUTINE
    made = FunctionType(code.replace(co_flags=flags), function.__globals__)
    for name in ("__qualname__", "__doc__", "__annotations__", "__defaults__"):
        setattr(made, name, getattr(function, name))
    return made


class Surroundings(Protocol):
    """What a node asks of the world, or of the explorer, around it."""

    @property
    def bits(self) -> Callable[[int], int]:
        """A number of so many random bits."""

    @property
    def next_id(self) -> Callable[[], int]:
        """The next number for a message."""

    spent: bool  # True: the first entry of the queue has just happened

    @property
    def queue(self) -> list[Any]:
        """What will happen."""

    @property
    def log(self) -> list[Any] | None:
        """What happened, unless nothing is recorded."""

    @property
    def names(self) -> Iterable[str]:
        """The names of all nodes, in the order in which they were added."""

    @property
    def microsecond(self) -> int:
        """True time."""

    @property
    def random(self) -> Random:
        """The one source of chance."""

    def wall(self, name: str) -> int:
        """What a node's wall clock shows, in microseconds."""

    def monotonic(self, name: str) -> int:
        """What a node's stopwatch shows, in microseconds."""

    def record(self, node: str | None, kind: str, what: Any) -> None:
        """Write a line of the log."""

    def transmit(
        self,
        sender: Node,
        names: Iterable[str],
        body: Any,
        answers: Message | None,
        delay: float | None,
        size: int,
    ) -> int:
        """Send one body to some nodes as one event; returns the first one's id."""

    def ask(self, sender: Node, to: str, body: Any) -> int:
        """Send a request; returns the number that its answer bears."""


class Node:
    """One process. Programs receive theirs as their first argument, `me`.

    Times are in virtual milliseconds. A node shares nothing with the others: it
    knows what it did and what messages told it.
    """

    __slots__ = ("_world", "disk", "name", "process", "routes")

    def __init__(self, world: Surroundings, process: Process) -> None:
        self.name = process.name
        self.disk: Disk = process.disk
        self.process = process
        # Where nothing can go wrong: the least delay in microseconds, below how many
        # more it stays, and the receiver.
        self.routes: dict[str, tuple[int, int, Process]] = {}
        self._world = world

    def __repr__(self) -> str:
        return f"<node {self.name}>"

    def __reduce__(self) -> str:
        """Not data: a copy of what refers to a node refers to the same node."""
        return self.name

    # What a program can know ------------------------------------------------

    @property
    def others(self) -> list[str]:
        """The names of all other nodes, in the order in which they were added."""
        return [name for name in self._world.names if name != self.name]

    @property
    def random(self) -> Random:
        """The world's one source of chance, so that a seed repeats the run."""
        return self._world.random

    def wall(self) -> float:
        """What this node's wall clock shows, in ms. It can be wrong and can jump."""
        return self._world.wall(self.name) / 1000

    def monotonic(self) -> float:
        """Milliseconds on this node's stopwatch: never set, never back."""
        return self._world.monotonic(self.name) / 1000

    # Messages ---------------------------------------------------------------

    def send(
        self, to: str, body: Any = None, delay: float | None = None, size: int = 0
    ) -> None:
        """Send `body` to the node called `to`, and go on without waiting.

        `delay`: ms on the way, in place of what the link would draw. `size`: bytes,
        for links with a bandwidth. Raises LookupError if there is no such node.
        """
        world = self._world
        kind = type(body)
        plain = kind is str or kind in IMMUTABLE
        try:
            low, span, receiver = self.routes[to]
        except KeyError:
            plain = False
        if not plain or delay is not None:
            world.transmit(self, (to,), body, None, delay, size)
            return
        # What `transmit` does if nothing can go wrong, written out: the hot path.
        now = world.microsecond
        bits, next_id, log = world.bits, world.next_id, world.log
        arrives = now + low + bits(30) % span
        entry = (arrives, next_id(), receiver, self.name, body, now, None)
        if world.spent:
            world.spent = False
            heapreplace(world.queue, entry)
        else:
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
        """Send `body` to all others, or to those named, as one event.

        `delay`: ms on the way, as for `send`. Raises LookupError if there is no such
        node.
        """
        names = self.others if to is None else to
        if isinstance(names, (set, frozenset)):  # which have no order to repeat
            names = sorted(names)
        self._world.transmit(self, names, body, None, delay, 0)

    def reply(
        self, request: Message, body: Any = None, *, delay: float | None = None
    ) -> None:
        """Answer `request`: its `call` gets `body`. Any other sender gets a message.

        `delay`: ms on the way, as for `send`.
        """
        self._world.transmit(self, (request.sender,), body, request, delay, 0)

    @awaitable
    def receive(
        self, timeout: float | None = None
    ) -> Generator[Wait, Message, Message]:
        """Wait for the next message; TimeoutError after `timeout` ms.

        The timeout is measured on this node's own clock.
        """
        if timeout is None:
            return (yield RECEIVE)
        return (yield Wait("receive", None, microseconds(timeout, "a wait")))

    @awaitable
    def call(
        self, to: str, body: Any = None, timeout: float | None = None
    ) -> Generator[Wait, Message, Message]:
        """Send a request and wait for its answer; TimeoutError after `timeout` ms.

        In other words, a remote procedure call. An answer that comes after the
        timeout is ignored. The timeout is measured on this node's own clock. Raises
        LookupError if there is no such node.
        """
        limit = None if timeout is None else microseconds(timeout, "a wait")
        request = self._world.ask(self, to, body)
        return (yield Wait("call", request, limit, to))

    @awaitable
    def sleep(self, ms: float) -> Generator[Wait, Any, None]:
        """Do nothing for `ms` on this node's own clock."""
        yield Wait("sleep", None, microseconds(ms, "a wait"))

    # The rest ---------------------------------------------------------------

    def note(self, text: object) -> None:
        """Mark an event of this node alone: a dot with a text in the diagram."""
        if self.process.up:
            self._world.record(self.name, "note", str(text))

    def spawn(self, program: Program, *arguments: Any) -> Task:
        """Start `program(me, *arguments)` beside what this node is doing.

        Both share the node's memory and take turns: one goes on when the other
        waits. `await` the task for what it returns. Raises TypeError if `program` is
        not an `async def` function.
        """
        return self.process.start(program, arguments)
