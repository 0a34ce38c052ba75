"""What an exploration tells while it works, and what it found, as data."""

import json
from functools import partial
from typing import Any

import pytest

from sim import hooks
from sim.explore import Machine, count, explore, search
from sim.program.show import run_text
from tests.sim.programs import lost_update, paxos


def test_who_watches_hears_how_many_states_and_runs_were_tried() -> None:
    heard: list[tuple[int, str]] = []

    with hooks.watch(lambda number, what: heard.append((number, what))):
        states = explore(partial(lost_update.main, 4)).states
        runs = count(partial(lost_update.main, 4)).traces
        found = search(Machine([0], lambda at: [at + 1, at + 2] if at < 3_000 else []))
    heard_before = len(heard)
    explore(partial(lost_update.main, 4))

    assert len(heard) == heard_before
    of_states = [number for number, what in heard if what == "states"]
    assert of_states[: states // 256 + 1] == list(range(0, states, 256))
    assert [n for n, what in heard if what == "runs"] == list(range(256, runs, 256))
    assert of_states[states // 256 + 1 :] == list(range(0, found.states, 256))


def test_who_watches_can_end_an_exploration() -> None:
    def enough(number: int, what: str) -> None:
        if number > 1_000:
            raise TimeoutError

    with pytest.raises(TimeoutError), hooks.watch(enough):
        explore(paxos.main)


PROGRAM = """
from sim import Node, World
from sim.explore import Machine, count, explore, search


async def asks(me: Node) -> None:
    me.send("hears", 1)


async def hears(me: Node) -> None:
    total = 0
    for _ in range(3):
        total += (await me.receive()).body


def build() -> World:
    world = World()
    for name in "abc":
        world.add(asks, name=name)
    world.add(hears)
    return world


def at_most(most):
    return {f"at most {most}": lambda state: (state.node("hears").total or 0) <= most}


def main() -> None:
    explore(build, at_most(2))
    found = explore(build, at_most(1), losses=1)
    explore(build, sometimes={"pigs fly": lambda state: False}, limit=1)
    count(build)
    search(Machine([1], lambda at: [at + 1]), {"below 3": lambda at: at < 3})
    return found.failure.world
"""


def test_what_every_exploration_of_a_program_found() -> None:
    result: Any = run_text(PROGRAM, "a/b/c")

    assert result["error"] is None
    every = result["shown"]["exploration"]
    assert json.loads(json.dumps(every)) == every
    holds, fails, stopped, counted, searched = every
    assert holds == {
        "by": "explore",
        "text": "All 6 runs hold: at most 2.\nTried: 8 states, 12 steps: "
        "that was all of them.",
        "verdict": "All 6 runs hold: at most 2.",
        "ok": True,
        "complete": True,
        "states": 8,
        "steps": 12,
        "budgets": "",
        "runs": "6",
        "holds": ["at most 2"],
        "always": ["at most 2"],
        "at_rest": [],
        "happened": [],
        "never": [],
        "failure": None,
        "failing": None,
        "after": None,
    }
    assert fails["failure"] == (
        "Broken after 2 steps: at most 1.\nAt hears2, hears receives 1 from b.\n"
        "It takes other delays than the program sets: only the order counts."
    )
    assert (fails["failing"], fails["after"], fails["runs"]) == ("at most 1", 2, None)
    assert (fails["ok"], fails["budgets"]) == (False, "at most 1 loss")
    assert (stopped["ok"], stopped["complete"], stopped["runs"]) == (False, False, None)
    assert (counted["by"], counted["runs"], counted["different"]) == ("count", "6", "6")
    assert (searched["by"], searched["failing"], searched["after"]) == (
        "search",
        "below 3",
        2,
    )


def test_a_plain_run_collects_nothing() -> None:
    with hooks.findings() as found:
        pass
    explore(lost_update.main)
    assert found == []
