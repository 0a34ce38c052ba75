"""The world: virtual time, one source of chance, one queue of what comes next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from heapq import heappop, heappush
from itertools import count
from random import Random
from types import CoroutineType
from typing import Any, ClassVar

from .clock import Clock
from .message import Message, copied
from .network import Duration, Link, Route, draw, microseconds
from .node import Effect, Node, Program, Task
from .trace import Entry, Trace

# What the queue holds besides messages: (when, id, None, call, arguments).
Timer = tuple[int, int, None, Callable[..., None], tuple[Any, ...]]


class World:
    """Nodes, the network between them, and a clock that only they can stop.

    The same `seed` gives the same run, event for event, on every machine. Times are
    in virtual milliseconds; inside they are whole microseconds, which add up
    without rounding. `trace=False` records nothing and runs faster.
    """

    # Set while `explore` builds a world: it takes the world in place of the one run.
    taken_by: ClassVar[Callable[[World], None] | None] = None

    def __init__(self, seed: int = 0, *, trace: bool = True) -> None:
        if isinstance(seed, float):
            raise TypeError(f"seed={seed}: a seed is a whole number")
        self.seed = seed
        self.random = Random(seed)
        self.chance = self.random.random
        self.nodes: dict[str, Node] = {}
        self._unstarted: list[Node] = []
        self.microsecond = 0
        self.queue: list[Message | Timer] = []
        self.next_id = count(1).__next__
        self.log: list[Entry] | None = [] if trace else None
        self._default = Link()
        self._links: dict[tuple[str, str], Link] = {}
        self._routes: dict[tuple[str, str], Route] = {}
        self._lose: dict[tuple[str, str], set[int]] = {}
        self._cuts: dict[tuple[str, str], int] = {}
        self._broken = 0  # cuts in force and nodes down: 0 keeps delivery short

    @property
    def now(self) -> float:
        """Virtual time since the start, in ms. Nodes cannot see it."""
        return self.microsecond / 1000

    @property
    def trace(self) -> Trace:
        """What happened so far."""
        if self.log is None:
            raise RuntimeError("nothing was recorded: this world has trace=False")
        return Trace(list(self.nodes), self.log)

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

    def link(self, source: str, destination: str, **settings: Any) -> None:
        """Settings of the link from `source` to `destination`: one direction."""
        self._links[source, destination] = Link(**settings).checked()

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
        """Lose the first message of a link, or those numbered: 1 is the first."""
        route = self._lose.setdefault((source, destination), set())
        route.update(numbers or (1,))

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
        pairs = [(a, b) for a in side for b in across]
        text = f"{', '.join(side)} | {', '.join(across)}"
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
        last = float("inf") if until is None else microseconds(until)
        while self._unstarted:
            node = self._unstarted.pop(0)
            self.start(node, node._program, node._arguments)
        queue, log = self.queue, self.log
        for _ in range(limit):
            if not queue or queue[0][0] > last:
                break
            entry = heappop(queue)
            self.microsecond = entry[0]
            receiver = entry[2]
            if receiver is None:
                entry[3](*entry[4])
                continue
            # The usual case of `_deliver`, written out because it is the hot path:
            # nothing is broken and the node's program waits for a message.
            waiters = receiver._waiters
            if self._broken or not waiters or entry[6] is not None:
                self._deliver(entry)
                continue
            task = waiters.popleft()
            task.timer = 0
            if log is not None:
                log.append((entry[0], receiver, "receive", entry))
            try:
                effect = task.resume(entry)
            except BaseException as stopped:
                self._ended(task, stopped)
                continue
            if effect is None:  # and no message can be waiting, or it would have come
                waiters.append(task)
            else:
                self._wait(task, effect)
        else:
            raise RuntimeError(
                f"still running after {limit} steps, at {self.now} ms: "
                "let the nodes end, or pass until= or a larger limit="
            )
        if until is not None:
            self.microsecond = max(self.microsecond, microseconds(until))
        return self

    def start(self, node: Node, program: Program, arguments: tuple[Any, ...]) -> Task:
        """Start a program on a node, at once. `Node.spawn` is the public way."""
        running = program(node, *arguments)
        if not isinstance(running, CoroutineType):
            raise TypeError(f"{program.__name__} is not an `async def` function")
        task = Task(node, running)
        node._tasks[task] = None
        self._go_on(task, None)
        return task

    def _go_on(self, task: Task, value: object) -> None:
        """Let a task run, from what it waited for to the next wait."""
        task.timer = 0
        try:
            effect = task.resume(value)
        except BaseException as stopped:
            self._ended(task, stopped)
        else:
            self._wait(task, effect)

    def _wait(self, task: Task, effect: Effect) -> None:
        """Put a task where what it waits for will find it."""
        node = task.node
        kind, what, limit = effect or ("receive", None, None)
        if kind == "receive":
            if node._mailbox:
                message = node._mailbox.popleft()
                self.record(node, "receive", message)
                self._go_on(task, message)
                return
            node._waiters.append(task)
        elif kind == "call":
            node._answers[what] = task
        elif kind == "join":
            if what.done:
                self._go_on(task, what.result)
                return
            what.joined_by.append(task)
        if limit is not None:
            task.timer = self.next_id()
            wake = self._wake if kind == "sleep" else self._time_out
            when = self.microsecond + node._clock.true(limit)
            arguments = (task, task.timer, what)
            heappush(self.queue, (when, task.timer, None, wake, arguments))

    def _wake(self, task: Task, timer: int, _: object) -> None:
        if task.timer == timer:
            self._go_on(task, None)

    def _time_out(self, task: Task, timer: int, request: int | None) -> None:
        if task.timer != timer:
            return
        task.timer = 0
        node = task.node
        if request is None:
            node._waiters.remove(task)
        else:
            del node._answers[request]
            node._given_up.add(request)
        self.record(node, "timeout", request)
        try:
            effect = task.running.throw(TimeoutError("nothing came in time"))
        except BaseException as stopped:
            self._ended(task, stopped)
        else:
            self._wait(task, effect)

    def _ended(self, task: Task, stopped: BaseException) -> None:
        """A program returned, or raised what the reader should see."""
        if not isinstance(stopped, StopIteration):
            stopped.add_note(f"in node {task.node.name!r}, at {self.now} ms")
            raise stopped
        task.done, task.result = True, stopped.value
        task.node._tasks.pop(task, None)
        for other in task.joined_by:
            self._go_on(other, task.result)

    # The network ------------------------------------------------------------

    def route(self, sender: Node, to: str) -> Route:
        """The way from `sender` to the node called `to`, made when first used."""
        receiver = self._node(to, f"{sender.name!r} sends to {to!r}, but ")
        pair = sender.name, to
        route = self._routes.get(pair)
        if route is None:
            link = self._links.get(pair, self._default)
            route = Route(link, receiver, self._lose.get(pair, set()))
            route.cuts = self._cuts.get(pair, 0)
            route.settle()
            self._routes[pair] = route
        if sender._up:
            sender._routes[to] = route
        return route

    def transmit(
        self,
        sender: Node,
        names: Sequence[str],
        body: Any,
        answers: int | None,
        delay: float | None,
        size: int,
    ) -> int:
        """Send one body to some nodes as one event, with all that can go wrong.

        Gives the id of the first message. `Node.send` is the public way.
        """
        routes = [self.route(sender, name) for name in names]
        if not sender._up:
            return 0  # what is left of a crashed program reaches nobody
        messages = [
            self._message(sender, route, copied(body), answers, delay, size)
            for route in routes
        ]
        if len(messages) == 1:
            self.record(sender, "send", messages[0])
        else:
            self.record(sender, "broadcast", tuple(messages))
        for route, message in zip(routes, messages, strict=True):
            self._launch(route, message)
        return messages[0].id if messages else 0

    def _message(
        self,
        sender: Node,
        route: Route,
        body: Any,
        answers: int | None,
        delay: float | None,
        size: int,
    ) -> Message:
        """A message with its time of arrival, if nothing happens to it."""
        now, link = self.microsecond, route.link
        leaves = now
        if link.bandwidth is not None:
            leaves = max(now, route.busy_until) + round(size / link.bandwidth * 1000)
            route.busy_until = leaves
        way = link.delay if delay is None else delay
        arrives = leaves + draw(way, self.random, "a delay")
        if link.fifo:
            arrives = route.last_arrival = max(arrives, route.last_arrival)
        return Message(
            arrives, self.next_id(), route.receiver, sender.name, body, now, answers
        )

    def _launch(self, route: Route, message: Message) -> None:
        """Put a message on its way, or lose it, or double it."""
        link = route.link
        route.sent += 1
        if route.cuts:
            self.record(None, "lose", message)
        elif route.sent in route.lost_numbers or self._happens(link.loss):
            self.record(None, "lose", message)
        else:
            heappush(self.queue, message)
            if self._happens(link.duplicate):
                arrives = self.microsecond + draw(link.delay, self.random, "a delay")
                copy = message._replace(arrives=arrives, id=self.next_id())
                self.record(None, "duplicate", (message.id, copy))
                heappush(self.queue, copy)

    def _happens(self, share: float) -> bool:
        return share > 0 and self.chance() < share

    def _deliver(self, message: Message) -> None:
        """Hand a message that has arrived to whoever waits for it."""
        node = message.receiver
        if not node._up or self._routes_cut(message):
            self.record(None, "lose", message)
        elif message.answers in node._answers:
            self.record(node, "receive", message)
            self._go_on(node._answers.pop(message.answers), message)
        elif message.answers in node._given_up:
            self.record(node, "ignore", message)
        elif node._waiters:
            self.record(node, "receive", message)
            self._go_on(node._waiters.popleft(), message)
        else:
            node._mailbox.append(message)

    # Faults in force --------------------------------------------------------

    def _routes_cut(self, message: Message) -> bool:
        return bool(self._cuts.get((message.sender, message.to)))

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
            self._schedule(last, self._change_cuts, both, -1, text)

    def _change_cuts(self, pairs: list[tuple[str, str]], by: int, text: str) -> None:
        self.record(None, "cut" if by > 0 else "heal", (text, tuple(pairs)))
        for pair in pairs:
            self._cuts[pair] = self._cuts.get(pair, 0) + by
            self._broken += by
            if pair in self._routes:
                self._routes[pair].cuts = self._cuts[pair]
                self._routes[pair].settle()

    def _crash(self, node: Node) -> None:
        if not node._up:
            return
        self.record(node, "crash", None)
        node._up = False
        self._broken += 1
        for message in node._mailbox:
            self.record(None, "lose", message)
        node._given_up.update(node._answers)
        for held in (node._mailbox, node._waiters, node._answers, node._routes):
            held.clear()
        tasks, node._tasks = node._tasks, {}
        for task in tasks:
            task.timer = 0
            task.running.close()

    def _restart(self, node: Node) -> None:
        if node._up:
            return
        node._up = True
        self._broken -= 1
        self.record(node, "restart", None)
        self.start(node, node._program, node._arguments)

    # Small parts ------------------------------------------------------------

    def record(self, node: Node | None, kind: str, what: Any) -> None:
        """Write a line of the log, unless this world records nothing."""
        if self.log is not None:
            self.log.append((self.microsecond, node, kind, what))

    def _schedule(self, when: int, call: Callable[..., object], *arguments: Any) -> None:
        if when < self.microsecond:
            raise ValueError(f"{when / 1000} ms is past: it is {self.now} ms already")
        heappush(self.queue, (when, self.next_id(), None, call, arguments))

    def _node(self, name: str, prefix: str = "") -> Node:
        try:
            return self.nodes[name]
        except KeyError:
            known = ", ".join(self.nodes) or "no node yet"
            raise LookupError(f"{prefix}there is no node {name!r}, only: {known}") from None
