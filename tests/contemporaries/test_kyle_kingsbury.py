"""What docs/contemporaries/kyle_kingsbury.md says beyond its recorded run.

Linearizability: Herlihy and Wing 1990. What an unanswered operation may do: the
histories of Jepsen, `info`.
"""

import inspect

import pytest

from sim.check import History, linearizable, sequential
from sim.program.exercise import judged
from sim.program.find import find, load

program = load(find("contemporaries/kyle_kingsbury/judge_a_history"))
EXERCISE = "contemporaries/kyle_kingsbury/exercises/never_alone"


def entries(history: History) -> list[tuple[object, ...]]:
    return [
        (entry["process"][0] + entry["type"][0], entry.get("value"))
        for entry in history
    ]


@pytest.fixture
def history() -> History:
    history: History = program.run(62, True)[1]
    return history


def test_the_recorded_history_is_the_one_that_the_page_tells(history: History) -> None:
    assert entries(history) == [
        ("bi", None),
        ("ai", "one"),
        ("bo", None),
        ("ao", "one"),
        ("ai", "two"),
        ("bi", None),
        ("bo", "one"),
        ("ao", "two"),
        ("bi", None),
        ("bo", "one"),
    ]


def test_only_the_last_read_is_at_fault(history: History) -> None:
    verdict = linearizable(history, "register")

    assert not verdict
    assert verdict.blocked.start == 8
    assert linearizable(history[:8], "register")


def test_by_the_clock_it_is_not_in_order_and_by_itself_it_is(history: History) -> None:
    assert sequential(history, "register")


def test_about_a_quarter_of_the_seeds_shows_nothing() -> None:
    passed = sum(bool(program.run(seed, True)[2]) for seed in range(100))

    assert 20 <= passed <= 30


def test_without_a_cut_every_history_is_linearizable() -> None:
    for seed in range(300):
        assert program.run(seed, False)[2], seed


# Try it ---------------------------------------------------------------------


@pytest.mark.parametrize("last", ["one", "two"])
def test_a_write_that_nobody_answered_may_have_happened_or_not(
    history: History, last: str
) -> None:
    history[7] = {"process": "ann", "type": "info"}
    history[9] = {**history[9], "value": last}

    assert linearizable(history, "register")


def test_and_it_may_happen_later(history: History) -> None:
    history[7] = {"process": "ann", "type": "info"}
    history.invoke("bob", "read")
    history.ok("bob", "two")

    assert linearizable(history, "register")


def test_to_call_it_failed_makes_a_sound_database_look_broken(history: History) -> None:
    history[7] = {"process": "ann", "type": "fail"}
    history[9] = {**history[9], "value": "two"}

    assert not linearizable(history, "register")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("timeout=30", "timeout=300", "With seed"),  # longer than the cut
        (", timeout=30)  # ms", ")", "even when the cut is over"),
        ('me.note("goes on alone")', "continue", "even when the cut is over"),
        ('me.reply(write, "saved")', "pass", "a write of ann's gets no answer"),
        ("me.reply(request, value)", "me.reply(request)", "no place"),
    ],
)
def test_what_is_no_answer(old: str, new: str, says: str) -> None:
    text = inspect.getsource(program)
    assert old in text

    told = judged(text.replace(old, new), EXERCISE)

    assert not told["solved"]
    assert says in told["says"]


def test_a_follower_that_asks_the_leader_is_an_answer() -> None:
    text = inspect.getsource(program)
    start, end = text.index("async def leader"), text.index("def run")
    asks = """async def leader(me: Node) -> None:
    value = None
    while True:
        request = await me.receive()
        value = value if request.body == "read" else request.body
        me.reply(request, value)


async def follower(me: Node) -> None:
    while True:
        request, answer = await me.receive(), None
        while answer is None:
            try:
                answer = await me.call("leader", "read", timeout=30)
            except TimeoutError:
                me.note("asks again")
        me.reply(request, answer.body)


"""

    told = judged(text[:start] + asks + text[end:], EXERCISE)

    assert told["solved"], told["says"]
