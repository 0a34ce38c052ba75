"""What docs/ordering/vector_clocks.md says beyond its recorded runs.

Vector clocks: Fidge 1988 and Mattern 1989. Dynamo: DeCandia et al., SOSP 2007,
section 4.4 and Figure 3.
"""

import inspect
from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Event, Node, Trace, Uniform, World
from sim.program.exercise import judged
from sim.program.find import find, load

clocks = load(find("ordering/vector_clocks/vector_clock"))
cart = load(find("ordering/vector_clocks/shopping_cart"))
EXERCISE = "ordering/vector_clocks/exercises/what_was_deleted"

# Dynamo's Figure 3, and the text of section 4.4 that explains it.
FIGURE_3 = {
    "D1": {"Sx": 1},
    "D2": {"Sx": 2},
    "D3": {"Sx": 2, "Sy": 1},
    "D4": {"Sx": 2, "Sz": 1},
    "D5": {"Sx": 3, "Sy": 1, "Sz": 1},
}


def reachable(trace: Trace) -> set[tuple[int, int]]:
    """Happened-before as the paper defines it: by paths, and by no clock at all."""
    steps: dict[int, list[int]] = {event.position: [] for event in trace.events}
    last: dict[str, int] = {}
    for event in trace.events:
        if event.node in last:
            steps[last[event.node]].append(event.position)
        last[event.node] = event.position
        if event.received is not None:
            steps[trace.send_of[event.received.id]].append(event.position)
    pairs = set()
    for start in steps:
        ahead = list(steps[start])
        while ahead:
            place = ahead.pop()
            if (start, place) not in pairs:
                pairs.add((start, place))
                ahead += steps[place]
    return pairs


# vector_clock ---------------------------------------------------------------


def carried(trace: Trace) -> dict[str, tuple[int, ...]]:
    return {e.sent[0].body[0]: e.sent[0].body[1] for e in trace.events if e.sent}


def test_the_nodes_compute_the_stamps_that_the_trace_has() -> None:
    trace = clocks.main().trace

    for event in trace.events:
        if event.sent:
            assert event.sent[0].body[1] == trace.vectors()[event.position]


def test_the_page_reads_three_relations_off_the_stamps() -> None:
    stamp = carried(clocks.main().trace)

    assert clocks.relation(stamp["add milk"], stamp["add tea"]) == "concurrent with"
    assert clocks.relation(stamp["add milk"], stamp["add jam"]) == "concurrent with"
    assert clocks.relation(stamp["add tea"], stamp["add jam"]) == "before"
    for edit in ("add milk", "add tea", "add jam"):
        assert clocks.relation(stamp["no milk"], stamp[edit]) == "after"


def test_the_later_edit_arrives_first() -> None:
    arrivals = [e.received.body[0] for e in clocks.main().trace.events if e.received]

    assert arrivals.index("add jam") < arrivals.index("add tea")


def test_lamport_stamps_order_a_pair_that_is_concurrent() -> None:
    """The page: of one number the shop would read that jam came after milk."""
    trace = clocks.main().trace
    milk, jam = trace.event("ann1"), trace.event("bob2")

    assert trace.lamport()[milk.position] < trace.lamport()[jam.position]
    assert trace.concurrent(milk, jam)


async def chatter(me: Node, place: int, plan: list[tuple[int, int]], log: Any) -> None:
    """Send and receive as drawn, stamping every event with the program's clock."""
    clock = clocks.VectorClock(place)

    async def listen(me: Node) -> None:
        while True:
            log.append((me.name, clock.receive((await me.receive()).body)))

    me.spawn(listen)
    for wait, to in plan:
        await me.sleep(wait)
        if to == place:
            stamp = clock.tick()
            me.note("alone")
        else:
            stamp = clock.tick()
            me.send("pqr"[to], stamp)
        log.append((me.name, stamp))


PLANS = st.lists(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2)), max_size=6),
    min_size=3,
    max_size=3,
)


@given(PLANS, st.integers(0, 9999))
def test_stamps_have_exactly_the_order_of_the_events(
    plans: list[list[tuple[int, int]]], seed: int
) -> None:
    """a → b if and only if V(a) < V(b), in any run: Fidge 1988, Mattern 1989."""
    world = World(seed)
    world.network(delay=Uniform(1, 60), duplicate=0.2, loss=0.1)
    log: list[tuple[str, tuple[int, ...]]] = []
    for place, plan in enumerate(plans):
        world.add(chatter, place, plan, log, name="pqr"[place])
    trace = world.run().trace
    assert [name for name, _ in log] == [event.node for event in trace.events]
    order = reachable(trace)

    for a, b in combinations(trace.events, 2):
        said = clocks.relation(log[a.position][1], log[b.position][1])
        assert (said == "before") == ((a.position, b.position) in order)
        assert (said == "after") == ((b.position, a.position) in order)


