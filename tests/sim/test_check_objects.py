"""`linearizable` and `sequential` against every order tried, and their explanations."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from sim.check import (
    IMPOSSIBLE,
    MODELS,
    History,
    HistoryError,
    Model,
    Operation,
    linearizable,
    operations,
    sequential,
)

from . import check_brute_force as brute

KINDS = ("register", "cas-register", "queue", "set", "counter")


@pytest.mark.parametrize("kind", KINDS)
def test_linearizable_agrees_with_every_order_tried(kind: str) -> None:
    verdicts = []
    for seed in range(1200):
        history = brute.draw_history(Random(seed), kind, 2 + seed % 4)
        found = operations(history)
        verdict = linearizable(history, kind)
        verdicts.append(verdict.ok)
        assert verdict.ok == brute.linearizable(found, kind), history
        if verdict:
            check_order(verdict.order, found, kind)
    assert min(verdicts.count(True), verdicts.count(False)) > 150


@pytest.mark.parametrize("kind", KINDS)
def test_longer_histories_agree_too(kind: str) -> None:
    verdicts = []
    for seed in range(250):
        history = brute.draw_history(Random(seed), kind, 7 + seed % 4)
        verdict = linearizable(history, kind)
        verdicts.append(verdict.ok)
        assert verdict.ok == brute.linearizable_stepwise(operations(history), kind)
    assert min(verdicts.count(True), verdicts.count(False)) > 20


@pytest.mark.parametrize("kind", KINDS)
def test_sequential_agrees_with_every_order_tried(kind: str) -> None:
    verdicts = []
    for seed in range(1000):
        history = brute.draw_history(
            Random(seed), kind, 2 + seed % 4, keys=1 + seed % 2
        )
        found = operations(history)
        verdict = sequential(history, kind)
        verdicts.append(verdict.ok)
        assert verdict.ok == brute.sequential(found, kind), history
        assert brute.in_program_order(verdict.order)
        assert brute.explains(verdict.order, kind)
        answered = {op.start for op in found if op.answered}
        placed = {op.start for op in verdict.order}
        if verdict:
            assert answered <= placed
        else:
            assert verdict.blocked.start in answered - placed
    assert min(verdicts.count(True), verdicts.count(False)) > 100


@pytest.mark.parametrize("kind", KINDS)
def test_several_keys_are_judged_together(kind: str) -> None:
    verdicts = []
    for seed in range(400):
        history = brute.draw_history(Random(seed), kind, 2 + seed % 4, keys=3)
        found = operations(history)
        verdict = linearizable(history, kind)
        verdicts.append(verdict.ok)
        assert verdict.ok == brute.linearizable(found, kind), history
        if verdict:
            check_order(verdict.order, found, kind)
    assert min(verdicts.count(True), verdicts.count(False)) > 25


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_operation_that_cannot_be_placed(kind: str) -> None:
    refused = 0
    for seed in range(500):
        history = brute.draw_history(Random(seed), kind, 3 + seed % 3)
        verdict = linearizable(history, kind)
        if verdict:
            continue
        refused += 1
        found = operations(history)
        answered = sorted((op for op in found if op.answered), key=lambda op: op.end)
        first = answered[brute.placeable(found, kind)]
        assert verdict.blocked.start == first.start, history
        # What comes before it is an order, and has all that was answered before it.
        assert brute.in_real_time(verdict.order)
        assert brute.explains(verdict.order, kind)
        placed = {op.start for op in verdict.order}
        assert {op.start for op in answered if op.end < first.end} <= placed
    assert refused > 60


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_lost_agrees_with_every_order_tried(kind: str) -> None:
    verdicts = []
    for seed in range(400):
        random = Random(seed)
        history = brute.draw_history(random, kind, 3 + seed % 3, keys=1 + seed % 2)
        for place, entry in enumerate(history):
            changes = entry.get("f") in (*brute.WRITES, "dequeue")
            if entry["type"] == "ok" and changes and random.random() < 0.5:
                history[place] = {"process": entry["process"], "type": "info"}
        found = operations(history)
        verdict = linearizable(history, kind)
        verdicts.append(verdict.ok)
        assert verdict.ok == brute.linearizable(found, kind), history
        assert sequential(history, kind).ok == brute.sequential(found, kind), history
    assert min(verdicts.count(True), verdicts.count(False)) > 20


def check_order(
    order: tuple[Operation, ...], found: list[Operation], kind: str
) -> None:
    """An order of all that was answered, in real time, that explains the answers."""
    placed = [op.start for op in order]
    assert len(set(placed)) == len(placed)
    assert {op.start for op in found if op.answered} <= set(placed)
    assert brute.in_real_time(order)
    assert brute.explains(order, kind)


def test_linearizable_implies_sequential() -> None:
    for seed in range(300):
        history = brute.draw_history(Random(seed), "register", 6, keys=2)
        if linearizable(history, "register"):
            assert sequential(history, "register")


def test_a_write_that_changes_nothing_is_not_placed_at_once() -> None:
    # While A's write of 1 runs the register holds 1 already. It has to wait all the
    # same: B writes 2 and reads 1 afterwards.
    history = History()
    history.invoke("C", "write", 1)
    history.ok("C")
    history.invoke("A", "write", 1)
    history.invoke("B", "write", 2)
    history.ok("B")
    history.ok("A")
    history.invoke("B", "read")
    history.ok("B", 1)
    assert linearizable(history, "register")


def test_what_nobody_answered_may_take_effect_late_or_never() -> None:
    history = History()
    history.invoke("A", "write", 1)
    history.info("A")
    history.invoke("B", "read")
    history.ok("B", None)
    assert linearizable(history, "register")
    history.invoke("A", "read")  # A goes on after its time-out
    history.ok("A", 1)
    assert linearizable(history, "register")
    history.invoke("B", "read")
    history.ok("B", None)
    assert not linearizable(history, "register")


def test_what_failed_did_not_happen() -> None:
    history = History()
    history.invoke("A", "write", 1)
    history.fail("A")
    history.invoke("B", "read")
    history.ok("B", 1)
    assert not linearizable(history, "register")


def test_the_reason_is_one_sentence_about_the_operation() -> None:
    history = History()
    for value in (1, 2):
        history.invoke("A", "write", value)
        history.ok("A")
    history.invoke("B", "read")
    history.ok("B", 1)
    verdict = linearizable(history, "register")
    assert verdict.reason == (
        "no place for “B read → 1” (entries 4 and 5): every order that fits what was "
        "answered before it leaves the register holding 2, as after “A write 1”, "
        "“A write 2”"
    )
    assert str(verdict.blocked) == "B read → 1"
    assert verdict.data() == {
        "ok": False,
        "reason": verdict.reason,
        "order": ["A write 1", "A write 2"],
        "blocked": "B read → 1",
    }
    assert str(verdict).startswith("no: no place")


def test_the_reason_when_nothing_came_before() -> None:
    history = History()
    history.invoke("A", "read")
    history.ok("A", 7)
    assert linearizable(history, "register").reason == (
        "no place for “A read → 7” (entries 0 and 1): whatever may come before it "
        "leaves the register holding nothing"
    )


def test_the_reason_for_no_sequential_order() -> None:
    history = History()
    history.invoke("A", "write", 1)
    history.ok("A")
    history.invoke("A", "read")
    history.ok("A", None)
    verdict = sequential(history, "register")
    assert verdict.reason == (
        "no order that keeps each process's own goes beyond 1 of the 2 answered "
        "operations; one of these leaves the register holding 1, and next would be "
        "“A read → nothing”"
    )


class Door(Model):
    initial = "shut"

    def step(self, state: Any, op: Operation) -> Any:
        """Only a shut door opens."""
        wanted = {"open": "shut", "shut": "open"}[op.f]
        return {"open": "open", "shut": "shut"}[op.f] if state == wanted else IMPOSSIBLE


def test_a_model_of_ones_own() -> None:
    history = History()
    for process, f in (("A", "open"), ("B", "shut")):
        history.invoke(process, f)
        history.ok(process)
    assert linearizable(history, Door())
    history.invoke("C", "shut")
    history.ok("C")
    verdict = linearizable(history, Door())
    assert not verdict
    assert "leaves the object holding shut" in verdict.reason


def test_a_model_without_a_step_says_what_it_needs() -> None:
    history = History()
    history.invoke("A", "read")
    history.ok("A")
    with pytest.raises(
        NotImplementedError, match=r"Model needs: step\(self, state, op\)"
    ):
        linearizable(history, Model())


def test_a_model_that_is_not_there() -> None:
    with pytest.raises(
        LookupError, match="there is no model 'stack'; there is: register"
    ):
        linearizable([], "stack")


@pytest.mark.parametrize("kind", [*KINDS, "transactions"])
def test_an_operation_that_the_model_does_not_have(kind: str) -> None:
    history = [{"process": 0, "type": "invoke", "f": "push", "value": 1}]
    name = MODELS[kind].name
    with pytest.raises(HistoryError, match=rf"entry 0: the {name} has .*, not 'push'"):
        linearizable(history, kind)


def test_nothing_happened() -> None:
    for kind in MODELS:
        assert linearizable([], kind)
        assert sequential([], kind)


def hard(seed: int, spoil: bool, clients: int = 50, keys: int = 50) -> History:
    """50 clients at once, who append to logs and read them."""
    random = Random(seed)
    history = History()
    logs: dict[int, tuple[int, ...]] = {}
    running: dict[int, list[Any]] = {}
    left = 2000
    while left or running:
        client = random.randrange(clients)
        if client not in running:
            if left:
                left -= 1
                f = random.choice(["read", "append"])
                running[client] = [f, left, random.randrange(keys), False]
                value = left if f == "append" else None
                history.invoke(client, f, value, running[client][2])
        elif random.random() < 0.1:
            f, value, key, happened = running[client]
            if happened:
                history.ok(client, value)
                del running[client]
            elif f == "append":
                logs[key] = (*logs.get(key, ()), value)
                running[client][3] = True
            else:
                running[client] = [f, logs.get(key, ()), key, True]
    if spoil:
        reads = [
            e for e in history if isinstance(e["value"], tuple) and len(e["value"]) > 3
        ]
        victim = reads[len(reads) * 3 // 4]
        victim["value"] = victim["value"][:-2] + victim["value"][-1:]
    return history


class Log(Model):
    name = "log"
    initial = ()

    def step(self, state: Any, op: Operation) -> Any:
        """A read shows all that was appended."""
        if op.f == "append":
            return (*state, op.value)
        return state if state == op.result else IMPOSSIBLE

    def only_reads(self, op: Operation) -> bool:
        """A read never writes."""
        return op.f == "read"


@pytest.mark.parametrize("seed", range(3))
def test_hard_histories_end(seed: int) -> None:
    assert linearizable(hard(seed, spoil=False), Log())
    assert not linearizable(hard(seed, spoil=True), Log())


class Counting(Log):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.steps = 0

    def step(self, state: Any, op: Operation) -> Any:
        """As a log."""
        self.steps += 1
        return super().step(state, op)


def test_the_keys_take_turns() -> None:
    # Fifteen appends at once and one read that none of their orders explains: a search
    # of more than 15! configurations. The key after it is wrong at first sight.
    history = History()
    for client in range(15):
        history.invoke(client, "append", client, "hard")
    history.invoke("R", "read", None, "hard")
    history.ok("R", (0, 99))
    for client in range(15):
        history.ok(client)
    history.invoke("E", "read", None, "easy")
    history.ok("E", (1,))
    model = Counting()
    verdict = linearizable(history, model)
    assert verdict.blocked.key == "easy"
    assert model.steps < 5000


def test_every_key_gets_all_the_turns_that_it_needs() -> None:
    # Of seven appends at once all orders have to be tried, in several turns.
    history = History()
    for key, clients in (("hard", 15), ("middling", 7)):
        for client in range(clients):
            history.invoke(f"{key} {client}", "append", client, key)
        history.invoke(f"{key} R", "read", None, key)
        history.ok(f"{key} R", (0, 99))
        for client in range(clients):
            history.ok(f"{key} {client}")
    model = Counting()
    verdict = linearizable(history, model)
    assert verdict.blocked.key == "middling"
    assert 10_000 < model.steps < 500_000


def test_the_work_grows_with_the_length() -> None:
    steps = {}
    for size in (100, 1000, 10_000):
        model = Counting()
        history = History()
        log: tuple[int, ...] = ()
        for number in range(size // 4):
            history.invoke("A", "append", number)
            history.invoke("B", "read")
            history.invoke("C", "read")
            history.ok("C", log[-3:])
            log = (*log[-2:], number)
            history.ok("A")
            history.ok("B", log[-3:])
            history.invoke("C", "read")
            history.ok("C", log[-3:])
        # A log that forgets all but the last three keeps the test itself linear.
        model.step = _last_three(model)  # type: ignore[method-assign]
        assert linearizable(history, model)
        steps[size] = model.steps / size
    assert steps[10_000] < 1.2 * steps[100]


def _last_three(model: Counting) -> Any:
    def step(state: Any, op: Operation) -> Any:
        model.steps += 1
        if op.f == "append":
            return (*state[-2:], op.value)
        return state if state == op.result else IMPOSSIBLE

    return step
