"""Three processes exchange six messages, as in Lamport's Figure 1."""

from itertools import combinations

from sim import Node, World


async def p(me: Node) -> None:
    await me.sleep(10)
    me.send("q", "p1")
    await me.receive()  # p2
    await me.sleep(30)
    me.note("p3")
    await me.receive()  # p4


async def q(me: Node) -> None:
    await me.sleep(5)
    me.broadcast("q1", ["p", "r"])  # one event, two messages
    await me.receive()  # q2
    await me.sleep(10)
    me.note("q3")
    await me.sleep(10)
    me.send("r", "q4", delay=20)  # overtakes the message of q1
    await me.sleep(20)
    me.send("p", "q5")
    await me.sleep(10)
    me.note("q6")
    await me.receive()  # q7


async def r(me: Node) -> None:
    await me.sleep(20)
    me.note("r1")
    await me.sleep(15)
    me.send("q", "r2")
    await me.receive()  # r3
    await me.receive()  # r4


def main() -> World:
    world = World()
    world.network(delay=20)  # ms
    world.link("q", "r", delay=100)
    world.link("r", "q", delay=70)
    for program in (p, q, r):
        world.add(program)
    world.run()

    trace = world.trace
    pairs = list(combinations(trace.events, 2))
    beside = sum(trace.concurrent(a, b) for a, b in pairs)
    print(f"{len(pairs)} pairs:", end=" ")
    print(f"{len(pairs) - beside} in order, {beside} concurrent")
    for a, b in (("p1", "r4"), ("q3", "p3")):
        one, other = trace.event(a), trace.event(b)
        sign = "→" if trace.before(one, other) else "concurrent with"
        print(f"{a} ({one.time:g} ms) {sign} {b} ({other.time:g} ms)")
    return world
