"""What a trace says about a run."""

import pytest

from sim import Node, World


async def ping(me: Node) -> None:
    me.send("pong", "ping")
    await me.receive()
    me.note("done")


async def pong(me: Node) -> None:
    request = await me.receive()
    me.reply(request, "pong")


def played() -> World:
    world = World()
    world.add(ping)
    world.add(pong)
    return world.run()


def test_events_with_their_names_numbers_and_times():
    events = played().trace.events
    assert [(e.name, e.kind, e.time) for e in events] == [
        ("ping1", "send", 0.0),
        ("pong1", "receive", 10.0),
        ("pong2", "send", 10.0),
        ("ping2", "receive", 20.0),
        ("ping3", "note", 20.0),
    ]
    assert [e.position for e in events] == [0, 1, 2, 3, 4]
    assert [str(m) for m in events[0].sent] == ["ping"]
    assert str(events[3].received) == "pong"
    assert events[4].text == "done"


def test_text_table_and_lookup():
    trace = played().trace
    assert trace.text().splitlines() == [
        " 0.0 ms  ping: sends ping to pong",
        "10.0 ms  pong: receives ping from ping",
        "10.0 ms  pong: sends pong to ping",
        "20.0 ms  ping: receives pong from pong",
        "20.0 ms  ping: done",
    ]
    assert trace.table()[3] == ("ping2", "20", "receives pong from pong", "4", "(2, 2)")
    assert trace.event("pong2").kind == "send"
    with pytest.raises(LookupError, match="no event 'q9': this run has 5 events"):
        trace.event("q9")


def test_order():
    trace = played().trace
    first, last = trace.events[0], trace.events[-1]
    assert trace.before(first, last)
    assert not trace.before(last, first)
    assert not trace.before(first, first)
    assert not trace.concurrent(first, first)
    assert trace.past(last) == trace.events[:4]
    assert trace.future(first) == trace.events[1:]


async def source(me: Node) -> None:
    me.send("sink", "one")
    me.send("sink", "two")


async def sink(me: Node) -> None:
    await me.receive()
    await me.sleep(100)


def sunk(**network) -> World:
    world = World(2)
    world.network(**network)
    world.add(source)
    world.add(sink)
    return world


def test_a_message_that_nobody_reads_is_an_incident():
    incidents = sunk().run().trace.incidents
    assert [(i.kind, i.time, i.text) for i in incidents] == [
        ("unread", 10.0, "two from source to sink arrives, and nobody reads it")
    ]


def test_a_message_still_under_way_at_the_end_is_an_incident():
    incidents = sunk().run(until=5).trace.incidents
    assert [(i.kind, i.text) for i in incidents] == [
        ("under way", "one from source to sink is still under way"),
        ("under way", "two from source to sink is still under way"),
    ]


def test_what_the_network_did_stands_where_it_happened():
    world = sunk(duplicate=1)
    world.cut("source", "sink", 10, 20)
    assert world.run().trace.text().splitlines() == [
        " 0.0 ms  source: sends one to sink",
        " 0.0 ms  (one from source to sink is duplicated)",
        " 0.0 ms  source: sends two to sink",
        " 0.0 ms  (two from source to sink is duplicated)",
        "10.0 ms  (the network is cut: source → sink)",
        "10.0 ms  (one from source to sink is lost)",
        "10.0 ms  (one from source to sink is lost)",
        "10.0 ms  (two from source to sink is lost)",
        "10.0 ms  (two from source to sink is lost)",
        "20.0 ms  (healed: source → sink)",
    ]


def test_the_receipt_of_a_duplicate_belongs_to_the_same_sending():
    world = World()
    world.network(duplicate=1)
    world.add(ping, name="ping")

    async def twice(me: Node) -> None:
        await me.receive()
        await me.receive()

    world.add(twice, name="pong")
    trace = world.run().trace
    receipts = [e for e in trace.events if e.kind == "receive"]
    assert len(receipts) == 2
    assert {trace.send_of[e.received.id] for e in receipts} == {0}
    assert all(trace.before(trace.events[0], e) for e in receipts)


def test_a_trace_is_what_happened_so_far():
    world = sunk()
    world.run(until=5)
    before = world.trace
    world.run()
    assert len(before.events) == 2
    assert len(world.trace.events) == 3
