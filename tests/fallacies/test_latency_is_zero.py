"""What docs/fallacies/latency_is_zero.md says: bounds, waits, copies nearby."""

import re
from itertools import combinations, permutations
from math import acos, ceil, cos, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programs import changed, program

PAGE = "fallacies/latency_is_zero"
light = program(f"{PAGE}/speed_of_light")
chatty = program(f"{PAGE}/chatty_page")
cache = program(f"{PAGE}/edge_cache")

CITIES = list(light.CITIES)


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


# The speed of light ----------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ("San Francisco", "New York", 4_129),
        ("New York", "London", 5_570),
        ("San Francisco", "Tokyo", 8_275),
        ("San Francisco", "Amsterdam", 8_774),
        ("London", "Sydney", 16_994),
    ],
)
def test_distances_of_the_globe(one: str, other: str, km: int) -> None:
    """Great circles between city centers, as others compute them."""
    assert light.distance(one, other) == pytest.approx(km, abs=1)


@pytest.mark.parametrize(("one", "other"), list(combinations(CITIES, 2)))
def test_the_haversine_agrees_with_the_law_of_cosines(one: str, other: str) -> None:
    (n1, e1), (n2, e2) = (map(radians, light.CITIES[city]) for city in (one, other))
    angle = acos(sin(n1) * sin(n2) + cos(n1) * cos(n2) * cos(e2 - e1))

    assert light.distance(one, other) == pytest.approx(light.EARTH * angle)
    assert light.distance(one, other) == light.distance(other, one)


def test_no_way_is_longer_than_half_the_globe_or_made_shorter_by_a_detour() -> None:
    for one, other, third in permutations(CITIES, 3):
        way = light.distance(one, other)
        detour = light.distance(one, third) + light.distance(third, other)
        assert way <= light.EARTH * pi
        assert way <= detour


def bars(**settings: str | int) -> dict[str, dict[str, float]]:
    plot = light.main(**settings)
    return {
        series.name: {plot.labels[int(at)]: value for at, value in series.points}
        for series in plot.series
    }


def test_a_packet_to_the_netherlands_and_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """«Latency numbers every programmer should know» has 150 ms for it."""
    drawn = bars()

    assert drawn["in a vacuum"]["Amsterdam"] == 58.5
    assert drawn["in fiber"]["Amsterdam"] == 85.9
    assert "85.9 ms" in printed(capsys)
    assert drawn["in fiber"]["Amsterdam"] < 150


@pytest.mark.parametrize("start", CITIES)
def test_fiber_takes_half_as_long_again_everywhere(start: str) -> None:
    """«Two thirds» of the speed: a refractive index of 1.468."""
    drawn = bars(start=start)

    assert set(drawn["in fiber"]) == set(CITIES) - {start}
    for city, ms in drawn["in fiber"].items():
        assert ms / drawn["in a vacuum"][city] == pytest.approx(1.468, rel=0.05)


def test_three_round_trips_from_sydney_to_london_are_half_a_second() -> None:
    ms = bars(start="Sydney", round_trips=3)["in fiber"]["London"]

    assert 490 < ms < 510


def test_hoppers_wire_is_what_light_covers_in_a_vacuum(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Smithsonian, object 1985.3088.01: about 30 cm, 11.8 inches."""
    light.main()
    vacuum, fiber = re.findall(r"([\d.]+) cm \(([\d.]+) inches\)", printed(capsys))

    assert vacuum == ("30.0", "11.8")
    assert float(fiber[1]) / float(vacuum[1]) == pytest.approx(2 / 3, rel=0.03)


# Waits in a row -----------------------------------------------------------------


def took(out: str, items: int) -> dict[str, int]:
    """The ms of each way, of the paragraph about that many items."""
    part = out.split(f"{items} items\n")[-1].split("items\n")[0]
    found = re.findall(r"^ +(.+): ([\d,]+) ms", part, re.M)
    return {way: int(ms.replace(",", "")) for way, ms in found}


@given(items=st.integers(1, 20), delay=st.integers(1, 200))
def test_what_counts_is_the_round_trips_in_a_row(items: int, delay: int) -> None:
    world = chatty.visit(items, delay)
    notes = [event.text for event in world.trace.events if event.kind == "note"]
    trips = {"in turn": items, "six at a time": ceil(items / 6), "in one request": 1}

    assert notes == [f"{way}: {n * 2 * delay:,} ms" for way, n in trips.items()]


def test_twenty_items_are_on_the_card(capsys: pytest.CaptureFixture[str]) -> None:
    chatty.main()

    assert took(printed(capsys), 20) == {
        "in turn": 1600,
        "six at a time": 320,
        "in one request": 80,
    }


def test_a_slower_shop_would_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    """The control: the times are measured, not computed from the delay."""
    slow = changed(
        f"{PAGE}/chatty_page",
        ("me.reply(request", "await me.sleep(7)\n        me.reply(request"),
    )
    slow.main()

    assert took(printed(capsys), 20)["in turn"] == 20 * 87


# A copy nearby -------------------------------------------------------------------


def shown(**settings: int) -> list[tuple[float, str]]:
    """When the browser is shown which price."""
    trace = cache.main(**settings).trace
    return [
        (event.time, str(event.received))
        for event in trace.events
        if event.node == "browser" and event.received
    ]


def test_the_edge_is_ten_times_as_fast_and_wrong_once() -> None:
    assert shown() == [
        (100, "10 euros"),
        (210, "10 euros"),
        (410, "10 euros"),  # raised at 300
        (700, "12 euros"),
    ]


@given(st.integers(0, 16), st.integers(1, 70))
def test_an_answer_is_never_older_than_max_age_and_its_way(
    ages: int, tens: int
) -> None:
    """RFC 9111, section 4.2.3: the age counts from the cache's request."""
    max_age, raised_at = ages * 50, tens * 10
    way_back = 45 + 5
    latest = raised_at + max(max_age + 5, way_back)

    for time, price in shown(max_age=max_age, raised_at=raised_at):
        if price == "10 euros":
            assert time <= latest


def test_the_age_counts_from_the_question_not_from_the_answer() -> None:
    """RFC 9111, section 4.2.3: asked at 5 ms, so good until 355, not until 445."""
    assert shown(max_age=350)[2] == (500, "12 euros")


@pytest.mark.parametrize("max_age", range(0, 801, 50))
def test_no_max_age_keeps_the_old_price_from_ever_being_shown(max_age: int) -> None:
    """The exercise: the answer travels, and the price may rise meanwhile."""
    old = [
        (time, raised_at)
        for raised_at in range(10, 701, 10)
        for time, price in shown(max_age=max_age, raised_at=raised_at)
        if price == "10 euros" and time > raised_at
    ]

    assert old


def test_the_answer_of_the_exercise() -> None:
    assert (300, "10 euros") in shown(max_age=0, raised_at=270)


def test_an_edge_that_always_asks_is_as_slow_as_the_shop() -> None:
    assert [time for time, _ in shown(max_age=0)] == [100, 300, 500, 700]
