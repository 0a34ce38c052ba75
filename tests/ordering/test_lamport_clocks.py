"""What docs/ordering/lamport_clocks.md says beyond its recorded runs.

Lamport 1978, «Logical Clocks»: C1 and C2, rules IR1 and IR2, the Clock Condition,
and why its converse cannot hold.
"""

import io
from contextlib import redirect_stdout
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Node, Trace, World
from sim.program.find import find, load

program = load(find("ordering/lamport_clocks/lamport_clock"))
numbers = load(find("ordering/lamport_clocks/what_the_number_hides"))
figure_1 = load(find("ordering/happened_before/figure_1"))


def calm(examples: int = 60) -> settings:
    """No time limit: the machine may be busy."""
    return settings(max_examples=examples, deadline=None)


Script = list[tuple[int, int, int]]  # wait in ms, receiver, delay in ms

# Figure 1 under max(local, received) + 1 from 0: worked out by hand from the six
# messages of the paper.
STAMPS = {
    **{"p1": 1, "p2": 2, "p3": 3, "p4": 6},
    **{"q1": 1, "q2": 2, "q3": 3, "q4": 4, "q5": 5, "q6": 6, "q7": 7},
    **{"r1": 1, "r2": 2, "r3": 5, "r4": 6},
}


def quiet(main: object, *settings: object) -> tuple[Trace, list[str]]:
    with redirect_stdout(io.StringIO()) as printed:
        world = main(*settings)  # type: ignore[operator]
    return world.trace, printed.getvalue().splitlines()


# A node that follows the rules, with the program's own clock -------------------


async def listen(me: Node, clock: object, counted: dict[str, list[int]]) -> None:
    while True:
        message = await me.receive()
        number = clock.receipt(message)  # type: ignore[attr-defined]
        counted[me.name].append(number)


async def chat(me: Node, script: Script, counted: dict[str, list[int]]) -> None:
    clock = program.LamportClock(me.name)
    me.spawn(listen, clock, counted)
    for wait, to, delay in script:
        await me.sleep(wait)
        name = "abc"[to]
        number = clock.event("event")
        counted[me.name].append(number)
        if name == me.name:
            me.note("alone")
        else:
            me.send(name, ("m", number), delay=delay)


scripts = st.lists(
    st.tuples(st.integers(1, 9), st.integers(0, 2), st.integers(1, 40)), max_size=6
)
runs = st.tuples(scripts, scripts, scripts)


def random_run(three: tuple[Script, ...]) -> tuple[Trace, dict[str, list[int]]]:
    world = World()
    counted: dict[str, list[int]] = {name: [] for name in "abc"}
    for name, script in zip("abc", three, strict=True):
        world.add(chat, script, counted, name=name)
    with redirect_stdout(io.StringIO()):
        world.run()
    return world.trace, counted


# The program ----------------------------------------------------------------


@pytest.mark.parametrize("clicks", range(10))
def test_the_nodes_count_as_the_trace_does(clicks: int) -> None:
    trace, lines = quiet(program.main, clicks)

    assert [line.split()[0] for line in lines] == [e.node for e in trace.events]
    assert [int(line.split()[-1]) for line in lines] == trace.lamport()


@calm()
@given(runs)
def test_so_they_do_in_any_run(three: tuple[Script, ...]) -> None:
    trace, counted = random_run(three)

    stamps = trace.lamport()
    for name in trace.nodes:
        of_node = [stamps[e.position] for e in trace.events if e.node == name]
        assert counted[name] == of_node


def test_a_message_carries_the_number_of_its_sending() -> None:
    trace, _ = quiet(program.main)
    stamps = trace.lamport()

    sent = [(m, event) for event in trace.events for m in event.sent]
    assert [m.body[1] for m, _ in sent] == [stamps[e.position] for _, e in sent]
    assert [m.body[0] for m, _ in sent] == ["order", "charge", "paid", "thanks"]


def test_at_paid_the_number_of_the_shop_decides() -> None:
    trace, _ = quiet(program.main)
    stamps = trace.lamport()
    got = next(e for e in trace.events if str(e.received).startswith("paid"))
    before = [stamps[e.position] for e in trace.events[: got.position]]

    assert got.received is not None
    label = next(at for at, e in enumerate(trace.events) if e.text.startswith("label"))
    assert before[label] > got.received.body[1]
    assert stamps[got.position] == before[label] + 1


def test_plain_counters_give_the_cause_the_higher_number() -> None:
    """The symptom: change 2 of the shop started change 1 of the bank."""
    trace, _ = quiet(program.main)
    sends = next(e for e in trace.events if e.node == "shop" and e.sent)
    gets = next(e for e in trace.events if e.node == "bank")

    assert trace.before(sends, gets)
    assert (sends.number, gets.number) == (2, 1)


