"""What docs/failure/backpressure.md says: queues, their limits, Little's law."""

import re
from collections.abc import Sequence
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Plot, World
from tests.programs import program

PAGE = "failure/backpressure"
unbounded, bounded, shedding = (
    program(f"{PAGE}/{name}")
    for name in ("unbounded_queue", "bounded_queue", "load_shedding")
)

SERVICE = 10  # ms
Visit = tuple[float, float]  # ms: came, left


def no_limit(plan: list[int]) -> list[Visit]:
    world, log = World(trace=False), list[Visit]()
    world.network(delay=0)
    world.add(unbounded.gateway, plan)
    world.add(unbounded.shop, log)
    world.run(limit=10**6)
    return log


def with_room(plan: list[int], room: int) -> list[tuple[float, float, float]]:
    """When each came, was let in, and left."""
    world, log = World(trace=False), list[tuple[float, float, float]]()
    world.network(delay=0)
    world.add(bounded.gateway, plan, room)
    world.add(bounded.shop, log)
    world.run(limit=10**6)
    return log


def refusing(plan: list[int], limit: int) -> list[tuple[float, float | None]]:
    """When each came and left; None: refused."""
    world, log = World(trace=False), list[tuple[float, float | None]]()
    world.network(delay=0)
    world.add(shedding.gateway, plan)
    world.add(shedding.shop, limit, log)
    world.run(limit=10**6)
    return log


def inside(log: Sequence[Visit], now: float) -> int:
    return sum(came <= now < left for came, left in log)


crowds = st.lists(st.integers(0, 40), max_size=60).map(
    lambda gaps: [sum(gaps[: n + 1]) for n in range(len(gaps))]
)
limits = st.integers(1, 8)


# What a queue is -------------------------------------------------------------------


def test_in_the_rush_it_grows_and_long_after_it_shrinks() -> None:
    log = no_limit(unbounded.arrivals(7, 150))
    wait = {round(came / 1000): (left - came) / 1000 for came, left in log}

    assert inside(log, 9_900) <= 5
    assert 480 <= inside(log, 20_000) <= 550
    assert 4.8 <= wait[20] <= 5.5
    assert inside(log, 33_000) > 20
    assert max(inside(log, now) for now in range(34_500, 60_000, 100)) <= 20


@given(crowds)
def test_all_are_served_in_their_order_and_none_is_lost(plan: list[int]) -> None:
    log = no_limit(plan)
    assert [came for came, _ in log] == plan
    leaving = [left for _, left in log]
    assert all(later - left >= SERVICE for left, later in pairwise(leaving))


@given(crowds.filter(bool))
def test_littles_law_is_exact_from_empty_to_empty(plan: list[int]) -> None:
    """Little 1961 and 2011: whoever comes when, counted in two ways."""
    log = no_limit(plan)
    end = log[-1][1]
    seen = sum(inside(log, now) for now in range(int(end)))  # at each ms

    mean_inside = seen / end
    rate, mean_time = len(log) / end, sum(b - a for a, b in log) / len(log)
    assert mean_inside == pytest.approx(rate * mean_time)


def test_littles_law_needs_all_who_are_inside() -> None:
    """The control: cut in the middle of the rush, the two counts differ."""
    log = no_limit(unbounded.arrivals(7, 150))
    gone = [(came, left) for came, left in log if left <= 15_000]
    seen = sum(inside(log, now) for now in range(15_000)) / 15_000

    product = sum(left - came for came, left in gone) / 15_000
    assert seen > 1.3 * product


@pytest.mark.parametrize("burst", [60, 150, 300])
def test_the_page_prints_both_counts(
    burst: int, capsys: pytest.CaptureFixture[str]
) -> None:
    unbounded.main(burst=burst)
    looked, multiplied = capsys.readouterr().out.splitlines()[2:]

    assert looked.split()[-1] == multiplied.split()[-1]


