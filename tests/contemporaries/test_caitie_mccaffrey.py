"""What docs/contemporaries/caitie_mccaffrey.md says beyond its recorded runs.

Sagas: Garcia-Molina and Salem 1987, and McCaffrey's talks of 2015 and 2017. What a
compensation must be like is shown by taking each property away.
"""

import inspect
from types import ModuleType

import pytest

from sim import World
from sim.explore import Exploration, State, explore
from sim.program.exercise import judged
from sim.program.find import find
from tests.programs import changed, program

broken = program("contemporaries/caitie_mccaffrey/trip_half_booked")
SAGA = "contemporaries/caitie_mccaffrey/saga"
saga = program(SAGA)
EXERCISE = "contemporaries/caitie_mccaffrey/exercises/go_on_booking"


def held(state: State) -> list[object]:
    return [state.disk(name).get("trip") for name in saga.SERVICES]


def told(state: State) -> str:
    return "".join(state.notes("browser"))


HAPPENS = {
    "all is booked": lambda state: held(state) == ["booked"] * 3,
    "all is canceled": lambda state: held(state) == ["canceled"] * 3,
    "only the flight was asked": lambda state: held(state) == ["canceled", None, None],
}


def build(program: ModuleType, car_is_free: bool = True) -> World:
    world = World()
    world.add(program.browser)
    world.add(program.trip)
    for name in program.SERVICES:
        world.add(program.service, name != "car" or car_is_free, name=name)
    world.crash("trip", at=45, restart=105)
    return world


def explored(program: ModuleType, car_is_free: bool = True) -> Exploration:
    return explore(
        lambda: build(program, car_is_free),
        sometimes=HAPPENS if car_is_free else {},
        at_rest=broken.all_or_nothing,
    )


def test_a_crash_after_the_first_booking_leaves_the_flight() -> None:
    failure = explore(broken.build, at_rest=broken.all_or_nothing).failure

    assert failure is not None
    assert len(failure.schedule) == 5
    disks = {name: failure.world.nodes[name].disk for name in broken.SERVICES}
    assert [name for name, disk in disks.items() if "trip" in disk] == ["flight"]


def test_without_the_crash_it_undoes_its_steps() -> None:
    def build() -> World:
        world = World()
        world.add(broken.browser)
        world.add(broken.trip)
        for name in broken.SERVICES:
            world.add(broken.service, name != "car", name=name)
        return world

    assert explore(build, at_rest=broken.all_or_nothing).ok


@pytest.mark.parametrize("car_is_free", [True, False])
def test_with_a_log_it_is_all_or_nothing(car_is_free: bool) -> None:
    assert explored(saga, car_is_free).ok


def test_who_is_told_that_it_is_booked_has_it_booked() -> None:
    found = explore(
        lambda: build(saga),
        always=lambda state: (
            told(state) != "told: booked" or held(state) == ["booked"] * 3
        ),
        sometimes={
            "booked": lambda state: told(state) == "told: booked",
            "canceled": lambda state: told(state) == "told: canceled",
        },
    )

    assert found.ok


def test_if_the_car_rental_is_full_nothing_is_ever_kept() -> None:
    found = explore(
        lambda: build(saga, car_is_free=False),
        at_rest=lambda state: "booked" not in held(state),
    )

    assert found.ok


@pytest.mark.parametrize(
    ("car_is_free", "ends"), [(True, ["booked"] * 3), (False, ["canceled"] * 3)]
)
def test_without_a_crash_it_is_booked_or_undoes_itself(
    car_is_free: bool, ends: list[str]
) -> None:
    nodes = saga.main(crash=False, car_is_free=car_is_free).nodes

    assert [nodes[name].disk["trip"] for name in saga.SERVICES] == ends


# What a compensation must be like -------------------------------------------


def test_a_step_is_written_down_before_it_begins() -> None:
    late = changed(
        SAGA,
        (
            '            log["begun"] = [*log["begun"], name]  # before it begins\n'
            '            if (await me.call(name, "book")).body != "booked":\n',
            '            answer = await me.call(name, "book")\n'
            '            log["begun"] = [*log["begun"], name]\n'
            '            if answer.body != "booked":\n',
        ),
    )

    assert explored(late).failure is not None


def test_a_cancellation_can_be_repeated() -> None:
    once = changed(
        SAGA,
        (
            '        if request.body == "cancel":\n',
            '        if request.body == "cancel"'
            ' and me.disk.get("trip") == "canceled":\n'
            '            me.disk["trip"] = "booked"  # a second one undoes the first\n'
            '        elif request.body == "cancel":\n',
        ),
    )

    assert explored(once, car_is_free=False).failure is not None


def test_a_cancellation_may_come_first() -> None:
    forgetful = changed(
        SAGA,
        (
            'me.disk["trip"] = "canceled"  # and it stays so',
            'me.disk.pop("trip", None)',
        ),
    )

    failure = explored(forgetful).failure

    assert failure is not None
    assert failure.what == "all or nothing"


def test_a_cancellation_never_says_no() -> None:
    stubborn = changed(
        SAGA,
        (
            '        if request.body == "cancel":\n',
            '        if request.body == "cancel" and me.name != "flight":\n',
        ),
    )

    assert explored(stubborn, car_is_free=False).failure is not None


# Try it ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("reversed(log", "list(log", "All three have room"),
        ('await me.call(name, "cancel")', "pass", "All three have room"),
        ('if "begun" not in log:', "if True:", "All three have room"),
    ],
)
def test_what_is_no_answer(old: str, new: str, says: str) -> None:
    text = inspect.getsource(saga)
    assert old in text

    verdict = judged(text.replace(old, new), EXERCISE)

    assert not verdict["solved"]
    assert says in verdict["says"]


def test_to_go_on_without_ever_canceling_is_no_answer() -> None:
    path = find(EXERCISE).with_name("go_on_booking_answer.py")
    text = path.read_text("utf-8").replace('await me.call(name, "cancel")', "pass")

    verdict = judged(text, EXERCISE)

    assert not verdict["solved"]
    assert verdict["says"].startswith("The hotel is full.")
