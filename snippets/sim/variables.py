"""What each node's variables are after each event, for who follows a run step by step.

A program that waits is a chain of suspended frames, and they hold its variables. While
`watching`, they are read whenever a program has run up to its next wait; a plain run
does nothing of this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from types import FrameType
from typing import Any, TypeAlias

from .message import IMMUTABLE
from .node import Node, Task
from .values import as_text, attributes
from .world import World

Values: TypeAlias = dict[str, str]
"""Variables by name, as text. `ask: n` is the variable n of a function that the program
waits for or has spawned, `clock.c` an attribute, `disk: k` what is on the disk."""

DISK = "disk: "
MOST = 5_000  # looks at one world: nobody follows a longer run step by step


@contextmanager
def watching() -> Iterator[None]:
    """While this lasts, worlds that are made keep what their nodes' variables are.

    `Trace.changes` tells it; nothing, if a run is very long.
    """
    before, World.watched_by = World.watched_by, Watch
    try:
        yield
    finally:
        World.watched_by = before


def _key(key: Any) -> str:
    """The name of what is on a disk."""
    text = key if isinstance(key, str) else as_text(key) or "…"
    return text if len(text) <= 30 else f"{text[:19]}…{text[-10:]}"


class Strand:
    """A task that is watched, and what its variables were when it waited last."""

    def __init__(self, task: Task, place: str) -> None:
        self.task = task
        self.place = place  # "" for a node's program, "ask: " for what it spawned
        # Kept, because the variables of a program that has ended are still in there.
        self.frame: FrameType | None = task.running.cr_frame
        self.found: list[tuple[str, Any]] = []

    def look(self) -> list[tuple[str, Any]]:
        """Its variables. While it runs itself: what they were."""
        if not self.task.running.cr_running:
            self.found = list(self._look())
        return self.found

    def _look(self) -> Iterator[tuple[str, Any]]:
        frame = self.frame
        running: Any = self.task.running
        place = self.place
        while frame is not None:
            outside = frame.f_code.co_freevars
            for name, value in dict(frame.f_locals).items():
                if name in outside or name.startswith(("_", ".")):
                    continue
                fields = attributes(value)
                if fields is None:
                    yield place + name, value
                else:
                    yield from ((f"{place}{name}.{key}", v) for key, v in fields)
            running = running.cr_await
            frame = getattr(running, "cr_frame", None)
            # A list that is being made has a frame of its own in some Pythons.
            if frame is not None and not frame.f_code.co_name.startswith("<"):
                place += f"{frame.f_code.co_name}: "


class Watch:
    """Looks at the nodes of a world whenever one of their tasks begins to wait."""

    def __init__(
        self, nodes: Mapping[str, Node], record: Callable[[None, str, Any], None]
    ) -> None:
        self.nodes = nodes
        self.record = record
        self.strands: dict[Node, list[Strand]] = {}
        self.known: dict[Node, Values] = {}
        self.looks = 0
        self.counted = 0
        self.shared: frozenset[int] = frozenset()

    def start(self, task: Task) -> None:
        """Watch a task that has not begun."""
        strands = self.strands.setdefault(task.node, [])
        place = ""
        if strands:
            function = task.running.cr_code.co_name
            names = (
                f"{function} {n}: " if n > 1 else f"{function}: " for n in count(1)
            )
            taken = {strand.place for strand in strands}
            place = next(name for name in names if name not in taken)
        strands.append(Strand(task, place))
        task.resume = self.after(task.node, task.resume)

    def after(self, node: Node, resume: Callable[..., Any]) -> Callable[..., Any]:
        """What resumes a task of a node, and then looks at the node."""

        def going_on(value: Any) -> Any:
            try:
                return resume(value)
            finally:
                self.look(node)

        return going_on

    def crashed(self, node: Node) -> None:
        """A node has lost all that is not on its disk."""
        self.strands.pop(node, None)
        self.look(node)

    def look(self, node: Node) -> None:
        """Write down what the variables of a node are, if they have changed."""
        self.looks += 1
        if self.looks >= MOST:
            if self.looks == MOST:
                self.record(None, "variables", None)  # forget the others, too
            return
        strands = self.strands.get(node, [])
        # The program of a node stays when it ends; what it spawned does not.
        ended = [s for s in strands[1:] if s.task.running.cr_frame is None]
        for strand in ended:
            strands.remove(strand)
        values: Values = {}
        told = set(self._shared())
        for strand in strands:
            for name, value in sorted(strand.look(), key=lambda found: found[0]):
                if type(value) not in IMMUTABLE:
                    if id(value) in told:
                        continue
                    told.add(id(value))  # one list under two names is told once
                text = as_text(value)
                if text is not None:
                    values[name] = text
        written = {_key(key): value for key, value in node.disk._written.items()}
        for key, value in sorted(written.items()):
            values[DISK + key] = as_text(value) or "…"
        if values != self.known.get(node, {}):
            self.known[node] = values
            self.record(None, "variables", (node.name, values))

    def _shared(self) -> frozenset[int]:
        """What several nodes were given: it belongs to none of them."""
        if len(self.nodes) != self.counted:
            self.counted = len(self.nodes)
            given = Counter(
                number
                for node in self.nodes.values()
                for number in {
                    id(v) for v in node._arguments if type(v) not in IMMUTABLE
                }
            )
            self.shared = frozenset(n for n, times in given.items() if times > 1)
        return self.shared


def changes(before: Values, after: Values) -> tuple[str, ...]:
    """What makes `after` out of `before`, to be done one after the other.

    `– n` takes a variable away, with its attributes, `– ask:` all of a function;
    `n = 1` sets one.
    """
    gone = (_gone(name, after) for name in before if name not in after)
    told = (f"{name} = {v}" for name, v in after.items() if before.get(name) != v)
    return (*dict.fromkeys(f"– {name}" for name in gone), *told)


def _gone(name: str, after: Values) -> str:
    """The most that is gone with a variable: its function, its object, or itself."""
    if name.startswith(DISK):
        return name
    *places, variable = name.split(": ")
    place = ""
    for part in places:
        place += f"{part}: "
        if not any(other.startswith(place) for other in after):
            return place.rstrip()
    whole = place + variable.partition(".")[0]
    return name if any(other.startswith(f"{whole}.") for other in after) else whole
