"""Slow and plain: every serial order is tried. What `serializable` has to agree with.

Nothing of sim.check is used. A history is what Jepsen would note down: all transactions
are invoked, then each gets its answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

Entry = dict[str, Any]


def some_serial_order(history: list[Entry]) -> bool:
    """Whether the answers are those of some serial order, with or without each info."""
    ends = {entry["process"]: entry for entry in history if entry["type"] != "invoke"}
    asked = {e["process"]: e["value"] for e in history if e["type"] == "invoke"}
    certain = [p for p in asked if p in ends and ends[p]["type"] == "ok"]
    unknown = [p for p in asked if p not in ends or ends[p]["type"] == "info"]
    answers = {p: ends[p]["value"] for p in certain}

    def further(store: dict[Any, Any], left: list[Any], maybe: list[Any]) -> bool:
        if not left:
            return True
        for process in left:
            after = run(store, answers[process], True)
            others = [each for each in left if each != process]
            if after is not None and further(after, others, maybe):
                return True
        for process in maybe:
            after = run(store, asked[process], False)
            others = [each for each in maybe if each != process]
            if after is not None and further(after, left, others):
                return True
        return False

    return further({}, certain, unknown)


def run(
    store: dict[Any, Any], steps: list[list[Any]], answered: bool
) -> dict[Any, Any] | None:
    """The store after these steps; None if it would not have answered so."""
    store = dict(store)
    for kind, item, value in steps:
        if kind == "w":
            store[item] = value
        elif kind == "append":
            store[item] = [*store.get(item, []), value]
        elif answered:
            held = store.get(item)
            if (held or None) != (value or None):
                return None
    return store


def draw(random: Random, lists: bool) -> list[Entry]:
    """One to four small transactions, and answers that are half guesses."""
    write = "append" if lists else "w"
    count, value = random.randint(1, 4), 0
    asked: list[list[list[Any]]] = []
    for _ in range(count):
        steps = []
        for _ in range(random.randint(1, 3)):
            item = random.choice("xxy")
            value += 1
            reads = random.random() < 0.5
            steps.append(["r", item, None] if reads else [write, item, value])
        asked.append(steps)
    written = [step for steps in asked for step in steps if step[0] == write]
    history: list[Entry] = [
        {"process": p, "type": "invoke", "f": "txn", "value": steps}
        for p, steps in enumerate(asked)
    ]
    guess = guesses(random, lists, written)
    way = random.random()
    if way < 0.25:
        answers = real(random, asked, lists)
    elif way < 0.8:
        answers = [stale(random, steps, written, lists) for steps in asked]
    else:
        answers = [
            [[k, i, next(guess) if k == "r" else v] for k, i, v in steps]
            for steps in asked
        ]
    for p, steps in enumerate(answers):
        if random.random() < 0.05:
            for step in steps:
                if step[0] == "r":
                    step[2] = next(guess)
        kind = random.choices(["ok", "info", "fail"], [10, 1, 1])[0]
        history.append({"process": p, "type": kind, "f": "txn", "value": steps})
    return history


def guesses(random: Random, lists: bool, written: list[list[Any]]) -> Iterator[Any]:
    """Answers made of what was written, in any order, or of what was not."""
    values = [value for _, _, value in written] + [99] * (random.random() < 0.1)
    while True:
        if lists:
            size = min(len(values), random.choice([0, 0, 1, 1, 2, 2, 3]))
            parts = random.sample(values, size)
            yield sorted(parts) if random.random() < 0.7 else parts
        else:
            yield random.choice([None, *values])


def stale(
    random: Random, asked: list[list[Any]], written: list[list[Any]], lists: bool
) -> list[list[Any]]:
    """What one transaction answers that sees some beginning of what was written."""
    wrote = [step[2] for step in asked if step[0] != "r"]
    seen: dict[str, list[Any]] = {}
    for item in ("x", "y"):
        others = [v for _, i, v in written if i == item and v not in wrote]
        seen[item] = others[: random.randint(0, len(others))]
        if lists and others and random.random() < 0.05:
            seen[item].append(random.choice(others))  # twice, or out of its order
    answers = []
    for kind, item, value in asked:
        if kind == "r":
            value = list(seen[item]) if lists else (seen[item] or [None])[-1]
        else:
            seen[item].append(value)
        answers.append([kind, item, value])
    return answers


def real(
    random: Random, asked: list[list[list[Any]]], lists: bool
) -> list[list[list[Any]]]:
    """What a database without any isolation answers: all steps in any order."""
    store: dict[str, Any] = {}
    answers: list[list[list[Any]]] = [[] for _ in asked]
    while any(
        len(done) < len(steps) for done, steps in zip(answers, asked, strict=True)
    ):
        p = random.choice(
            [p for p, steps in enumerate(asked) if len(answers[p]) < len(steps)]
        )
        kind, item, value = asked[p][len(answers[p])]
        if kind == "append":
            store[item] = [*store.get(item, []), value]
        elif kind == "w":
            store[item] = value
        else:
            value = store.get(item, [] if lists else None)
        answers[p].append([kind, item, value])
    return answers


def draw_blind(random: Random) -> list[Entry]:
    """Four to six transactions on registers, most of whose writes nobody reads."""
    value = 0
    asked: list[list[list[Any]]] = []
    for _ in range(random.randint(4, 6)):
        steps = []
        for item in random.sample("xyz", random.randint(1, 3)):
            value += 1
            reads = random.random() < 0.4
            steps.append(["r", item, None] if reads else ["w", item, value])
        asked.append(steps)
    answers: list[list[list[Any]]] = [[] for _ in asked]
    store: dict[str, Any] = {}
    for process in random.sample(range(len(asked)), len(asked)):
        for kind, item, wanted in asked[process]:
            if kind == "w":
                store[item] = wanted
            found = wanted if kind == "w" else store.get(item)
            if kind == "r" and random.random() < 0.35:
                values = [v for steps in asked for k, i, v in steps if i == item and v]
                found = random.choice([None, *values])
            answers[process].append([kind, item, found])
    history: list[Entry] = [
        {"process": p, "type": "invoke", "f": "txn", "value": steps}
        for p, steps in enumerate(asked)
    ]
    for process in random.sample(range(len(asked)), len(asked)):
        kind = "ok" if random.random() < 0.9 else "info"
        entry = {"process": process, "type": kind, "value": answers[process]}
        history.append(entry)
    return history
