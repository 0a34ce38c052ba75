"""Broken: Lamport's mutual exclusion, if messages may overtake."""

from sim import Node, World
from sim.explore import State, explore


async def process(me: Node, rounds: int) -> None:
    clock = 0
    queue: dict[str, int] = {}  # who asks, and since when
    heard = dict.fromkeys(me.others, 0)  # the latest stamp of each
    while True:
        if rounds and me.name not in queue:
            rounds -= 1
            clock += 1
            queue[me.name] = clock
            me.broadcast(("request", clock))
        # My turn: all that I know of the others is later than my own
        # request. Of two equal stamps, the name decides.
        inside = me.name in queue and all(
            (stamp, name) >= (queue[me.name], me.name)
            for name, stamp in [*queue.items(), *heard.items()]
        )
        if inside:
            me.note("enters")
            await me.sleep(20)
            me.note("leaves")
            clock += 1
            del queue[me.name]
            me.broadcast(("release", clock))
            continue
        message = await me.receive()
        kind, stamp = message.body
        clock = max(clock, stamp) + 1
        heard[message.sender] = stamp
        if kind == "request":
            queue[message.sender] = stamp
            me.send(message.sender, ("reply", clock))
        elif kind == "release":
            queue.pop(message.sender, None)


def never_two_inside(state: State) -> bool:
    return sum(node.inside for node in state.nodes) < 2


def build() -> World:
    world = World()
    world.network(fifo=False)
    for name in ("p", "q"):
        world.add(process, 1, name=name)
    return world


def main() -> World:
    found = explore(build, always=never_two_inside)
    print(found)
    assert found.failure is not None
    return found.failure.world
