"""An old Python says in one line that it is too old, and what to do."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.lib import why_too_old
from tests.scripts.clone import ROOT

# What an old Python reads before it can say anything.
READ_FIRST = [
    ROOT / "scripts" / "__init__.py",
    ROOT / "scripts" / "lib" / "__init__.py",
    ROOT / "scripts" / "serve.py",
    ROOT / "scripts" / "test.py",
]


def old_pythons() -> list[str]:
    """Return the interpreters from 3.6 to 3.10 that this machine happens to have."""
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    found = [str(path) for path in pyenv.glob("3.[6789].*/bin/python")]
    found += [str(path) for path in pyenv.glob("3.10.*/bin/python")]
    found += [shutil.which(f"python3.{minor}") or "" for minor in range(6, 11)]
    return [path for path in found if path and re.search(r"Python 3\.", version(path))]


def version(python: str) -> str:
    answer = subprocess.run([python, "--version"], capture_output=True, text=True)
    return answer.stdout


@pytest.mark.parametrize(
    "file", READ_FIRST, ids=lambda file: str(file.relative_to(ROOT))
)
def test_what_an_old_python_reads_first_has_no_new_syntax(file: Path):
    ast.parse(file.read_text("utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("command", ["serve", "test"])
def test_every_old_python_here_says_so_in_one_line(command: str):
    script = str(ROOT / "scripts" / f"{command}.py")
    # The running Python, made to believe that it is old, stands for those not here.
    pretend = (
        "import runpy, sys; sys.version_info = (3, 10, 0, 'final', 0);"
        f"sys.argv = [{script!r}]; runpy.run_path({script!r}, run_name='__main__')"
    )
    starts = [[sys.executable, "-c", pretend]]
    starts += [[python, script] for python in old_pythons()]
    for start in starts:
        result = subprocess.run(start, capture_output=True, text=True)
        assert result.returncode == 1, start
        assert result.stdout == ""
        assert re.fullmatch(
            r"Python 3\.11 or newer is needed and this is 3\.\d+: .+\.\n", result.stderr
        )


def test_a_newer_python_on_the_path_is_named(tmp_path: Path, monkeypatch):
    newer = tmp_path / "python3.12"
    newer.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert why_too_old((3, 8)).endswith("start this with python3.12.")
    newer.unlink()
    assert why_too_old((3, 8)).endswith("install a newer one.")


@pytest.mark.parametrize("minor", [11, 12, 13, 14, 15])
def test_a_supported_python_is_not_too_old(minor: int):
    assert why_too_old((3, minor)) == ""
