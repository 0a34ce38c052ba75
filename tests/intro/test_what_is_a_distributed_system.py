"""A service that nobody remembers, and a catalog that goes on without it."""

import pytest

from sim import Trace
from sim.program.find import find, load

PAGE = "intro/what_is_a_distributed_system"


def run(program: str, **settings: bool) -> Trace:
    trace: Trace = load(find(f"{PAGE}/{program}")).main(**settings).trace
    return trace


def arrival_of_the_page(trace: Trace) -> float | None:
    """When the browser receives anything, in ms; None if it never does."""
    times = [e.time for e in trace.events if e.node == "browser" and e.received]
    return times[0] if times else None


def test_a_forgotten_service_leaves_the_page_blank(
    capsys: pytest.CaptureFixture[str],
) -> None:
    trace = run("unknown_computer")

    assert arrival_of_the_page(trace) is None
    assert "blank page" in capsys.readouterr().out


def test_the_shop_has_no_message_of_the_service_that_failed() -> None:
    """The failed computer and the unusable one never spoke: that is the joke."""
    pairs = {
        (message.sender, message.to)
        for event in run("unknown_computer", flags_are_up=True).events
        for message in event.sent
    }

    assert not pairs & {("shop", "flags"), ("flags", "shop")}
    assert ("catalog", "flags") in pairs


def test_waiting_less_gives_the_user_a_page() -> None:
    assert arrival_of_the_page(run("unknown_computer_fixed")) == 130


def test_a_time_out_costs_nothing_while_all_is_well() -> None:
    broken = run("unknown_computer", flags_are_up=True)
    fixed = run("unknown_computer_fixed", flags_are_up=True)

    assert arrival_of_the_page(broken) == arrival_of_the_page(fixed) == 120


def test_the_two_programs_differ_in_the_catalog_alone() -> None:
    texts = [
        find(f"{PAGE}/{program}").read_text("utf-8").split("async def ")
        for program in ("unknown_computer", "unknown_computer_fixed")
    ]
    different = {
        one.split("(")[0]
        for one, other in zip(*texts, strict=True)
        if one != other and not one.startswith('"""')
    }

    assert different == {"catalog"}
