"""The session guarantees against their definitions, and convergence."""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import Any

import pytest

from sim.check import (
    History,
    HistoryError,
    convergent,
    monotonic_reads,
    monotonic_writes,
    read_your_writes,
    writes_follow_reads,
)

CHECKERS = (read_your_writes, monotonic_reads, monotonic_writes, writes_follow_reads)


class Run:
    """Replicas that pass on what they have, late and in any order; and who did what.

    Each operation is (session, "write", number) or (session, "read", what the replica
    held), which is what the definitions of Terry et al. speak of.
    """

    def __init__(self, seed: int) -> None:
        random = Random(seed)
        replicas: list[list[int]] = [[], [], []]
        self.done: list[tuple[int, str, Any]] = []
        self.history = History()
        careless = seed % 3 == 0  # replicas that insert what they hear anywhere
        for number in range(random.randint(4, 12)):
            session = random.randrange(3)
            replica = random.choice(replicas)
            if random.random() < 0.5:
                self.history.invoke(session, "append", number)
                self.history.ok(session)
                replica.append(number)
                self.done.append((session, "write", number))
            else:
                self.history.invoke(session, "read")
                self.history.ok(session, list(replica))
                self.done.append((session, "read", list(replica)))
            for _ in range(random.randrange(4)):
                source, target = random.sample(replicas, 2)
                for write in source:
                    if write not in target and random.random() < 0.8:
                        place = (
                            random.randint(0, len(target)) if careless else len(target)
                        )
                        target.insert(place, write)

    def pairs(self, first: str, second: str) -> list[tuple[Any, Any]]:
        """What came before what in one session."""
        return [
            (a, b)
            for (one, kind, a), (other, other_kind, b) in combinations(self.done, 2)
            if one == other and (kind, other_kind) == (first, second)
        ]

    def reads(self) -> list[list[int]]:
        return [what for _, kind, what in self.done if kind == "read"]


def ordered(read: list[int], first: int, second: int) -> bool:
    """If the second is in the database, so is the first, ahead of it."""
    if second not in read:
        return True
    return first in read and read.index(first) < read.index(second)


def defined(run: Run) -> dict[str, bool]:
    """Terry et al. 1994, sections 3.1 to 3.4, word by word.

    Writes follow reads is meant for all servers: so it carries on from write to write.
    """
    causes = {
        (cause, write) for read, write in run.pairs("read", "write") for cause in read
    }
    while True:
        more = {(a, d) for a, b in causes for c, d in causes if b == c} - causes
        if not more:
            break
        causes |= more
    return {
        "read_your_writes": all(w in read for w, read in run.pairs("write", "read")),
        "monotonic_reads": all(
            set(first) <= set(second) for first, second in run.pairs("read", "read")
        ),
        "monotonic_writes": all(
            ordered(read, *pair)
            for pair in run.pairs("write", "write")
            for read in run.reads()
        ),
        "writes_follow_reads": all(
            ordered(read, *pair) for pair in causes for read in run.reads()
        ),
    }


def test_the_guarantees_agree_with_their_definitions() -> None:
    verdicts: dict[str, list[bool]] = {checker.__name__: [] for checker in CHECKERS}
    for seed in range(2000):
        run = Run(seed)
        wanted = defined(run)
        for checker in CHECKERS:
            verdict = checker(run.history)
            assert verdict.ok == wanted[checker.__name__], (checker.__name__, run.done)
            verdicts[checker.__name__].append(verdict.ok)
    for name, given in verdicts.items():
        assert min(given.count(True), given.count(False)) > 100, name


def test_single_values_stand_for_all_older_versions() -> None:
    for seed in range(1000):
        random = Random(seed)
        versions = random.sample(range(1, 5), 4)
        register, feed = History(), History()
        written: list[int] = []
        for value in range(1, 5):
            for _ in range(random.randint(0, 2)):
                session = random.randrange(3)
                seen = random.choice([None, *written])
                register.invoke(session, "read")
                register.ok(session, seen)
                older = versions[: versions.index(seen) + 1] if seen else []
                feed.invoke(session, "read")
                feed.ok(session, [each for each in older if each in written])
            session = random.randrange(3)
            for history in (register, feed):
                history.invoke(session, "write", value)
                history.ok(session)
            written.append(value)
        for checker in CHECKERS:
            assert checker(register, versions).ok == checker(feed).ok, (seed, checker)


def session(*steps: tuple[str, str, Any]) -> History:
    history = History()
    for process, f, value in steps:
        if f == "read":
            history.invoke(process, f)
            history.ok(process, value)
        else:
            history.invoke(process, f, value)
            history.ok(process)
    return history


def test_the_reasons() -> None:
    assert read_your_writes(session(("A", "write", 1), ("A", "read", None))).reason == (
        "“A read → nothing” (entry 2) does not show “A write 1” (entry 0) of the same "
        "session"
    )
    lagging = session(("B", "write", 1), ("A", "read", 1), ("A", "read", None))
    assert monotonic_reads(lagging).reason == (
        "“A read → nothing” (entry 4) does not show “B write 1” (entry 0), which "
        "“A read → 1” (entry 2) of the same session had shown"
    )
    swapped = session(("A", "append", 1), ("A", "append", 2), ("B", "read", [2, 1]))
    assert monotonic_writes(swapped).reason == (
        "“B read → [2, 1]” (entry 4) shows “A append 2” (entry 2) without “A append 1” "
        "(entry 0) before it, which its session had written first"
    )
    answer = session(
        ("A", "append", "question"),
        ("B", "read", ["question"]),
        ("B", "append", "answer"),
        ("C", "read", ["answer"]),
    )
    verdict = writes_follow_reads(answer)
    assert verdict.reason == (
        "“C read → [answer]” (entry 6) shows “B append answer” (entry 4) without “A "
        "append question” (entry 0) before it, which its session had read when it wrote"
    )
    assert verdict.blocked.start == 6
    assert monotonic_writes(answer)


