"""Lamport's mutual exclusion: who asked first enters first."""

from typing import Annotated

from sim import Node, Range, World
from sim.explore import State, explore


async def process(me: Node, rounds: int) -> None:
    clock = 0
    queue: dict[str, int] = {}  # who asks, and since when
    heard = dict.fromkeys(me.others, 0)  # the latest stamp of each
    while True:
        if rounds and me.name not in queue:
            rounds, clock = rounds - 1, clock + 1
            queue[me.name] = clock
            me.broadcast(("request", clock))
        # All that I know of the others is later; the name breaks ties.
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
        kind, stamp = (message := await me.receive()).body
        clock = max(clock, stamp) + 1
        heard[message.sender] = stamp
        if kind == "request":
            queue[message.sender] = stamp
            me.send(message.sender, ("reply", clock))
        elif kind == "release":
            queue.pop(message.sender, None)


def one_at_a_time_in_order(state: State) -> bool:
    asked = [(q[p], p) for p in "pq" if p in (q := state.node(p).queue)]
    return not any(state.node(p).inside for _, p in sorted(asked)[1:])


def every_request_was_granted(state: State) -> bool:
    return not any(node.rounds or node.queue for node in state.nodes)


def main(rounds: Annotated[int, Range(1, 3)] = 2) -> World:
    def build() -> World:
        world = World()
        world.network(fifo=True)
        for name in ("p", "q"):
            world.add(process, rounds, name=name)
        return world

    always = one_at_a_time_in_order
    print(explore(build, always, at_rest=every_request_was_granted))
    return build().run()
