"""The front page: one click, two charges, and what patience does to it."""

import pytest

from sim.program.find import find, load

main = load(find("index/index/one_click_two_charges")).main

ANSWER = 15 + 50 + 15  # ms: there, the bank, and back


@pytest.mark.parametrize(
    ("patience", "charges"), [(20, 5), (40, 3), (60, 2), (75, 2), (85, 1), (100, 1)]
)
def test_less_patience_means_more_charges(patience: float, charges: int) -> None:
    trace = main(patience=patience).trace

    notes = [event.text for event in trace.events if event.kind == "note"]
    assert notes == [f"charge {n}" for n in range(1, charges + 1)]


def test_the_browser_gives_up_while_its_answer_is_under_way_or_being_made() -> None:
    trace = main().trace
    gave_up = next(e for e in trace.events if e.kind == "timeout")
    got = next(e for e in trace.events if e.node == "browser" and e.received)

    assert gave_up.time == 60
    assert got.time - gave_up.time == 20
    assert got.time == ANSWER
