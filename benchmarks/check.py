"""How fast histories are judged, beside a bare loop and a plain search, in one process.

  .venv/bin/python benchmarks/check.py              three tables of ratios
  .venv/bin/python benchmarks/check.py --json FILE  and the same as JSON

The unit of the first table is a bare loop that pairs the entries of the same history
up and follows the register along the order in which the operations really took effect:
what it costs to look at everything once. The second table sets `linearizable` beside
the search of Wing and Gong with Lowe's memory in its plain form: all keys at once, one
big bit set, no operation placed ahead of the others. Where that one has not ended after
a million steps the table says so. The third has histories with 50 clients at once.
In each round all take turns; the tables have the medians over the rounds.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "snippets"))

from sim.check import IMPOSSIBLE, History, Model, Operation, linearizable, operations

STEPS = 1_000_000


class Log(Model):
    """What was appended, in its order: of two orders no two states are the same."""

    name = "log"
    initial = ()

    def step(self, state: Any, op: Operation) -> Any:
        """A read shows the whole log."""
        if op.f == "append":
            return (*state, op.value)
        return state if state == op.result else IMPOSSIBLE

    def only_reads(self, op: Operation) -> bool:
        """A read never writes."""
        return op.f == "read"


def run(
    size: int,
    clients: int,
    keys: int,
    log: bool = False,
    slow: float = 0.5,
    spoil: bool = False,
) -> tuple[History, list[int]]:
    """A history of a correct object, and the entries in the order of their effect."""
    random = Random(size + clients + keys)
    history, effects = History(), []
    values: dict[int, Any] = {}
    running: dict[int, list[Any]] = {}
    left = size
    while left or running:
        client = random.randrange(clients)
        if client not in running:
            if left:
                left -= 1
                f = random.choice(["read", "append" if log else "write"])
                key = random.randrange(keys)
                value = None if f == "read" else left if log else random.randrange(5)
                running[client] = [f, value, key, len(history), False]
                history.invoke(client, f, value, key if keys > 1 else None)
        elif random.random() > slow:
            f, value, key, entry, happened = running[client]
            if happened:
                history.ok(client, value)
                del running[client]
                continue
            effects.append(entry)
            if f == "read":
                value = values.get(key, () if log else None)
            else:
                values[key] = (*values.get(key, ()), value) if log else value
            running[client] = [f, value, key, entry, True]
    if spoil:  # late in the history one read misses the last entry but one
        answers = [each for each in history if isinstance(each["value"], tuple)]
        victim = [each for each in answers if len(each["value"]) > 3][-20]
        victim["value"] = victim["value"][:-2] + victim["value"][-1:]
    return history, effects


def bare_loop(history: History, effects: list[int]) -> bool:
    """The unit: each entry once, each operation once."""
    running: dict[Any, int] = {}
    answers: dict[int, Any] = {}
    for position, entry in enumerate(history):
        if entry["type"] == "invoke":
            running[entry["process"]] = position
        else:
            answers[running.pop(entry["process"])] = entry["value"]
    state = None
    for position in effects:
        entry = history[position]
        if entry["f"] == "write":
            state = entry["value"]
        elif answers[position] != state:
            return False
    return True


def plain_search(history: History, model: Model) -> bool | None:
    """Wing and Gong with Lowe's memory, and nothing else. None: it did not end."""
    every = operations(history)
    number = {key: place for place, key in enumerate({op.key: None for op in every})}
    states = (model.initial,) * len(number)
    everything = (1 << len(every)) - 1
    seen, steps = {(0, states)}, 0
    stack: list[tuple[int, Any]] = [(0, states)]
    while stack:
        placed, states = stack.pop()
        if placed == everything:
            return True
        missing = [(i, op) for i, op in enumerate(every) if not placed >> i & 1]
        deadline = min(op.end for _, op in missing)
        for i, op in reversed(missing):
            if op.start < deadline:
                steps += 1
                place = number[op.key]
                to = model.step(states[place], op)
                if to is not IMPOSSIBLE:
                    after = (
                        placed | 1 << i,
                        (*states[:place], to, *states[place + 1 :]),
                    )
                    if after not in seen:
                        seen.add(after)
                        stack.append(after)
        if steps > STEPS:
            return None
    return False


