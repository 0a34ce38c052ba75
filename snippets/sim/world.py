"""The world: virtual time, one source of chance, one queue of what comes next."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from heapq import heappop, heappush
from itertools import count
from math import inf
from random import Random
from types import CoroutineType
from typing import TYPE_CHECKING, Any, ClassVar

from .clock import Clock
from .message import Message, copied
from .network import Duration, Link, Route, draw, microseconds
from .node import Effect, Node, Program, Task
from .trace import Entry, Line, Trace

if TYPE_CHECKING:
    from .variables import Watch

# Besides messages, the queue holds timers: (when, id, None, call, arguments). The
# last of them to be looked at has nothing to call: there a run stops.
STOP = (inf, None, None, ())

_new = tuple.__new__

# What a program waits for if it says no more.
RECEIVE: tuple[str, Any, int | None] = ("receive", None, None)


class World:
    """Nodes, the network between them, and a clock that only they can stop.

    The same `seed` gives the same run, event for event, on every machine. Times are
    in virtual milliseconds; inside they are whole microseconds, which add up
    without rounding. `trace=False` records nothing and runs faster.
    """

    # Set while `explore` builds a world: it takes the world in place of the one run.
    taken_by: ClassVar[Callable[[World], None] | None] = None
    # Set while somebody wants to know the variables of nodes: see `variables`.
    watched_by: ClassVar[type[Watch] | None] = None

    def __init__(self, seed: int = 0, *, trace: bool = True) -> None:
        if not isinstance(seed, int):
            raise TypeError(f"seed={seed!r}: a seed is a whole number")
        self.seed = seed
        self.random = Random(seed)
        self.bits = self.random.getrandbits
        self.nodes: dict[str, Node] = {}
        self._unstarted: list[Node] = []
        self.microsecond = 0
        self.queue: list[Any] = []  # messages as plain tuples, and timers
        self.next_id = count(1).__next__
        self.log: list[Entry] | None = [] if trace else None  # read by `Trace`
        self.steps: Sequence[int] | None = None  # of an explored run: see `Trace`
        self.caption = ""
        self._frontiers: list[Mapping[str, int]] = []
        self._default = Link()
        self._links: dict[tuple[str, str], Link] = {}
        self._routes: dict[tuple[str, str], Route] = {}
        self._lose: dict[tuple[str, str], set[int]] = {}
        self._cuts: dict[tuple[str, str], int] = {}
        self._originals: dict[int, int] = {}  # of the copies, by their ids
        self._crashed: list[Task] = []
        self._broken = 0  # links that are cut: 0 keeps delivery short
        watched = World.watched_by if trace else None
        self.watch = watched(self.nodes, self.record) if watched else None

    @property
    def now(self) -> float:
        """Virtual time since the start, in ms. Nodes cannot see it."""
        return self.microsecond / 1000

    @property
    def trace(self) -> Trace:
        """What happened so far."""
        if self.log is None:
            raise RuntimeError("nothing was recorded: this world has trace=False")
        trace = Trace(self.nodes, self.log, self.microsecond)
        trace.timed, trace.steps = self.steps is None, self.steps or ()
        trace.caption, trace.frontiers = self.caption, self._frontiers
        return trace

    def frontier(self, **inside: int) -> None:
        """Draw a line after the first so many events of each node: a cut of the run.

        Above it is what the cut holds. Mattern 1989. It changes nothing in the run.
        """
        for name in inside:
            self._node(name)
        self._frontiers.append(inside)

    # Building a world -------------------------------------------------------

    def add(self, program: Program, *arguments: Any, name: str | None = None) -> Node:
        """Add a node that runs `program(me, *arguments)`, named after the program."""
        name = program.__name__ if name is None else name
        if name in self.nodes:
            raise ValueError(f"there is a node called {name!r} already: pass name=")
        node = self.nodes[name] = Node(self, name, program, arguments)
        self._unstarted.append(node)
        return node

    def network(self, **settings: Any) -> None:
        """Settings of every link that has none of its own: the fields of `Link`."""
        self._default = Link(**settings).checked()
        self._settle()

    def link(self, source: str, destination: str, **settings: Any) -> None:
        """Settings of the link from `source` to `destination`: one direction."""
        self._links[source, destination] = Link(**settings).checked()
        self._settle()

    def clock(
        self,
        name: str,
        offset: float = 0.0,
        drift: int = 0,
        steps: Sequence[tuple[float, float]] = (),
        leap: float | None = None,
    ) -> None:
        """Give a node the clock that `Clock` describes, in place of a perfect one."""
        self._node(name)._clock = Clock(offset, drift, steps, leap)

    # Faults -----------------------------------------------------------------

    def lose(self, source: str, destination: str, *numbers: int) -> None:
        """Lose the next message of a link, or those numbered: 1 is the next.

        Before the run, the next message is the first that is sent.
        """
        if any(number < 1 for number in numbers):
            raise ValueError(f"lose {numbers}: the first message has the number 1")
        pair = source, destination
        sent = self._routes[pair].sent if pair in self._routes else 0
        numbered = self._lose.setdefault(pair, set())
        numbered.update(sent + number for number in numbers or (1,))
        self._settle()

    def cut(
        self,
        source: str,
        destination: str,
        start: Duration = 0,
        stop: Duration | None = None,
    ) -> None:
        """Cut one direction from `start` until `stop` ms, or for good.

        A cut link carries nothing: what is sent during the cut is lost, and so is
        what would arrive during it.
        """
        self._cut([(source, destination)], f"{source} → {destination}", start, stop)

    def partition(
        self,
        side: Collection[str],
        other: Collection[str] | None = None,
        start: Duration = 0,
        stop: Duration | None = None,
    ) -> None:
        """Cut every link between `side` and `other` (all other nodes) both ways."""
        across = [n for n in self.nodes if n not in side] if other is None else other
        for name in (*side, *across):
            self._node(name)
        # In the order of the nodes: a set has none that every run repeats.
        here, there = ([n for n in self.nodes if n in s] for s in (side, across))
        pairs = [(a, b) for a in here for b in there if a != b]
        text = f"{', '.join(here)} | {', '.join(there)}"
        self._cut([*pairs, *((b, a) for a, b in pairs)], text, start, stop)

    def crash(self, name: str, at: Duration, restart: Duration | None = None) -> None:
        """Crash a node at `at` ms; start its program again at `restart` ms.

        A crash loses the memory, the waiting messages and those that arrive while
        the node is down. Its disk stays.
        """
        node = self._node(name)
        down = draw(at, self.random, "the time of a crash")
        self._schedule(down, self._crash, node)
        if restart is not None:
            up = draw(restart, self.random, "the time of a restart")
            if up <= down:
                raise ValueError(f"{name} restarts at {restart} ms, before its crash")
            self._schedule(up, self._restart, node)

    def at(self, ms: float, action: Callable[[], object]) -> None:
        """Do `action()` at `ms`: for a fault that none of the others describes."""
        self._schedule(microseconds(ms), action)

    # Running ----------------------------------------------------------------

    def run(self, until: float | None = None, limit: int = 100_000) -> World:
        """Run until nothing is left to happen, or until `until` ms. Gives itself.

        Raises RuntimeError after `limit` steps, for a program that never ends.
        """
        if not self.nodes:
            raise RuntimeError("this world has no nodes: call add before run")
        if World.taken_by is not None:
            World.taken_by(self)
        for source, destination in (*self._links, *self._lose):
            prefix = f"the link from {source!r} to {destination!r}: "
            self._node(source, prefix)
            self._node(destination, prefix)
        while self._unstarted:
            node = self._unstarted.pop(0)
            self.start(node, node._program, node._arguments)
        # Python's search for garbage would go through the growing log again and again,
        # and find none; so it rests meanwhile.
        searching = gc.isenabled()
        gc.disable()
        try:
            self._run(until, limit)
        finally:
            if searching:
                gc.enable()
        return self

    def _run(self, until: float | None, limit: int) -> None:
        queue, log = self.queue, self.log
        if until is not None:
            heappush(queue, (max(self.microsecond, microseconds(until)), *STOP))
        for _ in range(limit):
            if not queue:
                break
            entry = heappop(queue)
            self.microsecond = entry[0]
            node = entry[2]
            if node is None:
                if entry[3] is None:
                    break
                entry[3](*entry[4])
                continue
            # The usual case of `_deliver`, written out because it is the hot path:
            # no link is cut, and the node's program waits for a message.
            task = node._waiting
            if task is None or self._broken:
                self._deliver(Message(*entry))
                continue
            if log is not None:
                log.append(entry)
            resume = task.resume
            try:
                effect = resume(_new(Message, entry))
            except BaseException as stopped:
                self._ended(task, stopped)
            else:
                if effect is not None or node._waiting is not task:
                    self._wait(task, effect)
        else:
            if queue:
                raise RuntimeError(
                    f"still running after {limit} steps, at {self.now} ms: "
                    "let the nodes end, or pass until= or a larger limit="
                )

    def start(self, node: Node, program: Program, arguments: tuple[Any, ...]) -> Task:
        """Start a program on a node, at once. `Node.spawn` is the public way."""
        running = program(node, *arguments)
        if not isinstance(running, CoroutineType):
            raise TypeError(f"{program.__name__} is not an `async def` function")
        task = Task(node, running)
        node._tasks[task] = None
        if self.watch is not None:
            self.watch.start(task)
        self._go_on(task, task.resume, None)
        return task

    def _go_on(
        self, task: Task, resume: Callable[[Any], Effect], value: object
    ) -> None:
        """Let a task run, from what it waited for to the next wait."""
        task.timer = 0
        try:
            effect = resume(value)
        except BaseException as stopped:
            self._ended(task, stopped)
        else:
            self._wait(task, effect)

    def _wait(self, task: Task, effect: Effect) -> None:
        """Put a task where what it waits for will find it, or let it go on at once."""
        node = task.node
        if node._waiting is task:
            node._waiting = None
        while True:
            try:
                kind, what, limit = effect or RECEIVE
            except (TypeError, ValueError):
                raise TypeError(
                    f"node {node.name!r} awaits {effect!r}: a program awaits what its "
                    "node offers (receive, call, sleep) and the tasks that it spawned"
                ) from None
            value: object
            if kind == "receive" and node._mailbox:
                value = node._mailbox.popleft()
                self.record(node, "receive", value)
            elif kind == "join" and what.done:
                value = what.result
            else:
                break
            try:
                effect = task.resume(value)
            except BaseException as stopped:
                self._ended(task, stopped)
                return
        if kind == "receive":
            self._line_up(task, limit)
        elif kind == "call":
            node._answers[what] = task
        elif kind == "join":
            what.joined_by.append(task)
        if limit is not None:
            task.timer = self.next_id()
            wake = self._wake if kind == "sleep" else self._time_out
            when = self.microsecond + node._clock.true(limit)
            arguments = (task, task.timer, what, self.microsecond)
            heappush(self.queue, (when, task.timer, None, wake, arguments))

    def _line_up(self, task: Task, limit: int | None) -> None:
        """Let a task wait for a message behind those that wait already."""
        node = task.node
        first, node._waiting = node._waiting, None
        if first is not None and not first.running.cr_running:
            node._waiters.append(first)
        if limit is None and not node._waiters:
            node._waiting = task
        else:
            node._waiters.append(task)

    def _wake(self, task: Task, timer: int, *_: object) -> None:
        if task.timer == timer:
            self._go_on(task, task.resume, None)

    def _time_out(
        self, task: Task, timer: int, request: int | None, since: int
    ) -> None:
        if task.timer != timer:
            return
        node = task.node
        if request is None:
            node._waiters.remove(task)
        else:
            del node._answers[request]
            node._settled.add(request)
        self.record(node, "timeout", since)
        resume: Callable[[Any], Effect] = task.running.throw
        if self.watch is not None:
            resume = self.watch.after(node, resume)
        self._go_on(task, resume, TimeoutError("nothing came in time"))

    def _ended(self, task: Task, stopped: BaseException) -> None:
        """A program returned, or raised what the reader should see."""
        node = task.node
        if node._waiting is task:
            node._waiting = None
        if not isinstance(stopped, StopIteration):
            stopped.add_note(f"in node {node.name!r}, at {self.now} ms")
            raise stopped
        task.done, task.result = True, stopped.value
        node._tasks.pop(task, None)
        for other in task.joined_by:
            self._go_on(other, other.resume, task.result)

    # The network ------------------------------------------------------------

    def _route(self, sender: Node, to: str) -> Route:
        """The way from `sender` to the node called `to`, made when first used."""
        pair = sender.name, to
        if pair not in self._routes:
            receiver = self._node(to, f"{sender.name!r} sends to {to!r}, but ")
            self._routes[pair] = Route(sender, receiver, self._default)
            self._settle(pair)
        return self._routes[pair]

    def _settle(self, *pairs: tuple[str, str]) -> None:
        """Tell the routes what is in force now: all of them, or those named."""
        for pair in pairs or self._routes:
            route = self._routes[pair]
            route.link = self._links.get(pair, self._default)
            route.lost_numbers = self._lose.get(pair, set())
            route.cuts = self._cuts.get(pair, 0)
            route.settle()

    def transmit(
        self,
        sender: Node,
        names: Iterable[str],
        body: Any,
        answers: int | None,
        delay: float | None,
        size: int,
    ) -> int:
        """Send one body to some nodes as one event, with all that can go wrong.

        Gives the id of the first message. `Node.send` is the public way.
        """
        if answers is not None:  # an answer to a copy answers the original
            answers = self._originals.get(answers, answers)
        routes = [self._route(sender, name) for name in names]
        if not sender._up or not routes:
            return 0  # what is left of a crashed program reaches nobody
        messages = []
        for route in routes:
            arrives, number = self._arrival(route, delay, size), self.next_id()
            if size and route.link.bandwidth is not None:
                took = round(size / route.link.bandwidth * 1000)
                span = route.busy_until - took, route.busy_until
                self.record(None, "transmit", (number, *span))
            who = route.receiver, sender.name
            now = self.microsecond
            messages.append(Message(arrives, number, *who, copied(body), now, answers))
        if len(messages) == 1:
            self.record(sender, "send", messages[0])
        else:
            self.record(sender, "broadcast", tuple(messages))
        for route, message in zip(routes, messages, strict=True):
            self._launch(route, message)
        return messages[0].id

    def _arrival(self, route: Route, delay: float | None, size: int) -> int:
        """When a message arrives that is sent now, if nothing happens to it."""
        link, leaves = route.link, self.microsecond
        if link.bandwidth is not None:
            leaves = max(leaves, route.busy_until) + round(size / link.bandwidth * 1000)
            route.busy_until = leaves
        way = link.delay if delay is None else delay
        arrives = leaves + draw(way, self.random, "a delay")
        if link.fifo:
            arrives = route.last_arrival = max(arrives, route.last_arrival)
        return arrives

    def _launch(self, route: Route, message: Message) -> None:
        """Put a message on its way, or lose it, or double it."""
        route.sent += 1
        if (
            route.cuts
            or route.sent in route.lost_numbers
            or self._happens(route.link.loss)
        ):
            self.record(None, "lose", message)
            return
        self._fly(message)
        if self._happens(route.link.duplicate):
            copy = message._replace(
                arrives=self._arrival(route, None, 0), id=self.next_id()
            )
            self._originals[copy.id] = message.id
            self.record(None, "duplicate", (message.id, copy))
            self._fly(copy)

    def _fly(self, message: Message) -> None:
        """Put a message into the queue; the log keeps a copy that no reader changes."""
        message = message._replace(body=copied(message.body))
        if message.answers is None:
            heappush(self.queue, tuple(message))
        else:  # a program that waits for a message is not meant by an answer
            timer = (message.arrives, message.id, None, self._deliver, (message,))
            heappush(self.queue, timer)

    def _happens(self, share: float) -> bool:
        return share > 0 and self.random.random() < share

    def _deliver(self, message: Message) -> None:
        """Hand a message that has arrived to whoever waits for it."""
        node = message.receiver
        if not node._up or self._cuts.get((message.sender, message.to)):
            self.record(None, "lose", message)
            return
        request = message.answers or 0
        task = node._answers.pop(request, None)
        if task is None and request in node._settled:
            self.record(node, "ignore", message)
            return
        if task is not None:
            node._settled.add(request)
        if task is None:
            task = node._waiting or (node._waiters.popleft() if node._waiters else None)
        if task is None:
            node._mailbox.append(message)
        else:
            self.record(node, "receive", message)
            self._go_on(task, task.resume, message)

    # Faults in force --------------------------------------------------------

    def _cut(
        self,
        pairs: Iterable[tuple[str, str]],
        text: str,
        start: Duration,
        stop: Duration | None,
    ) -> None:
        both = list(pairs)
        for name in dict.fromkeys(name for pair in both for name in pair):
            self._node(name)
        first = draw(start, self.random, "the start of a cut")
        self._schedule(first, self._change_cuts, both, +1, text)
        if stop is not None:
            last = draw(stop, self.random, "the end of a cut")
            if last <= first:
                raise ValueError(f"the cut {text} ends at {stop} ms, before its start")
            self._schedule(last, self._change_cuts, both, -1, text)

    def _change_cuts(self, pairs: list[tuple[str, str]], by: int, text: str) -> None:
        self.record(None, "cut" if by > 0 else "heal", (text, tuple(pairs)))
        for pair in pairs:
            self._cuts[pair] = self._cuts.get(pair, 0) + by
            self._broken += by
        self._settle()

    def _crash(self, node: Node) -> None:
        if not node._up:
            return
        self.record(node, "crash", None)
        node._up, node._waiting = False, None
        for message in node._mailbox:
            self.record(None, "lose", message)
        node._settled.update(node._answers)
        for task in node._tasks:
            task.timer = 0
        # The tasks are kept, not closed: a crash runs no `finally`.
        self._crashed.extend(node._tasks)
        for held in (node._mailbox, node._waiters, node._answers, node._tasks):
            held.clear()
        self._settle()
        if self.watch is not None:
            self.watch.crashed(node)

    def _restart(self, node: Node) -> None:
        if node._up:
            return
        node._up = True
        self._settle()
        self.record(node, "restart", None)
        self.start(node, node._program, node._arguments)

    # Small parts ------------------------------------------------------------

    def record(self, node: Node | None, kind: str, what: Any) -> None:
        """Write a line of the log, unless this world records nothing.

        `Node.note` is the public way.
        """
        if self.log is not None:
            name = None if node is None else node.name
            self.log.append(Line(self.microsecond, name, kind, what))

    def _schedule(
        self, when: int, call: Callable[..., object], *arguments: Any
    ) -> None:
        if when < self.microsecond:
            raise ValueError(f"{when / 1000} ms is past: it is {self.now} ms already")
        heappush(self.queue, (when, self.next_id(), None, call, arguments))

    def _node(self, name: str, prefix: str = "") -> Node:
        try:
            return self.nodes[name]
        except KeyError:
            known = ", ".join(self.nodes) or "no node yet"
            raise LookupError(
                f"{prefix}there is no node {name!r}, only: {known}"
            ) from None
