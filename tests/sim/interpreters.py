"""The Pythons of this machine, and Python command lines run by them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from scripts.lib.node import find as find_node
from scripts.lib.runtime import compiled_simulator

ROOT = Path(__file__).resolve().parent.parent.parent
SNIPPETS = ROOT / "snippets"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")


@cache
def interpreters() -> dict[str, str]:
    """Version to executable: the Python that runs this, and any other that is found."""
    found = {f"3.{sys.version_info.minor}": sys.executable}
    for version in VERSIONS:
        name = f"python{version}"
        pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
        installed = sorted(pyenv.glob(f"versions/{version}.*/bin/{name}"))
        for candidate in (shutil.which(name), *map(str, installed)):
            if candidate and version not in found and _runs(candidate, version):
                found[version] = candidate
    return found


def _runs(python: str, version: str) -> bool:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run([python, "-c", code], capture_output=True, text=True)
    return answer.stdout.strip() == version


def run(python: str, *line: str, hash_seed: str = "0") -> str:
    """What `python3 line` prints in the folder `snippets`. Fails if it fails."""
    answer = subprocess.run(
        [python, *line],
        cwd=SNIPPETS,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SNIPPETS),
            "PYTHONHASHSEED": hash_seed,
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        encoding="utf-8",
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def run_in_pyodide(*lines: tuple[str, ...]) -> list[str]:
    """What each of the command lines prints in the Python of the browser."""
    results = _ask_pyodide({"lines": lines})
    for result in results:
        assert result["status"] == 0, result
    return [result["output"] for result in results]


def run_as_the_page(*runs: dict[str, Any]) -> list[dict[str, Any]]:
    """What the page gets for each of the runs: code, name, settings."""
    return _ask_pyodide({"runs": runs})


def _ask_pyodide(question: object) -> list[Any]:
    node = find_node()
    assert node is not None, "no Node.js: run python3 scripts/test.py once"
    answer = subprocess.run(
        [
            str(node.node),
            str(ROOT / "tests" / "pyodide" / "run.mjs"),
            str(compiled_simulator()),
        ],
        input=json.dumps(question),
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    # An error inside Pyodide prints its source, a line of a megabyte.
    assert answer.returncode == 0, answer.stderr[-2000:]
    return list(json.loads(answer.stdout))
