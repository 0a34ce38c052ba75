"""Clients read a number and write back one more: updates get lost."""

from sim import Message, Node, World


async def client(me: Node) -> None:
    me.send("db", "read")
    answer = await me.receive()
    me.send("db", answer.body + 1)
    await me.receive()


async def db(me: Node) -> None:
    value = 0
    while True:
        request: Message = await me.receive()
        if request.body == "read":
            me.send(request.sender, value)
        else:
            value = request.body
            me.send(request.sender, "written")


def main(clients: int = 2) -> World:
    world = World()
    for number in range(clients):
        world.add(client, name=f"c{number}")
    world.add(db)
    return world
