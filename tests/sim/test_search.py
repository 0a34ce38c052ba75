"""Search over state machines: the counts that others published."""

from collections.abc import Iterator
from typing import Any

import pytest

from sim.explore.machine import Machine, search
from tests.sim.programs import paxos_machine

Counter = tuple[int, tuple[tuple[int, int], ...]]


def counter(clients: int, increments: int, symmetric: bool = False) -> Machine[Counter]:
    """Clients that each read a shared number and write back one more, some times."""

    def steps(state: Counter) -> Iterator[Counter]:
        number, all_ = state
        for at, (left, read) in enumerate(all_):
            if read >= 0:
                after, new = read + 1, (left - 1, -1)
            elif left:
                after, new = number, (left, number)
            else:
                continue
            yield after, (*all_[:at], new, *all_[at + 1 :])

    def sorted_(state: Counter) -> Counter:
        return state[0], tuple(sorted(state[1]))

    start = 0, ((increments, -1),) * clients
    return Machine([start], steps, sorted_ if symmetric else None)


# TLA+ examples, PaxosHowToWinATuringAward: MCPaxosTiny has 3 acceptors, 2 values and
# ballots 0 and 1; TLC reports 3,921 distinct states and depth 17. TLC counts the states
# on the way, the first one included; `depth` counts the steps.
TLC = [(2, 3_921, 17), (3, 185_369, 0)]  # 0: not published


@pytest.mark.parametrize(("ballots", "states", "depth"), TLC)
def test_paxos_has_the_states_that_tlc_finds(
    ballots: int, states: int, depth: int
) -> None:
    found = search(
        paxos_machine.machine(ballots),
        {"at most one value is chosen": lambda s: len(paxos_machine.chosen(s)) < 2},
        {"a value is chosen": lambda s: len(paxos_machine.chosen(s)) == 1},
    )
    assert found.ok
    assert found.states == states
    assert found.depth + 1 == depth or not depth


def test_the_counter_model() -> None:
    found = search(counter(3, 4))
    assert (found.states, found.steps) == (42_237, 110_595)
    assert str(found) == "42,237 states, 110,595 steps, 24 deep: that was all of them."


def test_a_shortest_path_to_a_violation() -> None:
    def kept(state: Counter) -> bool:
        done = all(left == 0 for left, _ in state[1])
        return not done or state[0] == 2

    found = search(counter(2, 1), {"no increment is lost": kept})
    assert not found.ok
    assert found.path == (
        (0, ((1, -1), (1, -1))),
        (0, ((1, 0), (1, -1))),
        (0, ((1, 0), (1, 0))),
        (1, ((0, -1), (1, 0))),
        (1, ((0, -1), (0, -1))),
    )
    assert str(found).startswith("Broken after 4 steps: no increment is lost.\nTried:")


def test_symmetric_states_are_searched_once() -> None:
    every = search(counter(3, 2))
    once = search(counter(3, 2, symmetric=True))
    assert once.depth == every.depth

    classes: set[Any] = set()

    def collect(state: Counter) -> bool:
        classes.add((state[0], tuple(sorted(state[1]))))
        return True

    search(counter(3, 2), {"": collect})
    assert once.states == len(classes) < every.states


def test_what_never_happens_and_what_is_not_searched() -> None:
    found = search(
        counter(2, 1), sometimes={"it is three": lambda state: state[0] == 3}
    )
    assert not found.ok
    assert str(found).endswith("It never happened: it is three.")
    found = search(counter(3, 4), limit=1_000)
    assert not found.ok
    assert str(found).endswith("stopped there, that was not all of them.")


def test_no_initial_state() -> None:
    assert search(Machine([], lambda state: [])).states == 0
