"""Slow and plain: every order is tried. What the checkers have to agree with."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import combinations, permutations
from random import Random
from typing import Any

from sim.check import Operation

WRITES = ("write", "enqueue", "add", "remove", "cas")


class Thing:
    """The objects themselves, as one would write them without any model in mind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.value: Any = 0 if kind == "counter" else None
        self.queue: deque[Any] = deque()
        self.members: set[Any] = set()

    def do(self, f: str, value: Any) -> Any:
        if f == "write":
            self.value = value
        elif f == "cas":
            if self.value != value[0]:
                return False
            self.value = value[1]
        elif f == "enqueue":
            self.queue.append(value)
        elif f == "dequeue":
            return self.queue.popleft() if self.queue else None
        elif f == "add" and self.kind == "counter":
            self.value += value
        elif f == "add":
            self.members.add(value)
        elif f == "remove":
            self.members.discard(value)
        elif f == "contains":
            return value in self.members
        elif self.kind == "set":
            return tuple(sorted(self.members))
        else:
            return self.value
        return True if f == "cas" else None


def draw_call(random: Random, kind: str) -> tuple[str, Any]:
    number = random.randrange(1, 4)
    if kind == "queue":
        return random.choice([("enqueue", number), ("dequeue", None)])
    if kind == "set":
        return random.choice(
            [("add", number), ("remove", number), ("contains", number), ("read", None)]
        )
    if kind == "counter":
        return random.choice([("add", number), ("read", None)])
    calls: list[tuple[str, Any]] = [("write", number), ("read", None)]
    if kind == "cas-register":
        calls.append(("cas", [random.randrange(1, 4), number]))
    return random.choice(calls)


def draw_history(
    random: Random, kind: str, size: int, processes: int = 3, keys: int = 1
) -> list[dict[str, Any]]:
    """A run of real objects, whose answers are then mixed up more or less."""
    things = [Thing(kind) for _ in range(keys)]
    lag = random.choice(
        [0.0, 0.3, 0.6]
    )  # how often an answer comes from an older state
    history: list[dict[str, Any]] = []
    running: dict[int, list[Any]] = {}
    left = size
    while left or running:
        process = random.randrange(processes)
        if process not in running:
            if not left:
                if random.random() < 0.3:
                    break  # the rest stays without an answer
                continue
            left -= 1
            f, value = draw_call(random, kind)
            key = random.randrange(keys)
            entry = {"process": process, "type": "invoke", "f": f, "value": value}
            if keys > 1:
                entry["key"] = key
            history.append(entry)
            running[process] = [f, value, key, None, False]
            continue
        call = running[process]
        f, value, key, answer, happened = call
        if not happened and random.random() < 0.6:
            call[3], call[4] = things[key].do(f, value), True
            continue
        if random.random() < 0.12:
            kind_of_end = "info" if happened or random.random() < 0.5 else "fail"
            history.append({"process": process, "type": kind_of_end, "f": f})
            del running[process]
            continue
        if not happened:
            answer = things[key].do(f, value)
        if random.random() < lag:
            answer = draw_answer(random, f, answer)
        history.append({"process": process, "type": "ok", "f": f, "value": answer})
        del running[process]
    return history


def draw_answer(random: Random, f: str, answer: Any) -> Any:
    if f in ("cas", "contains"):
        return random.random() < 0.5
    if f in WRITES:
        return None
    if isinstance(answer, tuple):
        return sorted(random.sample([1, 2, 3], random.randrange(3)))
    return random.choice([answer, 1, 2, 3])


def explains(order: tuple[Operation, ...], kind: str) -> bool:
    """Whether the objects, used in this order, give the answers."""
    things: dict[Any, Thing] = {}
    for op in order:
        got = things.setdefault(op.key, Thing(kind)).do(op.f, op.value)
        says_nothing = op.f in ("write", "enqueue", "add", "remove")
        if op.answered and not says_nothing and got != op.result:
            return False
    return True


def in_real_time(order: tuple[Operation, ...]) -> bool:
    return not any(
        later.answered and later.end < op.start
        for place, op in enumerate(order)
        for later in order[place + 1 :]
    )


def in_program_order(order: tuple[Operation, ...]) -> bool:
    """An operation without an answer may come late, but never early."""
    return not any(
        later.answered and later.process == op.process and later.start < op.start
        for place, op in enumerate(order)
        for later in order[place + 1 :]
    )


def choices(operations: list[Operation]) -> Iterator[list[Operation]]:
    """All the answered ones with any of the others."""
    certain = [op for op in operations if op.answered]
    doubtful = [op for op in operations if not op.answered]
    for count in range(len(doubtful) + 1):
        for some in combinations(doubtful, count):
            yield certain + list(some)


def linearizable(operations: list[Operation], kind: str) -> bool:
    return any(
        in_real_time(order) and explains(order, kind)
        for chosen in choices(operations)
        for order in permutations(chosen)
    )


def sequential(operations: list[Operation], kind: str) -> bool:
    return any(
        in_program_order(order) and explains(order, kind)
        for chosen in choices(operations)
        for order in permutations(chosen)
    )


def placeable(operations: list[Operation], kind: str) -> int:
    """How many of the first answered ones fit one order, whatever else is in it."""
    answered = sorted((op for op in operations if op.answered), key=lambda op: op.end)
    most = 0
    for count in range(len(operations) + 1):
        for some in combinations(operations, count):
            first = 0
            while first < len(answered) and answered[first] in some:
                first += 1
            complete = all(
                earlier in some
                for op in some
                for earlier in answered
                if earlier.end < op.start
            )
            orders = permutations(some if first > most and complete else ())
            if any(
                order and in_real_time(order) and explains(order, kind)
                for order in orders
            ):
                most = first
    return most


def linearizable_stepwise(operations: list[Operation], kind: str) -> bool:
    """As `linearizable`, without a memory, but giving up an order that goes wrong."""

    def further(order: tuple[Operation, ...], left: frozenset[Operation]) -> bool:
        if not explains(order, kind):
            return False
        if not any(op.answered for op in left):
            return True
        deadline = min(op.end for op in left if op.answered)
        return any(
            further((*order, op), left - {op}) for op in left if op.start < deadline
        )

    return further((), frozenset(operations))
