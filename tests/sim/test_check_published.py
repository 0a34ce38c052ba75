"""Published histories get the verdicts and the names that were published with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.check import PHENOMENA, linearizable, phenomena, sequential, serializable

HISTORIES = sorted(Path(__file__).parent.glob("histories/*.json"))


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_a_published_history(path: Path) -> None:
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    assert told["source"]
    for what, wanted in told["verdicts"].items():
        if what == "linearizable":
            assert linearizable(told["history"], told["model"]).ok == wanted
        elif what == "sequential":
            assert sequential(told["history"], told["model"]).ok == wanted
        else:
            verdict = serializable(told["history"])
            given = verdict.ok if what == "serializable" else getattr(verdict, what)
            assert given == (tuple(wanted) if isinstance(wanted, list) else wanted)


def test_each_queue_of_h8_alone_is_sequentially_consistent() -> None:
    # Herlihy and Wing 1990, section 3.3: sequential consistency is not local.
    path = next(path for path in HISTORIES if path.stem == "herlihy_wing_h8")
    history = json.loads(path.read_text("utf-8"))["history"]
    queue: dict[str, str] = {}
    for wanted in ("p", "q"):
        alone = []
        for entry in history:
            queue[entry["process"]] = entry.get("key", queue.get(entry["process"], ""))
            if queue[entry["process"]] == wanted:
                alone.append(entry)
        assert sequential(alone, "queue")
        assert not linearizable(alone, "queue") or wanted == "p"


# Each phenomenon of Berenson et al. 1995, as the paper writes its pattern (sections
# 2.2, 3, 4.1 and 4.2), and all that is in it: P2 is where what was read is replaced.
PATTERNS = {
    "P0": ("w1[x] w2[x] c1 c2", ["P0"]),
    "P1": ("w1[x] r2[x] c1 c2", ["P1"]),
    "P2": ("r1[x] w2[x] c1 c2", ["P2"]),
    "P3": ("r1[P] w2[y in P] c1 c2", ["P3"]),
    "P4": ("r1[x] w2[x] c2 w1[x] c1", ["P2", "P4"]),
    "P4C": ("rc1[x] w2[x] c2 w1[x] c1", ["P2", "P4", "P4C"]),
    "A1": ("w1[x] r2[x] a1 c2", ["P1", "A1"]),
    "A2": ("r1[x] w2[x] c2 r1[x] c1", ["P2", "A2"]),
    "A3": ("r1[P] w2[y in P] c2 r1[P] c1", ["P3", "A3"]),
    "A5A": ("r1[x] w2[x] w2[y] c2 r1[y] c1", ["P2", "A5A"]),
    "A5B": ("r1[x] r2[y] w1[y] w2[x] c1 c2", ["P2", "A5B"]),
}


def test_no_phenomenon_is_left_out() -> None:
    assert set(PATTERNS) == set(PHENOMENA)


@pytest.mark.parametrize("name", PATTERNS)
def test_a_phenomenon_gets_its_name(name: str) -> None:
    text, wanted = PATTERNS[name]
    assert list(phenomena(text)) == wanted
    # Whoever takes part, and whatever else goes on.
    other = text.replace("1", "7").replace("2", "5").replace("x", "k").replace("y", "m")
    assert list(phenomena("r3[z] " + other.replace(" ", " w3[z] ", 1))) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "w1[x] c1 w2[x] c2",
        "w1[x] c1 r2[x] c2",
        "w1[x] a1 r2[x] c2",
        "r1[x] c1 w2[x] c2",
        "r1[P] c1 w2[y in P] c2",
        "r1[P] w2[y in Q] c1 c2",
        "w1[x] w2[y] c1 c2",
        "r1[x] w1[x] c1",
    ],
)
def test_no_phenomenon_where_there_is_none(text: str) -> None:
    assert phenomena(text) == ()


def test_different_letters_are_different_items() -> None:
    assert phenomena("r1[x] w2[x] w2[x] c2 r1[x] c1") == ("P2", "A2")


def test_who_has_not_ended_ends_later() -> None:
    assert phenomena("w1[x] r2[x]") == ("P1",)
    assert phenomena("w1[x] r2[x] c2 a1") == ("P1", "A1")


# What Adya 1999 (chapter 3) and Adya, Liskov and O'Neil 2000 call these.
NAMES = {
    "w1(x1, 2) w2(x2, 5) w2(y2, 5) c2 w1(y1, 8) c1 [x1 << x2, y2 << y1]": "G0",
    "w1[x=1] r2[x=1] c2 a1": "G1a",
    "w1[x=1] r2[x=1] w1[x=2] c1 c2": "G1b",
    "w1[x] w2[y] r1[y] r2[x] c1 c2": "G1c",
    "r1[x0] r2[x0] w2[x2] c2 w1[x1] c1 [x2 << x1]": "G-single",
    "r1[x0] w2[x2] w2[y2] c2 r1[y2] c1": "G-single",
    "r1[x0] r1[y0] r2[x0] r2[y0] w1[x1] w2[y2] c1 c2": "G2-item",
    # One arrow rw is G-single, on a search condition too; two of them are G2.
    "r1[P] w2[y in P] r2[z] w2[z] c2 r1[z] c1": "G-single",
    "r1[P] r2[P] w1[y in P] w2[z in P] c1 c2": "G2",
    "r1[x] w1[x] c1 r2[x] w2[x] c2": "",
    # An older version than the text suggests, and so no cycle: read, then replaced.
    "w1[x1] c1 w2[x2] c2 r3[x1] c3 [x1 << x2]": "",
    # The same with both items: the old x and the new y.
    "w1[x1] w1[y1] c1 w2[x2] w2[y2] c2 r3[x1] r3[y2] c3": "G-single",
}


@pytest.mark.parametrize("text", NAMES)
def test_an_anomaly_gets_its_name(text: str) -> None:
    verdict = serializable(text)
    assert verdict.anomaly == NAMES[text]
    assert verdict.ok == (not NAMES[text])


# The cases of Kleppmann's Hermitage (2014), written down as the papers would: what a
# weak database does, then what one does that prevents it. Its x is 10 and its y 20.
HERMITAGE = {
    "G0": ("w1[x=11] w2[x=12] w2[y=22] c2 w1[y=21] c1", "G0", ["P0"]),
    "G0 prevented": ("w1[x=11] w1[y=21] c1 w2[x=12] w2[y=22] c2", "", []),
    "G1a": ("w1[x=101] r2[x=101] a1 r2[x=10] c2", "G1a", ["P1", "A1"]),
    "G1a prevented": ("w1[x=101] r2[x=10] a1 r2[x=10] c2", "", []),
    "G1b": (
        "w1[x=101] r2[x=101] w1[x=11] c1 r2[x=11] c2",
        "G1b",
        ["P1", "P2", "A2"],
    ),
    "G1b prevented": ("w1[x=101] r2[x=10] w1[x=11] c1 r2[x=10] c2", "", ["P2"]),
    "G1b, new value after the commit": (
        "w1[x=101] r2[x=10] w1[x=11] c1 r2[x=11] c2",
        "G-single",
        ["P2", "A2"],
    ),
    "G1c": ("w1[x=11] w2[y=22] r1[y=22] r2[x=11] c1 c2", "G1c", ["P1"]),
    "G1c prevented": ("w1[x=11] w2[y=22] r1[y=20] r2[x=10] c1 c2", "G2-item", []),
    "OTV": (
        "w1[x=11] w1[y=19] w2[x=12] c1 r3[x=12] w2[y=18] r3[y=19] c2 r3[y=18] c3",
        "G-single",
        ["P0", "P1"],
    ),
    "OTV prevented": (
        "w1[x=11] w1[y=19] c1 r3[x=11] r3[y=19] w2[x=12] w2[y=18] c2 r3[y=19] c3",
        "",
        ["P2"],
    ),
    "PMP": ("r1[P] w2[insert y to P] c2 r1[P] c1", "G-single", ["P3", "A3"]),
    "PMP prevented": ("r1[P=0] w2[insert y to P] c2 r1[P=0] c1", "", ["P3"]),
    "P4": (
        "r1[x=10] r2[x=10] w1[x=11] c1 w2[x=12] c2",
        "G-single",
        ["P2", "P4"],
    ),
    "P4 prevented": ("r1[x=10] r2[x=10] w1[x=11] c1 a2", "", ["P2"]),
    "G-single": (
        "r1[x=10] r2[x=10] r2[y=20] w2[x=12] w2[y=18] c2 r1[y=18] c1",
        "G-single",
        ["P2", "A5A"],
    ),
    "G-single prevented": (
        "r1[x=10] r2[x=10] r2[y=20] w2[x=12] w2[y=18] c2 r1[y=20] c1",
        "",
        ["P2"],
    ),
    "G2-item": (
        "r1[x=10] r1[y=20] r2[x=10] r2[y=20] w1[x=11] w2[y=21] c1 c2",
        "G2-item",
        ["P2", "A5B"],
    ),
    "G2-item prevented": (
        "r1[x=10] r1[y=20] r2[x=10] r2[y=20] w1[x=11] w2[y=21] c1 a2",
        "",
        ["P2"],
    ),
    "G2": ("r1[P] r2[P] w1[insert y to P] w2[insert z to P] c1 c2", "G2", ["P3"]),
    "G2 prevented": (
        "r1[P] r2[P] w1[insert y to P] w2[insert z to P] c1 a2",
        "",
        ["P3"],
    ),
}


@pytest.mark.parametrize("case", HERMITAGE)
def test_a_case_of_hermitage(case: str) -> None:
    text, anomaly, found = HERMITAGE[case]
    verdict = serializable(text)
    assert (verdict.ok, verdict.anomaly) == (not anomaly, anomaly)
    assert list(verdict.phenomena) == found


# What Elle (Kingsbury and Alvaro 2020) calls these: transactions that append to lists,
# `a x 1`, and read them, `r x 12`, or `r x` for an empty one.
ELLE = {
    "a x 1 a y 1 | a x 2 a y 2 | r x 12 r y 21": "G0",
    "a x 1 a x 3 | a x 2 | r x 123": "G0",  # a split
    "a x 1 a y 1 | a x 2 a y 2 | a x 3 a y 3 | r x 12 | r y 2": "G0",  # 1 is unobserved
    "! a x 1 | r x 1": "G1a",
    "! a x 1 | a x 2 | r x 12": "G1a",  # dirty update
    "a x 1 a x 2 | r x 1": "G1b",
    "a x 1 a x 2 | r x 2": "G1b",  # a part: Elle says nothing
    "a x 1 r y 1 | a x 2 a y 1 | r x 12": "G1c",
    "a x 1 a y 1 | a x 2 r y | r x 12": "G-single",
    "r x a x 1 | r x a x 2 | r x 12": "G-single",  # lost update
    "a x 1 r y | a y 1 r x": "G2-item",
    "a x 1 | r x 1 r x": "internal",
    "a x 3 r x": "internal",
    "a x 1 | a x 3 r x 3 r x 13": "internal",
    "r x 1 a x 1": "future-read",
    "a x 1 r x 12 a x 2": "future-read",
    "a x 0 | a x 2 | r x 012 a x 1": "future-read",
    "a x 1 | r x 11": "duplicate-elements",
    "a x 1 | a x 2 | a x 3 | r x 13 | r x 123": "incompatible-order",
    "a x 1 | r x 2": "garbage-read",
    "a x 1 r x 1 a x 2 | r x 12": "",
    "r x 12 a x 3 r x 123 a x 4 r x 1234 | a x 1 | a x 2": "",
    "a z 1 a x 1 a y 1 | r x 1 a y 2 | r y 12 a z 3 | r z 13": "",
    "? a x 1 a y 1 | r x 1 r y 1": "",  # nobody answered, and it was seen
    "? a x 1 a y 1 | r x 1 r y": "G-single",
}


def told(text: str) -> list[dict[str, Any]]:
    history: list[dict[str, Any]] = []
    for process, part in enumerate(text.split(" | ")):
        words = part.split()
        kind = {"!": "fail", "?": "info"}.get(words[0], "ok")
        steps: list[list[Any]] = []
        for word in words[kind != "ok" :]:
            if word in ("a", "r"):
                steps.append(["append" if word == "a" else "r", None, []])
            elif word.isdigit():
                digits = [int(digit) for digit in word]
                steps[-1][2] = digits[0] if steps[-1][0] == "append" else digits
            else:
                steps[-1][1] = word
        for type_ in ("invoke", kind):
            history.append({"process": process, "type": type_, "value": steps})
    return history


@pytest.mark.parametrize("text", ELLE)
def test_a_case_of_elle(text: str) -> None:
    verdict = serializable(told(text))
    assert verdict.ok == (not ELLE[text])
    assert verdict.anomaly == ELLE[text], str(verdict)
