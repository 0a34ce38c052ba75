"""Lamport's mutual exclusion, over links that let messages overtake."""

from sim import Node, World
from sim.explore import State, explore


# --8<-- [start:answer]
async def process(me: Node, rounds: int) -> None:
    clock = 0
    queue: dict[str, int] = {}
    heard = dict.fromkeys(me.others, 0)
    sent = dict.fromkeys(me.others, 0)  # messages to each
    taken = dict.fromkeys(me.others, 0)  # messages of each
    early: dict[tuple[str, int], tuple[str, int]] = {}

    def say(to: str, kind: str) -> None:
        sent[to] += 1
        me.send(to, (sent[to], kind, clock))

    while True:
        if rounds and me.name not in queue:
            rounds -= 1
            clock += 1
            queue[me.name] = clock
            for other in me.others:
                say(other, "request")
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
            for other in me.others:
                say(other, "release")
            continue
        message = await me.receive()
        number, *rest = message.body
        early[message.sender, number] = rest
        sender = message.sender
        while (sender, taken[sender] + 1) in early:  # its turn has come
            taken[sender] += 1
            kind, stamp = early.pop((sender, taken[sender]))
            clock = max(clock, stamp) + 1
            heard[sender] = stamp
            if kind == "request":
                queue[sender] = stamp
                say(sender, "reply")
            elif kind == "release":
                queue.pop(sender, None)


# --8<-- [end:answer]


def never_two_inside(state: State) -> bool:
    return sum(node.inside for node in state.nodes) < 2


def each_was_inside(state: State) -> bool:
    return not any(node.rounds or node.queue for node in state.nodes)


def build() -> World:
    world = World()
    world.network(fifo=False)
    for name in ("p", "q"):
        world.add(process, 1, name=name)
    return world


def main() -> World:
    print(
        explore(build, always=never_two_inside, at_rest=each_was_inside)
    )
    return build().run()
