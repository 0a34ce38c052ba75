"""Single-decree Paxos: two proposers, three acceptors. Two bugs can be planted."""

from sim import Node, World
from sim.explore import State

ACCEPTORS = ["a", "b", "c"]


async def acceptor(me: Node, forgetful: bool) -> None:
    promised, accepted = 0, (0, "")  # ballot; ballot and value
    votes: list[tuple[int, str]] = []  # for the property alone
    while True:
        message = await me.receive()
        kind, ballot, value = message.body
        if kind == "prepare" and ballot > promised:
            if not forgetful:
                promised = ballot
            me.send(message.sender, ("promise", ballot, accepted))
        elif kind == "accept" and ballot >= promised:
            promised, accepted = ballot, (ballot, value)
            votes.append(accepted)
            me.send(message.sender, ("accepted", ballot, None))


async def proposer(me: Node, ballot: int, value: str, stubborn: bool) -> None:
    me.broadcast(("prepare", ballot, None), ACCEPTORS)
    promises = accepts = 0
    highest = 0, ""
    while True:
        kind, _, accepted = (await me.receive()).body
        if kind == "accepted":
            accepts += 1
        elif promises < 2:  # a third promise changes nothing
            promises += 1
            highest = max(highest, accepted)
            if promises == 2:
                if highest[0] and not stubborn:
                    value = highest[1]
                me.broadcast(("accept", ballot, value), ACCEPTORS)


def chosen(state: State) -> set[str]:
    """The values for which two acceptors have voted in one ballot."""
    votes = [vote for name in ACCEPTORS for vote in state.node(name).votes]
    return {value for ballot, value in votes if votes.count((ballot, value)) >= 2}


def main(proposers: int = 2, forgetful: bool = False, stubborn: bool = False) -> World:
    world = World()
    for number, value in enumerate(["x", "y"][:proposers], 1):
        world.add(proposer, number, value, stubborn, name=f"p{number}")
    for name in ACCEPTORS:
        world.add(acceptor, forgetful, name=name)
    return world
