"""What each node's variables are after each event."""

import re
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Message, Node, World
from sim.drawing.spacetime import draw
from sim.explore import explore
from sim.program.find import load, programs
from sim.program.show import show
from sim.program.watch import watching
from sim.values import Change, Values, as_text, changes
from tests.sim import watched_run
from tests.sim.interpreters import ROOT, interpreters, run, run_in_pyodide
from tests.sim.programs import double_submit


def watched(*nodes: Any, **faults: Any) -> World:
    """A watched run of some programs, each with its arguments, if it has any."""
    with watching():
        world = World()
        for node in nodes:
            world.add(*node) if isinstance(node, tuple) else world.add(node)
        if "crash" in faults:
            world.crash(*faults["crash"])
        return world.run()


def told(world: World) -> dict[str, tuple[str, ...]]:
    """What changed at each event that changed something."""
    trace = world.trace
    pairs = zip(trace.events, trace.changes(), strict=True)
    return {e.name: tuple(map(str, changed)) for e, changed in pairs if changed}


async def shop(me: Node, price: int = 5) -> None:
    total, seen = 0, set()
    for _ in range(2):
        message = await me.receive()
        total += price
        seen.add(message.body)
        me.reply(message, "ok")


async def browser(me: Node) -> None:
    for item in ("tea", "pen"):
        answer = (await me.call("shop", item)).body
        me.note(answer)


def test_variables_change_at_the_last_event_before_a_wait():
    assert told(watched(browser, shop)) == {
        "browser1": ("item = 'tea'",),
        "shop1": ("price = 5", "seen = set()", "total = 0"),
        "shop2": ("seen = {'tea'}", "total = 5"),
        "browser4": ("answer = 'ok'", "item = 'pen'"),
        "shop4": ("seen = {'pen', 'tea'}", "total = 10"),
    }


def test_what_a_node_knew_before_its_first_event_counts_with_that():
    async def waits(me: Node) -> None:
        asked = False
        await me.receive()
        asked = True
        await me.receive()
        me.note(asked)

    async def sends(me: Node) -> None:
        me.send("waits", 1)

    assert told(watched(waits, sends)) == {"waits1": ("asked = True",)}


async def ask(me: Node, attempts: int) -> Any:
    for attempt in range(attempts):
        try:
            return await me.call("deaf", attempt, timeout=5)
        except TimeoutError:
            pause = attempt * 10
            await me.sleep(pause)
    return None


async def asking(me: Node) -> None:
    answer = await ask(me, 2)
    me.note(answer)


async def deaf(me: Node) -> None:
    await me.sleep(1)


def test_a_function_that_is_waited_for_has_its_own_and_ends():
    assert told(watched(asking, deaf)) == {
        "asking1": ("ask: attempt = 0", "ask: attempts = 2"),
        "asking2": ("ask: pause = 0",),
        "asking3": ("ask: attempt = 1",),
        "asking4": ("ask: pause = 10",),
        "asking5": ("– ask:", "answer = None"),
    }


async def serving(me: Node, number: int, log: list[int]) -> None:
    me.note(f"begins {number}")
    await me.sleep(10 * number)
    log.append(number)
    me.note(f"ends {number}")


async def spawning(me: Node) -> None:
    log: list[int] = []
    for number in (1, 2):
        me.spawn(serving, number, log)
    await me.sleep(50)
    me.note("done")


def test_what_is_spawned_is_numbered_and_a_list_is_told_once():
    assert told(watched(spawning)) == {
        "spawning1": ("serving: log = []", "serving: number = 1"),
        "spawning2": (
            "– serving: log",
            "log = []",
            "number = 2",
            "serving 2: number = 2",
        ),
        "spawning3": ("– serving:", "log = [1]"),
        "spawning4": ("– serving 2:", "log = [1, 2]"),
    }


async def keeper(me: Node) -> None:
    count = me.disk.get("count", 0)
    while True:
        message = await me.receive()
        count += message.body
        me.disk["count"] = count
        me.note(count)


async def giver(me: Node) -> None:
    for _ in range(2):
        me.send("keeper", 1)
        await me.sleep(50)


def test_a_crash_loses_variables_and_keeps_the_disk():
    assert told(watched(keeper, giver, crash=("keeper", 30, 40))) == {
        "keeper1": ("count = 0",),
        "keeper2": ("count = 1", "disk: count = 1"),
        "keeper3": ("– count",),
        "keeper4": ("count = 1",),
        "keeper6": ("count = 2", "disk: count = 2"),
    }


class Clock:
    def __init__(self) -> None:
        self.now = 0
        self._hidden = 1


