"""What docs/papers/lamport.md says beyond its recorded runs.

Lamport 1978, «Anomalous Behavior» and «Physical Clocks»: the request, the phone call
and the lower number; no anomaly if ε/(1−κ) ≤ μ; ε ≈ d(2κτ + ξ), with the exact form
in relation (11) of the appendix.
"""

import io
import re
from contextlib import redirect_stdout

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Node, Uniform, World
from sim.clock import Clock
from sim.program.find import find, load

phone = load(find("papers/lamport/strong_clock_condition"))
clocks = load(find("papers/lamport/physical_clocks"))


def calm(examples: int = 60) -> settings:
    """No time limit: the machine may be busy."""
    return settings(max_examples=examples, deadline=None)


ROAD = 50  # ms from A's number to B's, over Ann, the phone and Ben


def stamps(way: str, apart: float) -> tuple[float, float]:
    nodes = phone.run(way, apart).nodes
    return nodes["east"].disk["stamp"], nodes["west"].disk["stamp"]


def output(main: object, **knobs: object) -> list[str]:
    with redirect_stdout(io.StringIO()) as printed:
        main(**knobs)  # type: ignore[operator]
    return printed.getvalue().splitlines()


# Anomalous behavior ---------------------------------------------------------


def test_a_came_first_and_is_ordered_second() -> None:
    lines = output(phone.main)

    assert [line.split()[-2:] for line in lines] == [
        ["B", "first"],
        ["A", "first"],
        ["A", "first"],
    ]


@pytest.mark.parametrize("way", phone.WAYS)
def test_the_path_from_a_to_b_leads_outside_the_servers(way: str) -> None:
    trace = phone.run(way, 20).trace
    asked_a, asked_b = trace.event("east1"), trace.event("west1")

    assert trace.before(asked_a, asked_b)
    servers = {"east", "west"}
    for event in trace.events:
        for message in event.sent:
            assert not {message.sender, message.to} <= servers


@calm()
@given(st.integers(0, 100))
def test_only_physical_clocks_mind_how_far_they_are_apart(apart: int) -> None:
    a, b = stamps("logical", apart)
    assert a > b

    a, b = stamps("carried", apart)
    assert a < b

    a, b = stamps("physical", apart)
    assert (a <= b) == (apart <= ROAD)


@calm()
@given(
    kappa=st.integers(1, 1000),  # ppm
    rates=st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
    offset=st.integers(-200, 200),  # ms
    now=st.integers(0, 10_000_000),  # microseconds
    mu=st.integers(0, 300_000),  # microseconds
)
def test_no_anomaly_if_epsilon_is_small_beside_mu(
    kappa: int, rates: tuple[float, float], offset: int, now: int, mu: int
) -> None:
    """C_i(t + μ) > C_j(t) whenever PC1, PC2 and ε/(1−κ) ≤ μ hold."""
    i = Clock(offset=offset, drift=int(rates[0] * (kappa - 1)))
    j = Clock(drift=int(rates[1] * (kappa - 1)))
    rounding = 2  # microseconds, of two readings
    epsilon = abs(i.wall(now) - j.wall(now)) + rounding

    if epsilon / (1 - kappa / 1e6) <= mu:
        assert i.wall(now + mu) > j.wall(now)


def test_that_inequality_is_sometimes_met_and_sometimes_needed() -> None:
    slow = Clock(offset=-60)
    right = Clock()

    assert slow.wall(100_000 + 60_002) > right.wall(100_000)
    assert slow.wall(100_000 + 59_000) < right.wall(100_000)


# Physical clocks ------------------------------------------------------------


def ring(seed: int, drift: int, every: int) -> World:
    """The program's own processes, in a world that can be looked into."""
    world = World(seed, trace=False)
    least, more = clocks.LEAST, clocks.UNPREDICTABLE
    world.network(delay=Uniform(least, least + more))
    for number, (name, to) in enumerate(clocks.RING.items()):
        world.add(clocks.process, to, every * 1000, name=name)
        world.clock(name, 500 * number, drift * (number - 1))
    return world


def exact_bound(drift: int, every: int) -> float:
    """|C_i − C_j| by relation (11) of the paper's appendix, in ms."""
    kappa, tau, d = drift / 1e6, every * 1000 * (1 + drift / 1e6), clocks.DIAMETER
    mu, xi = clocks.LEAST, clocks.UNPREDICTABLE
    nu = mu + xi
    below = kappa * d * (tau + nu) + d * xi
    above = kappa * (d * (tau + nu) + mu / (1 - kappa))
    return below + above


def widest(world: World, every: int, minutes: int = 5) -> float:
    worst = 0.0
    for now in range(0, minutes * 60_000, 500):
        world.run(until=now)
        if now > (every * 1000 + 20) * clocks.DIAMETER:
            worst = max(worst, clocks.spread(world))
    return worst


@calm(25)
@given(st.integers(0, 9999), st.integers(0, 500), st.integers(1, 60))
def test_the_clocks_stay_within_the_bound(seed: int, drift: int, every: int) -> None:
    assert 0 < widest(ring(seed, drift, every), every) <= exact_bound(drift, every)


def test_without_the_messages_they_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    async def deaf(me: Node) -> None:
        while True:
            await me.receive()

    monkeypatch.setattr(clocks, "listen", deaf)

    assert widest(ring(7, 100, 60), 60) > exact_bound(100, 60)


@calm(10)
@given(st.integers(0, 9999), st.integers(0, 500))
def test_no_clock_is_ever_set_back(seed: int, drift: int) -> None:
    world = ring(seed, drift, 1)
    last = dict.fromkeys(clocks.RING, float("-inf"))

    for now in range(0, 10_000, 5):
        world.run(until=now)
        for name, node in world.nodes.items():
            reading = clocks.clock(node)
            assert reading > last[name]
            last[name] = reading


def printed_bound(**knobs: object) -> float:
    return float(output(clocks.main, **knobs)[-1].split()[-2])


def test_the_printed_bound_is_the_formula_of_the_theorem() -> None:
    d, kappa, tau, xi = 2, 100e-6, 60_000, 10

    assert printed_bound() == d * (2 * kappa * tau + xi)


def test_the_plot_is_below_its_bound_from_where_it_says() -> None:
    plot = clocks.main()
    (line,) = plot.series
    marks = {mark.axis: mark.value for mark in plot.marks}

    assert marks == {"x": 2, "y": 44}  # minutes: d·τ; ms: the bound
    assert line.points[0][1] == 1000  # twice half a second
    assert all(ms < marks["y"] for minute, ms in line.points if minute > marks["x"])
    assert any(ms > marks["y"] for minute, ms in line.points if minute < marks["x"])


def test_the_bound_holds_also_where_the_knobs_end() -> None:
    for knobs in ({"drift": 0}, {"drift": 500, "every": 120}, {"every": 1}):
        worst, bound = re.findall(r"[\d.]+(?= ms)", output(clocks.main, **knobs)[-1])
        assert float(worst) < float(bound)


# Try it ---------------------------------------------------------------------


def test_clocks_closer_than_the_road_show_no_anomaly() -> None:
    assert ROAD == 10 + 30 + 10
    first = [output(phone.main, apart=apart)[2].split()[-2] for apart in (45, 50, 55)]

    assert first == ["A", "A", "B"]


def test_ten_times_the_messages_are_as_good_as_clocks_ten_times_better() -> None:
    more, better = printed_bound(every=6), printed_bound(drift=10)

    least = clocks.DIAMETER * clocks.UNPREDICTABLE
    assert least == 20
    assert least < more == better < printed_bound()
    assert printed_bound(drift=0) == least
