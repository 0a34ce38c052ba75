"""Five things that go wrong at the shop look alike to the browser."""

from typing import Annotated, Literal, TypeAlias

from sim import Node, Range, World

Story: TypeAlias = Literal[
    "all well", "slow", "died before", "died after", "request lost",
    "answer lost",
]  # fmt: skip


async def browser(me: Node, patience: float) -> None:
    try:
        await me.call("shop", "order", timeout=patience)
        me.note("shows «thank you»")
    except TimeoutError:
        me.note("shows «no answer»")


async def shop(me: Node, work: float) -> None:
    request = await me.receive()
    await me.sleep(work)
    me.note("takes the order")
    await me.sleep(10)
    me.reply(request, "thanks")


def build(story: Story, patience: float) -> World:
    world = World()
    world.network(delay=20)  # ms, each way
    world.add(browser, patience)
    world.add(shop, 130 if story == "slow" else 30)  # ms of work
    if story == "died before":
        world.crash("shop", at=10)
    elif story == "died after":
        world.crash("shop", at=55)
    elif story == "request lost":
        world.lose("browser", "shop")
    elif story == "answer lost":
        world.lose("shop", "browser")
    return world


def main(
    story: Story = "slow",
    patience: Annotated[int, Range(40, 240, 20, "ms")] = 120,
) -> World:
    for each in Story.__args__:
        events = build(each, patience).run().trace.events
        notes = {
            e.node: f"{e.text} at {e.time:g}" for e in events if e.text
        }
        shown = notes.get("browser", "")
        done = notes.get("shop", "takes no order")
        print(f"{each:13} {shown:27} {done}")
    return build(story, patience).run()