async def owner(me: Node) -> None:
    clock: Clock | None = Clock()
    await me.sleep(1)
    me.note("first")
    clock.now += 1
    await me.sleep(1)
    clock = None
    me.note("second")
    await me.sleep(1)
    clock = Clock()
    me.note("third")


def test_an_object_of_the_programs_own_is_told_by_its_attributes():
    assert told(watched(owner)) == {
        "owner1": ("clock.now = 1",),
        "owner2": ("– clock", "clock = None"),
        "owner3": ("– clock", "clock.now = 0"),
    }


def test_what_several_nodes_were_given_belongs_to_none():
    async def notes(me: Node, lines: list[str], own: list[str]) -> None:
        lines.append(me.name)
        own.append(me.name)
        me.note("wrote")

    lines: list[str] = []
    with watching():
        world = World()
        for name in "pq":
            world.add(notes, lines, [], name=name)
        world.run()
    assert told(world) == {"p1": ("own = ['p']",), "q1": ("own = ['q']",)}


async def collects(me: Node) -> None:
    answers = [(await me.call("shop", word)).body for word in ("a", "b")]
    await me.sleep(1)
    me.note(answers)


def test_a_list_that_is_being_made_is_alike_in_all_pythons():
    # A frame of its own until 3.11, a part of the function's since.
    world = watched((collects,), shop)
    assert told(world)["collects1"] == ("word = 'a'",)
    assert told(world)["collects3"] == ("word = 'b'",)
    assert told(world)["collects4"] == ("– word", "answers = ['ok', 'ok']")


def test_variables_of_enclosing_functions_are_not_the_nodes():
    outside = 1

    async def inner(me: Node) -> None:
        inside = outside
        me.note(inside)

    assert told(watched(inner)) == {"inner1": ("inside = 1",)}


def test_a_failing_run_that_explore_found_is_watched_too():
    with watching():
        failure = explore(
            double_submit.main, lambda state: state.node("shop").orders <= 1
        ).failure
    assert failure is not None
    every = (str(each) for told in failure.world.trace.changes() for each in told)
    orders = [change for change in every if change.startswith("orders")]
    assert orders == [f"orders = {number}" for number in range(3)]


def test_a_plain_run_has_no_variables():
    world = World()
    world.add(browser)
    world.add(shop)
    trace = world.run().trace
    assert world.watch is None
    assert len(trace.changes()) == len(trace.events)
    assert not any(trace.changes())


def test_nothing_is_told_of_a_run_that_is_too_long():
    async def counts(me: Node, most: int) -> None:
        for number in range(most):
            me.note(number)
            await me.sleep(1)

    assert any(watched((counts, 4_000)).trace.changes())
    trace = watched((counts, 6_000)).trace
    assert len(trace.events) == 6_000
    assert not any(trace.changes())


@pytest.mark.parametrize("name", ["merged_logs", "shopping_cart", "mutual_exclusion"])
def test_who_is_watched_does_the_same(name, capsys):
    path = next(path for key, path in programs().items() if key.endswith("/" + name))
    plain = load(path).main()
    printed = capsys.readouterr().out
    with watching():
        world = load(path).main()
    assert capsys.readouterr().out == printed
    assert world.trace.text() == plain.trace.text()
    assert world.trace.table() == plain.trace.table()
    assert draw(world.trace, "a", "b") == draw(plain.trace, "a", "b")


@pytest.mark.parametrize("name", ["figure_1", "mutual_exclusion", "two_generals"])
def test_the_rows_of_the_table_are_the_events_of_the_drawing_in_order(name, capsys):
    path = next(path for key, path in programs().items() if key.endswith("/" + name))
    shown = show(load(path))
    drawn = re.findall(
        r'<g class="event [^>]* data-node="([^"]*)" data-number="(\d+)"', shown["svg"]
    )
    assert [node + number for node, number in drawn] == [r[0] for r in shown["events"]]


WATCHED = str(ROOT / "tests" / "sim" / "watched_run.py")


def test_the_watched_run_has_all_that_is_hard_to_read():
    text = watched_run.text()
    for word in (
        *(
            "– sell:",
            "– item",
            "captured = ",
            "– stock",
            "ask: attempt = 1",
            "stock.left = {'tea': 1",
        ),
        *("disk: pen = 2", "Order(item='pen', tags={'new', 'paid', 'pen'})", "…"),
    ):
        assert word in text
    assert not re.search(r"error|request|0x", text)


def test_two_hash_seeds_tell_the_same_changes():
    one, other = (run(sys.executable, WATCHED, hash_seed=seed) for seed in ("1", "2"))
    assert one == other == watched_run.text() + "\n"


