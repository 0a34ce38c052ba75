"""The command line: `python3 -m sim`."""

import re
from pathlib import Path

import pytest

import sim.__main__
from sim.__main__ import main
from sim.program.find import SNIPPETS, find, load

FIGURE = "ordering/happened_before/figure_1"


def test_a_program_runs_and_shows_its_trace(capsys):
    assert main([FIGURE, "--trace", "--table", "--mermaid"]) == 0
    out = capsys.readouterr().out
    assert "q: sends q1 to p, q1 to r" in out
    assert "(1, 7, 2)" in out
    assert "sequenceDiagram" in out


def test_a_program_is_found_by_its_path_its_name_and_its_end():
    path = SNIPPETS / f"{FIGURE}.py"
    assert find(FIGURE) == find(f"{FIGURE}.py") == find(str(path)) == path
    assert find("figure_1") == path


def test_an_unknown_program_is_answered_with_near_ones(capsys):
    assert main(["ordering/happened_before/figur"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("there is no program 'ordering/happened_before/figur'; ")
    assert FIGURE in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("slip", ["figure1", "figur_1", "happened_before", "figure"])
def test_a_slip_is_answered_with_the_program_that_was_meant(slip, capsys):
    assert main([slip]) == 2
    assert FIGURE in capsys.readouterr().err


def test_what_resembles_no_program_is_answered_with_where_they_are_listed(capsys):
    assert main(["xyzzy"]) == 2
    error = capsys.readouterr().err
    assert error == "there is no program 'xyzzy'; `python3 -m sim` lists them\n"


def test_no_program_at_all_lists_them(capsys):
    assert main([]) == 2
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert f"  {FIGURE}\n" in out
    assert "  sim/" not in out


def test_the_example_that_it_shows_runs(capsys):
    example = re.search("python3 -m sim (.+?)`", sim.__main__.__doc__)
    assert main(example[1].split()) == 0


PROGRAM = '''
"""Clicks, and what becomes of them."""
from typing import Annotated
from sim import Range

def main(
    seed: int = 7, loss: Annotated[float, Range(0, 1, unit="%")] = 0.2, up: bool = True
):
    print(seed, loss)
'''


@pytest.fixture
def clicks(tmp_path: Path) -> str:
    path = tmp_path / "clicks.py"
    path.write_text(PROGRAM, encoding="utf-8")
    return str(path)


def test_parameters_are_flags(clicks, capsys):
    assert main([clicks]) == 0
    assert main([clicks, "--seed", "3", "--loss=1"]) == 0
    assert capsys.readouterr().out == "7 0.2\n3 1.0\n"


def test_help_says_what_they_may_be(clicks, capsys):
    with pytest.raises(SystemExit):
        main([clicks, "--help"])
    out = capsys.readouterr().out
    assert "Clicks, and what becomes of them." in out
    assert "0 to 9999 (default: 7)" in out
    assert "0 to 1 % (default: 0.2)" in out
    assert "yes or no (default: yes)" in out


def test_a_value_out_of_range_is_one_line(clicks, capsys):
    with pytest.raises(SystemExit):
        main([clicks, "--loss", "7"])
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.endswith("argument --loss: loss is a number from 0 to 1, not 7")


def test_a_fraction_of_a_whole_number_is_one_line(clicks, capsys):
    with pytest.raises(SystemExit):
        main([clicks, "--seed", "1.5"])
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.endswith("seed is a whole number from 0 to 9999, not 1.5")


def test_each_program_is_a_module_of_its_own():
    assert load(SNIPPETS / f"{FIGURE}.py") is not load(SNIPPETS / f"{FIGURE}.py")
