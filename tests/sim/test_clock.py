"""The clocks that nodes read, and timers that run on them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Clock, Node, World

SECOND = 1_000_000


def test_a_perfect_clock_shows_the_time():
    assert Clock().wall(5 * SECOND) == Clock().monotonic(5 * SECOND) == 5 * SECOND


def test_offset_moves_the_wall_clock_alone():
    clock = Clock(offset=250)
    assert clock.wall(0) == 250_000
    assert clock.monotonic(0) == 0


def test_drift_adds_up():
    fast, slow = Clock(drift=100), Clock(drift=-100)
    assert fast.wall(SECOND) == SECOND + 100
    assert slow.monotonic(10 * SECOND) == 10 * SECOND - 1000


def test_steps_move_the_wall_clock_both_ways_and_the_stopwatch_never():
    clock = Clock(steps=[(10, 5), (20, -30)])
    assert [clock.wall(ms * 1000) for ms in (9, 10, 19, 20)] == [
        9000,
        15000,
        24000,
        -5000,
    ]
    assert [clock.monotonic(ms * 1000) for ms in (9, 10, 20)] == [9000, 10000, 20000]


def test_a_leap_second_shows_the_same_second_twice():
    clock = Clock(leap=5000)
    assert clock.wall(4 * SECOND + 999_000) == 4 * SECOND + 999_000
    assert clock.wall(5 * SECOND) == 4 * SECOND
    assert clock.wall(6 * SECOND) == 5 * SECOND
    assert clock.monotonic(6 * SECOND) == 6 * SECOND


@pytest.mark.parametrize("drift", [1_000_000, -1_000_000])
def test_a_clock_that_stands_still_is_refused(drift):
    with pytest.raises(ValueError, match="drifts by less than 1000000 ppm"):
        Clock(drift=drift)


@given(st.integers(-900_000, 900_000), st.integers(0, 10**10), st.integers(0, 10**8))
def test_the_stopwatch_never_goes_back_and_no_timer_ends_early(drift, now, span):
    clock = Clock(drift=drift)
    assert clock.monotonic(now + 1) >= clock.monotonic(now)
    end = now + clock.true(span)
    assert span <= clock.monotonic(end) - clock.monotonic(now) <= span + 3


async def sleeper(me: Node, log: list[float]) -> None:
    before = me.wall()
    await me.sleep(1000)
    log += [me.monotonic(), me.wall() - before]


def test_a_node_sleeps_and_reads_by_its_own_clock():
    def run(**clock) -> tuple[float, list[float]]:
        log: list[float] = []
        world = World()
        world.add(sleeper, log)
        world.clock("sleeper", **clock)
        return world.run().now, log

    assert run() == (1000.0, [1000.0, 1000.0])
    assert run(drift=250_000) == (800.0, [1000.0, 1000.0])
    assert run(drift=-200_000) == (1250.0, [1000.0, 1000.0])
    assert run(offset=70) == (1000.0, [1000.0, 1000.0])
    assert run(steps=[(400, -50)]) == (1000.0, [1000.0, 950.0])
    assert run(leap=400) == (1000.0, [1000.0, 0.0])
