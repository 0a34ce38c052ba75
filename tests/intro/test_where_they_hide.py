"""One click crosses the five kinds of link that the talk names."""

from sim import Trace
from sim.program.find import find, load

KINDS = {
    "browser to server": ("browser", "shop"),
    "server to server": ("shop", "prices"),
    "server to database": ("shop", "database"),
    "database to replica": ("database", "replica"),
    "server to queue": ("shop", "queue"),
    "queue to worker": ("queue", "worker"),
}


def trace() -> Trace:
    run: Trace = load(find("intro/where_they_hide/one_page_view")).main().trace
    return run


def test_the_click_uses_every_kind_of_link() -> None:
    used = {(m.sender, m.to) for event in trace().events for m in event.sent}

    assert used >= set(KINDS.values())


def test_nearly_all_the_time_passes_between_browser_and_shop() -> None:
    run = trace()
    answered = max(e.time for e in run.events if e.node == "browser")
    on_the_internet = sum(
        (m.arrives - m.sent) / 1000
        for event in run.events
        for m in event.sent
        if "browser" in (m.sender, m.to)
    )

    assert on_the_internet / answered > 0.9


def test_nothing_connects_the_worker_with_the_answer() -> None:
    run = trace()
    did = next(e for e in run.events if e.kind == "note")
    answer = next(e for e in run.events if e.node == "browser" and e.received)

    assert run.concurrent(did, answer)
    assert did.time < answer.time


def test_waiting_for_the_replica_costs_two_milliseconds() -> None:
    run = trace()
    database = [e for e in run.events if e.node == "database"]

    asked, confirmed = database[1], database[2]
    assert "copy order" in run.describe(asked)
    assert confirmed.time - asked.time == 2
