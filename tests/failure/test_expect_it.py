"""What docs/failure/expect_it.md says: time-outs, retries and breakers."""

import contextlib
from collections import Counter
from itertools import pairwise
from typing import get_args

import pytest

from sim import Node, Plot, Trace, World
from tests.programs import changed, program

PAGE = "failure/expect_it"
SLOW = f"{PAGE}/slow_or_dead"
STORM = f"{PAGE}/retry_storm"
BREAKER = f"{PAGE}/circuit_breaker"

WRONG = ("slow", "died before", "died after", "request lost", "answer lost")

# A time-out ----------------------------------------------------------------------


def seen_by_the_browser(trace: Trace) -> list[tuple[float, str, str]]:
    """What happens at the browser until it shows something."""
    own = [(e.time, e.kind, e.text) for e in trace.events if e.node == "browser"]
    shown = next(at for at, (_, _, text) in enumerate(own) if "shows" in text)
    return own[: shown + 1]


def test_five_stories_are_one_story_for_the_browser() -> None:
    """Lamport 1978, p. 562: a time-out is all that it has."""
    slow = program(SLOW)
    views = [seen_by_the_browser(slow.build(story, 120).run().trace) for story in WRONG]

    assert get_args(slow.Story) == ("all well", *WRONG)
    assert all(view == views[0] for view in views)
    assert views[0][-1] == (120, "note", "shows «no answer»")
    assert seen_by_the_browser(slow.build("all well", 120).run().trace) != views[0]


def test_in_three_of_the_five_the_order_is_taken() -> None:
    taken = [
        story
        for story in WRONG
        if any(
            e.text == "takes the order"
            for e in program(SLOW).build(story, 120).run().trace.events
        )
    ]
    assert taken == ["slow", "died after", "answer lost"]


def test_more_patience_helps_the_slow_one_alone() -> None:
    thanked = [
        story
        for story in WRONG
        if seen_by_the_browser(program(SLOW).build(story, 200).run().trace)[-1][2]
        == "shows «thank you»"
    ]
    assert thanked == ["slow"]


def test_the_output_has_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    program(SLOW).main()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert "thank you" in lines[0]
    assert all("«no answer» at 120" in line for line in lines[1:])


# Retries ---------------------------------------------------------------------------


def storm(**knobs: int) -> dict[tuple[str, str], list[float]]:
    """For each plot and line: how many in each second."""
    plots: tuple[Plot, ...] = program(STORM).main(**knobs)
    return {
        (plot.title, series.name): [y for _, y in series.points]
        for plot in plots
        for series in plot.series
    }


def test_before_the_failure_all_is_well_and_the_same() -> None:
    found = storm()
    asked = [found["Requests", retry][:10] for retry in RETRIES]
    answered = found["Answers", "at once"][:10]

    assert asked[0] == asked[1] == asked[2]
    assert 55 <= sum(asked[0]) / 10 <= 65
    assert abs(sum(answered) - sum(asked[0])) <= 5


RETRIES = ("at once", "backoff", "backoff with jitter")


@pytest.mark.parametrize("seed", [7, 1, 2])
@pytest.mark.parametrize("outage", [1, 5, 10])
def test_at_once_keeps_it_down_and_jitter_lets_it_up(seed: int, outage: int) -> None:
    """Bronson et al. 2021: the trigger is gone, the failure stays."""
    found = storm(seed=seed, outage=outage)
    up = 10 + outage

    assert sum(found["Answers", "at once"][up + 2 :]) == 0
    assert set(found["Requests", "at once"][-10:]) == {300}
    late = found["Answers", "backoff with jitter"][-10:]
    assert 50 <= sum(late) / 10 <= 70
    total = {retry: sum(found["Answers", retry][up:]) for retry in RETRIES}
    assert total["backoff with jitter"] > total["backoff"] > total["at once"]


def test_without_jitter_they_come_in_waves() -> None:
    found = storm()
    highest = {retry: max(found["Requests", retry][16:]) for retry in RETRIES}

    assert highest["backoff"] > 2 * highest["backoff with jitter"]


