"""Two merged logs; and Figure 1 of Lamport's paper, against the paper and arithmetic.

Lamport, L. (1978). Time, Clocks, and the Ordering of Events in a Distributed System.
Communications of the ACM 21(7), 558-565: Figure 1, the definition of happened before,
the Clock Condition, the rules IR1 and IR2. The order is worked out here once more, from
the figure's arrows alone.
"""

import io
from contextlib import redirect_stdout
from itertools import combinations, pairwise

import pytest

from sim import World
from sim.program.find import find, load

TRACE = load(find("ordering/happened_before/figure_1")).main().trace

LIFELINES = {"p": 4, "q": 7, "r": 4}
EVENTS = [
    f"{node}{n}" for node, count in LIFELINES.items() for n in range(1, count + 1)
]
MESSAGES = [  # as the figure draws them; q1 sends two
    ("p1", "q2"),
    ("q1", "p2"),
    ("q1", "r4"),
    ("q4", "r3"),
    ("q5", "p4"),
    ("r2", "q7"),
]
LINES = [(a, b) for a, b in pairwise(EVENTS) if a[0] == b[0]]


def closure() -> set[tuple[str, str]]:
    """The transitive closure of the lifelines and the arrows, after Warshall."""
    order = {*LINES, *MESSAGES}
    for middle in EVENTS:
        into = [a for a, b in order if b == middle]
        out = [b for a, b in order if a == middle]
        order |= {(a, b) for a in into for b in out}
    return order


ORDER = closure()


def before(a: str, b: str) -> bool:
    return TRACE.before(TRACE.event(a), TRACE.event(b))


def concurrent_with(name: str) -> set[str]:
    one = TRACE.event(name)
    return {other.name for other in TRACE.events if TRACE.concurrent(one, other)}


def stamps() -> dict[str, int]:
    names = (event.name for event in TRACE.events)
    return dict(zip(names, TRACE.lamport(), strict=True))


def test_the_figure_has_its_fifteen_events():
    assert sorted(event.name for event in TRACE.events) == EVENTS
    assert len(EVENTS) == 15


def test_the_figure_has_its_six_messages():
    """From p1 to q2, q1 to p2, q1 to r4, q4 to r3, q5 to p4, r2 to q7; no others."""
    arrows = [
        (TRACE.events[TRACE.send_of[one.received.id]].name, one.name)
        for one in TRACE.events
        if one.received is not None
    ]
    assert sorted(arrows) == MESSAGES
    assert not TRACE.incidents


def test_no_message_touches_p3_q3_q6_and_r1():
    alone = {e.name for e in TRACE.events if not e.sent and e.received is None}
    assert alone == {"p3", "q3", "q6", "r1"}


def test_one_message_overtakes_another_from_q_to_r():
    """The second message of q1 arrives at r4, after the one that q4 sent later: r3."""
    first, second = TRACE.event("r4").received, TRACE.event("r3").received
    assert (first.sender, first.to) == (second.sender, second.to) == ("q", "r")
    assert first.sent < second.sent < second.arrives < first.arrives


def test_the_order_is_the_closure_of_the_lines_and_arrows():
    assert {(a, b) for a in EVENTS for b in EVENTS if before(a, b)} == ORDER


def test_58_pairs_are_ordered_and_47_are_concurrent():
    pairs = list(combinations(TRACE.events, 2))
    ordered = [p for p in pairs if TRACE.before(*p) or TRACE.before(*reversed(p))]
    beside = [p for p in pairs if TRACE.concurrent(*p)]
    assert (len(pairs), len(ordered), len(beside)) == (105, 58, 47)


def test_p1_happened_before_r4():
    """The paper's example, and the path that it follows in the figure."""
    assert before("p1", "r4")
    path = ["p1", "q2", "q3", "q4", "r3", "r4"]
    for step in pairwise(path):
        assert step in {*LINES, *MESSAGES}
        assert before(*step)


