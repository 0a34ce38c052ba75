"""JSON's values are JSON's, and a second witness is used or refused."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from sim.check import (
    History,
    HistoryError,
    convergent,
    linearizable,
    operations,
    read_your_writes,
    sequential,
    serializable,
)
from sim.check.values import FALSE, TRUE, frozen, shown

DIFFERENT = [
    (1, True),
    (0, False),
    (1, "1"),
    (True, "true"),
    (None, "null"),
    (None, False),
    ({"a": 1}, [["a", 1]]),
    ({}, []),
    ([1], [True]),
    ({"a": 1}, {"a": True}),
    ([[1]], [1]),
    ("", None),
]
SAME = [
    (1, 1.0),
    (0.0, -0.0),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ([1, [2]], (1, (2,))),
]


def written_and_read(written: Any, read: Any) -> History:
    history = History()
    history.invoke(1, "write", written)
    history.ok(1)
    history.invoke(1, "read")
    history.ok(1, read)
    return history


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_values_that_differ(one: Any, other: Any) -> None:
    assert frozen(one) != frozen(other)
    assert shown(frozen(one)) != shown(frozen(other))
    for first, second in ((one, other), (other, one)):
        history = written_and_read(first, second)
        for checker in (linearizable, sequential):
            verdict = checker(history, "register")
            assert not verdict
            assert shown(frozen(first)) in verdict.reason
        assert linearizable(written_and_read(first, first), "register")
        if first is not None and second != [first]:  # a read of a list is a feed
            assert not read_your_writes(history)
        assert not convergent({"a": first, "b": second})


@pytest.mark.parametrize(("one", "other"), SAME)
def test_values_that_are_the_same(one: Any, other: Any) -> None:
    assert frozen(one) == frozen(other)
    assert hash(frozen(one)) == hash(frozen(other))
    assert linearizable(written_and_read(one, other), "register")
    assert convergent({"a": one, "b": other})


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_transactions_tell_values_apart(one: Any, other: Any) -> None:
    for write in ("w", "append"):
        if one in (None, [], {}) and write == "w":
            continue
        found = [other] if write == "append" else other
        history = [
            {"process": "A", "type": "invoke", "value": [[write, "x", one]]},
            {"process": "A", "type": "ok", "value": [[write, "x", one]]},
            {"process": "B", "type": "invoke", "value": [["r", "x", None]]},
            {"process": "B", "type": "ok", "value": [["r", "x", found]]},
        ]
        nothing_yet = write == "w" and found in (None, [])
        verdict = serializable(history)
        assert verdict.ok == nothing_yet
        assert verdict.anomaly == ("" if nothing_yet else "garbage-read")


def test_sets_and_counters_tell_values_apart() -> None:
    for f, answer in (("contains", True), ("read", [True])):
        history = History()
        history.invoke("A", "add", 1)
        history.ok("A")
        history.invoke("A", f, True if f == "contains" else None)
        history.ok("A", answer)
        assert not linearizable(history, "set")


def test_a_list_of_pairs_is_no_object() -> None:
    for f, wrong in (("read", {"a": 1}), ("read", {"1": 1})):
        history = History()
        history.invoke("A", "add", ["a", 1])
        history.ok("A")
        history.invoke("A", f)
        history.ok("A", wrong)
        with pytest.raises(HistoryError, match="answered with a list"):
            linearizable(history, "set")
    steps = [["append", "x", ["a", 1]], ["r", "x", {"a": 1}]]
    history = History()
    for process, step in enumerate(steps):
        history.invoke(process, "txn", [step])
    for process, step in enumerate(steps):
        history.ok(process, [step])
    assert serializable(history).anomaly == "garbage-read"
    assert not linearizable(history, "transactions")


def test_a_state_true_is_not_the_state_one() -> None:
    # Both writes run at once; a search that takes 1 for true forgets one of the two.
    for order in ((1, True), (True, 1)):
        history = History()
        for process, value in zip("AB", order, strict=True):
            history.invoke(process, "write", value)
        for process in "AB":
            history.ok(process)
        for value in order:
            history.invoke("C", "read")
            history.ok("C", value)
        assert not linearizable(history, "register")  # the first one is gone
        assert linearizable(history[:-2], "register")


def test_truth_still_is_pythons() -> None:
    assert TRUE == True  # noqa: E712
    assert FALSE == False  # noqa: E712
    assert TRUE != 1
    assert FALSE != 0
    assert bool(TRUE)
    assert not FALSE
    assert str(TRUE) == "true"
    assert copy.deepcopy(TRUE) is TRUE
    assert pickle.loads(pickle.dumps(FALSE)) is FALSE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("one", "one"),
        ("1", '"1"'),
        ("1e3", '"1e3"'),
        ("true", '"true"'),
        ("nothing", '"nothing"'),
        ("", '""'),
        (" x", '" x"'),
        ("\x1b[1m\n", '"\\u001b[1m\\n"'),
        ("e\u0301", '"e\\u0301"'),
        ("a\u202eb", '"a\\u202eb"'),
        ("é 🦊", "é 🦊"),
        ("[1]", '"[1]"'),
        (None, "nothing"),
        (True, "true"),
        ({"b": [1, "2"], "a": None}, '{a: nothing, b: [1, "2"]}'),
    ],
)
def test_what_a_sentence_shows(value: Any, text: str) -> None:
    assert shown(frozen(value)) == text


def test_processes_and_keys_are_told_apart() -> None:
    history = History()
    history.invoke(True, "write", 1)
    history.invoke(1, "write", 2)
    history.ok(True)
    history.ok(1)
    history.invoke(1, "write", 3, key=True)
    history.ok(1)
    history.invoke(1, "read", None, key=1)
    history.ok(1, None)
    assert len(operations(history)) == 4
    assert linearizable(history, "register")


# A second witness -----------------------------------------------------------


def entry(process: Any, kind: str, f: str = "read", **more: Any) -> dict[str, Any]:
    return {"process": process, "type": kind, "f": f, **more}


def stale(**more: list[Any]) -> list[dict[str, Any]]:
    """A write of 1, answered before a read of nothing: not linearizable."""
    history = [
        entry("A", "invoke", "write", value=1),
        entry("A", "ok", "write", value=1),
        entry("B", "invoke"),
        entry("B", "ok", value=None),
    ]
    for name, values in more.items():
        for each, value in zip(history, values, strict=True):
            if value is not ...:
                each[name] = value
    return history


@pytest.mark.parametrize(
    "more",
    [
        {"index": [0, 1, 2, 3]},
        {"index": [3, 7, 8, 20], "time": [5, 9, 8, 12]},
        {"time": [1, 2, 3, 4]},
        {"time": [1, 1, 1, 1]},
        {"time": [..., 2, ..., 4]},
        {"index": [None] * 4, "time": [None] * 4},
    ],
)
def test_the_order_of_the_entries_is_confirmed(more: Any) -> None:
    assert not linearizable(stale(**more), "register")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"index": [0, 2, 1, 3]},
            "entry 2: index 1 comes after 2; sort the entries by",
        ),
        ({"index": [0, 1, 1, 3]}, "entry 2: index 1 stands here twice"),
        ({"index": [0, 1, ..., 3]}, "entry 2: index is a number, not nothing; give"),
        ({"index": [0, 1, "2", 3]}, 'entry 2: index is a number, not "2"'),
        ({"index": [0, True, 2, 3]}, "entry 1: index is a number, not true"),
        ({"time": [5, 9, 8, 12]}, "entry 2: time 8 comes after 9; sort the entries by"),
        ({"time": [..., 9, ..., 8]}, "entry 3: time 8 comes after 9"),
        ({"time": [5, 4, 6, 7]}, "entry 1: time 4 comes after 5"),
        (
            {"index": [0, 1, 2, 3], "time": [5, 4, 6, 7]},
            "entry 1: by index this comes after the last entry of process A, and by "
            r"time before it \(4 after 5\); mend one of the two",
        ),
    ],
)
def test_an_order_that_contradicts_the_entries(more: Any, message: str) -> None:
    with pytest.raises(HistoryError, match=message):
        linearizable(stale(**more), "register")


def test_time_may_go_back_where_it_changes_nothing() -> None:
    history = [
        entry("A", "invoke", "write", value=1, time=20),
        entry("B", "invoke", time=10),
        entry("A", "ok", "write", time=40),
        entry("B", "ok", value=None, time=30),
    ]
    assert linearizable(history, "register")


@pytest.mark.parametrize("kind", ["ok", "fail", "info"])
@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"key": "b"}, "its write of key 'a' of entry 0, and this answers 'b'; write"),
        ({"key": None}, "its write of key 'a' of entry 0, and this answers None"),
        (
            {"f": "read"},
            "its write of entry 0, and this answers 'read'; write the same f",
        ),
    ],
)
def test_the_second_entry_repeats_the_first(kind: str, more: Any, message: str) -> None:
    first = entry(1, "invoke", "write", value=1, key="a")
    second = {"process": 1, "type": kind, **more}
    with pytest.raises(HistoryError, match=f"entry 1: process 1 waits for {message}"):
        linearizable([first, second], "register")
    second = {"process": 1, "type": kind, "f": "write", "key": "a"}
    assert linearizable([first, second], "register")


def test_an_f_that_is_left_out() -> None:
    steps = {"process": 1, "type": "invoke", "value": [["r", "x", None]]}
    assert operations([steps])[0].f == "txn"
    for value in (None, 1, [1, 2], [["r", "x"]], "r x"):
        with pytest.raises(HistoryError, match="entry 0: f, the name of the operation"):
            operations([{"process": 1, "type": "invoke", "value": value}])
