"""Run one program for its card, in a process of its own, and say what it did.

Called by scripts/lib/record.py with the program's path; answers with one JSON object
on its standard output. It runs what a reader would run, with the same simulator, and
nothing of it reaches the card if anything goes wrong.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import json
import sys
from pathlib import Path
from typing import Any, TextIO

MOST_CHARACTERS = 20_000


class Flood(Exception):
    """The program printed more than a card can show."""


class Paper(io.StringIO):
    """Standard output that ends."""

    flood = ""

    def write(self, text: str) -> int:
        """Take `text`, unless it is too much."""
        if self.tell() + len(text) > MOST_CHARACTERS:
            self.flood = f"it prints more than {MOST_CHARACTERS} characters"
            raise Flood(self.flood)
        return super().write(text)


def run(path: Path) -> dict[str, Any]:
    """What the program shows and prints, or what is wrong with it, and where."""
    from sim.drawing.signs import visible
    from sim.program.show import run_text

    paper = Paper()
    name = "/".join(path.with_suffix("").parts[-3:])
    with contextlib.redirect_stdout(paper):
        ran = run_text(path.read_text(encoding="utf-8"), name, file=str(path))
    if ran["shown"] is None or paper.flood:
        return {"error": paper.flood or ran["what"], "line": ran["line"] or 1}
    shown: dict[str, Any] = ran["shown"]
    shown |= {"output": paper.getvalue()}
    for part in ("title", "about", "output"):
        if visible(shown[part]) != shown[part]:
            odd = next(sign for sign in shown[part] if visible(sign) != sign)
            error = f"its {part} holds {odd!r}, a sign that no page can show"
            return {"error": error, "line": 1}
    return shown


def main(path: Path, seconds: float, answer: TextIO) -> None:
    """Run the program at `path` and write the answer. Ends the process on a hang."""
    faulthandler.dump_traceback_later(seconds, exit=True)
    result = run(path)
    faulthandler.cancel_dump_traceback_later()
    json.dump(result, answer)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), sys.stdout)