def test_the_percentiles_are_computed_from_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = no_limit(unbounded.arrivals(7, 150))
    waits = sorted((left - came) / 1000 for came, left in log)
    half, most = (waits[ceil(p * len(waits)) - 1] for p in (0.5, 0.99))
    unbounded.main()
    out = capsys.readouterr().out

    assert f"half of them wait {half:.2f} s or less, 99% {most:.2f} s" in out
    assert "within 1 s: 2,637 of 4,595" in out
    assert 1.3 < sum(waits) / len(waits) < 1.45
    assert half < 0.25
    assert most > 5


# A limit ----------------------------------------------------------------------------


@given(crowds, limits)
def test_never_more_than_the_limit_inside_and_none_is_lost(
    plan: list[int], limit: int
) -> None:
    log = with_room(plan, limit)
    visits = [(let_in, left) for _, let_in, left in log]

    assert [came for came, _, _ in log] == plan
    assert all(inside(visits, let_in) <= limit for let_in, _ in visits)
    assert all(left - let_in <= limit * SERVICE for let_in, left in visits)


@given(crowds, limits)
def test_a_limit_moves_the_wait_and_does_not_shorten_it(
    plan: list[int], limit: int
) -> None:
    together = [(came, left) for came, _, left in with_room(plan, limit)]
    assert together == no_limit(plan)


def test_without_the_room_the_limit_does_not_hold() -> None:
    """The control: if the gateway does not wait for room, all are inside."""
    log = with_room([0] * 50, 50)
    assert inside([(a, b) for _, a, b in log], 0) == 50


def test_the_bounded_program_prints_its_limit(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bounded.main()
    outside, within = capsys.readouterr().out.splitlines()
    assert outside.startswith("outside: up to 4")
    assert within == "in the shop: up to 20, 99% for 0.20 s or less"


# Refusing --------------------------------------------------------------------------


@given(crowds, limits)
def test_whoever_is_let_in_is_answered_soon_and_the_others_at_once(
    plan: list[int], limit: int
) -> None:
    log = refusing(plan, limit)
    done = [(came, left) for came, left in log if left is not None]

    assert [came for came, _ in log] == plan
    assert all(left - came <= limit * SERVICE for came, left in done)
    assert all(inside(done, came) <= limit for came in plan)
    # Nobody is refused while there is room.
    for came, left in log:
        if left is None:
            assert inside(done, came) == limit


@pytest.mark.parametrize("seed", [7, 1, 2, 3])
def test_refusing_answers_more_of_the_same_crowd_in_time(seed: int) -> None:
    plan = unbounded.arrivals(seed, 150)
    assert plan == bounded.arrivals(seed, 150) == shedding.arrivals(seed, 150)

    def in_time(log: Sequence[tuple[float, float | None]]) -> int:
        return sum(left is not None and left - came <= 1000 for came, left in log)

    assert in_time(refusing(plan, 20)) > 1.4 * in_time(no_limit(plan))


def test_when_the_rush_ends_so_does_the_trouble() -> None:
    log = refusing(shedding.arrivals(7, 150), 20)
    refused = [came for came, left in log if left is None]

    assert min(refused) > 10_000
    assert max(refused) < 20_500


def test_the_best_limit_is_rate_times_patience(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The exercise: Little's law, 100 a second × 1 s."""
    answered = {}
    for limit in (1, 20, 60, 100, 110, 150, 300):
        shedding.main(limit=limit)
        found = re.search(r"within 1 s: ([\d,]+)", capsys.readouterr().out)
        assert found
        answered[limit] = int(found[1].replace(",", ""))

    assert answered[20] == 4_097
    assert max(answered, key=lambda limit: answered[limit]) == 100


@pytest.mark.parametrize("module", [unbounded, bounded, shedding])
def test_length_and_wait_are_plotted(module: object) -> None:
    queue, wait = module.main()  # type: ignore[attr-defined]
    assert isinstance(queue, Plot)
    assert isinstance(wait, Plot)
    assert queue.title.startswith("Requests")
    assert wait.title == "Time to answer"
