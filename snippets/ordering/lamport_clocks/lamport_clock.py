"""A browser, a shop and a bank number what they do."""

from typing import Annotated

from sim import Message, Node, Range, World


class LamportClock:
    def __init__(self, owner: str) -> None:
        self.owner, self.c = owner, 0

    def event(self, what: str) -> int:  # IR1: one more
        return self._set(self.c + 1, what)

    def receipt(self, message: Message) -> int:  # IR2 (b): beyond t
        what, t = message.body
        return self._set(max(self.c, t) + 1, f"gets {what} {t}")

    def _set(self, c: int, what: str) -> int:
        print(f"{self.owner:8} {what:15} C: {self.c:2} → {c:2}")
        self.c = c
        return c


async def browser(me: Node, clicks: int) -> None:
    clock = LamportClock(me.name)
    for _ in range(clicks):
        await me.sleep(5)
        me.note(f"click {clock.event('click')}")
    await me.sleep(5)
    me.send("shop", ("order", clock.event("sends order")))  # IR2 (a)
    clock.receipt(await me.receive())


async def shop(me: Node) -> None:
    clock = LamportClock(me.name)
    clock.receipt(await me.receive())
    await me.sleep(5)
    me.send("bank", ("charge", clock.event("sends charge")))
    for step in ("pick", "pack", "label"):
        await me.sleep(5)
        me.note(f"{step} {clock.event(step)}")
    clock.receipt(await me.receive())
    await me.sleep(5)
    me.send("browser", ("thanks", clock.event("sends thanks")))


async def bank(me: Node) -> None:
    clock = LamportClock(me.name)
    clock.receipt(await me.receive())
    await me.sleep(5)
    me.send("shop", ("paid", clock.event("sends paid")))


def main(clicks: Annotated[int, Range(0, 9)] = 2) -> World:
    world = World()
    world.add(browser, clicks)
    world.add(shop)
    world.add(bank)
    return world.run()
