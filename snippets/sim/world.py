"""The world: virtual time, one source of chance, one queue of what comes next."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from heapq import heappop, heappush
from itertools import count
from math import inf
from random import Random
from typing import Any, NamedTuple

from . import hooks
from .clock import Clock
from .faults import Action, Crash, Cut, Fault, Heal, Loss, Pair, Restart, Timed
from .link import Link, Time, microseconds, sample
from .message import Message
from .misuse import not_a_function, nothing_forgotten
from .network import Network
from .node import Node
from .process import RECEIVE, Process, Program, Task
from .trace import Entry, Line, Trace

# The queue holds messages, as plain tuples: (arrives, id, receiver, …). Whatever else
# will happen has no receiver: (when, id, None, an answer, a `Timer` or a fault).
# None in its place: there a run stops.
STOP = (inf, None, None)


class Timer(NamedTuple):
    """The end of a wait, unless the task has gone on meanwhile."""

    task: Task
    number: int


_new = tuple.__new__


class World:
    """Nodes, the network between them, and a virtual clock.

    The same `seed` gives the same run, event for event, on every machine. Times are
    in virtual milliseconds; inside they are whole microseconds, which add up
    without rounding. `trace=False` records nothing and runs faster.
    """

    def __init__(self, seed: int = 0, *, trace: bool = True) -> None:
        if not isinstance(seed, int):
            raise TypeError(f"seed={seed!r}: a seed is a whole number")
        self.seed = seed
        self.random = Random(seed)
        self.bits = self.random.getrandbits
        self.nodes: dict[str, Node] = {}
        self.faults: list[Fault] = []  # that are planned, in the order of planning
        self.started = False
        self.standstill = ""  # who waits for whom, once nothing is left to happen
        self.microsecond = 0
        self.queue: list[Any] = []  # messages as plain tuples, and timers
        self.spent = False  # True: the first of them has just happened
        self.next_id = count(1).__next__
        self.log: list[Entry] | None = [] if trace else None  # read by `Trace`
        self.steps: Sequence[int] | None = None  # of a replay: see `Trace.steps`
        self.caption = ""  # what its drawing says below
        self.named = False  # True: its drawing names every event
        self._frontiers: list[Mapping[str, int]] = []
        self.links = Network(self)
        self._clocks: dict[str, Clock] = {}
        self.unstarted: list[Process] = []
        watched = hooks.watched_by if trace else None
        self.watch = watched(self.nodes, self.record) if watched else None

    def __reduce__(self) -> str:
        """Not data: it has no copy."""
        return "world"

    @property
    def now(self) -> float:
        """Virtual time since the start, in ms. Nodes cannot see it."""
        return self.microsecond / 1000

    @property
    def names(self) -> Iterable[str]:
        """The names of all nodes, in the order in which they were added."""
        return self.nodes

    @property
    def trace(self) -> Trace:
        """What happened so far."""
        if self.log is None:
            raise RuntimeError("nothing was recorded: this world has trace=False")
        trace = Trace(self.nodes, self.log, self.microsecond)
        trace.timed, trace.steps = self.steps is None, self.steps or ()
        trace.caption, trace.frontiers = self.caption, self._frontiers
        trace.named = self.named
        return trace

    def frontier(self, **inside: int) -> None:
        """Draw a line after the first so many events of each node: a cut of the run.

        Above it is what the cut holds. Mattern 1989. It changes nothing in the run.
        Raises LookupError if there is no such node.
        """
        for name in inside:
            self.node(name)
        self._frontiers.append(inside)

    # Building a world -------------------------------------------------------

    def add(self, program: Program, *arguments: Any, name: str | None = None) -> Node:
        """Add a node that runs `program(me, *arguments)`, named after the program.

        Raises ValueError if the name is taken, or if the program has none, and
        TypeError for a program that is called here: `add(ask)`, and not `add(ask())`.
        """
        if not callable(program):
            raise not_a_function(program, "this world adds", "add")
        if name is None:
            name = getattr(program, "__name__", None)
        if name is None:
            raise ValueError(f"{program!r} has no name for its node: pass name=")
        if name in self.nodes:
            raise ValueError(f"there is a node called {name!r} already: pass name=")
        process = Process(self, name, program, arguments)
        node = process.me = self.nodes[name] = Node(self, process)
        self.unstarted.append(process)
        self._clocks[name] = Clock()
        return node

    def network(self, **settings: Any) -> None:
        """Settings of every link that has none of its own: the fields of `Link`.

        Raises ValueError for a setting out of its range.
        """
        self.links.default = Link(**settings).checked()
        self.links.settle()

    def link(self, source: str, destination: str, **settings: Any) -> None:
        """Settings of the link from `source` to `destination`: one direction.

        Raises ValueError for a setting out of its range; `run` raises LookupError if
        there is no such node.
        """
        self.links.own[source, destination] = Link(**settings).checked()
        self.links.settle()

    def clock(
        self,
        name: str,
        offset: float = 0.0,
        drift: int = 0,
        steps: Sequence[tuple[float, float]] = (),
        leap: float | None = None,
    ) -> None:
        """Give a node the clock that `Clock` describes, in place of a perfect one.

        Raises LookupError if there is no such node.
        """
        self._clocks[self.node(name).name] = Clock(offset, drift, steps, leap)

    # Faults -----------------------------------------------------------------

    def lose(self, source: str, destination: str, *numbers: int) -> None:
        """Lose the next message of a link, or those numbered: 1 is the next.

        Before the run, the next message is the first that is sent. Raises ValueError
        for a number below 1; `run` raises LookupError if there is no such node.
        """
        if any(number < 1 for number in numbers):
            raise ValueError(f"lose {numbers}: the first message has the number 1")
        pair = source, destination
        sent = self.links.sent(pair)
        loss = Loss(pair, tuple(sent + number for number in numbers or (1,)))
        self.faults.append(loss)
        self.links.lose(loss)

    def cut(
        self, source: str, destination: str, start: Time = 0, stop: Time | None = None
    ) -> None:
        """Cut one direction from `start` until `stop` ms, or for good.

        A cut link carries nothing: what is sent during the cut is lost, and so is
        what would arrive during it. Raises LookupError if there is no such node, and
        ValueError for a start that is past, or a stop that is not after the start.
        """
        self._cut([(source, destination)], f"{source} → {destination}", start, stop)

    def partition(
        self,
        side: Collection[str],
        other: Collection[str] | None = None,
        start: Time = 0,
        stop: Time | None = None,
    ) -> None:
        """Cut every link between `side` and `other` (all other nodes) both ways.

        Raises what `cut` raises.
        """
        across = [n for n in self.nodes if n not in side] if other is None else other
        for name in (*side, *across):
            self.node(name)
        # In the order of the nodes: a set has none that every run repeats.
        here, there = ([n for n in self.nodes if n in s] for s in (side, across))
        pairs = [(a, b) for a in here for b in there if a != b]
        text = f"{', '.join(here)} | {', '.join(there)}"
        self._cut([*pairs, *((b, a) for a, b in pairs)], text, start, stop)

    def _cut(
        self, pairs: Iterable[Pair], text: str, start: Time, stop: Time | None
    ) -> None:
        both = tuple(pairs)
        for name in dict.fromkeys(name for pair in both for name in pair):
            self.node(name)
        first = sample(start, self.random, "the start of a cut")
        self._plan(Cut(first, both, text))
        if stop is not None:
            last = sample(stop, self.random, "the end of a cut")
            if last <= first:
                raise ValueError(
                    f"the cut {text} ends at {stop} ms: that is not after its start"
                )
            self._plan(Heal(last, both, text))

    def crash(self, name: str, at: Time, restart: Time | None = None) -> None:
        """Crash a node at `at` ms; start its program again at `restart` ms.

        A crash loses the memory, the waiting messages and those that arrive while
        the node is down. Its disk stays. No `finally` runs. A program that starts
        again gets the same arguments; if they have changed, `run` raises RuntimeError.
        Raises LookupError if there is no such node, and ValueError for a crash that is
        past, or a restart that is not after it.
        """
        process = self.node(name).process
        down = sample(at, self.random, "the time of a crash")
        self._plan(Crash(down, name))
        if restart is not None:
            up = sample(restart, self.random, "the time of a restart")
            if up <= down:
                raise ValueError(
                    f"{name} restarts at {restart} ms: that is not after its crash"
                )
            process.remember()
            self._plan(Restart(up, name))

    def at(self, ms: float, action: Callable[[], object]) -> None:
        """Do `action()` at `ms`: for a fault that none of the others describes.

        Raises ValueError for a time that is past.
        """
        self._plan(Action(microseconds(ms), action))

    def _plan(self, fault: Timed) -> None:
        """Keep a fault for the run, or schedule it if that has begun."""
        if fault.at < self.microsecond:
            raise ValueError(
                f"{fault.at / 1000} ms is past: it is {self.now} ms already"
            )
        self.faults.append(fault)
        if self.started:
            self._schedule(fault)

    def _schedule(self, fault: Fault) -> None:
        if not isinstance(fault, Loss):
            heappush(self.queue, (fault.at, self.next_id(), None, fault))

    def carry_out(self, fault: Fault) -> None:
        """Do now what was planned."""
        if isinstance(fault, Action):
            fault.call()
        elif isinstance(fault, (Cut, Heal)):
            kind = "cut" if isinstance(fault, Cut) else "heal"
            self.record(None, kind, (fault.text, fault.pairs))
            self.links.change_cuts(fault.pairs, +1 if kind == "cut" else -1)
        elif isinstance(fault, (Crash, Restart)):
            process = self.nodes[fault.node].process
            if process.up is isinstance(fault, Restart):
                return  # it is down already, or up
            if isinstance(fault, Crash):
                process.crash()
            else:
                process.begin()
            self.links.settle()

    # Running ----------------------------------------------------------------

    def run(self, until: float | None = None, limit: int = 100_000) -> World:
        """Run until nothing is left to happen, or until `until` ms; returns itself.

        Raises RuntimeError for a world without nodes, and after `limit` steps, for a
        program that never ends; TypeError for a program that forgets an `await` or
        awaits what is foreign; LookupError for a link of a node that does not exist;
        and whatever a program raises, with a note that names the node and the time.
        """
        stop = None if until is None else microseconds(until)
        self.begin()
        # Python's search for garbage would go through the growing log again and again,
        # and find none; so it rests meanwhile.
        searching = gc.isenabled()
        gc.disable()
        try:
            with nothing_forgotten():
                while self.unstarted:
                    self.unstarted.pop(0).begin()
                self._run(stop, limit)
            if not self.queue:
                self._stand_still()
        finally:
            for node in self.nodes.values():
                node.process.give_up(for_good=False)
            if searching:
                gc.enable()
        return self

    def begin(self) -> None:
        """Check what was built, and schedule the faults. `run` does it."""
        if not self.nodes:
            raise RuntimeError("this world has no nodes: call add before run")
        losses = (fault.pair for fault in self.faults if isinstance(fault, Loss))
        for source, destination in (*self.links.own, *losses):
            prefix = f"the link from {source!r} to {destination!r}: "
            self.node(source, prefix)
            self.node(destination, prefix)
        if not self.started:
            self.started = True
            for fault in self.faults:
                self._schedule(fault)

    def _run(self, stop: int | None, limit: int) -> None:
        queue, log, cuts, receive = self.queue, self.log, self.links.cuts, RECEIVE
        if stop is not None:
            heappush(queue, (max(self.microsecond, stop), *STOP))
        for _ in range(limit):
            if not queue:
                break
            entry = queue[0]
            self.microsecond = entry[0]
            process = entry[2]
            # The usual case of `deliver`, written out because it is the hot path: no
            # link is cut, and the node's program waits for a message.
            task = None if process is None or cuts else process.waiting
            if task is None:
                heappop(queue)
                if process is not None:
                    self.deliver(Message(*entry))
                elif entry[3] is None:
                    break
                else:
                    self.happen(entry[3])
                continue
            if log is not None:
                log.append(entry)
            resume = task.resume
            self.spent = True  # what `Node.send` sends first takes the place of `entry`
            try:
                wait = resume(_new(Message, entry))
            except BaseException as stopped:
                self._take_out()
                process.ended(task, stopped)
            else:
                if self.spent:
                    heappop(queue)
                    self.spent = False
                if wait is not receive or process.waiting is not task:
                    process.wait(task, wait)
        else:
            if queue:
                raise RuntimeError(
                    f"still running after {limit} steps, at {self.now} ms: "
                    "let the nodes end, or pass until= or a larger limit="
                )

    def _take_out(self) -> None:
        """Take out of the queue what has happened, if nothing has taken its place."""
        if self.spent:
            heappop(self.queue)
            self.spent = False

    def happen(self, what: Message | Timer | Fault) -> None:
        """Do now what the queue holds: an arrival, the end of a wait, a fault."""
        if isinstance(what, Message):
            self.deliver(what)
        elif not isinstance(what, Timer):
            self.carry_out(what)
        elif what.task.timer == what.number:
            what.task.process.time_out(what.task)

    def _stand_still(self) -> None:
        """Say so if nodes wait for each other, and nothing is left to happen."""
        waits = [
            (process.name, wait.to)
            for process in (node.process for node in self.nodes.values())
            for wait in (task.waits_for for task in process.tasks)
            if wait is not None and wait.kind == "call"
        ]
        waiting = [f"{name} waits for an answer from {to}" for name, to in waits]
        if not waiting and len(self.nodes) > 1:
            unheard = list(self._unheard())
            if len(unheard) == len(self.nodes):  # and not only some servers
                waiting = [f"{name} waits for a first message" for name in unheard]
        said, self.standstill = self.standstill, ""
        if waiting:
            self.standstill = f"nothing is left to happen, and {'; '.join(waiting)}"
            if self.standstill != said:
                self.record(None, "standstill", self.standstill)

    def _unheard(self) -> Iterable[str]:
        """The nodes that wait for a message and never received one."""
        waiting = {
            name: None
            for name, node in self.nodes.items()
            if any(node.process.lined_up())
        }
        for entry in self.log or ():
            if len(waiting) < 2:
                break
            if type(entry) is tuple:  # a message that could not be lost
                waiting.pop(entry[2].name, None)
            elif entry[2] == "receive":
                waiting.pop(entry[1], None)
        return waiting if self.log is not None else ()

    # What the nodes ask for, and what the network does ------------------------

    def wall(self, name: str) -> int:
        """What a node's wall clock shows now, in microseconds."""
        return self._clocks[name].wall(self.microsecond)

    def monotonic(self, name: str) -> int:
        """What a node's stopwatch shows now, in microseconds."""
        return self._clocks[name].monotonic(self.microsecond)

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
        request = None if answers is None else answers.id
        return self.links.transmit(sender, names, body, request, delay, size)

    def ask(self, sender: Node, to: str, body: Any) -> int:
        """Send a request; returns the number that its answer bears."""
        return self.links.transmit(sender, (to,), body, None, None, 0)

    def post(self, message: Message) -> None:
        """Have a message arrive when it says."""
        if message.answers is None:
            heappush(self.queue, tuple(message))
        else:  # a program that waits for a message is not meant by an answer
            heappush(self.queue, (message.arrives, message.id, None, message))

    def deliver(self, message: Message) -> None:
        """Let a message arrive now, unless its link is cut."""
        if self.links.is_cut(message):
            self.record(None, "lose", message)
        else:
            self.nodes[message.to].process.deliver(message, message.answers)

    def arm(self, task: Task, limit: int) -> None:
        """Let a wait end after `limit` microseconds of its node's own clock."""
        task.timer, task.since = self.next_id(), self.microsecond
        when = self.microsecond + self._clocks[task.process.name].true(limit)
        heappush(self.queue, (when, task.timer, None, Timer(task, task.timer)))

    def broken(self, process: Process, error: BaseException) -> BaseException:
        """An error that ended a program, with the place where it did."""
        error.add_note(f"in node {process.name!r}, at {self.now} ms")
        return error

    def record(self, node: str | None, kind: str, what: Any) -> None:
        """Write a line of the log, unless this world records nothing.

        `Node.note` is the public way.
        """
        if self.log is not None:
            self.log.append(Line(self.microsecond, node, kind, what))

    def node(self, name: str, prefix: str = "") -> Node:
        """The node with that name. LookupError, which begins with `prefix`, if none."""
        try:
            return self.nodes[name]
        except KeyError:
            known = ", ".join(self.nodes) or "no node yet"
            raise LookupError(
                f"{prefix}there is no node {name!r}, only: {known}"
            ) from None