def seconds(work: Callable[[], Any], repeat: int = 1) -> float:
    """Processor time of one call."""
    gc.collect()
    start = process_time()
    for _ in range(repeat):
        work()
    return (process_time() - start) / repeat


def growth(rounds: int) -> list[dict[str, Any]]:
    """The cost of one operation, for longer and longer histories of five clients."""
    rows = []
    sizes = (6, 100, 1_000, 10_000)
    drawn = {size: run(size, 5, 1) for size in sizes}
    ours: dict[int, list[float]] = {size: [] for size in sizes}
    bare: dict[int, list[float]] = {size: [] for size in sizes}
    for _ in range(rounds):
        for size, (history, effects) in drawn.items():
            repeat = max(1, 3_000 // size)
            assert linearizable(history, "register").ok and bare_loop(history, effects)
            ours[size].append(
                seconds(lambda h=history: linearizable(h, "register"), repeat)
            )
            bare[size].append(
                seconds(lambda h=history, e=effects: bare_loop(h, e), repeat)
            )
    for size in sizes:
        rows.append(
            {
                "operations": size,
                "microseconds each": median(ours[size]) / size * 1e6,
                "to the bare loop": median(
                    a / b for a, b in zip(ours[size], bare[size], strict=True)
                ),
                "to 100 operations": median(
                    (a / size) / (b / 100)
                    for a, b in zip(ours[size], ours[100], strict=True)
                ),
            }
        )
    return rows


def against_plain(rounds: int) -> list[dict[str, Any]]:
    """How many times longer the plain search takes."""
    rows = []
    for size, clients, keys in (
        (60, 3, 1),
        (60, 5, 5),
        (200, 5, 5),
        (60, 10, 10),
        (200, 10, 10),
    ):
        history, _ = run(size, clients, keys, log=True)
        ratios: list[float] = []
        verdict: bool | None = None
        for _ in range(rounds):
            assert linearizable(history, Log()).ok
            first = seconds(lambda h=history: linearizable(h, Log()), 10)
            start = process_time()
            verdict = plain_search(history, Log())
            ratios.append((process_time() - start) / first)
            if verdict is None:
                break
        rows.append(
            {
                "operations": size,
                "clients": clients,
                "keys": keys,
                "plain search, times": median(ratios)
                if verdict
                else f"> {ratios[0]:.0f}",
            }
        )
    return rows


def hard(rounds: int) -> list[dict[str, Any]]:
    """50 clients at once; per operation, against five clients and one key."""
    easy, _ = run(2_000, 5, 1)
    rows = []
    for keys in (50, 25):
        for spoil in (False, True):
            history, _ = run(2_000, 50, keys, log=True, slow=0.9, spoil=spoil)
            assert linearizable(history, Log()).ok is not spoil
            ratios = []
            for _ in range(rounds):
                unit = seconds(lambda: linearizable(easy, "register"))
                ratios.append(seconds(lambda h=history: linearizable(h, Log())) / unit)
            row = {"clients": 50, "keys": keys, "verdict": "no" if spoil else "yes"}
            rows.append({**row, "to an easy history": median(ratios)})
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Rows of figures under their names."""
    lines = [list(rows[0])]
    for row in rows:
        lines.append(
            [f"{v:.2f}" if isinstance(v, float) else str(v) for v in row.values()]
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds (default: 5)")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the figures there"
    )
    settings = parser.parse_args()
    figures: dict[str, Any] = {"python": platform.python_version()}
    for part in (growth, against_plain, hard):
        figures[part.__name__] = part(settings.rounds)
        print(f"{part.__doc__}\n{table(figures[part.__name__])}\n", flush=True)
    if settings.json:
        settings.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
