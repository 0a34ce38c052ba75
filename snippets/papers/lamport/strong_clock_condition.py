"""Ann asks first, yet Ben's request gets the lower number.

`east` and `west` number requests. They cannot hear Ann phone Ben.
"""

from typing import Annotated, Literal

from sim import Node, Range, World

WAYS = ("logical", "carried", "physical")


async def server(me: Node, way: str, clock: int) -> None:
    request = await me.receive()
    clock = max(clock, request.body.get("after", 0)) + 1  # IR2 (b)
    stamp = me.wall() if way == "physical" else clock
    me.disk["stamp"] = stamp
    me.reply(request, {"stamp": stamp})


async def ann(me: Node, way: str) -> None:
    await me.sleep(100)
    answer = await me.call("east", {"request": "A"})
    words = {"phone": "your turn"}
    if way == "carried":
        words["after"] = answer.body["stamp"]
    me.send("ben", words, delay=30)


async def ben(me: Node) -> None:
    call = await me.receive()
    request = {"request": "B"}
    if "after" in call.body:
        request["after"] = call.body["after"]
    await me.call("west", request)


def run(way: str, apart: float) -> World:
    world = World()
    world.network(delay=10)
    world.add(server, way, 7, name="east")  # has had 7 events before
    world.add(ann, way)
    world.add(ben)
    world.add(server, way, 0, name="west")
    world.clock("west", offset=-apart)
    return world.run()


def main(
    way: Literal[WAYS] = "logical",
    apart: Annotated[float, Range(0, 100, 5, "ms")] = 20,
) -> World:
    for each in WAYS:
        nodes = run(each, apart).nodes
        a, b = (nodes[n].disk["stamp"] for n in ("east", "west"))
        first = "A" if a <= b else "B"  # east wins a tie
        print(f"{each:9} A {a:<4g} B {b:<4g} {first} first")
    return run(way, apart)
