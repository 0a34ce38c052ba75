"""Nodes that follow scripts, which tests draw at random."""

from sim import Node, Uniform, World

Script = list[tuple[str, str]]


async def scripted(me: Node, script: Script) -> tuple[object, ...]:
    seen: list[object] = []
    last = None
    for kind, to in script:
        if kind == "send":
            me.send(to, (me.name, len(seen)))
        elif kind == "receive":
            last = await me.receive()
            seen.append(last.body)
            me.note(seen)
        elif kind == "listen":
            try:
                last = await me.receive(timeout=5)
                seen.append(last.body)
            except TimeoutError:
                seen.append("nothing")
        elif kind == "call":
            try:
                seen.append((await me.call(to, "?", timeout=5)).body)
            except TimeoutError:
                seen.append("no answer")
        elif kind == "reply" and last is not None:
            me.reply(last, ("answer", len(seen)))
        elif kind == "sleep":
            await me.sleep(5)
        elif kind == "spawn":
            me.spawn(helper, seen)
    me.note(("ends", seen))
    return tuple(seen)


async def helper(me: Node, seen: list[object]) -> None:
    await me.sleep(3)
    seen.append("woke")


def main(
    scripts: list[Script], fifo: bool = False, seed: int = 0, plan: str = ""
) -> World:
    world = World(seed)
    world.network(delay=Uniform(0, 12), fifo=fifo)
    for number, script in enumerate(scripts):
        world.add(scripted, script, name="abc"[number])
    if plan == "cut":
        world.cut("a", "b", start=Uniform(0, 9), stop=Uniform(10, 20))
    elif plan == "crash":
        world.crash("b", at=Uniform(0, 9), restart=Uniform(10, 20))
    elif plan == "lose":
        world.lose("a", "b", 1)
    return world
