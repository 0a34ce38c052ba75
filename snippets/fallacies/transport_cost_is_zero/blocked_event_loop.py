"""Ann asks for a big export; Bob waits while its JSON is made."""

from typing import Annotated

from sim import Node, Range, World

JSON = 14  # ms of computing per megabyte


async def ann(me: Node) -> None:
    start = me.monotonic()
    await me.call("server", "GET export")
    print(f"Ann waits {me.monotonic() - start:g} ms")


async def bob(me: Node) -> None:
    for _ in range(3):
        await me.sleep(50)
        start = me.monotonic()
        await me.call("server", "GET cart")
        print(f"Bob waits {me.monotonic() - start:g} ms")


async def server(me: Node, megabytes: int, worker: bool) -> None:
    while True:  # the event loop: one event at a time
        event = await me.receive()
        if event.body == "GET cart":
            me.reply(event, "2 books")
        elif event.body == "GET export":
            request = event
            me.send("database", "all rows?")  # and does not wait
        elif worker:
            me.spawn(make_json, request, megabytes)  # another thread
        else:
            await make_json(me, request, megabytes)  # all wait


async def make_json(me: Node, request: object, megabytes: int) -> None:
    me.note("makes JSON")
    await me.sleep(megabytes * JSON)  # stands for computing
    me.reply(request, "export")


async def database(me: Node) -> None:
    query = await me.receive()
    await me.sleep(80)
    me.send(query.sender, "rows")


def main(
    megabytes: Annotated[int, Range(0, 50, 5, "MB")] = 50,
    worker: bool = False,
) -> World:
    world = World()
    world.network(delay=10)
    world.add(ann)
    world.add(bob)
    world.add(server, megabytes, worker)
    world.add(database)
    return world.run()
