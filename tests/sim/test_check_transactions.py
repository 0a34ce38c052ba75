"""`serializable` against every serial order tried, its names against every cycle."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from random import Random
from typing import Any

import pytest

from sim.check import (
    Edge,
    HistoryError,
    WrongWitness,
    linearizable,
    serializable,
)
from sim.check.execution import Execution
from sim.check.notation import parse
from sim.check.serializability import judge

from . import transactions_brute_force as brute

RANK = ("G0", "G1c", "G-single", "G2-item")


def draw_text(random: Random) -> str:
    """Steps of two to four transactions on two items, all of which commit."""
    steps = [
        [
            f"{random.choice('rw')}{number}[{random.choice('xy')}]"
            for _ in range(random.randint(1, 3))
        ]
        + [f"c{number}"]
        for number in range(1, random.randint(3, 5))
    ]
    text = []
    while any(steps):
        text.append(random.choice([each for each in steps if each]).pop(0))
    return " ".join(text)


def serial_order_exists(text: str) -> bool:
    """Some serial order with the same readers, and the same order of final writes."""
    steps = [(step.kind, step.transaction, step.item) for step in parse(text).steps]
    wanted = told(steps)
    if wanted is None:
        return False
    numbers = sorted({number for _, number, _ in steps})
    return any(
        told([step for number in order for step in steps if step[1] == number])
        == wanted
        for order in permutations(numbers)
    )


def told(steps: list[tuple[str, str, str]]) -> Any:
    """Who reads whose final write, and how final writes follow; None: a G1b."""
    writes: dict[str, list[tuple[str, int]]] = {}
    reads: dict[str, list[Any]] = {}
    for place, (kind, number, item) in enumerate(steps):
        done = writes.setdefault(item, [])
        if kind == "w":
            done.append((number, place))
        elif kind == "r":
            found = done[-1] if done else None
            reads.setdefault(number, []).append((item, found))
    final = {item: dict(done) for item, done in writes.items()}
    seen: dict[str, list[tuple[str, str | None]]] = {}
    for number, found in reads.items():
        for item, version in found:
            if version is None:
                seen.setdefault(number, []).append((item, None))
                continue
            writer, place = version
            if writer != number and final[item][writer] != place:
                return None
            if writer != number:
                seen.setdefault(number, []).append((item, writer))
    orders = {
        item: sorted(last, key=lambda n: last[n])
        for item, last in final.items()
        if last
    }
    return seen, orders


def test_texts_agree_with_every_serial_order_tried() -> None:
    verdicts = []
    for seed in range(3000):
        text = draw_text(Random(seed))
        verdict = serializable(text)
        verdicts.append(verdict.ok)
        assert verdict.ok == serial_order_exists(text), text
    assert min(verdicts.count(True), verdicts.count(False)) > 500


def every_cycle(edges: list[Edge]) -> list[list[Edge]]:
    names = sorted({edge.before for edge in edges})
    cycles = []

    def walk(path: list[Edge], start: str) -> None:
        at = path[-1].after if path else start
        if path and at == start:
            cycles.append(list(path))
            return
        for edge in edges:
            visited = {each.before for each in path}
            if edge.before == at and (edge.after == start or edge.after not in visited):
                walk([*path, edge], start)

    for name in names:
        walk([], name)
    return cycles


def name_of(cycle: list[Edge]) -> str:
    kinds = [edge.kind for edge in cycle]
    if "rw" not in kinds:
        return "G1c" if "wr" in kinds else "G0"
    return "G-single" if kinds.count("rw") == 1 else "G2-item"


def test_the_gravest_anomaly_is_named_and_its_cycle_is_the_shortest() -> None:
    names = []
    for seed in range(1500):
        random = Random(seed)
        committed = [f"T{number}" for number in range(1, random.randint(3, 6))]
        execution = Execution(committed=committed)
        for item in "xy":
            writers = random.sample(
                committed, random.randint(0, min(1 + seed % 3, len(committed)))
            )
            execution.versions[item] = writers
            for reader in committed:
                if random.random() < 0.5:
                    execution.read(
                        reader, item, random.choice(["0", *writers]), set(), True
                    )
        cycles = every_cycle(execution.edges())
        verdict = judge(execution)
        names.append(verdict.anomaly)
        assert verdict.ok == (not cycles)
        if not cycles:
            place = {name: at for at, name in enumerate(verdict.order)}
            assert all(
                place[edge.before] < place[edge.after] for edge in execution.edges()
            )
            continue
        gravest = min((name_of(cycle) for cycle in cycles), key=RANK.index)
        assert verdict.anomaly == gravest
        assert list(verdict.cycle) in cycles
        assert name_of(list(verdict.cycle)) == gravest
        same = [cycle for cycle in cycles if name_of(cycle) == gravest]
        assert len(verdict.cycle) == min(map(len, same))
    assert min(names.count(name) for name in (*RANK, "")) > 10, names


# Operations -----------------------------------------------------------------


def draw_operations(random: Random, lists: bool) -> list[dict[str, Any]]:
    """Two to four transactions at once, which see older versions now and then."""
    log: dict[str, list[Any]] = {"x": [], "y": []}
    write = "append" if lists else "w"
    history: list[dict[str, Any]] = []
    count = random.randint(3, 4)
    value = 0
    for process in range(count):
        asked = []
        for _ in range(random.randint(2, 4)):
            value += 1
            item = random.choice("xy")
            asked.append(
                ["r", item, None] if random.random() < 0.6 else [write, item, value]
            )
        entry = {"process": process, "type": "invoke", "f": "txn", "value": asked}
        history.append(entry)
    for process in random.sample(range(count), count):
        kind = random.choices(["ok", "info", "fail"], [8, 1, 1])[0]
        answer = []
        own: dict[str, Any] = {}
        at = {
            item: random.randint(max(0, len(log[item]) - 2), len(log[item]))
            for item in log
        }
        for step, item, wanted in history[process]["value"]:
            if step != "r":
                own[item] = [*own.get(item, []), wanted] if lists else [wanted]
                answer.append([step, item, wanted])
                continue
            base = log[item][: at[item]]
            shown = [*base, *own.get(item, [])] if random.random() < 0.95 else base
            answer.append(["r", item, shown if lists else (shown or [None])[-1]])
        history.append({"process": process, "type": kind, "f": "txn", "value": answer})
        if kind != "fail" or random.random() < 0.3:
            for item, more in own.items():
                log[item] = [*log[item], *more]
    return history


@pytest.mark.parametrize("lists", [False, True], ids=["registers", "lists"])
def test_operations_agree_with_every_serial_order_tried(lists: bool) -> None:
    verdicts = []
    for seed in range(2500):
        history = draw_operations(Random(seed), lists)
        verdict = serializable(history)
        verdicts.append(verdict.ok)
        assert verdict.ok == brute.some_serial_order(history), (seed, history)
    assert min(verdicts.count(True), verdicts.count(False)) > 300


@pytest.mark.parametrize("part", range(4))
def test_many_small_sets_agree_with_every_serial_order_tried(part: int) -> None:
    names = Counter()
    for seed in range(part * 6000, part * 6000 + 6000):
        history = brute.draw(Random(seed), lists=part < 2)
        verdict = serializable(history)
        names[verdict.anomaly] += 1
        assert verdict.ok == brute.some_serial_order(history), (seed, history)
    wanted = {"", "G1a", "G1b", "G1c", "G-single", "G2-item", "internal", "future-read"}
    if part < 2:
        wanted |= {"G0", "duplicate-elements", "incompatible-order", "garbage-read"}
    assert min(names[name] for name in wanted) > 5, names


def test_unknown_orders_of_versions_agree_with_every_serial_order_tried() -> None:
    verdicts = []
    for seed in range(2000):
        history = brute.draw_blind(Random(seed))
        verdict = serializable(history)
        verdicts.append(verdict.ok)
        assert verdict.ok == brute.some_serial_order(history), (seed, history)
    assert min(verdicts.count(True), verdicts.count(False)) > 300


def txn(process: str, *steps: list[Any]) -> list[dict[str, Any]]:
    asked = [
        [kind, item, None if kind == "r" else value] for kind, item, value in steps
    ]
    return [
        {"process": process, "type": "invoke", "f": "txn", "value": asked},
        {"process": process, "type": "ok", "f": "txn", "value": list(steps)},
    ]


def test_the_processes_name_the_transactions() -> None:
    alice = txn("alice", ["r", "stock", None], ["w", "stock", "two"])
    bob = txn("bob", ["r", "stock", None], ["w", "stock", "three"])
    verdict = serializable([alice[0], bob[0], alice[1], bob[1]])
    assert (verdict.anomaly, verdict.name) == ("G-single", "lost update")
    assert verdict.reason == (
        "lost update (G-single): bob read the stock that alice replaced, and bob "
        "overwrites the stock that alice wrote; a serial order would need bob before "
        "alice and alice before bob (no other order of the versions helps)"
    )


def test_versions_may_come_in_another_order_than_the_commits() -> None:
    history = [
        *txn("A", ["w", "x", 1], ["w", "y", 1]),
        *txn("B", ["w", "x", 2], ["r", "y", None]),
    ]
    assert serializable(history)
    assert serializable(history, {"x": [2, 1]})
    assert not serializable(history, {"x": [1, 2]})


def test_no_answer_counts_as_committed_if_somebody_read_it() -> None:
    lost, seen = txn("A", ["w", "x", 1]), txn("B", ["r", "x", 1])
    assert serializable([lost[0], *seen])
    lost[1] = {"process": "A", "type": "fail", "f": "txn"}
    verdict = serializable([*lost, *seen])
    assert verdict.anomaly == "G1a"
    assert (
        verdict.reason
        == "aborted read (G1a): B reads the x that A wrote and never commits"
    )


def test_a_transaction_reads_what_it_wrote_itself() -> None:
    verdict = serializable(txn("A", ["w", "x", 1], ["r", "x", None]))
    assert verdict.reason == (
        "internal inconsistency: A does not read what it has written to x itself"
    )


def test_lists_that_no_order_of_appends_gives() -> None:
    history = [
        *txn("A", ["append", "x", 1]),
        *txn("B", ["append", "x", 2]),
        *txn("C", ["r", "x", [1, 2]]),
        *txn("D", ["r", "x", [2, 1]]),
    ]
    verdict = serializable(history)
    assert verdict.reason == "incompatible order: x reads [2, 1] here and [1, 2] there"


def test_strictly_serializable_is_linearizable_over_transactions() -> None:
    late = [*txn("A", ["w", "x", 1]), *txn("B", ["r", "x", None])]
    assert serializable(late)
    assert not linearizable(late, "transactions")
    assert linearizable(
        [*txn("A", ["w", "x", 1]), *txn("B", ["r", "x", 1])], "transactions"
    )


@pytest.mark.parametrize(
    ("history", "message"),
    [
        ("r1[x", r"character 1, 'r1\[x': not a step; write r1\[x\], w1\[x=10\]"),
        (
            "w1[x] c1 r1[x]",
            r"character 10, r1\[x\]: 1 has ended with c1; give the later",
        ),
        (
            "w1[x2] c1",
            r"character 1, w1\[x2\]: transaction 1 writes version x1, not x2",
        ),
        ("r1[x2] w2[x2] c1 c2", r"character 1: x2 is not yet written when it is read"),
        ("w1[x] w2[x] c1 c2 [x1 << y2]", "'x1 << y2': write the versions of one item"),
        ("w1[x1] w2[x2] w3[x3] [x1 << x2]", "the order of the versions of x lacks x3"),
        ("w1[x1] c1 [x1 << x7]", "versions of x has x7, which nobody wrote"),
        ("w1[x1] c1 [x1 << x0]", "versions of x has x0, which comes before all others"),
        (
            "w1[x1=1] c1 r2[x1=2] c2",
            "character 13: x1 is 1, and is read here as 2; mend one of the two",
        ),
        ("r1[x0=1] r2[x0=2]", "character 10: x0 is 1, and is read here as 2"),
    ],
)
def test_a_text_that_makes_no_sense(history: str, message: str) -> None:
    with pytest.raises(HistoryError, match=message):
        serializable(history)


@pytest.mark.parametrize(
    ("history", "message"),
    [
        (
            txn("A", ["w", "x", None]),
            "entry 0: nothing is what x was at the start; write another value",
        ),
        (
            [*txn("A", ["w", "x", 1]), *txn("B", ["append", "x", 2])],
            "entry 2: x is written here and appended to elsewhere; an item is either",
        ),
        (
            txn("A", ["append", "x", 1], ["append", "x", 1]),
            "entry 0: x = 1 was written before, in entry 0",
        ),
        (
            [txn("A", ["r", "x", None])[0], {"process": "A", "type": "ok"}],
            "entry 1: this answer does not say what the reads found",
        ),
        (
            [*txn("A", ["w", "x", 1])[:1], *txn("A", ["w", "x", 2])[1:]],
            r"entry 1: \[\[w, x, 1\]\] is asked and \[\[w, x, 2\]\] answered",
        ),
        (
            [*txn("A", ["w", "x", 1]), *txn("B", ["w", "x", 1])],
            "entry 2: x = 1 was written before, in entry 0; write each value only once",
        ),
        (
            [{**txn("A", ["w", "x", 1])[0], "key": "k"}],
            "entry 0: a transaction names its items in its steps; remove the key",
        ),
        (txn("A", ["q", "x", 1]), r'entry 0: a step is \["r", item, null\]'),
        (
            [{"process": 0, "type": "invoke", "f": "read", "value": None}],
            r'entry 0: a transaction is \{"f": "txn", .* not f = \'read\'',
        ),
    ],
)
def test_operations_that_make_no_sense(history: list[Any], message: str) -> None:
    with pytest.raises(HistoryError, match=message):
        serializable(history)


def test_versions_that_lack_one() -> None:
    with pytest.raises(HistoryError, match="versions of x: nobody wrote 7"):
        serializable(txn("A", ["w", "x", 1]), {"x": [1, 7]})
    with pytest.raises(HistoryError, match="versions of x: one stands there twice"):
        serializable(txn("A", ["w", "x", 1]), {"x": [1, 1]})
    with pytest.raises(HistoryError, match="versions of transactions name the items"):
        serializable(txn("A", ["w", "x", 1]), [1])  # type: ignore[arg-type]
    with pytest.raises(HistoryError, match="versions of x: 1 is missing"):
        serializable(txn("A", ["w", "x", 1]), {"x": []})
    with pytest.raises(
        HistoryError, match="in a text, put the order of the versions at its end"
    ):
        serializable("w1[x] c1", {"x": [1]})


def test_what_nobody_wrote_is_a_finding() -> None:
    verdict = serializable([*txn("A", ["w", "x", 2]), *txn("B", ["r", "x", 3])])
    assert (verdict.ok, verdict.anomaly) == (False, "garbage-read")
    assert verdict.reason == "garbage read: B reads x = 3, which nobody wrote"
    assert serializable("r1[x=1] r2[x=2] c1 c2").reason == (
        "garbage read: T2 reads x=2, which nobody wrote"
    )


def test_a_part_of_what_a_transaction_appended() -> None:
    both = txn("A", ["append", "x", 1], ["append", "x", 2])
    first, second = txn("B", ["r", "x", [1]]), txn("B", ["r", "x", [2]])
    assert serializable([*both, *first]).reason == (
        "intermediate read (G1b): B reads x as A wrote it before writing it again"
    )
    assert serializable([*both, *second]).reason == (
        "lost append (G1b): B reads x without the 1 that A appended before 2"
    )
    turned = serializable([*both, *txn("B", ["r", "x", [2, 1]])])
    assert turned.reason == (
        "incompatible order: B reads x = [2, 1], and A appended [1, 2] in this order"
    )


def test_a_transaction_that_contradicts_itself() -> None:
    assert serializable(txn("A", ["r", "x", 1], ["w", "x", 1])).reason == (
        "future read: A reads x = 1, which it writes only afterwards"
    )
    twice = [*txn("A", ["w", "x", 1]), *txn("B", ["r", "x", None], ["r", "x", 1])]
    assert serializable(twice).reason == (
        "internal inconsistency: B reads x twice, once nothing and once 1, and did not "
        "change it"
    )


def test_versions_are_a_witness_of_their_own() -> None:
    history = [
        *txn("A", ["append", "x", 1]),
        *txn("B", ["append", "x", 2]),
        *txn("C", ["r", "x", [1, 2]]),
    ]
    assert serializable(history, {"x": [1, 2]})
    assert serializable(history, {"x": [2, 1]}).anomaly == "incompatible-order"
    lost = txn("D", ["w", "y", 1])[:1]
    skew = [*lost, *txn("E", ["r", "y", None])]
    assert serializable(skew, {"y": [1]})
    numbered = [*txn("A", ["w", 1, 5]), *txn("B", ["w", 1, 6], ["r", 2, None])]
    numbered += txn("C", ["r", 1, 5])
    assert serializable(numbered, {"1": [6, 5]}).ok  # as JSON has to write it
    assert serializable(numbered, {"1": [5, 6]}).ok


def test_who_read_a_version_and_wrote_put_the_next_one() -> None:
    # Whatever the order of the blind writes: both replaced what the other one read.
    blind = [each for n in range(30) for each in txn(f"W{n}", ["w", "xy"[n % 2], n])]
    skew = [
        *txn("A", ["r", "x", 28], ["r", "y", 29], ["w", "x", "new"]),
        *txn("B", ["r", "x", 28], ["r", "y", 29], ["w", "y", "new"]),
    ]
    verdict = serializable([*blind, *skew])
    assert (verdict.anomaly, verdict.name) == ("G2-item", "write skew")
    assert [edge.before for edge in verdict.cycle] == ["A", "B"]


def test_things_with_like_names_are_kept_apart() -> None:
    # Process "T1" and process 1, item "1" and item 1.
    history = [
        *txn("T1", ["w", "1", "a"], ["r", 1, None]),
        {"process": 1, "type": "invoke", "f": "txn", "value": [["w", 1, "b"]]},
        {"process": 1, "type": "ok"},
    ]
    verdict = serializable(history)
    assert verdict.order == ("T1", "T1'")


def test_what_an_order_does_not_explain_never_leaves_as_a_yes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    history = [*txn("A", ["w", "x", 1]), *txn("B", ["r", "x", 1])]
    assert serializable(history)
    monkeypatch.setattr("sim.check.execution.Execution.edges", lambda self: [])
    monkeypatch.setattr(
        "sim.check.serializability.ordered", lambda names, _: names[::-1]
    )
    monkeypatch.setattr("sim.check.version_order.ordered", lambda names, _: names[::-1])
    with pytest.raises(WrongWitness, match="does not explain B"):
        serializable(history)
    with pytest.raises(WrongWitness, match="does not explain T2"):
        serializable("w1[x] c1 r2[x] c2")


def test_a_transaction_may_have_the_number_0() -> None:
    text = "w0[x0] w0[y0] c0 r1[x0] w1[y1] c1 "
    assert serializable(text + "[y0 << y1]").order == ("T0", "T1")
    assert serializable(text + "[y1 << y0]").anomaly == "G1c"
    assert serializable("R1[x] W2[x] C2 W1[x] C1").anomaly == "G-single"
