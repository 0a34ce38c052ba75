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
import traceback
from pathlib import Path
from typing import Any, TextIO

MOST_CHARACTERS = 20_000


class Flood(Exception):
    """The program printed more than a card can show."""


class Paper(io.StringIO):
    """Standard output that ends."""

    def write(self, text: str) -> int:
        """Take `text`, unless it is too much."""
        if self.tell() + len(text) > MOST_CHARACTERS:
            raise Flood(f"it prints more than {MOST_CHARACTERS} characters")
        return super().write(text)


def run(path: Path) -> dict[str, Any]:
    """What the program printed, and its diagrams."""
    from sim.__main__ import load
    from sim.knobs import knobs
    from sim.world import World

    paper = Paper()
    with contextlib.redirect_stdout(paper):
        module = load(path)
        settings = knobs(module.main)
        world = module.main()
    title, _, rest = (module.__doc__ or "").strip().partition("\n")
    result: dict[str, Any] = {
        "title": title,
        "about": " ".join(rest.split()),
        "output": paper.getvalue(),
        "knobs": [
            {
                "name": knob.name,
                "kind": knob.kind.__name__,
                "default": knob.default,
                "range": list(knob.range) if knob.range else None,
                "choices": list(knob.choices),
            }
            for knob in settings
        ],
        "promised": module.main.__annotations__.get("return") in (World, "World"),
    }
    if isinstance(world, World):
        trace = world.trace
        messages = len(trace.send_of)
        lost = sum(incident.kind == "lose" for incident in trace.incidents)
        description = (
            f"{len(trace.events)} events at {', '.join(trace.nodes)}; "
            f"{messages} messages, {lost} of them lost. "
            "The table of events gives the same in words."
        )
        result["events"] = trace.table()
        result["mermaid"] = trace.mermaid(title, description)
        result["svg"] = trace.svg(title, description)
    return result


def where(path: Path, error: BaseException) -> int:
    """The last line of the program itself that the error passed through."""
    lines = [
        frame.lineno or 1
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(path)
    ]
    if isinstance(error, SyntaxError) and error.filename == str(path):
        lines.append(error.lineno or 1)
    return lines[-1] if lines else 1


def main(path: Path, seconds: float, answer: TextIO) -> None:
    """Run the program at `path` and write the answer. Ends the process on a hang."""
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        result = run(path)
    except BaseException as error:  # SystemExit and Flood are answers, too
        notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
        name = "" if isinstance(error, Flood) else f"{type(error).__name__}: "
        # Without the place, which is told beside it.
        what = error.msg if isinstance(error, SyntaxError) else error
        result = {"error": f"{name}{what}{notes}", "line": where(path, error)}
    faulthandler.cancel_dump_traceback_later()
    json.dump(result, answer)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), sys.stdout)
