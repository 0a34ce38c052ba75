"""Times of failing runs: those that the program could have had, or none."""

from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sim import Exponential, Node, Uniform, World
from sim.explore import State, explore
from sim.explore.exploration import ORDER_ONLY, POSSIBLE
from sim.explore.program.building import Build
from sim.program.find import find, load
from tests.sim.programs import scripted
from tests.sim.programs.scripted import plain_programs as programs


async def asks(me: Node, patience: float) -> None:
    for _ in range(2):
        try:
            await me.call("works", "do it", timeout=patience)
            return
        except TimeoutError:
            continue


async def works(me: Node) -> None:
    done = 0
    while True:
        request = await me.receive()
        await me.sleep(50)
        done += 1
        me.reply(request, "done")


def done_once(state: State) -> bool:
    return state.node("works").done < 2


def asked(patience: float, delay: Any, crash: Any = None) -> Build:
    def build() -> World:
        world = World()
        world.network(delay=delay)
        world.add(asks, patience)
        world.add(works)
        if crash is not None:
            world.crash("works", *crash)
        return world

    return build


def taken(world: World) -> list[float]:
    """How long each message was on its way, in ms."""
    return [(m.arrives - m.sent) / 1000 for e in world.trace.events for m in e.sent]


def test_delays_waits_and_the_order_are_the_programs_own() -> None:
    failure = explore(asked(60, 15), done_once).failure
    assert failure is not None and failure.fits
    world = failure.world
    assert world.steps is None  # so that the drawing has milliseconds
    assert taken(world) == [15, 15, 15, 15] or set(taken(world)) == {15}
    assert [e.time for e in world.trace.events if e.kind == "timeout"] == [60, 120]
    assert failure.event is not None
    assert POSSIBLE in str(failure)


@pytest.mark.parametrize(
    ("patience", "delay", "fits"),
    [
        (79, 15, True),  # the answer comes after 80 ms
        (81, 15, False),  # and then in time
        (79, Uniform(15, 15), True),
        (81, Uniform(1, 15), False),
        (81, Uniform(1, 20), True),
        (500, Exponential(1, 0.5), True),  # seldom, but it can
    ],
)
def test_whether_the_programs_delays_allow_it(
    patience: float, delay: Any, fits: bool
) -> None:
    failure = explore(asked(patience, delay), done_once).failure
    assert failure is not None
    assert failure.fits is fits
    assert (POSSIBLE if fits else ORDER_ONLY) in str(failure)
    assert (failure.world.steps is None) is fits
    assert ("only the order counts" in failure.world.caption) is not fits


def test_what_overtakes_needs_another_delay() -> None:
    async def sends(me: Node) -> None:
        me.send("hears", 1)
        me.send("hears", 2)

    async def hears(me: Node) -> None:
        me.note((await me.receive()).body)

    def first(state: State) -> bool:
        return state.notes("hears") in ((), ("1",))

    def fits(**link: Any) -> bool:
        def build() -> World:
            world = World()
            world.network(**link)
            world.add(sends)
            world.add(hears)
            return world

        failure = explore(build, first).failure
        assert failure is not None
        return failure.fits

    assert not fits(delay=10)
    assert fits(delay=Uniform(5, 10))


def test_planned_faults_keep_their_time() -> None:
    async def says(me: Node) -> None:
        me.send("keeps", "it")

    async def keeps(me: Node) -> None:
        me.disk["got"] = (await me.receive()).body
        await me.sleep(30)

    def fits(crash: float) -> bool:
        def build() -> World:
            world = World()
            world.add(says)
            world.add(keeps)
            world.crash("keeps", at=crash)
            return world

        failure = explore(
            build, lambda s: s.up("keeps") or "got" in s.disk("keeps")
        ).failure
        assert failure is not None
        if failure.fits:
            crashes = [e.time for e in failure.world.trace.events if e.kind == "crash"]
            assert crashes == [crash]
        return failure.fits

    assert fits(5)
    assert not fits(15)  # by then it has arrived


# Links, cuts and what happens beside the steps ----------------------------------------


async def sends_two(me: Node, first: dict[str, Any], second: dict[str, Any]) -> None:
    me.send("hears", 1, **first)
    me.send("hears", 2, **second)


async def sends_after(me: Node, ms: float) -> None:
    await me.sleep(ms)
    me.send("hears", me.name)


async def hears(me: Node, patience: float | None = None) -> None:
    try:
        for _ in range(2):
            me.note((await me.receive(patience)).body)
    except TimeoutError:
        me.note("nothing")


def ways(world: World) -> list[float]:
    """How long each message was on its way, in the order of sending."""
    sent = [m for e in world.trace.events for m in e.sent]
    return [(m.arrives - m.sent) / 1000 for m in sorted(sent, key=lambda m: m.id)]


