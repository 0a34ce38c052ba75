"""Single-decree Paxos: two proposers, three acceptors, every message order."""

from sim import Node, World

ACCEPTORS = ["a", "b", "c"]


async def acceptor(me: Node, forgetful: bool) -> None:
    promised, accepted = 0, (0, "")  # ballot; ballot and value
    while True:
        message = await me.receive()
        kind, ballot, value = message.body
        if kind == "prepare" and ballot > promised:
            if not forgetful:
                promised = ballot
            me.send(message.sender, ("promise", ballot, accepted))
        elif kind == "accept" and ballot >= promised:
            promised, accepted = ballot, (ballot, value)
            me.send(message.sender, ("accepted", ballot, None))


async def proposer(me: Node, ballot: int, value: str, stubborn: bool) -> str:
    me.broadcast(("prepare", ballot, None), ACCEPTORS)
    highest = 0, ""
    for _ in range(2):
        kind, _, accepted = (await me.receive()).body
        highest = max(highest, accepted)
    if highest[0] and not stubborn:
        value = highest[1]
    me.broadcast(("accept", ballot, value), ACCEPTORS)
    count = 0
    while count < 2:
        kind = (await me.receive()).body[0]
        count += kind == "accepted"
    return value


def main(proposers: int = 2, forgetful: bool = False, stubborn: bool = False) -> World:
    world = World()
    for number, value in enumerate(["x", "y"][:proposers], 1):
        world.add(proposer, number, value, stubborn, name=f"p{number}")
    for name in ACCEPTORS:
        world.add(acceptor, forgetful, name=name)
    return world.run()
