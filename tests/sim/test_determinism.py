"""The same seed gives the same run: everywhere, byte for byte."""

import sys
from hashlib import sha256

import pytest

from tests.sim import rich_run
from tests.sim.interpreters import ROOT, interpreters, run, run_in_pyodide

PROGRAM = str(ROOT / "tests" / "sim" / "rich_run.py")
SEED = 7
DIGEST = "a22703366491e492be9e6f67a63e6e4ee3d0e12ed82fda841bebfe891dc8c656"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_the_run_is_rich():
    """Otherwise equal runs would say little."""
    text = rich_run.text(SEED)
    for word in (
        *("receives", "is lost", "is duplicated", "times out", "crashes"),
        *("starts again", "the network is cut", "healed", "ignores"),
        *("nobody reads it", "given up", "one three two"),
    ):
        assert word in text
    assert len(text.splitlines()) > 300


def test_the_pinned_digest():
    """If it changes, recorded cards change: say so, and pin the new one."""
    assert digest(rich_run.text(SEED)) == DIGEST


def test_two_processes_with_two_hash_seeds():
    one, other = (run(sys.executable, PROGRAM, "3", hash_seed=s) for s in ("1", "2"))
    assert one == other == rich_run.text(3)


def test_other_seeds_give_other_runs():
    """The control: a comparison that could not fail would prove nothing."""
    assert len({rich_run.text(seed) for seed in range(10)}) == 10


@pytest.mark.parametrize("version", interpreters())
def test_every_python_on_this_machine(version: str):
    assert digest(run(interpreters()[version], PROGRAM, str(SEED))) == DIGEST


def test_the_python_of_the_browser():
    """Pyodide: CPython 3.14 with 32-bit words, compiled to WebAssembly."""
    figure = ("-m", "sim", "ordering/happened_before/figure_1", "--trace", "--table")
    rich, drawn = run_in_pyodide(("../tests/sim/rich_run.py", str(SEED)), figure)
    assert digest(rich) == DIGEST
    assert drawn == run(sys.executable, *figure)
