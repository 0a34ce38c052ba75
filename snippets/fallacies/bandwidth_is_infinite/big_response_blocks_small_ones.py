"""A price waits behind a photo, then slips in between its frames.

A line takes one byte after the other. Twice the phone asks for a
photo and, a little later, for a price.
"""

from typing import Annotated, Literal

from sim import Node, Range, World

NETWORKS = {  # bytes per ms to the phone, and ms each way
    "slow mobile": (200, 75),
    "broadband": (1250, 20),
}
SIZES = {"photo": 200_000, "price": 500}  # bytes


async def phone(me: Node) -> None:
    for wanted in ("photo", "photo in frames"):
        start = me.monotonic()
        asked = {"photo": start, "price": start + 100}
        me.send("shop", wanted)
        await me.sleep(100)
        me.send("shop", "price")
        while asked:
            name, part = (await me.receive()).body
            if part == "done":
                took = me.monotonic() - asked.pop(name)
                me.note(f"{name} after {took:,.0f} ms")
                print(f"{wanted}: {name} after {took:,.0f} ms")


async def shop(me: Node, frame: int, speed: float) -> None:
    while True:
        wanted = (await me.receive()).body
        name = wanted.split()[0]
        piece = frame if "frames" in wanted else SIZES[name]
        me.spawn(answer, name, piece, speed)


async def answer(me: Node, name: str, piece: int, speed: float) -> None:
    left = SIZES[name]
    while left:
        size = min(left, piece)
        left -= size
        me.send("phone", (name, "more" if left else "done"), size=size)
        await me.sleep(size / speed)  # until the line has taken it


def main(
    frame: Annotated[int, Range(10, 200, 10, "kB")] = 50,
    network: Literal["slow mobile", "broadband"] = "slow mobile",
) -> World:
    speed, delay = NETWORKS[network]
    world = World()
    world.network(delay=delay)
    world.link("shop", "phone", delay=delay, bandwidth=speed)
    world.add(phone)
    world.add(shop, frame * 1000, speed)
    return world.run()
