"""Every program does in the page, to the letter, what its card has recorded.

In the page's Python, with the page's library, simulator and boot.py, under Node.
"""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

from scripts.lib import runtime
from scripts.lib.record import name_of
from sim.program.find import programs
from sim.program.show import run_text
from tests.sim.interpreters import run_as_the_page

PROGRAMS = list(programs().values())


def asked(path: Path, **settings: Any) -> dict[str, Any]:
    code = path.read_text("utf-8")
    return {"code": code, "name": name_of(path), "settings": settings}


def answered(run: dict[str, Any]) -> dict[str, Any]:
    """What the page should get: plain data, after a way through JSON."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        answer = run_text(**run)
    answer = json.loads(json.dumps(answer))
    return {**answer, "truncated": False, "output": printed.getvalue()}


def test_every_program_does_the_same_in_the_page() -> None:
    """Output, events, changes, stamps, plots, both drawings, what was explored."""
    assert len(PROGRAMS) >= 12
    runs = [asked(path) for path in PROGRAMS]

    for run, page in zip(runs, run_as_the_page(*runs), strict=True):
        assert page == answered(run), run["name"]
        assert page["error"] is None, run["name"]


def test_every_module_of_the_simulator_is_there_and_finds_what_it_imports() -> None:
    modules = {
        ".".join(file.relative_to(runtime.SNIPPETS).with_suffix("").parts)
        for file in runtime.SIMULATOR.rglob("*.py")
        if file.stem != "__init__"
        and file.relative_to(runtime.SIMULATOR).as_posix()
        not in runtime.NOT_IN_THE_PAGE
    }
    assert "sim.check.linearizability" in modules
    lines = sorted(f"import {name}\n" for name in modules)
    code = f"{''.join(lines)}\ndef main():\n    print('all')\n"

    (page,) = run_as_the_page({"code": code, "name": "a/b/c", "settings": {}})

    assert page["output"] == "all\n", page["error"]


def test_another_seed_does_the_same_and_not_what_the_first_did() -> None:
    has_seed = [path for path in PROGRAMS if "seed: int" in path.read_text("utf-8")]
    runs = [asked(path, seed=7) for path in has_seed]
    differ = 0

    for path, run, page in zip(has_seed, runs, run_as_the_page(*runs), strict=True):
        assert page == answered(run), run["name"]
        differ += page != answered(asked(path))
    assert differ


def test_a_mistake_is_told_in_the_same_words() -> None:
    codes = (
        "def main():\n    return 1 / 0\n",
        "def main():\n    x = 1\n      y = 2\n",
        "def main():\n    input('name? ')\n",
        "print('no main')\n",
        "def main():\n    raise SystemExit(3)\n",
    )
    runs = [{"code": code, "name": "a/b/c", "settings": {}} for code in codes]

    for run, page in zip(runs, run_as_the_page(*runs), strict=True):
        expected = answered(run)
        # Newer versions underline more.
        assert page["what"] == expected["what"]
        assert page["line"] == expected["line"]
        assert page["output"] == expected["output"]