def test_p3_and_q3_are_concurrent():
    """The paper says so, though q3 is drawn at an earlier time.

    P cannot know what Q did at q3 before it receives the message at p4.
    """
    p3, q3, p4 = (TRACE.event(name) for name in ("p3", "q3", "p4"))
    assert TRACE.concurrent(p3, q3)
    assert q3.time < p3.time
    assert TRACE.before(q3, p4)


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("p3", "q2 q3 q4 q5 q6 q7 r1 r2 r3 r4"),
        ("q3", "p2 p3 r1 r2"),
        ("p1", "q1 r1 r2"),
        ("r2", "p1 p2 p3 p4 q1 q2 q3 q4 q5 q6"),
    ],
)
def test_what_is_concurrent_with_it(name: str, others: str):
    assert concurrent_with(name) == set(others.split())


def test_lamport_stamps():
    """IR1 and IR2, from 0: one more, after taking over what is higher."""
    assert stamps() == {
        **{"p1": 1, "p2": 2, "p3": 3, "p4": 6},
        **{"q1": 1, "q2": 2, "q3": 3, "q4": 4, "q5": 5, "q6": 6, "q7": 7},
        **{"r1": 1, "r2": 2, "r3": 5, "r4": 6},
    }


def test_the_clock_condition():
    """If a → b then C(a) < C(b); the converse does not hold."""
    clock = stamps()
    assert all(clock[a] < clock[b] for a, b in ORDER)
    beside = [
        pair
        for pair in combinations(EVENTS, 2)
        if pair not in ORDER and pair[::-1] not in ORDER
    ]
    different = [pair for pair in beside if clock[pair[0]] != clock[pair[1]]]
    assert (len(different), len(beside) - len(different)) == (36, 11)
    assert clock["p3"] == clock["q3"]


def test_vector_stamps():
    """How many events of P, Q and R are in the past of each (Fidge, Mattern)."""
    names = (event.name for event in TRACE.events)
    assert dict(zip(names, TRACE.vectors(), strict=True)) == {
        "p1": (1, 0, 0),
        "p2": (2, 1, 0),
        "p3": (3, 1, 0),
        "p4": (4, 5, 0),
        "q1": (0, 1, 0),
        "q2": (1, 2, 0),
        "q3": (1, 3, 0),
        "q4": (1, 4, 0),
        "q5": (1, 5, 0),
        "q6": (1, 6, 0),
        "q7": (1, 7, 2),
        "r1": (0, 0, 1),
        "r2": (0, 0, 2),
        "r3": (1, 4, 3),
        "r4": (1, 4, 4),
    }


def test_the_order_of_vectors_is_the_order_of_events():
    names = [event.name for event in TRACE.events]
    vector = dict(zip(names, TRACE.vectors(), strict=True))
    for a in EVENTS:
        for b in EVENTS:
            pairs = zip(vector[a], vector[b], strict=True)
            below = a != b and all(x <= y for x, y in pairs)
            assert below is ((a, b) in ORDER)


def test_the_output_says_so(capsys):
    load(find("ordering/happened_before/figure_1")).main()
    lines = capsys.readouterr().out.splitlines()
    assert "58 in order, 47 concurrent" in lines[0]
    assert lines[1:] == [
        "p1 (10 ms) → r4 (105 ms)",
        "q3 (40 ms) concurrent with p3 (55 ms)",
    ]


# The page's first program: the logs of two servers, sorted by time.
LOGS = load(find("ordering/happened_before/merged_logs"))


def merged(behind: int) -> tuple[World, list[str]]:
    with redirect_stdout(io.StringIO()) as printed:
        world = LOGS.main(behind)
    return world, printed.getvalue().splitlines()


@pytest.mark.parametrize("behind", range(0, 101, 5))
def test_the_log_is_wrong_when_the_news_is_faster_than_the_clocks(behind: int) -> None:
    world, lines = merged(behind)
    post, comment = (world.trace.event(n) for n in ("posts1", "comments1"))
    news = comment.time - post.time

    assert news == 40
    wrong = "comment" in lines[0].split("logs the")[1]
    if behind != news:  # then the sorting of the text decides
        assert wrong == (behind > news)


@pytest.mark.parametrize("behind", range(0, 101, 5))
def test_the_order_of_the_events_does_not_depend_on_a_clock(behind: int) -> None:
    world, lines = merged(behind)

    assert lines[-1] == "by the messages, the post happened before the comment"
    assert world.trace.text().replace("logged at", "") != ""
    times = [event.time for event in world.trace.events]
    assert times == [event.time for event in merged(0)[0].trace.events]
