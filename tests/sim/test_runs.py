"""How many runs an exploration stands for: against brute force, and by hand."""

from functools import partial
from math import factorial
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from sim import Node, World
from sim.explore import count, explore
from sim.explore.orders import Graph, written
from sim.explore.program.building import Build
from tests.sim import brute_force
from tests.sim.programs import lost_update, paxos, scripted
from tests.sim.programs.scripted import plain_programs

MOST = 300  # more would take too long to try one by one
KINDS = ("losses", "duplicates", "crashes", "restarts")


def world(*nodes: Any, **network: Any) -> Build:
    """A main with a node for each program."""

    def main() -> World:
        made = World()
        made.network(**network)
        for node in nodes:
            made.add(node)
        return made

    return main


async def a(me: Node) -> None:
    me.send("b", "one")
    me.send("b", "one")


async def b(me: Node) -> None:
    for _ in range(2):
        await me.receive()


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(plain_programs, st.booleans(), st.tuples(*[st.integers(0, 1)] * 4))
@example([[("send", "b")] * 2, [("receive", "a")] * 2, []], False, (0, 0, 0, 0))
@example([[("send", "b")], [("listen", "a")] * 2, []], False, (1, 1, 0, 0))
@example([[("call", "b")], [("receive", "a"), ("reply", "a")], []], False, (0, 0, 1, 1))
def test_runs_agree_with_brute_force(
    scripts: Any, fifo: bool, budgets: tuple[int, ...]
) -> None:
    assume(not fifo or not budgets[1])  # a copy on a FIFO link has no place in line
    within = dict(zip(KINDS, budgets, strict=True))
    main = partial(scripted.main, scripts, fifo)
    runs = explore(main, limit=2_000, **within).runs
    assume(runs is not None and 1 < runs < MOST)
    assert brute_force.every_run(main, MOST, **within) == runs


@pytest.mark.parametrize(
    "main", [lost_update.main, partial(lost_update.main, 3), partial(paxos.main, 1)]
)
def test_runs_are_the_orders_that_count_counts(main: Build) -> None:
    # Whose nodes take every message at once.
    assert explore(main).runs == count(main).interleavings


def test_runs_of_the_lost_update_by_the_formula() -> None:
    # Four steps of each client, in order.
    found = explore(partial(lost_update.main, 4))
    assert found.runs == factorial(16) // factorial(4) ** 4 == 63_063_000


def test_each_of_equal_messages_can_be_the_one_that_arrives() -> None:
    assert explore(world(a, b)).runs == 2
    assert explore(world(a, b, fifo=True)).runs == 1
    # Two orders without a loss; and either is lost, before or after the other comes.
    assert explore(world(a, b), losses=1).runs == 2 + 4


async def says_twice(me: Node) -> None:
    for word in ("m", "x", "m"):
        me.send("until_x", word)


async def until_x(me: Node) -> None:
    while (await me.receive()).body != "x":
        pass


@pytest.mark.parametrize(("losses", "runs"), [(0, 3), (1, 29), (2, 96)])
def test_either_of_two_equal_messages_in_a_queue_can_be_lost(
    losses: int, runs: int
) -> None:
    # Beside them c and d, who have a message of their own.
    async def c(me: Node) -> None:
        me.send("d", 1)

    async def d(me: Node) -> None:
        await me.receive()

    main = world(says_twice, until_x, c, d, fifo=True)
    found = explore(main, losses=losses)
    assert found.runs == brute_force.every_run(main, MOST, losses=losses) == runs


async def forever(me: Node) -> None:
    while True:
        await me.sleep(1)


async def asks_until_answered(me: Node) -> None:
    while True:
        try:
            await me.call("silent", "?", timeout=5)
        except TimeoutError:
            me.note("again")


async def in_a_circle(me: Node) -> None:
    me.send("back", "ball")
    while True:
        me.send("back", (await me.receive()).body)


async def back(me: Node) -> None:
    while True:
        message = await me.receive()
        me.send(message.sender, message.body)


@pytest.mark.parametrize("nodes", [(forever,), (a, b, forever), (in_a_circle, back)])
def test_a_run_that_need_not_end_has_no_number(nodes: Any) -> None:
    found = explore(world(*nodes))
    assert found.complete
    assert found.runs is None
    assert str(found).startswith(
        "All runs hold: no program raises an exception.\nSome runs never rest.\nTried: "
    )


def test_what_was_not_tried_to_the_end_has_no_number() -> None:
    assert explore(paxos.main, limit=100).runs is None
    assert explore(lost_update.main, lambda state: False).runs is None


async def many(me: Node) -> None:
    for number in range(1_500):
        me.send("takes", number)


async def takes(me: Node) -> None:
    for _ in range(1_500):
        await me.receive()


def test_runs_longer_than_pythons_stack_are_counted() -> None:
    found = explore(world(many, takes, fifo=True))
    assert found.depth == 1_500
    assert found.runs == 1


def test_nothing_is_counted_before_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = explore(lost_update.main)
    monkeypatch.setattr(Graph, "runs", property(lambda graph: 1 / 0))
    assert found.ok
    with pytest.raises(ZeroDivisionError):
        str(found)


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (2_520, "2,520"),
        (999_999_999_999_999, "999,999,999,999,999"),
        (10**15, "1.0 × 10¹⁵"),
        (1_290_000_000_000_000_000, "1.2 × 10¹⁸"),
        (10**15 - 1 + 10**400, "1.0 × 10⁴⁰⁰"),
        (10**23, "1.0 × 10²³"),
        (10**23 - 1, "9.9 × 10²²"),
    ],
)
def test_a_number_of_runs_in_writing(runs: int, text: str) -> None:
    assert written(runs) == text


def test_what_an_exploration_says() -> None:
    def one(state: Any) -> bool:
        """One."""
        return True

    found = explore(lost_update.main, always=one, at_rest={"two": one})
    assert str(found) == (
        "All 70 runs hold: One.\nAt rest: two.\n"
        "Tried: 37 states, 56 steps: that was all of them."
    )
    alone = explore(world(a, b, fifo=True), one)
    assert str(alone).startswith("The only run holds: One.\nTried: 3 states, 2 steps:")
    never = explore(world(a, b), sometimes={"pigs fly": lambda state: False})
    assert str(never).startswith("It never happened: pigs fly.\nTried: 3 states, ")
