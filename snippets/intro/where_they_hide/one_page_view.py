"""One click on «Order» crosses all five kinds of link.

Browser to server, server to server, server to database, database to
its replica, and a message left in a queue for a worker.
"""

from sim import Node, World


async def browser(me: Node) -> None:
    page = await me.call("shop", "POST /orders")
    print("The browser shows:", page.body)


async def shop(me: Node) -> None:
    request = await me.receive()
    await me.call("prices", "price?")
    await me.call("database", "insert order")
    me.send("queue", "send receipt")  # the browser does not wait for it
    me.reply(request, "order taken")


async def prices(me: Node) -> None:
    request = await me.receive()
    me.reply(request, "10 euros")


async def database(me: Node) -> None:
    request = await me.receive()
    await me.call("replica", "copy order")
    me.reply(request, "stored")


async def replica(me: Node) -> None:
    request = await me.receive()
    me.reply(request, "copied")


async def queue(me: Node) -> None:
    job = await me.receive()
    me.send("worker", job.body)


async def worker(me: Node) -> None:
    job = await me.receive()
    me.note(f"did: {job.body}")


def main() -> World:
    world = World()
    world.network(delay=1)  # ms inside the data center
    world.link("browser", "shop", delay=40)  # ms over the internet
    world.link("shop", "browser", delay=40)
    for program in (browser, shop, prices, database, replica, queue):
        world.add(program)
    world.add(worker)
    world.run()
    trace = world.trace
    print("messages:", len(trace.send_of), "nodes:", len(trace.nodes))
    return world