def test_keys_are_kept_apart() -> None:
    history = History()
    history.invoke("A", "write", 1, "x")
    history.ok("A")
    history.invoke("A", "read", None, "y")
    history.ok("A", None)
    assert read_your_writes(history)
    history.invoke("A", "read", None, "x")
    history.ok("A", None)
    assert not read_your_writes(history)


def test_causes_carry_on_from_key_to_key() -> None:
    history = History()
    for process, f, value, key in (
        ("A", "write", 1, "x"),
        ("B", "read", 1, "x"),
        ("B", "write", 1, "y"),
        ("C", "read", 1, "y"),
        ("C", "write", 2, "x"),
        ("D", "read", 1, "x"),
    ):
        history.invoke(process, f, None if f == "read" else value, key)
        history.ok(process, value)
    assert writes_follow_reads(history, {"x": [1, 2], "y": [1]})
    assert not writes_follow_reads(history, {"x": [2, 1], "y": [1]})


def test_nobody_reads_what_is_yet_to_be_written() -> None:
    history = session(("A", "read", [1]), ("B", "append", 1))
    verdict = read_your_writes(history)
    assert (verdict.ok, verdict.anomaly) == (False, "future-read")
    assert verdict.reason == (
        "future read: “A read → [1]” (entry 0) shows 1 before it is written"
    )


@pytest.mark.parametrize("checker", CHECKERS)
def test_what_no_write_put_there_is_a_finding(checker: Any) -> None:
    verdict = checker(session(("A", "write", 2), ("A", "read", 1)))
    assert verdict.reason == (
        "garbage read: “A read → 1” (entry 2) shows 1, which nobody wrote"
    )
    failed = History()
    failed.invoke("A", "write", 1)
    failed.fail("A")
    failed.invoke("A", "read")
    failed.ok("A", 1)
    assert checker(failed).anomaly == "G1a"
    twice = session(("A", "append", 1), ("A", "read", [1, 1]))
    assert checker(twice).anomaly == "duplicate-elements"
    assert not checker(session(("A", "append", 1), ("A", "read", [True])))


def test_what_was_not_answered_promises_nothing() -> None:
    history = History()
    history.invoke("A", "write", 1)
    history.info("A")
    history.invoke("A", "read")
    history.ok("A", None)
    assert read_your_writes(history)


@pytest.mark.parametrize(
    ("history", "versions", "message"),
    [
        (
            session(("A", "write", 1), ("B", "write", 1)),
            None,
            "entry 2: 1 was written in entry 0 too; write each value only once",
        ),
        (session(("A", "write", None)), None, "entry 0: a write needs a value"),
        (session(("A", "write", 1)), [2], "versions: no write gives 2 to None"),
        (
            session(("A", "write", 1), ("A", "read", 1)),
            [],
            "versions of None: 1 is missing",
        ),
    ],
)
def test_what_makes_no_sense(history: History, versions: Any, message: str) -> None:
    with pytest.raises(HistoryError, match=message):
        read_your_writes(history, versions)


# Replicas -------------------------------------------------------------------


def test_replicas_converge() -> None:
    assert convergent({"a": [1, 2], "b": [1, 2], "c": [1, 2]})
    assert convergent({"a": {"x": {1, 2}}, "b": {"x": {2, 1}}})
    verdict = convergent({"a": [1, 2], "b": [1, 2], "c": [2, 1]})
    assert verdict.reason == (
        "a and c have received the same updates and differ: a holds [1, 2], "
        "c holds [2, 1]"
    )
    assert verdict.blocked == "c"
    assert convergent({"a": {1, 2}, "b": {2, 3, 4}}).reason == (
        "a and b have received the same updates and differ: only a holds [1]; only b "
        "holds [3, 4]"
    )


def test_only_replicas_that_received_the_same_are_compared() -> None:
    held = {"a": 3, "b": 2, "c": 3}
    verdict = convergent(held, {"a": ["+1", "+2"], "b": ["+2"], "c": ["+2", "+1"]})
    assert verdict
    assert verdict.reason == "replicas that received the same updates hold the same"
    assert not convergent(held, {"a": ["+2"], "b": ["+2"], "c": ["+2", "+1"]})
    early = convergent({"a": 1, "b": 2}, {"a": ["+1"], "b": ["+2"]})
    assert early.reason == "no two replicas have received the same updates yet"
    with pytest.raises(ValueError, match="delivered lacks 'b'; list what that replica"):
        convergent({"a": 1, "b": 2}, {"a": []})


class Replica:
    def __init__(self, value: int) -> None:
        self.value = value


def test_objects_with_a_value_count_as_what_they_hold() -> None:
    assert convergent({"a": Replica(1), "b": Replica(1)})
    assert not convergent({"a": Replica(1), "b": Replica(2)})
