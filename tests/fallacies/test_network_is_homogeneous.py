"""What docs/fallacies/network_is_homogeneous.md says: one page, three last legs."""

import contextlib
import io
import json
from functools import cache
from statistics import mean
from typing import NamedTuple

import pytest

from sim import Plot
from tests.programs import program

MILE = "fallacies/network_is_homogeneous/last_mile"
SEEDS = [7, 8, 9]
LEGS = ["fiber", "Wi-Fi", "mobile"]


class Run(NamedTuple):
    visits: dict[str, list[float]]  # ms of each visit, the fastest first
    plot: Plot
    printed: list[str]


@cache
def run(seed: int = 7, trips: int = 4) -> Run:
    """The program, with an eye on what it sorts."""
    module = program(MILE)
    visits: list[list[float]] = []

    def watched(times: list[float]) -> list[float]:
        visits.append(sorted(times))
        return visits[-1]

    module.__dict__["sorted"] = watched
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        plot = module.main(seed, trips)
    of_leg = dict(zip(LEGS, visits, strict=True))
    return Run(of_leg, plot, printed.getvalue().splitlines())


def percentile(times: list[float], percent: int) -> float:
    return sorted(times)[len(times) * percent // 100]


def test_only_the_last_leg_differs() -> None:
    (mark,) = run().plot.marks
    assert mark.value == 4 * 2 * program(MILE).BACKBONE == 80
    for times in run().visits.values():
        assert len(times) == 1000
        assert times[0] > mark.value


def test_what_is_printed_and_drawn_are_the_percentiles_of_the_visits() -> None:
    found = run()
    drawn = {s.name: {p: ms for ms, p in s.points} for s in found.plot.series}
    for line, (name, times) in zip(
        found.printed[1:], found.visits.items(), strict=True
    ):
        half, most, average = (float(word) for word in line.split()[1:])
        assert half == round(percentile(times, 50))
        assert most == round(percentile(times, 99))
        assert average == round(mean(times))
        assert drawn[name][50] == percentile(times, 50)
        assert drawn[name][99] == percentile(times, 99)


@pytest.mark.parametrize("seed", SEEDS)
def test_fiber_adds_little_and_the_mobile_network_most(seed: int) -> None:
    half = {name: percentile(t, 50) for name, t in run(seed).visits.items()}
    assert half["fiber"] < 80 * 1.3
    assert half["mobile"] - 80 > 80 * 2
    assert percentile(run(seed).visits["Wi-Fi"], 90) < 2 * half["fiber"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_slow_leg_is_paid_for_in_each_round_trip(seed: int) -> None:
    one, four = (percentile(run(seed, trips).visits["mobile"], 50) for trips in (1, 4))
    assert four == pytest.approx(4 * one, rel=0.1)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_lost_message_takes_a_second(seed: int) -> None:
    """RFC 6298: the timer starts at one second, and is at least one second."""
    assert program(MILE).RESEND == 1000
    visits = run(seed).visits
    assert max(visits["fiber"]) < 200
    for name in ("Wi-Fi", "mobile"):
        assert percentile(visits[name], 90) < 700
        assert percentile(visits[name], 99) > 1000


@pytest.mark.parametrize("seed", SEEDS)
def test_nearly_all_visits_over_wifi_are_faster_than_their_average(seed: int) -> None:
    times = run(seed).visits["Wi-Fi"]
    below = [t for t in times if t < mean(times)]
    assert len(below) > 0.9 * len(times)


def test_a_packet_takes_12_ms_and_a_hundred_take_a_second_and_a_fifth() -> None:
    ms = 1500 * 8 / 1_000_000 * 1000
    assert ms == pytest.approx(12)
    assert 100 * ms == pytest.approx(1200)


def test_json_that_is_read_as_floating_point_loses_the_last_bit() -> None:
    """RFC 8259, section 6: beyond 2**53 implementations do not agree."""
    sent = 2**53 + 1
    assert sent == 9007199254740993
    assert json.loads(json.dumps(sent)) == sent
    assert int(json.loads(json.dumps(sent), parse_int=float)) == 9007199254740992


# The exercises --------------------------------------------------------------------


@pytest.mark.parametrize(("trips", "percent"), [(4, 4), (20, 18)])
def test_more_round_trips_meet_more_losses(trips: int, percent: int) -> None:
    leg, loss = program(MILE).LAST_LEGS["Wi-Fi"]
    assert loss == 0.005
    hit = 1 - (1 - loss) ** (2 * trips)
    assert round(100 * hit) == percent

    slow = [
        t for t in run(7, trips).visits["Wi-Fi"] if t > 1000 + 2 * trips * leg.least
    ]
    assert len(slow) / 1000 == pytest.approx(hit, abs=0.04)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_average_of_percentiles_is_no_percentile(seed: int) -> None:
    visits = run(seed).visits
    everybody = [t for times in visits.values() for t in times]
    average = mean(percentile(times, 99) for times in visits.values())
    assert percentile(everybody, 99) > 1.1 * average
