"""The reference on the simulator's page is what the docstrings say today."""

import sys

import sim
from scripts.lib.reference import PUBLIC, REFERENCE, reference


def test_the_reference_is_up_to_date() -> None:
    written = REFERENCE.read_text(encoding="utf-8")

    assert written == reference(), "run: python3 scripts/reference.py"


def test_the_reference_leaves_nothing_public_out() -> None:
    listed = {name for module, name in PUBLIC if module == "sim"}

    assert listed == set(sim.__all__)
    assert "sim" in sys.modules