@pytest.mark.parametrize("version", interpreters())
def test_every_python_on_this_machine_tells_the_same_changes(version):
    assert run(interpreters()[version], WATCHED) == watched_run.text() + "\n"


def test_the_python_of_the_browser_tells_the_same_changes():
    assert run_in_pyodide(("../tests/sim/watched_run.py",)) == [
        watched_run.text() + "\n"
    ]


# Changes in words ------------------------------------------------------------------


def done(values: Values, changed: tuple[Change, ...]) -> Values:
    """The variables after some changes, as the page computes them."""
    values = dict(values)
    for name, value in changed:
        if value is not None:
            values[name] = value
            continue
        for other in list(values):
            below = f"{name} " if name.endswith(":") else f"{name}."
            if other == name or other.startswith(below):
                del values[other]
    return values


names = st.one_of(
    st.sampled_from(["a", "b", "a: x", "f: g: y", "f: x", "disk: a", "disk: f"]),
    st.sampled_from(["c.x", "c.y", "f: c.x", "f 2: x", "f: g: c.x"]),
)
states = st.dictionaries(names, st.sampled_from(["1", "2", "{'k': 1}", "' = '"]))


@given(states, states)
def test_the_changes_make_one_state_out_of_another(before: Values, after: Values):
    assert done(before, changes(before, after)) == after


def test_little_is_said_of_what_is_gone():
    before = {"a": "1", "f: x": "1", "f: g: y": "1", "c.x": "1", "c.y": "1"}

    def said(before: Values, after: Values) -> list[str]:
        return list(map(str, changes(before, after)))

    assert said(before, {"a": "1"}) == ["– f:", "– c"]
    assert said(before, before) == []
    assert said({"f: x": "1", "f: g: y": "1"}, {"f: x": "1"}) == ["– f: g:"]


def test_a_name_with_an_equals_sign_is_kept_apart_from_its_value():
    (change,) = changes({}, {"disk: a = b": "1"})
    assert change == ("disk: a = b", "1")
    assert str(change) == "disk: a = b = 1"


# Values in words -------------------------------------------------------------------


class Color(Enum):
    RED = 1


class Point(NamedTuple):
    x: int
    y: int


@dataclass
class Version:
    name: str
    cart: set[str]


class Open:
    def __init__(self) -> None:
        self.part = 1


class Slotted:
    __slots__ = ("part",)

    def __init__(self) -> None:
        self.part = 1


def nest(depth: int) -> Any:
    return [nest(depth - 1)] if depth else 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (0.1 + 0.2, "0.30000000000000004"),
        ("it's\n", '"it\'s\\n"'),
        (b"ab", "b'ab'"),
        ((1,), "(1,)"),
        ((), "()"),
        ([1, "a", None], "[1, 'a', None]"),
        (deque([1, 2]), "[1, 2]"),
        ({"b": 1, "a": (2, 3)}, "{'b': 1, 'a': (2, 3)}"),
        (Counter("ab"), "{'a': 1, 'b': 1}"),
        (OrderedDict(a=1), "{'a': 1}"),
        (defaultdict(int, a=1), "{'a': 1}"),
        ({"q", "p", "r"}, "{'p', 'q', 'r'}"),
        ({10, 9, 2.5}, "{2.5, 9, 10}"),
        ({("b", 1), ("a", 2)}, "{('a', 2), ('b', 1)}"),
        (frozenset(), "set()"),
        (Color.RED, "Color.RED"),
        (Point(1, 2), "Point(x=1, y=2)"),
        (Version("v", {"b", "a"}), "Version(name='v', cart={'a', 'b'})"),
        (Open(), "Open(part=1)"),
        (Slotted(), "Slotted(part=1)"),
        ([len, Open], "[…, …]"),
        (nest(6), "[[[[…]]]]"),
    ],
)
def test_plain_values(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize("value", [len, Open, World(), object(), iter([])])
def test_what_is_not_plain_is_not_told(value):
    assert as_text(value) is None


def test_a_message_is_told_within_a_list_only():
    message = Message(0, 1, None, "p", ("request", 1), 0, None)
    assert as_text(message) is None
    assert as_text([message]) == "[('request', 1)]"


def test_a_long_value_is_clipped_in_its_middle():
    text = as_text(list(range(1_000_000)))
    assert len(text) == 60
    assert text.startswith("[0, 1, 2,")
    assert text.endswith("999998, 999999]")
    assert len(as_text("x" * 1_000_000)) == 60
    assert len(as_text(dict.fromkeys(range(100), "x"))) == 60
    assert as_text(10**5000) == "a very large number"
    assert as_text(set(range(2_000))) == "{2,000 members}"
