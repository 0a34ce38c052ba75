"""Runs the reader's programs. It starts with the browser's Python and stays.

The simulator stays imported between runs; the reader's program is a new module each
time. What is done answers with JSON.
"""

import asyncio
import io
import json
import random
import sys
import time
from importlib.machinery import PathFinder
from pathlib import Path

SIMULATOR = "/lib/sim.zip"
CORE = "/lib/python314.zip"
EXERCISES = Path("/exercises")

MOST_CHARACTERS = 200_000
AT_ONCE = 100  # lines that go out one by one; after that they travel together
TOGETHER = 0.04  # seconds, at most, between two lots

sys.path.insert(0, SIMULATOR)

from sim import hooks  # noqa: E402
from sim.program.exercise import judged  # noqa: E402
from sim.program.show import run_text  # noqa: E402


class Later:
    """Finds modules that no start needs; has their file loaded for the first of them.

    `file`: where it will lie. `start`: the file with what a start takes of the same
    packages. `has`: whether a module, by its full name, can only be in there.
    """

    def __init__(self, file, start, has):
        self._file = file
        self._start = start
        self._has = has
        self._load = None

    def can_be_loaded(self, load):
        """Take the function that writes the file; it gives why it could not, or ""."""
        self._load = load

    def find_spec(self, name, path=None, target=None):
        """Find a module. Raises an ImportError if the file cannot be loaded."""
        if self._load is None or not self._has(name):
            return None
        load, self._load = self._load, None
        if why := load():
            self._load = load
            raise ModuleNotFoundError(f"{name} {why}", name=name)
        sys.path.append(self._file)
        # Packages that came in part find the rest of themselves.
        for package in list(sys.modules.values()):
            places = getattr(package, "__path__", None)
            if isinstance(places, list) and "".join(places).startswith(self._start):
                places.append(f"{self._file}/{package.__name__.replace('.', '/')}")
        return PathFinder.find_spec(name, path, target)


class Loop(asyncio.BaseEventLoop):
    """An event loop that waits by sleeping: no sockets, nobody else to let run."""

    def __init__(self):
        super().__init__()
        self._selector = self

    def select(self, timeout):
        """Wait for the next timer."""
        if timeout is None:
            raise RuntimeError("every task waits, and no timer is set")
        time.sleep(timeout)
        return []

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass


def run_async(main, *, debug=None, loop_factory=None):
    """Do what asyncio.run does; Pyodide's own cannot wait in here."""
    outer = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        with asyncio.Runner(debug=debug, loop_factory=loop_factory or Loop) as runner:
            return runner.run(main)
    finally:
        asyncio._set_running_loop(outer)


class Paper(io.TextIOBase):
    """Standard output: sends what is printed on its way, up to a limit."""

    def __init__(self, send):
        self._send = send
        self._waiting = []
        self._sent_at = 0.0
        self._lines = 0
        self._room = MOST_CHARACTERS
        self._left_out = 0

    def writable(self):
        """Yes."""
        return True

    def write(self, text):
        """Take `text`; drop what exceeds the limit."""
        if len(text) > self._room:
            self._left_out += len(text) - self._room
            if self._room:
                self._waiting.append(text[: self._room])
                self._room = 0
                self.flush()
            return len(text)
        self._room -= len(text)
        self._waiting.append(text)
        if "\n" in text:
            self._lines += 1
            now = time.monotonic()
            if self._lines < AT_ONCE or now - self._sent_at > TOGETHER:
                self._sent_at = now
                self.flush()
        return len(text)

    def flush(self):
        """Send what waits."""
        if self._waiting:
            text = "".join(self._waiting)
            self._waiting.clear()
            self._send(text)

    def end(self):
        """Send the rest; say what was left out. Gives whether something was."""
        if self._left_out:
            end = f"\n… {self._left_out:,} more characters are not shown.\n"
            self._waiting.append(end)
        self.flush()
        return self._left_out > 0


def told(send, tried, task):
    """What `task` answers, as JSON; what it prints and tries is sent while it runs."""
    paper = Paper(send)
    streams = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = paper
    try:
        with hooks.watch(tried):
            answer = task()
    finally:
        sys.stdout, sys.stderr = streams
    if answer["what"].startswith("ModuleNotFoundError: No module named"):
        answer["error"] += "A page has Python's own library and sim, and no other.\n"
    answer["truncated"] = paper.end()
    return json.dumps(answer)


def run(code, name, settings, send, tried):
    """Run a program; `settings` is JSON: the values of its knobs."""
    return told(send, tried, lambda: run_text(code, name, json.loads(settings)))


def judge(code, exercise, send, tried):
    """Have the exercise, a file below EXERCISES, judge a program."""
    return told(send, tried, lambda: judged(code, exercise, EXERCISES))


def begin(**loads):
    """Before the first run: after a start, and after a start from a snapshot.

    `loads`: for each of LATER, the function that has its file loaded.
    """
    random.seed()  # a snapshot is the same each time
    for name, load in loads.items():
        LATER[name].can_be_loaded(load)


asyncio.run = run_async
LATER = {
    "more": Later(
        "/lib/more.zip",
        CORE,
        lambda name: name.partition(".")[0] in sys.stdlib_module_names,
    ),
    "check": Later(
        "/lib/check.zip",
        SIMULATOR,
        lambda name: f"{name}.".startswith("sim.check."),
    ),
}
sys.meta_path.extend(LATER.values())