def test_the_pause_doubles_up_to_16_seconds() -> None:
    lone = World(trace=False)
    log = Counter[tuple[str, float]]()
    lone.add(program(STORM).browser, "backoff", log)
    lone.add(database, name="shop")  # it answers nobody
    lone.run(until=70_000)

    asked = sorted(second for _, second in log)
    patience = 1  # s
    pauses = [late - early - patience for early, late in pairwise(asked)]
    assert [round(pause) for pause in pauses][:6] == [1, 2, 4, 8, 16, 16]


def test_the_shop_alone_recovers_if_nobody_asks_again() -> None:
    """The control: without retries, what comes after the outage is served."""
    gives_up = "2500 + 5000 * me.random.random()"
    calm = changed(
        STORM,
        ('0 if retry == "at once" else backoff', gives_up),
    )
    answers = calm.main()[1].series[0]
    assert answers.name == "at once"
    assert sum(y for _, y in answers.points[-10:]) / 10 > 50


# A breaker ----------------------------------------------------------------------


def test_what_each_kind_of_breaker_does(capsys: pytest.CaptureFixture[str]) -> None:
    program(BREAKER).main()
    assert capsys.readouterr().out.splitlines() == [
        "none: a answered 4, b answered 1, b unanswered 3",
        "one for both: a answered 2, a refused 2, "
        "b answered 1, b refused 1, b unanswered 2",
        "one for each: a answered 4, b answered 1, b refused 1, b unanswered 2",
    ]


def answered(out: str) -> list[int]:
    """How many visitors got an answer, line by line."""
    lines = [line.split(": ")[1].split(", ") for line in out.splitlines()]
    return [
        sum(int(part.split()[-1]) for part in line if " answered " in part)
        for line in lines
    ]


@pytest.mark.parametrize("back", range(20, 401, 20))
def test_no_breaker_ever_answers_more(
    back: int, capsys: pytest.CaptureFixture[str]
) -> None:
    program(BREAKER).main(back=back)
    none, both, each = answered(capsys.readouterr().out)
    assert none >= each >= both


def test_it_opens_and_closes_when_the_page_says() -> None:
    trace = program(BREAKER).main().trace
    gave_up = [e.time for e in trace.events if e.kind == "timeout"]
    refused = [(e.time, e.text) for e in trace.events if e.text]
    asked = [e.time for e in trace.events if e.node == "shop" and e.sent]

    assert gave_up == [70, 150]
    assert refused == [(160, "refuses a"), (200, "refuses b"), (240, "refuses a")]
    assert asked[-1] == 280
    assert trace.events[-1].received is not None


def test_it_closes_again_and_stays_closed() -> None:
    """After the probe, a and b are called as before."""
    longer = changed(BREAKER, ('"abababab"', '"ababababab"'))
    trace = longer.main().trace
    asked = [e.time for e in trace.events if e.node == "shop" and e.sent]
    assert asked[-3:] == [280, 320, 360]


def test_while_it_is_down_one_call_in_a_rest_goes_through() -> None:
    longer = changed(BREAKER, ('"abababab"', '"' + "b" * 16 + '"'))
    trace = longer.main(back=400).trace
    asked = [e.time for e in trace.events if e.node == "shop" and e.sent]
    assert asked[:5] == [0, 40, 200, 360, 520]


# Layers -------------------------------------------------------------------------


async def attempts(me: Node, below: str) -> None:
    """Three calls to the one below, which never answers."""
    for _ in range(3):
        with contextlib.suppress(TimeoutError):
            await me.call(below, "read", timeout=50)


async def service(me: Node, below: str) -> None:
    while True:
        await me.receive()
        me.spawn(attempts, below)


async def database(me: Node) -> None:
    while True:
        await me.receive()
        me.note("is asked")


@pytest.mark.parametrize(("layers", "calls"), [(1, 3), (2, 9), (5, 243)])
def test_attempts_multiply(layers: int, calls: int) -> None:
    """Brooker 2019: three attempts at each of five layers."""
    names = [f"service {number}" for number in range(1, layers)] + ["database"]
    world = World()
    world.add(attempts, names[0], name="browser")
    for name, below in pairwise(names):
        world.add(service, below, name=name)
    world.add(database)
    asked = [e for e in world.run().trace.events if e.text == "is asked"]

    assert len(asked) == calls