def fitting(
    never: tuple[str, ...],
    *programs: Any,
    cut: tuple[float, float] | None = None,
    **link: Any,
) -> World | None:
    """The world of a run in which `hears` notes this and no more, if there is one."""

    def build() -> World:
        world = World()
        world.network(**link)
        for name, program, *arguments in programs:
            world.add(program, *arguments, name=name)
        world.add(hears, *([15] if never == ("nothing",) else []))
        if cut is not None:
            world.cut("a", "hears", *cut)
        return world

    at_rest = never == ()
    holds = {"it": lambda s: s.notes("hears") != never}
    found = explore(build, **{"at_rest" if at_rest else "always": holds})
    assert found.failure is not None
    return found.failure.world if found.failure.fits else None


def test_what_happens_beside_the_steps_keeps_the_delays_too() -> None:
    race = ("a", sends_after, 5), ("c", sends_after, 4)
    assert fitting(("a",), *race, delay=1) is None
    assert fitting(("a",), *race, delay=Uniform(1, 1.5)) is None
    world = fitting(("a",), *race, delay=Uniform(1, 3))
    assert world is not None
    assert sorted(ways(world)) == [1, 3]  # that of c is still under way


@pytest.mark.parametrize(
    ("cut", "fits"),
    [((50, 60), False), ((2, 8), False), ((5, 60), True)],
)
def test_what_a_cut_loses_arrives_during_the_cut(
    cut: tuple[float, float], fits: bool
) -> None:
    async def sends(me: Node) -> None:
        me.send("hears", 1)

    assert (fitting((), ("a", sends), cut=cut) is not None) is fits


def test_a_run_that_fails_at_rest_is_shown_until_then() -> None:
    async def sends(me: Node) -> None:
        me.send("hears", 1)

    world = fitting((), ("a", sends), cut=(5, 60))
    assert world is not None
    assert not world.queue
    assert world.trace.incidents[-1].kind == "heal"


def test_a_page_shows_messages_that_take_their_time() -> None:
    # Both send at 110 ms, later than the steps say, and each message takes 10 ms.
    world = load(find("two_carts")).main()
    assert set(ways(world)) == {10}
    assert world.now == 120


def test_a_busy_link_and_one_that_keeps_the_order() -> None:
    def world(never: tuple[str, ...], *sizes: Any, **link: Any) -> World | None:
        return fitting(never, ("a", sends_two, *sizes), **link)

    big, small = {"size": 1000}, {"size": 10}
    busy = world(("1", "2"), big, small, bandwidth=10)
    assert busy is not None
    assert ways(busy) == [110, 111]
    assert busy.trace.transmissions == {1: (0, 100_000), 2: (100_000, 101_000)}
    assert world(("2",), big, small, bandwidth=10) is None
    slow, quick = {"delay": 20}, {"delay": 5}
    assert world(("2",), slow, quick) is not None
    for wanted in (("1", "2"), ("nothing",)):
        pushed = world(wanted, slow, quick, fifo=True)
        assert pushed is not None
        assert ways(pushed) == [20, 20]


def test_a_copy_takes_what_its_link_takes() -> None:
    def build() -> World:
        world = World()
        world.add(sends_two, {"delay": 50}, {"delay": 90}, name="a")
        world.add(hears)
        return world

    failure = explore(
        build, lambda s: s.notes("hears") != ("1", "1"), duplicates=1
    ).failure
    assert failure is not None and failure.fits
    assert ways(failure.world) == [50, 10, 90]
    copies = [e.received.arrives for e in failure.world.trace.events if e.received]
    assert copies == [10_000, 50_000]


def test_a_delay_that_was_refused_is_nobodys() -> None:
    async def sends(me: Node) -> None:
        try:
            me.send("nobody", 0, delay=500)
        except LookupError:
            me.send("hears", 1)

    world = fitting(("1",), ("a", sends))
    assert world is not None and ways(world) == [10]


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(programs, st.booleans(), st.sampled_from(["", "cut", "crash", "lose"]))
def test_times_that_are_shown_are_those_of_a_run_of_the_world(
    scripts: Any, fifo: bool, plan: str
) -> None:
    build = partial(scripted.main, scripts, fifo, plan=plan)

    def busy(state: State) -> bool:
        return sum(len(state.notes(name)) for name in "abc") < 3

    failure = explore(build, busy, limit=5_000).failure
    assume(failure is not None and failure.fits)
    assert failure is not None
    world = failure.world
    notes = [e for e in world.trace.events if e.kind == "note"]
    assert len(notes) >= 3
    for event in world.trace.events:
        for message in event.sent:  # also of those that nobody receives
            assert 0 <= message.arrives - message.sent <= 12_000


@pytest.mark.parametrize(
    ("program", "fits"),
    [
        ("charged_twice", True),
        ("key_after_charge", True),
        ("lock_without_fencing", True),
        ("stale_update_wins", False),
        ("mutual_exclusion_without_fifo", False),
    ],
)
def test_pages_show_times_only_where_they_are_the_programs(
    program: str, fits: bool, capsys: Any
) -> None:
    world = load(find(program)).main()
    said = capsys.readouterr().out
    assert (POSSIBLE in said, ORDER_ONLY in said) == (fits, not fits)
    assert (world.steps is None) is fits
