"""Counting: one run of each class, no more, and none is missing."""

from functools import partial
from math import factorial
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from sim.explore import State, explore
from sim.explore.dpor import Counter, count
from sim.explore.program.building import Build
from sim.explore.program.model import WIDTH, Model
from sim.explore.state import Explored
from tests.sim import brute_force
from tests.sim.programs import double_submit, lost_update, paxos, scripted
from tests.sim.programs.scripted import plain_programs


@pytest.mark.parametrize("clients", [2, 3, 4])
def test_lost_update_has_the_runs_that_the_formula_says(clients: int) -> None:
    # The reads and the writes of n clients at the database, each client's in order.
    counted = count(partial(lost_update.main, clients))
    assert counted.traces == factorial(2 * clients) // 2**clients
    assert counted.blocked == 0
    assert counted.complete


def test_orders_are_all_orders() -> None:
    assert count(lost_update.main).interleavings == 70
    assert str(count(lost_update.main)) == "70 orders, 6 really different ones."
    assert count(partial(lost_update.main, 3)).interleavings == 34_650


def test_few_runs_are_given_up() -> None:
    for main in (partial(double_submit.main, 2), partial(paxos.main, 1)):
        counted = count(main)
        assert counted.traces > 100
        assert counted.blocked <= 0.05 * counted.traces


def test_a_limit_is_said() -> None:
    counted = count(partial(lost_update.main, 3), limit=10)
    assert not counted.complete
    assert str(counted) == "More than 10 really different runs: stopped there."


MOST = 100  # more would take too long to try one by one


def counted_and_tried(main: Build, kind: type[Counter] = Counter) -> tuple[Any, Any]:
    """Runs and final states: as counted, and by brute force."""
    model = Model(main, (0, 0, 0, 0), {"notes()"}, mail=None)
    counter = kind(model, 10_000)
    counter.run()
    view = Explored(model)
    finals = {
        brute_force.of_state(
            view.at(sum(local << WIDTH * at for at, local in enumerate(state))),
            model.names,
        )
        for state in counter.finals
    }
    classes, ends = set(), set()
    for met, run in brute_force.every_relation(main):
        classes.add(met)
        ends.add(brute_force.of_world(run.world))
    return (counter.traces, finals), (len(classes), ends)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(plain_programs, st.booleans())
@example(
    [[("send", "c")] * 2, [("send", "c"), ("receive", "a")], [("listen", "a")] * 2],
    True,
)
@example([[("call", "b")] * 2, [("receive", "a"), ("reply", "a")] * 2, []], False)
def test_counts_agree_with_brute_force(scripts: Any, fifo: bool) -> None:
    main = partial(scripted.main, scripts, fifo)
    counted = count(main, limit=MOST)
    assume(1 < counted.traces < MOST)
    if counted.interleavings <= MOST:
        assert counted.interleavings == brute_force.every_order(main)
    as_counted, as_tried = counted_and_tried(main)
    assert as_counted == as_tried


@settings(max_examples=30, deadline=None, derandomize=True)
@given(plain_programs, st.booleans())
def test_explore_reaches_the_same_ends(scripts: Any, fifo: bool) -> None:
    main = partial(scripted.main, scripts, fifo)
    assume(1 < count(main, limit=MOST).traces < MOST)
    ends = {
        brute_force.of_world(run.world) for _, run in brute_force.every_relation(main)
    }
    found = set()

    def at_rest(state: State) -> bool:
        found.add(brute_force.of_state(state, "abc"))
        return True

    assert explore(main, at_rest={"it rests": at_rest}).ok
    assert found == ends


class Careless(Counter):
    """Takes messages of different senders to one node for independent. They are not."""

    def place(self, label: Any, node: int) -> Any:
        return node, label[0]


def test_a_wrong_independence_relation_is_noticed() -> None:
    scripts = [[("send", "c")], [("send", "c")], [("receive", "")] * 2]
    counted, tried = counted_and_tried(partial(scripted.main, scripts), Careless)
    assert counted[0] < tried[0]
    assert counted[1] < tried[1]  # it misses a final state
