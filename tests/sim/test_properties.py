"""What is true of every run, tried on random small worlds."""

from collections import Counter
from itertools import combinations, groupby

from hypothesis import event, given, settings
from hypothesis import strategies as st

from sim import Event, Trace, World
from sim.drawing.sequence import draw
from tests.sim.worlds import worlds


def happened_before(trace: Trace) -> set[tuple[int, int]]:
    """Lamport's relation, by its definition: the transitive closure of two rules.

    Lamport 1978, p. 559. No stamps are used.
    """
    after: list[set[int]] = [set() for _ in trace.events]
    latest: dict[str, int] = {}
    sent_by: dict[int, int] = {}
    for at, one in enumerate(trace.events):
        if one.node in latest:
            after[latest[one.node]].add(at)
        latest[one.node] = at
        for message in one.sent:
            sent_by[message.id] = at
        if one.received is not None:
            after[sent_by[one.received.id]].add(at)
    for at in reversed(range(len(after))):  # causes stand before their effects
        for later in list(after[at]):
            after[at] |= after[later]
    return {(a, b) for a, effects in enumerate(after) for b in effects}


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_the_stamps_and_the_order(world: World):
    trace = world.run(until=2000).trace
    order = happened_before(trace)
    lamport, vectors = trace.lamport(), trace.vectors()
    event(f"{len(trace.events) // 10 * 10} events or more")
    assert len(lamport) == len(vectors) == len(trace.events)
    for a, b in combinations(trace.events, 2):
        forth = (a.position, b.position) in order
        back = (b.position, a.position) in order
        assert not back  # the trace stands in an order that agrees with causes
        assert trace.before(a, b) is forth
        assert trace.concurrent(a, b) is not forth
        if forth:
            assert lamport[a.position] < lamport[b.position]
        one, other = vectors[a.position], vectors[b.position]
        assert _below(one, other) is forth
        assert not _below(other, one)


def _below(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return one != other and all(x <= y for x, y in zip(one, other, strict=True))


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_every_message_has_one_fate(world: World):
    trace = world.run(until=200).trace
    fates = Counter(e.received.id for e in trace.events if e.received is not None)
    fates += Counter(
        i.message.id
        for i in trace.incidents
        if i.message is not None and i.kind in ("lose", "unread", "under way")
    )
    sent = Counter(message.id for e in trace.events for message in e.sent)
    assert fates == sent
    assert not sent or max(sent.values()) == 1


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_time_goes_on_and_nothing_arrives_before_it_was_sent(world: World):
    trace = world.run(until=2000).trace
    times = [moment.time for moment in trace.moments]
    assert times == sorted(times)
    for one in trace.events:
        if one.received is not None:
            sending = trace.events[trace.send_of[one.received.id]]
            assert sending.time <= one.received.arrives / 1000 <= one.time
            assert (sending.node, one.node) == (one.received.sender, one.received.to)
            assert str(one.received) in {str(message) for message in sending.sent}


@given(worlds(fifo=True))
@settings(max_examples=100, deadline=None)
def test_a_fifo_link_never_reorders(world: World):
    trace = world.run(until=2000).trace

    def link(one: Event) -> tuple[str, str]:
        assert one.received is not None
        return one.received.sender, one.received.to

    plain = [e for e in trace.events if e.received and e.received.answers is None]
    for _, group in groupby(sorted(plain, key=link), key=link):
        order = [trace.send_of[e.received.id] for e in group if e.received]
        assert order == sorted(order)


@given(worlds())
@settings(max_examples=50, deadline=None)
def test_a_mermaid_diagram_has_a_line_for_all_that_is_seen(world: World):
    lines = draw(world.run(until=500).trace, "t", "d").splitlines()
    assert lines[0] == "sequenceDiagram"
    assert all(line.startswith("  ") for line in lines[1:])


@given(st.text(), st.text(), st.text())
@settings(max_examples=200, deadline=None)
def test_no_label_can_break_a_mermaid_diagram(name: str, body: str, note: str):
    async def one(me) -> None:
        me.send("other", body)
        me.note(note)

    async def other(me) -> None:
        await me.receive()

    world = World()
    world.add(one, name=name if name != "other" else "an" + name)
    world.add(other)
    lines = draw(world.run().trace, body, note).split("\n")
    heads = [line.split(":")[0].split(" as ")[0] for line in lines]
    assert heads == [
        "sequenceDiagram",
        "  accTitle",
        "  accDescr",
        "  participant n0",
        "  participant n1",
        "  Note over n0",
        "  Note over n0",
        "  n0->>n1",
    ]
    for line in lines[1:]:
        label = line.replace(" as ", ": ", 1).split(": ", 1)[1]
        assert label.strip()
        assert len(label.splitlines()) == 1
        for sign in "<>&%":
            assert sign not in label
        # Each # begins an entity, each ; ends one.
        parts = label.split("#")
        assert ";" not in parts[0]
        for part in parts[1:]:
            number, rest = part.split(";", 1)
            assert number.isdigit()
            assert ";" not in rest
