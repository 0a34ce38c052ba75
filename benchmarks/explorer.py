"""How fast runs are explored, beside a hand-written loop, in one process.

  .venv/bin/python benchmarks/explorer.py              two tables
  .venv/bin/python benchmarks/explorer.py --json FILE  and the same as JSON

The unit is a breadth-first loop over tuples, written by hand for one model: three
clients that each read a shared counter and write back one more, four times (42,237
states). `search` gets the same model; `explore` gets Paxos, two proposers and three
acceptors, as running programs, in every order of deliveries to the end. Every
contestant must find as many states, or runs, as it is known to have. In each round all
take turns; the tables have medians over the rounds.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "snippets"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sim.explore import State, explore
from sim.explore.dpor import count
from sim.explore.machine import Machine, search
from tests.sim.programs import double_submit, lost_update, paxos

Counter = tuple[int, tuple[tuple[int, int], ...]]
START: Counter = (0, ((4, -1),) * 3)  # the number; of each client: to do, read (-1: no)


def by_hand() -> int:
    """The loop that one would write for the counter model alone."""
    seen = {START}
    level = [START]
    while level:
        following = []
        for number, clients in level:
            for at, (left, read) in enumerate(clients):
                if read >= 0:
                    new, after = (left - 1, -1), read + 1
                elif left:
                    new, after = (left, number), number
                else:
                    continue
                state = after, (*clients[:at], new, *clients[at + 1 :])
                if state not in seen:
                    seen.add(state)
                    following.append(state)
        level = following
    return len(seen)


def counter(state: Counter) -> Iterator[Counter]:
    """The same model as `search` takes it."""
    number, clients = state
    for at, (left, read) in enumerate(clients):
        if read >= 0:
            yield read + 1, (*clients[:at], (left - 1, -1), *clients[at + 1 :])
        elif left:
            yield number, (*clients[:at], (left, number), *clients[at + 1 :])


def lost(clients: int, state: State) -> bool:
    """True unless all clients have ended and an update is lost."""
    ended = all(state.ended(f"c{number}") for number in range(clients))
    return not ended or state.node("db").value == clients


def failing(
    main: Callable[[], object], always: Callable[[State], object]
) -> Callable[[], int]:
    """The length of the shortest failing run."""

    def find() -> int:
        failure = explore(main, always).failure
        assert failure is not None
        return len(failure.schedule)

    return find


def one_value(state: State) -> bool:
    """True if at most one value is chosen."""
    return len(paxos.chosen(state)) < 2


def one_order(state: State) -> bool:
    """True if the shop has taken at most one order."""
    return state.node("shop").orders <= 1


UNIT = "loop by hand, counter"
# Each with what it must find, and what that is.
SPEEDS: dict[str, tuple[Callable[[], int], int, str]] = {
    UNIT: (by_hand, 42_237, "states"),
    "search, counter": (
        lambda: search(Machine([START], counter)).states,
        42_237,
        "states",
    ),
    "explore, Paxos": (lambda: explore(paxos.main).states, 101_857, "states"),
    "explore, Paxos, judged": (
        lambda: explore(paxos.main, one_value).states,
        101_857,
        "states",
    ),
    "count, lost update": (
        lambda: count(partial(lost_update.main, 4)).traces,
        2_520,
        "runs",
    ),
}
FAILURES: dict[str, tuple[Callable[[], int], int]] = {
    "double submit": (failing(double_submit.main, one_order), 3),
    "lost update, 2 clients": (
        failing(partial(lost_update.main, 2), partial(lost, 2)),
        8,
    ),
    "lost update, 3 clients": (
        failing(partial(lost_update.main, 3), partial(lost, 3)),
        12,
    ),
    "Paxos, forgetful acceptor": (
        failing(partial(paxos.main, forgetful=True), one_value),
        12,
    ),
    "Paxos, stubborn proposer": (
        failing(partial(paxos.main, stubborn=True), one_value),
        12,
    ),
}


def timed(contestant: Callable[[], int], finds: int) -> float:
    """Seconds of processor time, if it finds what it must."""
    gc.collect()
    start = process_time()
    found = contestant()
    taken = process_time() - start
    assert found == finds, f"{found} in place of {finds}"
    return taken


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """For each contestant: how many a second, and that over the unit's."""
    samples: dict[str, list[float]] = {name: [] for name in (*SPEEDS, *FAILURES)}
    for number in range(rounds + 1):
        for name, (contestant, finds, _) in SPEEDS.items():
            taken = timed(contestant, finds)
            if number:  # the first round warms up
                samples[name].append(finds / taken)
        for name, (contestant, finds) in FAILURES.items():
            taken = timed(contestant, finds)
            if number:
                samples[name].append(taken)
    unit = samples[UNIT]
    results: dict[str, dict[str, float]] = {}
    for name in SPEEDS:
        pairs = zip(samples[name], unit, strict=True)
        ratio = median(one / other for one, other in pairs)
        results[name] = {"a second": median(samples[name]), "of the loop": ratio}
    for name in FAILURES:
        results[name] = {"ms": median(samples[name]) * 1000}
    return results


def main() -> None:
    """Measure, print two tables, and write JSON if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="at least 3 (default: 5)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    settings = parser.parse_args()
    rounds = max(settings.rounds, 3)
    results = measure(rounds)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python}, {rounds} rounds")
    print(f"{'':26} {'a second':>16} {'of the loop':>12}")
    for name, (_, _, what) in SPEEDS.items():
        figures = results[name]
        ratio = f"{figures['of the loop']:12.2f}" if what == "states" else ""
        print(f"{name:26} {figures['a second']:9,.0f} {what:6} {ratio}")
    print(f"\n{'smallest failing run':26} {'steps':>16} {'ms':>12}")
    for name, (_, finds) in FAILURES.items():
        print(f"{name:26} {finds:16} {results[name]['ms']:12.1f}")
    if settings.json:
        text = json.dumps({"python": python, "results": results}, indent=2)
        settings.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
