"""What docs/ordering/total_order.md says: Lamport's mutual exclusion (1978, p. 560).

His three conditions hold on FIFO links: one at a time (I), in the order of the requests
(II), and every request is granted (III). Where one message may overtake another, the
first does not.
"""

import inspect
from functools import partial

import pytest

from scripts.lib.paths import DOCS
from sim import World
from sim.explore import Exploration, State, explore, replay
from sim.process import Program
from sim.program.exercise import judged
from sim.program.find import find, load
from tests.programs import changed

HOLDS = "ordering/total_order/mutual_exclusion"
holds = load(find(HOLDS))
broken = load(find("ordering/total_order/mutual_exclusion_without_fifo"))
EXERCISE = "ordering/total_order/exercises/order_by_numbers"


def build(
    names: str, rounds: int, fifo: bool, process: Program = holds.process
) -> World:
    world = World()
    world.network(fifo=fifo)
    for name in names:
        world.add(process, rounds, name=name)
    return world


def explored(names: str, rounds: int, fifo: bool, limit: int = 100_000) -> Exploration:
    """All three conditions, each by itself."""

    def in_the_order_of_the_requests(state: State) -> bool:
        nodes = [(name, state.node(name)) for name in names]
        asked = [
            (n.queue[name], name, n.inside) for name, n in nodes if name in n.queue
        ]
        return not any(inside for *_, inside in sorted(asked)[1:])

    inside = {
        f"{name} is inside": lambda state, name=name: state.node(name).inside
        for name in names
    }
    return explore(
        partial(build, names, rounds, fifo),
        always=(broken.never_two_inside, in_the_order_of_the_requests),
        sometimes=inside,
        at_rest=holds.every_request_was_granted,
        limit=limit,
    )


@pytest.mark.parametrize(
    ("names", "rounds", "states"),
    [("pq", 1, 17), ("pq", 2, 42), ("pq", 3, 74), ("pqr", 1, 28_782)],
)
def test_the_three_conditions_on_fifo_links(
    names: str, rounds: int, states: int
) -> None:
    found = explored(names, rounds, fifo=True)
    assert found.ok
    assert found.states == states


def test_the_page_says_how_many_runs_three_processes_have() -> None:
    page = (DOCS / "ordering" / "total_order.md").read_text("utf-8")
    found = explored("pqr", 1, fifo=True)

    assert f"{found.runs:,} runs" in page
    assert f"{found.states:,} states" in page


def test_three_processes_that_ask_again_are_searched_as_far_as_it_goes() -> None:
    found = explored("pqr", 2, fifo=True, limit=20_000)
    assert found.failure is None
    assert not found.complete
    assert "that was not all of them" in str(found)


IN = "inside = me.name in queue"
LATER = "(stamp, name) >= (queue[me.name], me.name)"


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ((LATER, "True"), "one at a time in order"),
        # Whoever asked last enters first: one at a time, and out of order.
        ((LATER, LATER.replace(">=", "<=")), "one at a time in order"),
        ((IN, f'{IN} and me.name != "q"'), "every request was granted"),
    ],
)
def test_each_condition_can_fail_on_the_card(
    change: tuple[str, str], failing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(HOLDS, change).main(1)

    assert f": {failing}." in capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize("names", ["pq", "pqr"])
def test_two_inside_where_a_message_overtakes(names: str) -> None:
    found = explore(partial(build, names, 1, False), always=broken.never_two_inside)
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
        "All 4,344 runs hold: one at a time in order.\n"
        "At rest: every request was granted.\n"
        "Tried: 42 states, 70 steps: that was all of them.\n"
    )


# Try it ---------------------------------------------------------------------


def test_numbers_alone_let_both_in(capsys: pytest.CaptureFixture[str]) -> None:
    """One step in, q is inside before p; one step later, both are inside."""
    tied = changed(HOLDS, (LATER, "stamp >= queue[me.name]"))

    tied.main()

    says = "Broken after 1 step: one at a time in order.\nAt q2, q receives request 1"
    assert capsys.readouterr().out.startswith(says)
    found = explore(
        partial(build, "pq", 1, True, tied.process), always=broken.never_two_inside
    )
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
