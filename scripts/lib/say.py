"""What a command tells the person who started it.

One calm line for each step, one line for an error. On a terminal the line of the
running step counts along; elsewhere (a log, CI) it is printed once.
Standard library only: the set-up imports it.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn, TextIO


def line(text: str) -> None:
    """Print one line at once, also where the output is a pipe."""
    print(text, flush=True)


def stop(message: str) -> NoReturn:
    """End the command with one line that says what to do. Exit code 1."""
    raise SystemExit(" ".join(message.split()))


class Step:
    """One step under way. `detail` may change while it runs: "12 of 50"."""

    def __init__(self, title: str, stream: TextIO) -> None:
        self.title = title
        self.detail = ""
        self._stream = stream
        self._started = time.monotonic()
        self._ended = threading.Event()
        self._width = 0

    def _show(self) -> None:
        seconds = int(time.monotonic() - self._started)
        parts = [self.title, self.detail, f"{seconds} s" if seconds else ""]
        text = "  ".join(part for part in parts if part)
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)

    def _count(self) -> None:
        while not self._ended.wait(0.2):
            self._show()


@contextmanager
def step(title: str, stream: TextIO | None = None) -> Iterator[Step]:
    """Show `title` while the block runs.

    >>> with step("Building the site"):
    ...     pass
    Building the site
    """
    out = sys.stdout if stream is None else stream
    current = Step(title, out)
    if not out.isatty():
        print(title, file=out, flush=True)
        yield current
        return
    ticker = threading.Thread(target=current._count, daemon=True)
    current._show()
    ticker.start()
    try:
        yield current
        current.detail = ""
    finally:
        current._ended.set()
        ticker.join()
        current._show()
        out.write("\n")
        out.flush()
