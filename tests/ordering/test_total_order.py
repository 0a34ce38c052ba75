"""What docs/ordering/total_order.md says: Lamport's mutual exclusion (1978, p. 560).

It holds on FIFO links, and does not hold where one message may overtake another.
"""

import inspect
from functools import partial

import pytest

from sim import World
from sim.explore import Exploration, State, explore, replay
from sim.program.exercise import judged
from sim.program.find import find, load
from tests.programs import changed

HOLDS = "ordering/total_order/mutual_exclusion"
holds = load(find(HOLDS))
broken = load(find("ordering/total_order/mutual_exclusion_without_fifo"))
EXERCISE = "ordering/total_order/exercises/order_by_numbers"


def build(names: str, rounds: int, fifo: bool) -> World:
    world = World()
    world.network(fifo=fifo)
    for name in names:
        world.add(holds.process, rounds, name=name)
    return world.run()


def explored(names: str, rounds: int, fifo: bool, limit: int = 100_000) -> Exploration:
    inside = {
        f"{name} is inside": lambda state, name=name: state.node(name).inside
        for name in names
    }
    main = partial(build, names, rounds, fifo)
    return explore(main, holds.never_two_inside, sometimes=inside, limit=limit)


@pytest.mark.parametrize(
    ("names", "rounds", "states"),
    [("pq", 1, 17), ("pq", 2, 42), ("pq", 3, 74), ("pqr", 1, 28_782)],
)
def test_never_two_inside_on_fifo_links(names: str, rounds: int, states: int) -> None:
    found = explored(names, rounds, fifo=True)
    assert found.ok
    assert found.states == states


def test_three_processes_that_ask_again_are_searched_as_far_as_it_goes() -> None:
    found = explored("pqr", 2, fifo=True, limit=20_000)
    assert found.failure is None
    assert not found.complete
    assert "that was not all of them" in str(found)


def test_everyone_who_asks_is_served() -> None:
    def served(state: State) -> bool:
        return all(len(node.queue) == 0 and node.rounds == 0 for node in state.nodes)

    found = explore(partial(build, "pq", 2, True), at_rest=served)
    assert found.ok
    assert str(found).startswith("All 4,344 runs hold: served.")


@pytest.mark.parametrize("names", ["pq", "pqr"])
def test_two_inside_where_a_message_overtakes(names: str) -> None:
    found = explored(names, 1, fifo=False)
    assert found.failure is not None
    assert found.failure.what == "never two inside"
    assert len(found.failure.schedule) == 2 * (len(names) - 1)


def test_the_failing_run_is_an_acknowledgement_that_overtakes_a_request() -> None:
    found = explore(broken.build, broken.never_two_inside)
    assert found.failure is not None
    assert found.failure.schedule == (
        ("deliver", "q", "p", 1),
        ("deliver", "p", "q", 2),
    )
    world = replay(broken.build, found.failure.schedule)
    notes = [event.node for event in world.trace.events if event.text == "enters"]
    assert notes == ["p", "q"]
    assert world.trace.text() == broken.main().trace.text()


def test_the_program_prints_that_it_tried_everything(
    capsys: pytest.CaptureFixture[str],
) -> None:
    holds.main()
    assert capsys.readouterr().out == (
        "All 4,344 runs hold: never two inside.\n"
        "Tried: 42 states, 70 steps: that was all of them.\n"
    )


# Try it ---------------------------------------------------------------------


def test_numbers_alone_let_both_in() -> None:
    pair = "(stamp, name) >= (queue[me.name], me.name)"
    tied = changed(HOLDS, (pair, "stamp >= queue[me.name]"))

    found = explore(lambda: tied.build(1), always=tied.never_two_inside)

    assert found.failure is not None
    assert len(found.failure.schedule) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fifo=False", "fifo=True"),  # the links are not the reader's
        ('me.note("enters")', "pass"),
        ("        if inside:", '        if inside and me.name == "p":'),
    ],
)
def test_what_is_no_answer(old: str, new: str) -> None:
    text = inspect.getsource(broken)
    assert old in text

    assert not judged(text.replace(old, new), EXERCISE)["solved"]


def test_to_throw_away_what_comes_too_early_is_no_answer() -> None:
    """Then nobody is inside with another, and some wait for ever."""
    path = find(EXERCISE).with_name("order_by_numbers_answer.py")
    keeps = "        early[message.sender, number] = rest\n"
    text = path.read_text("utf-8")
    assert keeps in text
    drops = keeps.replace("        early", "            early")
    text = text.replace(
        keeps, f"        if number == taken[message.sender] + 1:\n{drops}"
    )

    assert "both get their turn" in judged(text, EXERCISE)["says"]
