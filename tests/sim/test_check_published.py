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
    "r1[P] w2[y in P] r2[z] w2[z] c2 r1[z] c1": "G2",
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
