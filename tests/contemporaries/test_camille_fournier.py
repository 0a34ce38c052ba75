"""What docs/contemporaries/camille_fournier.md says beyond its recorded runs.

The failure and its cure: Kleppmann 2016, «How to Do Distributed Locking». That reads
have to show their token, too, follows from the runs below.
"""

import inspect
from types import ModuleType

import pytest

from sim import World
from sim.explore import Exploration, State, explore
from sim.program.exercise import judged
from tests.programs import changed, program

BROKEN = "contemporaries/camille_fournier/lock_without_fencing"
FENCED = "contemporaries/camille_fournier/lock_with_fencing"
broken, fenced = program(BROKEN), program(FENCED)
EXERCISE = "contemporaries/camille_fournier/exercises/only_the_newest"


def both(state: State) -> set[str]:
    return {state.result("red"), state.result("blue")}


HAPPENS = {
    "both are saved": lambda state: both(state) == {"saved"},
    "red is too late": lambda state: state.result("red") == "too late",
    "blue is too late": lambda state: state.result("blue") == "too late",
}


def world(program: ModuleType) -> World:
    world = World()
    world.add(program.locks)
    world.add(program.worker, 300, name="red")
    world.add(program.storage)
    world.add(program.worker, 40, name="blue")
    return world


def explored(program: ModuleType, crashes: int = 0) -> Exploration:
    return explore(
        lambda: world(program),
        always=program.no_saved_line_is_lost,
        sometimes=HAPPENS,
        crashes=crashes,
    )


def test_a_saved_line_is_lost_after_14_steps() -> None:
    failure = explore(broken.build, broken.no_saved_line_is_lost).failure

    assert failure is not None
    assert len(failure.schedule) == 14
    assert failure.world.nodes["storage"].disk["file"] == ["green", "red"]
    assert failure.fits


def test_red_is_saved_after_its_lease_and_after_blue() -> None:
    events = broken.main().trace.events
    notes = [(event.name, event.text) for event in events if event.kind == "note"]
    saved = [m.to for event in events for m in event.sent if m.body == "saved"]

    assert notes == [("locks4", "red's lease ends")]
    assert saved == ["blue", "red"]


def test_with_a_token_no_saved_line_is_lost_and_late_ones_know() -> None:
    found = explored(fenced)

    assert found.ok
    assert found.runs == 295_152


def test_nor_if_a_node_crashes() -> None:
    assert explored(fenced, crashes=1).ok


def test_never_are_both_refused() -> None:
    found = explore(
        lambda: world(fenced), always=lambda state: both(state) != {"too late"}
    )

    assert found.ok


def test_red_is_refused_if_it_pauses_and_saved_if_not() -> None:
    files = [
        fenced.main(red_pauses=pauses).nodes["storage"].disk["file"]
        for pauses in (True, False)
    ]

    assert files == [["green", "blue"], ["green", "red", "blue"]]


def test_a_look_at_the_time_before_the_write_does_not_help() -> None:
    """The write can be slow on its way: the explorer's waits and messages may be."""
    punctual = changed(BROKEN, ("    await me.sleep(work)\n", ""))

    failure = explore(punctual.build, punctual.no_saved_line_is_lost).failure

    assert failure is not None


# Try it ---------------------------------------------------------------------


def test_a_token_that_only_writes_show_changes_nothing() -> None:
    writes = changed(
        FENCED,
        (
            "        latest = max(latest, token)  # a read counts, too\n",
            '        latest = latest if what == "read" else max(latest, token)\n',
        ),
    )

    found = explored(writes)

    assert found.failure is not None
    assert len(found.failure.schedule) == 14


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"saved"', '"done"', "refused"),
        ('me.disk["file"] = request.body', "pass", "no saved line is lost"),
        ("    await me.sleep(work)\n", "", "no saved line is lost"),
        ('me.disk["file"]', "me.disk[0]", "no file"),
        # A lock that nobody loses, and a world with one worker, are not asked for.
        (', "yours", timeout=200)', ', "yours")', "no saved line is lost"),
        ('    world.add(worker, 40, name="blue")\n', "", "no saved line is lost"),
        ('["green"]', '["green", "red", "blue"]', "does not begin"),
    ],
)
def test_what_is_no_answer(old: str, new: str, says: str) -> None:
    text = inspect.getsource(broken)
    assert old in text

    told = judged(text.replace(old, new), EXERCISE)

    assert not told["solved"]
    assert says in told["says"]


def test_to_compare_what_was_read_is_an_answer() -> None:
    text = inspect.getsource(broken)
    text = text.replace("[*lines, me.name]", "(lines, [*lines, me.name])")
    text = text.replace(
        """        else:
            me.disk["file"] = request.body
            me.reply(request, "saved")
""",
        """        elif request.body[0] == me.disk["file"]:
            me.disk["file"] = request.body[1]
            me.reply(request, "saved")
        else:
            me.reply(request, "changed meanwhile")
""",
    )

    told = judged(text, EXERCISE)

    assert told["solved"], told["says"]


def test_to_send_the_line_and_not_the_file_is_an_answer() -> None:
    text = inspect.getsource(broken).replace("[*lines, me.name]", "[me.name]")
    text = text.replace(
        'me.disk["file"] = request.body', 'me.disk["file"] += request.body'
    )

    told = judged(text, EXERCISE)

    assert told["solved"], told["says"]


def test_whoever_reads_the_clock_is_told_so_and_nothing_of_our_machinery() -> None:
    text = inspect.getsource(broken).replace(
        "    await me.sleep(work)\n",
        "    begun = me.monotonic()\n    await me.sleep(work)\n",
    )

    told = judged(text, EXERCISE)

    assert "reads its clock" in told["says"]
    assert told["error"].startswith("Traceback")  # no KeyError of the search before it