# shopping_cart --------------------------------------------------------------


def versions(trace: Trace) -> dict[str, Any]:
    return {e.sent[0].body.name: e.sent[0].body for e in trace.events if e.sent}


def test_the_versions_have_the_clocks_of_dynamos_figure_3() -> None:
    made = versions(cart.main().trace)

    assert {name: dict(version.clock) for name, version in made.items()} == FIGURE_3


def test_the_versions_are_written_as_in_the_paper() -> None:
    assert str(versions(cart.main().trace)["D4"]) == "D4 [(Sx, 2), (Sz, 1)]"


def test_the_writes_are_handled_by_the_servers_of_figure_3() -> None:
    sent = [e for e in cart.main().trace.events if e.sent]

    by = {e.sent[0].body.name: e.node for e in sent}
    assert by == {"D1": "Sx", "D2": "Sx", "D3": "Sy", "D4": "Sz", "D5": "Sx"}


def reads(trace: Trace) -> list[str]:
    return [event.text for event in trace.events if event.kind == "note"]


def test_d3_and_d4_grew_from_d2_and_are_siblings() -> None:
    trace = cart.main().trace

    assert reads(trace).count("reads D2") == 2
    assert reads(trace)[-1] == "reads D3, D4"


def test_a_union_keeps_the_pen_and_brings_the_deleted_lamp_back() -> None:
    """«Deleted items can resurface», DeCandia et al., section 4.4."""
    made = versions(cart.main(union=True).trace)

    assert "lamp" not in made["D4"].cart
    assert made["D5"].cart == {"book", "lamp", "map", "pen"}


def test_the_last_write_takes_the_pen_away() -> None:
    made = versions(cart.main(union=False).trace)

    assert "pen" in made["D3"].cart
    assert made["D5"].cart == {"book", "map"}


COUNTS = st.dictionaries(st.sampled_from(["Sx", "Sy", "Sz"]), st.integers(1, 3))


@given(st.lists(COUNTS, max_size=8), st.randoms(use_true_random=False))
def test_what_is_kept_is_the_newest_in_any_order_of_arrival(
    counts: list[dict[str, int]], random: Any
) -> None:
    """The rule of section 4.4: an ancestor can be forgotten, all else is kept."""
    arriving = [cart.Version("D", set(), Counter(count)) for count in counts]
    newest = {
        tuple(sorted(one.items()))
        for one in counts
        if not any(other != one and descends(other, one) for other in counts)
    }

    for _ in range(3):
        known: list[Any] = []
        for version in arriving:
            cart.keep(known, version)
        assert {tuple(sorted(v.clock.items())) for v in known} == newest
        assert len(known) == len(newest)
        random.shuffle(arriving)


def descends(newer: dict[str, int], older: dict[str, int]) -> bool:
    return all(newer.get(server, 0) >= count for server, count in older.items())


def test_all_servers_end_with_the_merged_version() -> None:
    trace = cart.main().trace
    last: dict[str, Event] = {e.node: e for e in trace.events if e.received}

    assert {last[name].received.body.name for name in ("Sy", "Sz")} == {"D5"}


# Try it ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("union: bool = True", "union: bool = False", "D5 holds book, map"),
        ("change(edit[1:])", "cart.add(edit[1:])", "D4 holds book, lamp"),
        (
            "change(edit[1:])",
            "change(edit[1:])\n        if name == 'D5':\n            cart -= {'lamp'}",
            "If D3 deletes the book",
        ),
        ('print(f"{new}', 'print(f"cart', "is not printed"),
    ],
)
def test_what_is_no_answer(old: str, new: str, says: str) -> None:
    text = inspect.getsource(cart)
    assert old in text

    told = judged(text.replace(old, new), EXERCISE)

    assert not told["solved"]
    assert says in told["says"]


def test_to_write_down_what_is_gone_is_an_answer() -> None:
    text = inspect.getsource(cart)
    for old, new in (
        ("    cart: set[str]\n", "    cart: set[str]\n    gone: set[str]\n"),
        (
            """        change = cart.add if edit[0] == "+" else cart.remove
        change(edit[1:])
""",
            """        gone = {item for version in read for item in version.gone}
        (cart if edit[0] == "+" else gone).add(edit[1:])
        cart -= gone
""",
        ),
        ("Version(name, cart, clock)", "Version(name, cart, gone, clock)"),
    ):
        assert old in text
        text = text.replace(old, new)

    told = judged(text, EXERCISE)

    assert told["solved"], told["says"]
