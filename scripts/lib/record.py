"""Record programs: run each, and keep what it did as its card.

A program that fails in any way leaves its card as it was, and is reported in one
line that names the file, the line and the cure.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from scripts.lib.card import card
from scripts.lib.files import write_whole
from scripts.lib.paths import ROOT, SCRIPTS, SNIPPETS

RUNNER = SCRIPTS / "lib" / "run_program.py"
SECONDS = 20.0  # of one program; a page's program takes well under one
HASH_SEEDS = ("1", "2")  # what differs between them is not determined


class ProgramError(Exception):
    """Why a program has no new card: file, line, what is wrong, the cure."""


def name_of(path: Path) -> str:
    """section/page/program, as the command line and the pages call it."""
    return "/".join(path.with_suffix("").parts[-3:])


def _fail(path: Path, line: int, what: str, cure: str) -> ProgramError:
    # Outside the project (in a test, say) the path stays as it is.
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return ProgramError(f"{shown}:{line}: {what}. {cure}")


def run(path: Path, hash_seed: str, seconds: float = SECONDS) -> dict[str, Any]:
    """One run of a program in a fresh process. Raises ProgramError."""
    environment = {
        **os.environ,
        "PYTHONHASHSEED": hash_seed,
        "PYTHONPATH": str(SNIPPETS),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        done = subprocess.run(
            [sys.executable, RUNNER, path, str(seconds)],
            cwd=SNIPPETS,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=seconds + 10,
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else None
        said = done.stderr
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        answer, said = None, ""
    if answer is None:
        if said and "Timeout (" not in said:
            raise _fail(path, 1, said.strip().splitlines()[-1], "Mend the program")
        found = re.search(rf'"{re.escape(str(path))}", line (\d+)', said)
        line = int(found[1]) if found else 1
        what = f"the program has not ended after {seconds:g} s"
        raise _fail(path, line, what, "Let its loop end, or give run() an until=")
    if "error" in answer:
        cure = "Mend the program; its card stays as it was"
        raise _fail(path, answer["line"], answer["error"].rstrip("."), cure)
    if not answer["title"]:
        cure = "Say in the first line, in three quotes, what the program shows"
        raise _fail(path, 1, "it has no docstring", cure)
    if answer["promised"] and not (answer.get("events") or answer.get("data")):
        cure = "Let it return the World that it ran, with at least one event, or a Plot"
        what = "main() promises a diagram, but there is nothing to draw"
        raise _fail(path, 1, what, cure)
    return dict(answer)


def record(path: Path, seconds: float = SECONDS) -> dict[Path, str]:
    """The files of a program's card, as text, from two runs that must agree."""
    first, second = (run(path, seed, seconds) for seed in HASH_SEEDS)
    if first != second:
        key = next(key for key in first if first[key] != second.get(key))
        pair = (str(answer.get(key)).splitlines() for answer in (first, second))
        lines = zip(*pair, strict=False)
        one, two = next(((a, b) for a, b in lines if a != b), ("", ""))
        what = f"two runs differ in their {key}: {one[:60]!r} and {two[:60]!r}"
        cure = "Take chance from me.random, and sort a set before you go through it"
        raise _fail(path, 1, what, cure)
    files = {path.with_suffix(".md"): card(name_of(path), first)}
    if "svg" in first:
        files[path.with_suffix(".svg")] = first["svg"].rstrip() + "\n"
    return files


def differs(files: dict[Path, str]) -> list[Path]:
    """Those of the files that are missing or hold something else."""
    return [
        path
        for path, text in files.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]


def write(files: dict[Path, str]) -> list[Path]:
    """Write what differs, each file whole or not at all; gives what was written."""
    changed = differs(files)
    for path in changed:
        write_whole(path, files[path])
    return changed


def record_all(paths: list[Path]) -> list[dict[Path, str] | ProgramError]:
    """Record several programs side by side; the answers come in the same order."""

    def one(path: Path) -> dict[Path, str] | ProgramError:
        try:
            return record(path)
        except ProgramError as error:
            return error

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(one, paths))
