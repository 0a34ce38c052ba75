"""Judge a reader's answer to an exercise: the same on a page and in a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .find import SNIPPETS, load
from .show import attempt


def judged(code: str, exercise: str, snippets: Path = SNIPPETS) -> dict[str, Any]:
    """Have an exercise judge a program that a reader has edited. Never raises.

    `exercise`: section/page/exercises/name, a file with `PROGRAM`, which program of
    the page it is about, and `judge(program)`, which gets the reader's program as a
    module and says in a sentence what still goes wrong, or nothing.

    Returns `solved`, and `says`, what is wrong; if the program or its judge broke down
    on it, `error`, `what` and `line` as `sim.program.show.attempt` does.
    """
    judge = load(snippets / f"{exercise}.py")
    told = attempt(code, judge.PROGRAM, judge.judge)
    says = told.pop("shown") or told["what"]
    return {"solved": not says, "says": says, **told}
