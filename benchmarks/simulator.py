"""How fast the simulator is, beside a bare loop and SimPy, in one process.

  .venv/bin/python benchmarks/simulator.py             a table of ratios
  .venv/bin/python benchmarks/simulator.py --json FILE  and the same as JSON

The workload: ten nodes keep twenty messages in flight. Each delivery counts, draws a
peer and a latency of 1 to 10 ms, and sends the message on; 20,000 deliveries a sample.
Every contestant does the same work in the way that its documentation suggests. In each
round all take turns, and a round's times are divided by that of the bare loop; the
table has the medians over the rounds. SimPy comes from benchmarks/requirements.txt.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sys
from collections.abc import Callable, Generator
from heapq import heappop, heappush
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "snippets"))

from sim import Node, Uniform, World

try:
    import simpy
except ImportError:
    sys.exit(
        "SimPy is missing. To get it: "
        ".venv/bin/python -m pip install -r benchmarks/requirements.txt"
    )

NODES, IN_FLIGHT, DELIVERIES = 10, 20, 20_000
PEERS = range(NODES)
NAMES = [f"n{number}" for number in PEERS]


def callbacks(seed: int) -> list[int]:
    """The unit: a heap of plain callbacks, and nothing else."""
    random, queue = Random(seed), []
    now, sent, counts = 0.0, 0, [0] * NODES

    def send(peer: int, body: object) -> None:
        nonlocal sent
        sent += 1
        heappush(queue, (now + random.uniform(1, 10), sent, receive, (peer, body)))

    def receive(me: int, body: object) -> None:
        counts[me] += 1
        if sent < DELIVERIES:
            send(random.choice(PEERS), body)

    for number in range(IN_FLIGHT):
        send(number % NODES, "hello")
    while queue:
        now, _, call, arguments = heappop(queue)
        call(*arguments)
    return counts


def simpy_idiom(seed: int) -> list[int]:
    """SimPy as its guide does it: a store a node, a process a message under way."""
    random, environment = Random(seed), simpy.Environment()
    stores = [simpy.Store(environment) for _ in PEERS]
    sent, counts = 0, [0] * NODES

    def latency(peer: int, body: object) -> Generator[Any, Any, None]:
        yield environment.timeout(random.uniform(1, 10))
        yield stores[peer].put(body)

    def send(peer: int, body: object) -> None:
        nonlocal sent
        sent += 1
        environment.process(latency(peer, body))

    def node(me: int) -> Generator[Any, Any, None]:
        while True:
            body = yield stores[me].get()
            counts[me] += 1
            if sent < DELIVERIES:
                send(random.choice(PEERS), body)

    for me in PEERS:
        environment.process(node(me))
    for number in range(IN_FLIGHT):
        send(number % NODES, "hello")
    environment.run()
    return counts


def ours(seed: int, trace: bool = False, stamps: bool = False) -> list[int]:
    """This simulator: an `async def` a node; with a trace, with Lamport stamps."""
    sent, counts = 0, [0] * NODES

    async def node(me: Node, number: int) -> None:
        nonlocal sent
        random = me.random
        for peer in NAMES[number : number + 1] * (IN_FLIGHT // NODES):
            sent += 1
            me.send(peer, "hello")
        while True:
            message = await me.receive()
            counts[number] += 1
            if sent < DELIVERIES:
                sent += 1
                me.send(random.choice(NAMES), message.body)

    world = World(seed, trace=trace or stamps)
    world.network(delay=Uniform(1, 10))
    for number, name in enumerate(NAMES):
        world.add(node, number, name=name)
    world.run()
    if stamps:
        assert len(world.trace.lamport()) == 2 * DELIVERIES
    return counts


CONTESTANTS: dict[str, Callable[[int], list[int]]] = {
    "bare loop of callbacks": callbacks,
    "sim, no trace": ours,
    "sim, trace": lambda seed: ours(seed, trace=True),
    "sim, trace and Lamport stamps": lambda seed: ours(seed, stamps=True),
    "SimPy, store and process": simpy_idiom,
}
UNIT, LAST = "bare loop of callbacks", "SimPy, store and process"


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """For every contestant: microseconds a message, and how it compares."""
    samples: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    for seed in range(rounds + 1):
        for name, contestant in CONTESTANTS.items():
            gc.collect()
            start = process_time()
            counts = contestant(seed)
            taken = process_time() - start
            assert sum(counts) == DELIVERIES, f"{name}: {sum(counts)} deliveries"
            if seed:  # the first round warms up
                samples[name].append(taken)
    return {
        name: {
            "microseconds": median(taken) / DELIVERIES * 1e6,
            "times the bare loop": _ratio(taken, samples[UNIT]),
            "faster than SimPy": _ratio(samples[LAST], taken),
        }
        for name, taken in samples.items()
    }


def _ratio(ones: list[float], others: list[float]) -> float:
    return median(one / other for one, other in zip(ones, others, strict=True))


def main() -> None:
    """Measure, print a table, and write JSON if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9, help="at least 5 (default: 9)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    settings = parser.parse_args()
    results = measure(max(settings.rounds, 5))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python}, SimPy {simpy.__version__}, {settings.rounds} rounds")
    print(f"{'':30} {'µs/message':>10} {'× bare loop':>12} {'faster than SimPy':>18}")
    for name, figures in results.items():
        us, bare, faster = figures.values()
        print(f"{name:30} {us:10.2f} {bare:12.2f} {faster:18.1f}")
    if settings.json:
        text = json.dumps({"python": python, "results": results}, indent=2)
        settings.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
