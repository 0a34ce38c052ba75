"""A breaker spares a dead shard, and can turn away a living one."""

from collections import Counter, defaultdict, deque
from typing import Annotated, Literal, TypeAlias

from sim import Node, Range, World

Breakers: TypeAlias = Literal["none", "one for both", "one for each"]
Ms: TypeAlias = Annotated[int, Range(20, 400, 20, "ms")]
PATIENCE, REST, EVERY = 30, 120, 40  # ms


class Breaker:
    def __init__(self) -> None:
        self.recent: deque[str] = deque(maxlen=4)  # last 4 calls
        self.rests_until = 0.0  # ms

    async def call(self, me: Node, shard: str) -> str:
        is_open = self.recent.count("unanswered") >= 2
        if is_open and me.monotonic() < self.rests_until:
            me.note(f"refuses {shard}")
            return "refused"
        try:  # it is closed, or half open
            await me.call(shard, "find", timeout=PATIENCE)
            if is_open:
                self.recent.clear()  # it is back: closed
            self.recent.append("answered")
        except TimeoutError:
            self.recent.append("unanswered")
            self.rests_until = me.monotonic() + REST
        return self.recent[-1]


async def shop(me: Node, breakers: Breakers, log: Counter[str]) -> None:
    known: dict[str, Breaker] = defaultdict(Breaker)
    for number, shard in enumerate("abababab"):
        new = f"call {number}"  # one for this call: it never opens
        name = {"none": new, "one for both": "ab"}.get(breakers, shard)
        log[f"{shard} {await known[name].call(me, shard)}"] += 1
        await me.sleep(EVERY * (number + 1) - me.monotonic())


async def shard(me: Node) -> None:
    while True:
        me.reply(await me.receive(), "found")


def main(breakers: Breakers = "one for both", back: Ms = 220) -> World:
    worlds: dict[str, World] = {}
    for each in Breakers.__args__:
        world, log = worlds.setdefault(each, World()), Counter[str]()
        world.add(shard, name="a")
        world.add(shop, each, log)
        world.add(shard, name="b")
        world.crash("b", at=0, restart=back)
        world.run()
        counts = (f"{what} {log[what]}" for what in sorted(log))
        print(f"{each}:", ", ".join(counts))
    return worlds[breakers]
