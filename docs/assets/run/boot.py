"""Runs the reader's programs. It starts with the browser's Python and stays.

The simulator stays imported between runs; the reader's program is a new module each
time. What is done answers with JSON.
"""

import io
import json
import sys
import time

from sim.show import run_text

MOST_CHARACTERS = 200_000
AT_ONCE = 100  # lines that go out one by one; after that they travel together
TOGETHER = 0.04  # seconds, at most, between two lots


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


def printed(send, task):
    """What `task` answers, as JSON; what it prints is sent while it runs."""
    paper = Paper(send)
    streams = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = paper
    try:
        answer = task()
    finally:
        sys.stdout, sys.stderr = streams
    answer["truncated"] = paper.end()
    return json.dumps(answer)


def run(code, name, settings, send):
    """Run a program; `settings` is JSON: the values of its knobs."""
    return printed(send, lambda: run_text(code, name, json.loads(settings)))
