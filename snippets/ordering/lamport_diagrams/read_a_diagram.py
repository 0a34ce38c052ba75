"""Carol (c) reads Ben's answer (b) before Ann's question (a)."""

from collections import Counter
from itertools import product
from typing import Annotated

from sim import Node, Range, Trace, World


async def a(me: Node) -> None:
    await me.sleep(20)
    me.broadcast("lunch?")
    await me.receive()


async def b(me: Node) -> None:
    await me.receive()
    await me.sleep(20)
    me.broadcast("yes!")


async def c(me: Node) -> None:
    await me.sleep(30)
    me.note("c1 opens the chat")
    await me.receive()
    await me.receive()


def cuts(trace: Trace) -> list[dict[str, int]]:
    """Every way to stop each process after so many of its events."""
    total = Counter(event.node for event in trace.events)
    ends = product(*(range(total[node] + 1) for node in trace.nodes))
    return [dict(zip(trace.nodes, end, strict=True)) for end in ends]


def consistent(trace: Trace, cut: dict[str, int]) -> bool:
    """True if with every event its whole past is inside."""
    inside = [e for e in trace.events if e.number <= cut[e.node]]
    return all(a in inside for b in inside for a in trace.past(b))


def main(slow: Annotated[float, Range(10, 100, 5, "ms")] = 80) -> World:
    world = World()
    world.network(delay=20)
    world.link("a", "c", delay=slow)
    for program in (a, b, c):
        world.add(program)
    trace = world.run().trace

    b2 = trace.event("b2")
    beside = [e for e in trace.events if trace.concurrent(b2, e)]
    print("past of b2:  ", *(e.name for e in trace.past(b2)))
    print("its future:  ", *(e.name for e in trace.future(b2)))
    print("neither:     ", *(e.name for e in beside))
    every = [consistent(trace, cut) for cut in cuts(trace)]
    print(f"{len(every)} cuts, {sum(every)} of them consistent")
    # Two of them, as lines: what is above is inside.
    world.frontier(a=0, b=1, c=0)
    world.frontier(a=1, b=2, c=1)
    return world
