"""Figure 1 again, with every event at the height of its number."""

from itertools import combinations

from sim import Node, World

TICK = 10  # ms: what has the number 3 happens at 30 ms


async def p(me: Node) -> None:
    await me.sleep(TICK)
    me.send("q", "p1")
    await me.receive()  # p2
    await me.sleep(TICK)
    me.note("p3")
    await me.receive()  # p4


async def q(me: Node) -> None:
    await me.sleep(TICK)
    me.broadcast("q1", ["p", "r"])
    await me.receive()  # q2
    await me.sleep(TICK)
    me.note("q3")
    await me.sleep(TICK)
    me.send("r", "q4", delay=TICK)
    await me.sleep(TICK)
    me.send("p", "q5")
    await me.sleep(TICK)
    me.note("q6")
    await me.receive()  # q7


async def r(me: Node) -> None:
    await me.sleep(TICK)
    me.note("r1")
    await me.sleep(TICK)
    me.send("q", "r2", delay=5 * TICK)
    await me.receive()  # r3
    await me.receive()  # r4


def main() -> World:
    world = World()
    world.network(delay=TICK)
    world.link("q", "r", delay=5 * TICK)
    for program in (p, q, r):
        world.add(program)
    trace = world.run().trace

    c = trace.lamport()
    pairs = list(combinations(trace.events, 2))
    for name, truth in (("in order", False), ("concurrent", True)):
        kind = [x for x in pairs if trace.concurrent(*x) is truth]
        apart = sum(c[a.position] != c[b.position] for a, b in kind)
        print(f"{name:11} {len(kind)} pairs,", end=" ")
        print(f"{apart} with different numbers")
    return world
