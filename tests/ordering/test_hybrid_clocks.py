"""What docs/ordering/hybrid_clocks.md says beyond its recorded run.

Hybrid logical clocks: Kulkarni, Demirbas, Madappa, Avva and Leone, «Logical Physical
Clocks», OPODIS 2014; the numbers of figures, theorems and corollaries are those of the
technical report 2014-04. In the paper's words: `pt` is a node's physical clock, `l` and
`c` are the two parts of a stamp, `e hb f` is happened-before.
"""

from itertools import product
from math import ceil
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim import Node, Trace, Uniform, World
from sim.program.find import find, load

program = load(find("ordering/hybrid_clocks/hybrid_logical_clock"))
Stamp = tuple[int, int]


# The recorded run -----------------------------------------------------------


def lines(capsys: pytest.CaptureFixture[str], ahead: int) -> tuple[list[str], ...]:
    """Both logs that the program prints, without their stamps."""
    program.main(ahead=ahead)
    rows = capsys.readouterr().out.splitlines()[1:-1]
    by_wall = [row[5:19].strip() for row in rows]
    by_hybrid = [row[19:].split(") ")[1] for row in rows]
    return by_wall, by_hybrid


IN_ORDER = [
    "web asks",
    "api is asked",
    "api asks",
    "db is asked",
    "db answers",
    "api knows",
    "api answers",
    "web shows 42",
]


def test_by_wall_clock_the_answer_comes_before_the_question(
    capsys: pytest.CaptureFixture[str],
) -> None:
    by_wall, by_hybrid = lines(capsys, ahead=40)

    assert by_wall.index("api answers") < by_wall.index("web asks")
    assert by_hybrid == IN_ORDER


def test_clocks_that_agree_need_no_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert lines(capsys, ahead=0) == (IN_ORDER, IN_ORDER)


@pytest.mark.parametrize("ahead", [0, 10, 20, 30, 170, 500])
def test_the_hybrid_log_is_in_order_however_fast_the_clock_is(
    ahead: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lines(capsys, ahead)[1] == IN_ORDER


def test_the_count_grows_while_the_time_stands_and_starts_again() -> None:
    """The page: six more events at web's 140, and 0 again when web's clock is past."""
    trace = program.main(ahead=40).trace
    sent = [event.sent[0].body[1] for event in trace.events if event.sent]

    assert sent == [(140, 0), (140, 2), (140, 4), (140, 6)]


# Any run --------------------------------------------------------------------


class Stamped(NamedTuple):
    """An event of a run: what the node's wall clock showed, and its stamp."""

    pt: int
    stamp: Stamp


def figure_5(trace: Trace, stamped: list[Stamped]) -> list[Stamp]:
    """The paper's Figure 5, case by case, for a whole run."""
    state: dict[str, Stamp] = dict.fromkeys(trace.nodes, (0, 0))
    stamps: list[Stamp] = []
    for event in trace.events:
        old, c = state[event.node]
        pt = stamped[event.position].pt
        if event.received is None:  # send or local event
            l_j = max(old, pt)
            c = c + 1 if l_j == old else 0
        else:  # receive event of message m
            l_m, c_m = stamps[trace.send_of[event.received.id]]
            l_j = max(old, l_m, pt)
            if l_j == old == l_m:
                c = max(c, c_m) + 1
            elif l_j == old:
                c = c + 1
            elif l_j == l_m:
                c = c_m + 1
            else:
                c = 0
        state[event.node] = (l_j, c)
        stamps.append((l_j, c))
    return stamps


async def busy(
    me: Node, plan: list[tuple[int, int]], log: list[Any], pause: float
) -> None:
    """Send at the drawn times, receive all that comes, stamp all of it.

    `pause`: ms on its own clock between any two of its events.
    """
    clock = program.Log(me, [])

    def stamp(heard: Stamp = (0, 0)) -> Stamp:
        given = clock.write("event", heard)
        log.append(Stamped(int(me.wall()), given))
        return given

    for wait, to in plan:
        end = me.monotonic() + wait
        while (left := end - me.monotonic()) > 0:
            try:
                message = await me.receive(timeout=left)
            except TimeoutError:
                log.append(Stamped(int(me.wall()), clock.write("time is over")))
                break
            stamp(message.body)
            await me.sleep(pause)
        await me.sleep(pause)
        me.send("pqr"[to], stamp()) if "pqr"[to] != me.name else me.note(str(stamp()))
        await me.sleep(pause)
    while True:
        stamp((await me.receive()).body)
        await me.sleep(pause)


CLOCK = st.tuples(
    st.integers(0, 80),  # ms ahead
    st.integers(-5000, 5000),  # ppm, far worse than quartz
)
PLAN = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2)), max_size=6)


class Run(NamedTuple):
    """A run, its stamps, and the greatest difference of two clocks in it."""

    trace: Trace
    stamped: list[Stamped]
    epsilon: int


def run(
    clocks: list[tuple[int, int]],
    plans: list[list[tuple[int, int]]],
    seed: int,
    steps: list[list[tuple[int, int]]] | None = None,
    pause: float = 0.0,
    slowest: float = 25.0,
) -> Run:
    world = World(seed)
    world.network(delay=Uniform(0, slowest), duplicate=0.1)
    log: list[Stamped] = []
    for name, plan in zip("pqr", plans, strict=True):
        world.add(busy, plan, log, pause, name=name)
    for at, (name, (offset, drift)) in enumerate(zip("pqr", clocks, strict=True)):
        world.clock(name, 1000 + offset, drift, steps[at] if steps else ())
    world.run()
    # Clocks that drift are furthest apart at an end of the run. Readings are whole ms,
    # so two of them differ by the next whole number at most.
    begin, end = 0.0, world.now
    apart = max(
        abs((a[0] - b[0]) + (a[1] - b[1]) * t / 1_000_000)
        for a, b, t in product(clocks, clocks, (begin, end))
    )
    trace = world.trace
    assert len(log) == len(trace.events), "an event was not stamped"
    return Run(trace, log, ceil(apart))


