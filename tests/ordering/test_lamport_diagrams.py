"""What docs/ordering/lamport_diagrams.md says beyond its recorded run.

Past, future, space-time diagram: Lamport 1978. Cuts: Mattern 1989, who calls a cut
consistent if no message goes from its future into its past.
"""

import io
from contextlib import redirect_stdout

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Node, Trace, World
from sim.drawing.sequence import draw
from sim.program.find import find, load

program = load(find("ordering/lamport_diagrams/read_a_diagram"))


def calm(examples: int = 60) -> settings:
    """No time limit: the machine may be busy."""
    return settings(max_examples=examples, deadline=None)


Script = list[tuple[int, int, int]]  # wait in ms, receiver, delay in ms


def run(slow: float = 80) -> tuple[Trace, list[str]]:
    with redirect_stdout(io.StringIO()) as printed:
        trace = program.main(slow).trace
    return trace, printed.getvalue().splitlines()


def names(line: str) -> set[str]:
    return set(line.split(":")[1].split())


async def listen(me: Node) -> None:
    while True:
        await me.receive()


async def chat(me: Node, script: Script) -> None:
    """Send what the script says, to itself: a note, and receive what comes."""
    me.spawn(listen)
    for wait, to, delay in script:
        await me.sleep(wait)
        name = "abc"[to]
        if name == me.name:
            me.note("alone")
        else:
            me.send(name, delay=delay)


scripts = st.lists(
    st.tuples(st.integers(1, 9), st.integers(0, 2), st.integers(1, 30)), max_size=4
)


def random_run(all_scripts: list[Script]) -> Trace:
    world = World()
    for name, script in zip("abc", all_scripts, strict=True):
        world.add(chat, script, name=name)
    return world.run().trace


# Two drawings of one run ----------------------------------------------------


@pytest.mark.parametrize("slow", range(10, 105, 5))
def test_the_answer_overtakes_if_the_way_to_carol_is_long(slow: int) -> None:
    trace, _ = run(slow)

    read = [str(e.received) for e in trace.events if e.node == "c" and e.received]

    # The answer arrives 20 + 20 + 20 ms after the question has left.
    assert read == (["yes!", "lunch?"] if slow > 60 else ["lunch?", "yes!"])


def test_the_sequence_diagram_needs_a_note_for_the_overtaken_question() -> None:
    lines = draw(run()[0], "title", "description").splitlines()
    steps = [line.strip() for line in lines]

    left = steps.index("Note over n0: sends lunch? to c")
    assert left < steps.index("n1->>n2: yes!") < steps.index("n0->>n2: lunch?")


def test_the_space_time_diagram_draws_the_two_messages_across_each_other() -> None:
    trace, _ = run()
    question, answer = (trace.event(name).sent for name in ("a1", "b2"))
    to_carol = [m for m in (*question, *answer) if m.to == "c"]

    assert to_carol[0].sent < to_carol[1].sent
    assert to_carol[0].arrives > to_carol[1].arrives


# Past and future ------------------------------------------------------------


@pytest.mark.parametrize("slow", range(10, 105, 5))
def test_past_future_and_the_rest_are_all_there_is(slow: int) -> None:
    trace, output = run(slow)
    past, future, beside = map(names, output[:3])

    everything = {event.name for event in trace.events} - {"b2"}
    assert past | future | beside == everything
    assert len(past) + len(future) + len(beside) == len(everything)
    assert past == {"a1", "b1"}


def test_the_arrival_of_the_question_lies_in_the_future_of_the_answer() -> None:
    trace, _ = run()
    c1, c3, b2 = (trace.event(name) for name in ("c1", "c3", "b2"))

    assert str(c3.received) == "lunch?" and trace.before(b2, c3)
    assert c1.time < b2.time and trace.concurrent(c1, b2)


# Cuts -----------------------------------------------------------------------


def test_a_message_received_and_never_sent() -> None:
    trace, _ = run()

    assert not program.consistent(trace, {"a": 0, "b": 1, "c": 1})
    assert program.consistent(trace, {"a": 1, "b": 2, "c": 1})


def test_the_output_counts_every_cut_once() -> None:
    trace, output = run()
    cuts = {tuple(cut.items()) for cut in program.cuts(trace)}

    assert len(cuts) == 3 * 3 * 4  # a and b have two events, c has three
    good = sum(program.consistent(trace, dict(cut)) for cut in cuts)
    assert output[3] == f"{len(cuts)} cuts, {good} of them consistent"
    assert 0 < good < len(cuts)


@calm()
@given(st.tuples(scripts, scripts, scripts))
def test_consistent_is_what_mattern_calls_so(three: tuple[Script, ...]) -> None:
    trace = random_run(list(three))

    for cut in program.cuts(trace):
        received = [e for e in trace.events if e.received and e.number <= cut[e.node]]
        senders = [
            trace.events[trace.send_of[e.received.id]] for e in received if e.received
        ]
        never_sent = [e for e in senders if e.number > cut[e.node]]
        assert program.consistent(trace, cut) == (not never_sent)


@calm()
@given(st.tuples(scripts, scripts, scripts))
def test_what_was_so_far_at_any_instant_is_a_consistent_cut(
    three: tuple[Script, ...],
) -> None:
    trace = random_run(list(three))

    for now in range(len(trace.events) + 1):
        cut = dict.fromkeys(trace.nodes, 0)
        cut |= {event.node: event.number for event in trace.events[:now]}
        assert program.consistent(trace, cut)


def test_a_consistent_cut_need_not_have_been_real_at_any_instant() -> None:
    trace, _ = run()
    real = set()
    for now in range(len(trace.events) + 1):
        cut = dict.fromkeys(trace.nodes, 0)
        cut |= {event.node: event.number for event in trace.events[:now]}
        real.add(tuple(cut.items()))

    whole = [cut for cut in program.cuts(trace) if program.consistent(trace, cut)]

    assert len(real) < len(whole)


# Try it ---------------------------------------------------------------------


def test_a_faster_way_to_carol_takes_the_question_out_of_the_future() -> None:
    slow_run, slow_output = run()
    fast_run, fast_output = run(40)
    b2, c1, c2 = (fast_run.event(name) for name in ("b2", "c1", "c2"))

    assert str(c2.received) == "lunch?"
    assert fast_run.concurrent(b2, c2) and fast_run.concurrent(b2, c1)
    assert slow_run.before(slow_run.event("b2"), slow_run.event("c2"))

    def count(output: list[str]) -> int:
        return int(output[3].split(",")[1].split()[0])

    assert count(fast_output) > count(slow_output)
