"""A run with a bit of everything, as text: what happened, and the stamps.

The determinism tests run it in other processes and in other interpreters:
`python3 rich_run.py 7` prints it, for seed 7.
"""

from __future__ import annotations

import sys

from sim import Exponential, Node, Uniform, World


async def client(me: Node, count: int) -> None:
    for number in range(count):
        try:
            answer = await me.call("server", {"put": number, "by": me.name}, timeout=60)
            me.note(f"{answer.body} at {me.wall():.3f}")
        except TimeoutError:
            me.broadcast(("given up", number), {"server", "log"})
        await me.sleep(me.random.uniform(1, 20))


async def server(me: Node) -> None:
    while True:
        request = await me.receive()
        me.disk["seen"] = [*me.disk.get("seen", []), request.id]
        task = me.spawn(work, request)
        if len(me.disk["seen"]) % 3 == 0:
            await task


async def work(me: Node, request) -> None:
    await me.sleep(me.random.expovariate(0.1))
    me.send("log", {"one", "two", "three"}, size=len(me.disk["seen"]))
    me.reply(request, ["done", request.id])


async def log(me: Node) -> None:
    while True:
        try:
            await me.receive(timeout=150)
        except TimeoutError:
            return


def text(seed: int) -> str:
    """All that can be read of the run."""
    world = World(seed)
    world.network(delay=Uniform(5, 30), loss=0.1, duplicate=0.1)
    world.link("server", "log", delay=Exponential(20, 2), fifo=True, bandwidth=3)
    for number in range(3):
        world.add(client, 6, name=f"client{number}")
    world.add(server)
    world.add(log)
    world.clock("client0", offset=-30, drift=5000, steps=[(100, 40)], leap=150)
    world.lose("client1", "server", 2)
    world.cut("client2", "server", start=Uniform(20, 40), stop=90)
    world.partition({"log", "client1"}, start=120, stop=180)
    world.crash("server", at=Exponential(30, 60), restart=160)
    world.run(until=2000)
    trace = world.trace
    rows = ["  ".join(row) for row in trace.table()]
    return "\n".join([trace.text(), *rows, ""])


if __name__ == "__main__":
    print(text(int(sys.argv[1])), end="")
