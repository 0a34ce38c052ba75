"""Nodes that follow scripts, which tests draw at random.

Together the steps use all that a program can do, but for what `explore` refuses.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import strategies as st

from sim import Exponential, Node, Uniform, World
from sim.process import Task

Script = list[tuple[str, str]]
NAMES = "abc"

PLAIN = [
    *("send", "receive") * 2,
    *("listen", "call", "ask", "reply", "sleep", "spawn", "join", "broadcast"),
    *("share", "spoil", "write", "read"),
]
CAREFUL = ["guard", "rest", "hold"]  # these clean up


def scripts(steps: list[str], most: int) -> st.SearchStrategy[list[Script]]:
    operations = st.tuples(st.sampled_from(steps), st.sampled_from(NAMES))
    return st.lists(st.lists(operations, max_size=most), min_size=3, max_size=3)


plain_programs = scripts(PLAIN, 4)
programs = scripts([*PLAIN, *CAREFUL], 4)
long_programs = scripts([*PLAIN, *CAREFUL], 9)


async def scripted(
    me: Node, script: Script, memory: list[str] | None = None
) -> tuple[str, ...]:
    seen: list[object] = []
    last = None
    tasks: list[Task] = []
    for kind, to in script:
        if kind == "send":
            me.send(to, f"{me.name}{len(seen)}")  # plain: by the hot path
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
        elif kind == "ask":  # for as long as it takes
            seen.append((await me.call(to, ["?"])).body)
        elif kind == "reply" and last is not None:
            me.reply(last, ("answer", len(seen)))
        elif kind == "sleep":
            await me.sleep(5)
        elif kind == "spawn":
            tasks.append(me.spawn(helper, seen, to))
        elif kind == "join" and tasks:
            seen.append(await tasks.pop())
        elif kind == "broadcast":
            me.broadcast(("all", len(seen)))
        elif kind == "share":  # what can change
            me.send(to, seen)
        elif kind == "spoil" and last is not None and isinstance(last.body, list):
            last.body.append("spoilt")
        elif kind == "write":
            me.disk["kept"] = seen
        elif kind == "read":
            kept = me.disk.get("kept", [])
            kept.append("read")
            seen.append(str(kept))
        elif kind == "guard":
            try:
                seen.append((await me.receive(timeout=4)).body)
            except TimeoutError:
                seen.append("too late")
            finally:
                me.disk["guarded"] = len(seen)
                me.note("guarded")
        elif kind == "rest":
            try:
                await me.sleep(6)
            finally:
                await me.sleep(2)
                me.disk["rested"] = len(seen)
                me.note("rested")
        elif kind == "hold":
            with holding(me):
                seen.append((await me.receive()).body)
        elif kind == "remember" and memory is not None:
            memory.append(to)
    me.note(("ends", seen))
    return tuple(map(str, seen))


async def helper(me: Node, seen: list[object], how: str) -> str:
    if how == "a":
        for _ in range(2):  # in the midst, only its own frame knows how far it is
            await me.sleep(3)
        seen.append("woke")
    elif how == "b":  # beside the program itself
        seen.append(("helper", (await me.receive()).body))
    else:
        try:
            seen.append(("helper", (await me.receive(timeout=9)).body))
        except TimeoutError:
            seen.append("helper in vain")
    me.note(("helper", seen))
    return how * len(seen)


@contextmanager
def holding(me: Node) -> Iterator[None]:
    me.disk["lock"] = "held"
    try:
        yield
    finally:
        me.disk["lock"] = "free"
        me.note("let go")


def main(
    scripts: list[Script],
    fifo: bool = False,
    seed: int = 0,
    plan: str = "",
    disks: bool = False,
) -> World:
    world = World(seed)
    world.network(delay=Uniform(0, 12), fifo=fifo)
    for name, script in zip(NAMES, scripts, strict=True):
        node = world.add(scripted, script, [], name=name)
        if disks:
            node.disk["kept"] = ["before"]
    if plan == "cut":
        world.cut("a", "b", start=Uniform(0, 9), stop=Uniform(10, 20))
    elif plan == "crash":
        world.crash("b", at=Uniform(0, 9), restart=Uniform(10, 20))
    elif plan == "down":
        world.crash("b", at=Uniform(0, 25))
    elif plan == "lose":
        world.lose("a", "b", 1)
    return world


def spread(world: World, delays: list[int]) -> World:
    """The same world with a delay of its own on each link: fixed, even, or long."""
    pairs = [(a, b) for a in NAMES for b in NAMES]
    for (a, b), delay in zip(pairs, delays, strict=True):
        kind = Exponential(5, delay) if delay % 3 == 0 else Uniform(delay, 2 * delay)
        world.link(a, b, delay=kind if delay % 2 else delay)
    return world
