"""The reference on the simulator's page is what the docstrings say today."""

import sim
import sim.explore
from scripts.lib.reference import PUBLIC, REFERENCE, reference


def test_the_reference_is_up_to_date() -> None:
    written = REFERENCE.read_text(encoding="utf-8")

    assert written == reference(), "run: python3 scripts/reference.py"


def test_the_reference_leaves_nothing_public_out() -> None:
    listed = {
        name for module, names in PUBLIC.values() if module == "sim" for name in names
    }

    assert listed == set(sim.__all__)
    assert set(sim.explore.__all__) == set(PUBLIC["Every run"][1])
