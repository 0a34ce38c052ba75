"""What docs/fallacies/transport_cost_is_zero.md says: JSON, nines and chains."""

from itertools import pairwise
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Plot
from tests.programs import changed, program

PAGE = "fallacies/transport_cost_is_zero"
LOOP = f"{PAGE}/blocked_event_loop"
NINES = f"{PAGE}/cost_of_another_nine"
CHAIN = f"{PAGE}/microservice_tax"
Printed = pytest.CaptureFixture[str]


def points(plot: Plot, kind: str, name: str) -> dict[float, float]:
    """One series of a plot."""
    (found,) = [s for s in plot.series if (s.kind, s.name) == (kind, name)]
    return dict(found.points)


# The event loop -------------------------------------------------------------------


def waits(capsys: Printed, **settings: Any) -> dict[str, list[float]]:
    """How long each user waited, in ms, in the order of their answers."""
    program(LOOP).main(**settings)
    return read_waits(capsys)


def read_waits(capsys: Printed) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"Ann": [], "Bob": []}
    for line in capsys.readouterr().out.splitlines():
        name, _, ms, _ = line.split()
        found[name].append(float(ms))
    return found


def test_json_of_50_mb_takes_what_the_guide_of_node_measured() -> None:
    """«Don't Block the Event Loop»: 0.7 s to stringify 50 MB."""
    assert program(LOOP).JSON * 50 == 700


def test_the_database_blocks_nobody_and_json_does(capsys: Printed) -> None:
    assert waits(capsys) == {"Ann": [820], "Bob": [20, 700, 20]}


def test_bob_asks_first_while_the_database_works_and_then_while_json_is_made() -> None:
    trace = program(LOOP).main().trace
    asked = [e.time for e in trace.events if e.node == "bob" and e.sent]
    rows = next(e.time for e in trace.events if e.node == "database" and e.sent)
    json = next(e.time for e in trace.events if e.text == "makes JSON")
    assert asked[0] < rows < json < asked[1]
    assert trace.event("server2").sent[0].body == "all rows?"


def test_a_worker_helps_bob_and_not_ann(capsys: Printed) -> None:
    assert waits(capsys, worker=True) == {"Ann": [820], "Bob": [20, 20, 20]}


def test_smaller_exports_block_for_less(capsys: Printed) -> None:
    worst = [max(waits(capsys, megabytes=mb)["Bob"]) for mb in range(0, 51, 5)]
    assert worst == sorted(worst)
    assert worst[0] == 20


def test_a_slow_database_is_no_matter_for_bob(capsys: Printed) -> None:
    changed(LOOP, ("me.sleep(80)", "me.sleep(5000)")).main()
    assert read_waits(capsys)["Bob"] == [20, 20, 20]


# Another nine ---------------------------------------------------------------------


def test_each_server_costs_as_much_as_the_one_before() -> None:
    dollars = list(points(program(NINES).main(), "line", "apart"))
    assert dollars == [100, 220, 340, 460]


def test_apart_each_server_buys_a_hundredth_of_the_minutes() -> None:
    minutes = [*points(program(NINES).main(), "line", "apart").values()]
    for more, fewer in pairwise(minutes):
        assert fewer == pytest.approx(more / 100)


def test_a_common_cause_is_left_however_many_there_are() -> None:
    minutes = [*points(program(NINES).main(), "line", "with a common cause").values()]
    saved = [more - fewer for more, fewer in pairwise(minutes)]
    assert saved[0] > 5_000
    assert 50 < saved[1] < 60
    assert saved[2] < 1
    assert minutes[-1] == pytest.approx(60, abs=0.1)


def test_the_marks_are_the_minutes_of_a_year() -> None:
    """Facts, computed: 99.9 % is 8.77 h, 99.99 % 52.6 min, 99.999 % 5.26 min."""
    marks = {mark.text: mark.value for mark in program(NINES).main().marks}
    assert marks["99.9 %"] / 60 == pytest.approx(8.77, abs=0.01)
    assert marks["99.99 %"] == pytest.approx(52.6, abs=0.1)
    assert marks["99.999 %"] == pytest.approx(5.26, abs=0.01)


def test_half_the_common_cause_is_worth_more_than_a_fourth_server() -> None:
    hour, half = (
        [
            *points(
                program(NINES).main(in_common=m), "line", "with a common cause"
            ).values()
        ]
        for m in (60, 30)
    )
    assert hour[2] - half[2] == pytest.approx(30, abs=0.1)
    assert 0 < hour[2] - hour[3] < 1


@given(
    available=st.integers(900, 999).map(lambda tenths: tenths / 10),
    in_common=st.integers(0, 60).map(lambda tens: tens * 10),
)
def test_more_servers_never_go_below_the_common_cause(
    available: float, in_common: int
) -> None:
    plot = program(NINES).main(available=available, in_common=in_common)
    apart = [*points(plot, "line", "apart").values()]
    met = [*points(plot, "line", "with a common cause").values()]
    assert all(m >= max(a, in_common) - 1e-6 for a, m in zip(apart, met, strict=True))
    assert met == sorted(met, reverse=True)


# Services in a row ----------------------------------------------------------------


def test_thirty_services_of_99_9_percent_fail_three_requests_in_a_hundred() -> None:
    """Facts, computed: 30 services in series at 99.9 % give 97.0 %."""
    good, _ = program(CHAIN).main()
    assert points(good, "line", "product")[30] == pytest.approx(97.04, abs=0.01)


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_what_is_measured_agrees_with_the_product(seed: int) -> None:
    """Within four standard deviations of that many requests."""
    good, _ = program(CHAIN).main(seed)
    measured = points(good, "dots", "measured")
    for n, percent in points(good, "line", "product").items():
        share = percent / 100
        deviation = 100 * sqrt(share * (1 - share) / program(CHAIN).REQUESTS)
        assert abs(measured[n] - percent) < 4 * deviation


def test_times_add() -> None:
    """On average each service adds one round trip: twice the mean of one way."""
    _, long = program(CHAIN).main()
    half = points(long, "line", "half within")
    for n in (10, 20, 30):
        assert half[n] == pytest.approx(n * 2 * 2, rel=0.05)
    slow = points(long, "line", "99 % within")
    assert all(slow[n] > half[n] for n in half)


def test_services_that_are_always_up_answer_all() -> None:
    good, _ = program(CHAIN).main(each_up=100)
    assert set(points(good, "dots", "measured").values()) == {100}
