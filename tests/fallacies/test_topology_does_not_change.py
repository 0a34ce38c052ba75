"""What docs/fallacies/topology_does_not_change.md says: damage, and a move."""

from typing import Any

import pytest

from sim import Trace
from tests.programs import changed, program

PAGE = "fallacies/topology_does_not_change"
DAMAGE = f"{PAGE}/route_around_damage"
REMEMBERED = f"{PAGE}/remembered_address"
ASKS_AGAIN = f"{PAGE}/remembered_address_fixed"
Printed = pytest.CaptureFixture[str]


def run(name: str, capsys: Printed, **settings: Any) -> tuple[list[str], Trace]:
    """What a program prints, line by line, and its trace."""
    world = program(name).main(**settings)
    return capsys.readouterr().out.splitlines(), world.trace


# Around the damage --------------------------------------------------------------


def test_one_request_is_lost_and_the_next_takes_four_times_as_long(
    capsys: Printed,
) -> None:
    printed, trace = run(DAMAGE, capsys)
    assert printed == [
        "request 1 by north: answer after 40 ms",
        "request 2 by north: no answer",
        "request 3 by south: answer after 160 ms",
    ]
    (lost,) = [i.message for i in trace.incidents if i.kind == "lose"]
    assert lost is not None
    assert (lost.sender, lost.to, lost.body) == ("north", "shop", "request 2")


def test_north_takes_its_announcement_back_after_it_gave_up(capsys: Printed) -> None:
    _, trace = run(DAMAGE, capsys)
    bodies = [(e.sent[0].sender, e.sent[0].body) for e in trace.events if e.sent]
    assert ("north", ("shop in", float("inf"))) in bodies


def test_without_damage_all_go_north(capsys: Printed) -> None:
    printed, _ = run(DAMAGE, capsys, north_breaks=False)
    assert printed == [f"request {n} by north: answer after 40 ms" for n in (1, 2, 3)]


@pytest.mark.parametrize("announces", [10, 20, 30, 80, 160])
def test_the_smaller_announcement_wins_true_or_not(
    announces: int, capsys: Printed
) -> None:
    """RFC 4271, section 9.1: routes are chosen by what was announced."""
    printed, _ = run(DAMAGE, capsys, north_breaks=False, south_announces=announces)
    way, took = ("south", 160) if announces < 20 else ("north", 40)
    assert printed == [
        f"request {n} by {way}: answer after {took} ms" for n in (1, 2, 3)
    ]


def test_a_time_out_for_the_short_way_takes_the_long_one_for_dead(
    capsys: Printed,
) -> None:
    changed(DAMAGE, ("timeout=200", "timeout=150")).main()
    assert "request 3 by south: no answer" in capsys.readouterr().out


# Nodes move -----------------------------------------------------------------------


def test_a_remembered_address_is_called_in_vain(capsys: Printed) -> None:
    printed, trace = run(REMEMBERED, capsys)
    assert printed == [
        "request 1: 2 books",
        "request 2: no answer from host_a",
        "request 3: no answer from host_a",
    ]
    told = next(
        e.time
        for e in trace.events
        if e.received is not None and e.received.body == "cart is here"
    )
    assert told == 110


def test_who_asks_again_loses_one_request(capsys: Printed) -> None:
    printed, _ = run(ASKS_AGAIN, capsys)
    assert printed == [
        "request 1: 2 books",
        "request 2: no answer from host_a",
        "request 3: 2 books",
    ]


@pytest.mark.parametrize("name", [REMEMBERED, ASKS_AGAIN])
def test_a_stranger_at_the_old_address_is_not_noticed(
    name: str, capsys: Printed
) -> None:
    printed, trace = run(name, capsys, address_reused=True)
    assert printed == [
        "request 1: 2 books",
        "request 2: 404 Not Found",
        "request 3: 404 Not Found",
    ]
    questions = [
        e for e in trace.events if e.sent and e.sent[0].body == "where is cart?"
    ]
    assert len(questions) == 1
