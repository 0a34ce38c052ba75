"""What each node's variables are after each event, to follow a run step by step.

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
from typing import Any

from .. import hooks
from ..message import IMMUTABLE
from ..misuse import is_own
from ..node import Node
from ..process import Process, Task
from ..values import DISK, Values, as_text, attributes

MOST = 5_000  # looks at one world: nobody follows a longer run step by step


@contextmanager
def watching() -> Iterator[None]:
    """While this lasts, worlds that are made keep what their nodes' variables are.

    `Trace.changes` tells it; nothing, if a run is very long.
    """
    before, hooks.watched_by = hooks.watched_by, Watch
    try:
        yield
    finally:
        hooks.watched_by = before


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
            if frame is not None and is_own(frame.f_code):
                break  # it waits in receive, call or sleep
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
        self.strands: dict[Process, list[Strand]] = {}
        self.known: dict[Process, Values] = {}
        self.looks = 0
        self.counted = 0
        self.shared: frozenset[int] = frozenset()

    def start(self, task: Task) -> None:
        """Watch a task that has not begun."""
        strands = self.strands.setdefault(task.process, [])
        place = ""
        if strands:
            function = task.running.cr_code.co_name
            names = (
                f"{function} {n}: " if n > 1 else f"{function}: " for n in count(1)
            )
            taken = {strand.place for strand in strands}
            place = next(name for name in names if name not in taken)
        strands.append(Strand(task, place))
        task.resume = self.after(task.process, task.resume)

    def after(self, process: Process, resume: Callable[..., Any]) -> Callable[..., Any]:
        """What resumes a task of a process, and then looks at the process."""

        def going_on(value: Any) -> Any:
            try:
                return resume(value)
            finally:
                self.look(process)

        return going_on

    def crashed(self, process: Process) -> None:
        """A process has lost all that is not on its disk."""
        self.strands.pop(process, None)
        self.look(process)

    def look(self, process: Process) -> None:
        """Write down what the variables of a process are, if they have changed."""
        self.looks += 1
        if self.looks >= MOST:
            if self.looks == MOST:
                self.record(None, "variables", None)  # forget the others, too
            return
        strands = self.strands.get(process, [])
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
        written = {_key(key): value for key, value in process.disk._written.items()}
        for key, value in sorted(written.items()):
            values[DISK + key] = as_text(value) or "…"
        if values != self.known.get(process, {}):
            self.known[process] = values
            self.record(None, "variables", (process.name, values))

    def _shared(self) -> frozenset[int]:
        """What several nodes were given: it belongs to none of them."""
        if len(self.nodes) != self.counted:
            self.counted = len(self.nodes)
            given = Counter(
                number
                for node in self.nodes.values()
                for number in {
                    id(v) for v in node.process.arguments if type(v) not in IMMUTABLE
                }
            )
            self.shared = frozenset(n for n, times in given.items() if times > 1)
        return self.shared
