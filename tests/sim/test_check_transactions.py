"""`serializable` against every serial order tried, its names against every cycle."""

from __future__ import annotations

from itertools import permutations
from random import Random
from typing import Any

import pytest

from sim.check import Edge, HistoryError, linearizable, serializable
from sim.check.notation import parse
from sim.check.serializability import judge
from sim.check.transactions import Execution

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


def some_serial_order(history: list[dict[str, Any]], lists: bool) -> bool:
    """Whether the answers are those of some serial order, by running them all."""
    count = len(history) // 2
    ends = {entry["process"]: entry for entry in history[count:]}
    kinds = {process: entry["type"] for process, entry in ends.items()}
    for order in permutations([p for p in range(count) if kinds[p] != "fail"]):
        unknown = [p for p in order if kinds[p] == "info"]
        for mask in range(1 << len(unknown)):
            left_out = {p for bit, p in enumerate(unknown) if mask >> bit & 1}
            if runs([ends[p] for p in order if p not in left_out], lists):
                return True
    return False


def runs(entries: list[dict[str, Any]], lists: bool) -> bool:
    store: dict[str, Any] = {}
    nothing: Any = [] if lists else None
    for entry in entries:
        for step, item, value in entry["value"]:
            if step == "w":
                store[item] = value
            elif step == "append":
                store[item] = [*store.get(item, []), value]
            elif entry["type"] == "ok" and store.get(item, nothing) != value:
                return False
    return True


@pytest.mark.parametrize("lists", [False, True], ids=["registers", "lists"])
def test_operations_agree_with_every_serial_order_tried(lists: bool) -> None:
    verdicts = []
    for seed in range(2500):
        history = draw_operations(Random(seed), lists)
        verdict = serializable(history)
        verdicts.append(verdict.ok)
        assert verdict.ok == some_serial_order(history, lists), (
            seed,
            history,
            str(verdict),
        )
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
        (
            "r1[x=1] r2[x=2] c1 c2",
            "nobody has written x=2, and before all writes it was 1",
        ),
    ],
)
def test_a_text_that_makes_no_sense(history: str, message: str) -> None:
    with pytest.raises(HistoryError, match=message):
        serializable(history)


@pytest.mark.parametrize(
    ("history", "message"),
    [
        (txn("A", ["r", "x", 1]), "entry 1: x = 1 is read here, and nobody wrote it"),
        (
            [*txn("A", ["w", "x", 1]), *txn("B", ["w", "x", 1])],
            "entry 2: x = 1 was written before, in entry 0; write each value only once",
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
    with pytest.raises(HistoryError, match="versions of x: 1 is missing"):
        serializable(txn("A", ["w", "x", 1]), {"x": []})
    with pytest.raises(
        HistoryError, match="in a text, put the order of the versions at its end"
    ):
        serializable("w1[x] c1", {"x": [1]})
