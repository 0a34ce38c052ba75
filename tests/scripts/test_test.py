"""The command that runs the tests."""

import importlib.util
import subprocess
import sys
from types import ModuleType

import pytest

from tests.scripts.clone import ROOT

COMMAND = ROOT / "scripts" / "test.py"


@pytest.fixture(scope="module")
def command() -> ModuleType:
    spec = importlib.util.spec_from_file_location("test_command", COMMAND)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("arguments", [[], ["-x"], ["-m", "not browser"]])
def test_all_tests_use_every_core(command: ModuleType, arguments: list[str]):
    assert "auto" in command.in_parallel(arguments)


@pytest.mark.parametrize(
    "arguments",
    [[str(COMMAND)], [f"{COMMAND}::one"], ["-n0"], ["-n", "2"], ["--pdb"], ["-s"]],
    ids=" ".join,
)
def test_a_part_or_a_debugger_runs_in_one(command: ModuleType, arguments: list[str]):
    assert command.in_parallel(arguments) == []


def test_arguments_reach_pytest_and_its_answer_comes_back(tmp_path):
    failing = tmp_path / "test_failing.py"
    failing.write_text("def test_this():\n    assert False, 'as wanted'\n")
    result = subprocess.run(
        [sys.executable, COMMAND, "-m", "not browser", "--quiet", failing],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert result.returncode == 1
    assert result.stdout.splitlines()[-1].startswith("1 failed in ")


@pytest.mark.parametrize("name", ["serve", "test"])
def test_help_needs_no_set_up(name: str, tmp_path):
    # Read under a Python that has nothing installed: -S hides all packages.
    result = subprocess.run(
        [sys.executable, "-S", ROOT / "scripts" / f"{name}.py", "--help"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert result.returncode == 0
    assert f"usage: {name}.py" in result.stdout
