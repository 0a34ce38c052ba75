"""Two generals agree by messenger, and the last one is never sure.

Whoever sends the last messenger cannot know whether it arrived. So
each plan says how many messages to wait for, and losing just the last
one makes one general attack alone.
"""

from typing import Annotated

from sim import Node, Range, World


async def general(me: Node, first: bool, enough: int) -> None:
    """Attack after `enough` messages, sent and received together."""
    (other,) = me.others
    count = 0
    if first:
        count = 1
        me.send(other, "attack at dawn")
    while count < enough:
        try:
            await me.receive(timeout=100)
        except TimeoutError:
            me.note("stays home")
            print(me.name, "stays home")
            return
        count += 1
        if count < enough:
            count += 1
            me.send(other, f"confirmation {count - 1}")
    me.note("attacks")
    print(me.name, "attacks")


def main(
    messengers: Annotated[int, Range(1, 8)] = 4,
    last_is_caught: bool = True,
) -> World:
    world = World()
    world.network(delay=15)
    world.add(general, True, messengers, name="Ada")
    world.add(general, False, messengers, name="Ben")
    if last_is_caught:
        ways = [("Ada", "Ben"), ("Ben", "Ada")]
        sender, receiver = ways[(messengers - 1) % 2]
        world.lose(sender, receiver, (messengers + 1) // 2)
    return world.run()