# The rules ------------------------------------------------------------------


@calm()
@given(runs)
def test_the_clock_condition(three: tuple[Script, ...]) -> None:
    trace, _ = random_run(three)
    c = trace.lamport()

    for a, b in permutations(trace.events, 2):
        if trace.before(a, b):
            assert c[a.position] < c[b.position]


@calm()
@given(runs)
def test_what_two_numbers_say(three: tuple[Script, ...]) -> None:
    """A lower number: not caused by the other. Equal numbers: concurrent."""
    trace, _ = random_run(three)
    c = trace.lamport()

    for a, b in permutations(trace.events, 2):
        if c[a.position] < c[b.position]:
            assert not trace.before(b, a)
        if c[a.position] == c[b.position]:
            assert trace.concurrent(a, b)


@calm()
@given(runs)
def test_each_number_is_the_smallest_that_the_rules_allow(
    three: tuple[Script, ...],
) -> None:
    trace, _ = random_run(three)
    c = trace.lamport()
    own = dict.fromkeys(trace.nodes, 0)

    for event in trace.events:
        least = own[event.node] + 1  # C1, and IR1
        if event.received is not None:
            sending = c[trace.send_of[event.received.id]]
            least = max(least, sending + 1)  # C2, and IR2 (b)
        assert c[event.position] == least
        own[event.node] = least


# What the number hides ------------------------------------------------------


def order(trace: Trace) -> set[tuple[str, str]]:
    return {
        (a.name, b.name) for a, b in permutations(trace.events, 2) if trace.before(a, b)
    }


def test_the_second_drawing_is_of_the_same_run() -> None:
    one, other = quiet(figure_1.main)[0], quiet(numbers.main)[0]

    assert {e.name: e.kind for e in one.events} == {
        e.name: e.kind for e in other.events
    }
    assert order(one) == order(other)
    assert {e.name: e.time for e in one.events} != {
        e.name: e.time for e in other.events
    }


def test_every_event_stands_at_the_height_of_its_number() -> None:
    trace, _ = quiet(numbers.main)

    stamps = dict(zip((e.name for e in trace.events), trace.lamport(), strict=True))
    assert stamps == STAMPS
    assert {e.name: e.time for e in trace.events} == {
        name: number * numbers.TICK for name, number in STAMPS.items()
    }


def test_36_of_47_concurrent_pairs_look_as_if_they_had_an_order() -> None:
    trace, output = quiet(numbers.main)
    pairs = list(combinations(trace.events, 2))
    beside = [pair for pair in pairs if trace.concurrent(*pair)]
    misleading = [(a, b) for a, b in beside if STAMPS[a.name] != STAMPS[b.name]]

    assert (len(pairs), len(beside), len(misleading)) == (105, 47, 36)
    assert output == [
        "in order    58 pairs, 58 with different numbers",
        "concurrent  47 pairs, 36 with different numbers",
    ]


def test_the_same_two_numbers_with_and_without_an_order() -> None:
    trace, _ = quiet(numbers.main)
    p3, q3, q4 = (trace.event(name) for name in ("p3", "q3", "q4"))

    assert STAMPS["p3"] == STAMPS["q3"] == 3 and STAMPS["q4"] == 4
    assert trace.before(q3, q4) and trace.concurrent(p3, q4)


def test_no_single_number_can_mean_concurrent() -> None:
    """The paper's argument: p2 and p3 are concurrent with q3, yet p2 → p3."""
    trace, _ = quiet(numbers.main)
    p2, p3, q3 = (trace.event(name) for name in ("p2", "p3", "q3"))

    assert trace.concurrent(p2, q3) and trace.concurrent(p3, q3)
    assert trace.before(p2, p3)


def test_in_figure_1_q3_is_earlier_and_here_it_is_not() -> None:
    one, other = quiet(figure_1.main)[0], quiet(numbers.main)[0]

    assert one.event("q3").time < one.event("p3").time
    assert other.event("q3").time == other.event("p3").time


# Try it ---------------------------------------------------------------------


def test_the_concurrent_pairs_that_are_furthest_apart() -> None:
    trace, _ = quiet(numbers.main)
    apart = {
        (a.name, b.name): abs(STAMPS[a.name] - STAMPS[b.name])
        for a, b in combinations(trace.events, 2)
        if trace.concurrent(a, b)
    }

    widest = [set(pair) for pair, by in apart.items() if by == max(apart.values())]
    assert max(apart.values()) == 5
    assert sorted(map(sorted, widest)) == [["p2", "q7"], ["p4", "r1"], ["q6", "r1"]]
    q7 = trace.event("q7")
    assert [n for n, number in STAMPS.items() if number > 6] == ["q7"]
    for name in ("p1", "q1", "r1"):
        assert trace.before(trace.event(name), q7)
