"""The reference on the simulator's page is what the docstrings say today."""

import re

import pytest

import sim
import sim.explore
from scripts.lib.reference import MEMBERS, PUBLIC, REFERENCE, reference
from sim.program.find import programs


def test_the_reference_is_up_to_date() -> None:
    written = REFERENCE.read_text(encoding="utf-8")

    assert written == reference(), "run: python3 scripts/reference.py"


def test_the_reference_leaves_nothing_public_out() -> None:
    listed = {
        name for module, names in PUBLIC.values() if module == "sim" for name in names
    }

    assert listed == set(sim.__all__)
    assert set(sim.explore.__all__) == set(PUBLIC["Every run"][1])


@pytest.mark.parametrize(
    ("owner", "kind"),
    [("world", sim.World), ("me", sim.Node), ("state", sim.explore.State)],
)
def test_what_the_programs_use_is_told(owner: str, kind: type) -> None:
    text = "\n".join(path.read_text("utf-8") for path in programs().values())
    used = {
        name
        for name in re.findall(rf"\b{owner}\.([a-z]\w*)", text)
        if callable(getattr(kind, name, None))
    }
    section = reference().split(f"#### {kind.__name__} {{")[1].split("\n#### ")[0]

    assert used
    assert sorted(name for name in used if f"\n`{name}(" not in section) == []


def test_what_is_there_for_other_parts_of_the_simulator_is_left_out() -> None:
    section = reference().split("#### World {")[1].split("\n#### ")[0]

    assert "`deliver(" not in section
    assert section.count("\n:   ") == len(MEMBERS["World"])