RUNS = st.builds(
    run,
    st.lists(CLOCK, min_size=3, max_size=3),
    st.lists(PLAN, min_size=3, max_size=3),
    st.integers(0, 9999),
)


@given(RUNS)
def test_the_program_stamps_as_figure_5_does(run: Run) -> None:
    """The page: one maximum of pairs says the same as the paper's four cases."""
    assert [s.stamp for s in run.stamped] == figure_5(run.trace, run.stamped)


def effects_after_causes(run: Run, key: Any) -> bool:
    events = run.trace.events
    return all(
        key(run.stamped[a.position]) < key(run.stamped[b.position])
        for a, b in product(events, events)
        if run.trace.before(a, b)
    )


@given(RUNS)
def test_an_effect_has_a_higher_stamp_than_its_cause(run: Run) -> None:
    """Theorem 1: e hb f ⇒ (l.e, c.e) < (l.f, c.f)."""
    assert effects_after_causes(run, lambda s: s.stamp)


@given(RUNS)
def test_a_stamp_is_never_behind_the_clock_and_within_its_error(run: Run) -> None:
    """Theorem 2, l.f ≥ pt.f, and Corollary 1, |l.f − pt.f| ≤ ε."""
    for one in run.stamped:
        assert 0 <= one.stamp[0] - one.pt <= run.epsilon


@given(RUNS)
def test_the_time_of_a_stamp_was_read_from_some_clock_before(run: Run) -> None:
    """Theorem 3: l.f > pt.f ⇒ some g with g hb f has pt.g = l.f."""
    for event in run.trace.events:
        one = run.stamped[event.position]
        if one.stamp[0] > one.pt:
            past = run.trace.past(event)
            assert one.stamp[0] in {run.stamped[g.position].pt for g in past}


@given(RUNS)
def test_the_count_is_at_most_the_causes_with_the_same_time(run: Run) -> None:
    """Corollary 2: c.f ≤ |{g : g hb f ∧ l.g = l.f}|."""
    for event in run.trace.events:
        time, count = run.stamped[event.position].stamp
        past = run.trace.past(event)
        assert count <= sum(run.stamped[g.position].stamp[0] == time for g in past)


NEAR = st.tuples(st.integers(0, 1), st.just(0))  # so that the bound is tight

TALK = st.tuples(st.integers(0, 2), st.integers(0, 2))
LONG_PLAN = st.lists(TALK, min_size=12, max_size=15)


@given(
    st.lists(NEAR, min_size=3, max_size=3),
    st.lists(LONG_PLAN, min_size=3, max_size=3),
    st.integers(0, 9999),
)
def test_the_count_is_bounded_where_clocks_tick_between_events(
    clocks: list[tuple[int, int]], plans: list[list[tuple[int, int]]], seed: int
) -> None:
    """Corollary 3: c.f ≤ N (ε + 1), if a clock ticks between two events of a node."""
    one = run(clocks, plans, seed, pause=1.0, slowest=0.4)
    # The paper's premise; a receipt at the moment of a time-out can break it.
    last: dict[str, int] = {}
    for event in one.trace.events:
        pt = one.stamped[event.position].pt
        assume(last.get(event.node, -1) < pt)
        last[event.node] = pt

    assert max((s.stamp[1] for s in one.stamped), default=0) <= 3 * (one.epsilon + 1)


STEP = st.tuples(st.integers(0, 150), st.integers(-60, 60))  # at, by, in ms


@given(
    st.lists(CLOCK, min_size=3, max_size=3),
    st.lists(PLAN, min_size=3, max_size=3),
    st.integers(0, 9999),
    st.lists(st.lists(STEP, max_size=2), min_size=3, max_size=3),
)
def test_somebody_setting_the_clocks_breaks_no_order(
    clocks: list[tuple[int, int]],
    plans: list[list[tuple[int, int]]],
    seed: int,
    steps: list[list[tuple[int, int]]],
) -> None:
    """The page: a wall clock that is set back does not set a hybrid clock back."""
    assert effects_after_causes(run(clocks, plans, seed, steps), lambda s: s.stamp)


def test_the_same_runs_sorted_by_wall_clock_are_out_of_order() -> None:
    """Control: without it, the tests above might look at runs with nothing to see."""
    one = run([(80, 0), (0, 0), (0, 0)], [[(5, 1)], [], []], seed=1)

    assert not effects_after_causes(one, lambda s: s.pt)
    assert effects_after_causes(one, lambda s: s.stamp)


def test_a_stamp_does_not_tell_what_is_concurrent() -> None:
    """The page: like a Lamport clock's number, it orders even what is unrelated."""
    one = run([(0, 0), (0, 0), (0, 0)], [[(5, 0)], [(9, 1)], []], seed=1)
    p, q = one.trace.event("p1"), one.trace.event("q1")

    assert one.trace.concurrent(p, q)
    assert one.stamped[p.position].stamp < one.stamped[q.position].stamp
