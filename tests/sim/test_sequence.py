"""Runs as Mermaid sequence diagrams."""

from sim import Node, World
from sim.drawing.sequence import draw, escape


def diagram(*programs, until=None) -> list[str]:
    world = World()
    for program in programs:
        world.add(program)
    lines = draw(world.run(until=until).trace, "a title", "a description").split("\n")
    assert lines[:3] == [
        "sequenceDiagram",
        "  accTitle: a title",
        "  accDescr: a description",
    ]
    return [line.strip() for line in lines[3:]]


async def a(me: Node) -> None:
    me.send("b", "one")
    await me.receive(timeout=50)


async def b(me: Node) -> None:
    request = await me.receive()
    me.note("thinks; hard")
    me.reply(request, "two")


HEAD = ["participant n0 as a", "participant n1 as b"]


def test_messages_and_notes():
    assert diagram(a, b) == [
        *HEAD,
        "n0->>n1: one",
        "Note over n1: thinks#59; hard",
        "n1->>n0: two",
    ]


async def eager(me: Node) -> None:
    me.send("b", "slow", delay=30)
    me.send("b", "quick", delay=5)


async def patient(me: Node) -> None:
    await me.receive()
    await me.receive()


def test_where_a_message_was_overtaken_a_note_says_when_it_was_sent():
    world = World()
    world.add(eager, name="a")
    world.add(patient, name="b")
    lines = draw(world.run().trace, "t", "d").splitlines()
    assert [line.strip() for line in lines[5:]] == [
        "Note over n0: sends slow to b",
        "n0->>n1: quick",
        "n0->>n1: slow",
    ]


def test_losses_cuts_crashes_and_time_outs():
    async def late(me: Node) -> None:
        await me.sleep(5)
        me.send("b", "one")
        try:
            await me.receive(timeout=50)
        except TimeoutError:
            me.note("gives up")

    world = World()
    world.add(late, name="a")
    world.add(b)
    world.cut("a", "b", 0, 20)
    world.crash("b", 30, restart=40)
    lines = draw(world.run().trace, "t", "d").splitlines()
    assert [line.strip() for line in lines[5:]] == [
        "Note over n0,n1: the network is cut: a → b",
        "n0--xn1: one (lost)",
        "Note over n0,n1: healed: a → b",
        "Note over n1: crashes",
        "Note over n1: starts again",
        "Note over n0: times out",
        "Note over n0: gives up",
    ]


def test_what_nobody_reads_and_what_is_still_under_way():
    async def sender(me: Node) -> None:
        me.send("deaf", "hello")

    async def deaf(me: Node) -> None:
        await me.sleep(100)

    assert diagram(sender, deaf)[2:] == ["n0--)n1: hello (not read)"]
    assert diagram(sender, deaf, until=5)[2:] == ["n0--)n1: hello (still under way)"]


def test_escape():
    assert escape("a;b#c%%{d}%%<e>&f") == (
        "a#59;b#35;c#37;#37;{d}#37;#37;#60;e#62;#38;f"
    )
    assert escape("two\nlines\tand  spaces ") == "two lines and spaces"
    assert escape(" ") == escape("") == "#8203;"
    assert escape("wrap: $$5\a\ud800") == "wrap#58; #36;#36;5␇\ufffd"
