"""Random small worlds, for the property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sim import Exponential, Node, Uniform, World

NAMES = ("a", "b", "c", "d")

STEPS = st.one_of(
    st.tuples(st.just("send"), st.sampled_from(NAMES)),
    st.tuples(st.just("broadcast"), st.none()),
    st.tuples(st.just("call"), st.sampled_from(NAMES)),
    st.tuples(st.just("receive"), st.integers(0, 40)),
    st.tuples(st.just("sleep"), st.integers(0, 30)),
    st.tuples(st.just("note"), st.text(max_size=5)),
)
SHARES = st.sampled_from([0.0, 0.0, 0.2, 0.5, 1.0])
DELAYS = st.one_of(
    st.integers(0, 30),
    st.builds(Uniform, st.integers(0, 10), st.integers(10, 50)),
    st.builds(Exponential, st.integers(0, 30), st.integers(0, 5)),
)
NETWORKS = st.fixed_dictionaries(
    {"delay": DELAYS, "loss": SHARES, "duplicate": SHARES, "fifo": st.booleans()}
)
TIMES = st.integers(0, 100)


async def program(me: Node, steps: list[tuple[str, Any]]) -> None:
    """Do the steps, then answer whatever comes."""
    for number, (step, what) in enumerate(steps):
        body = f"{me.name}{number}"
        try:
            if step == "send" and what in me.others:
                me.send(what, body)
            elif step == "broadcast":
                me.broadcast([body])
            elif step == "call" and what in me.others:
                await me.call(what, body, timeout=25)
            elif step == "receive":
                await me.receive(what)
            elif step == "sleep":
                await me.sleep(what)
            elif step == "note":
                me.note(what)
        except TimeoutError:
            pass
    for _ in range(5):
        message = await me.receive()
        me.reply(message, "answer")


@st.composite
def worlds(draw: Any, **network: Any) -> World:
    """A world of two to four nodes, with faults, before its run."""
    world = World(draw(st.integers(0, 99)))
    world.network(**{**draw(NETWORKS), **network})
    names = NAMES[: draw(st.integers(2, 4))]
    for name in names:
        world.add(program, draw(st.lists(STEPS, max_size=8)), name=name)
    if draw(st.booleans()):
        start = draw(TIMES)
        stop = draw(st.none() | st.integers(start + 1, 150))
        world.partition({draw(st.sampled_from(names))}, start=start, stop=stop)
    if draw(st.booleans()):
        at = draw(TIMES)
        restart = draw(st.none() | st.integers(at + 1, 150))
        world.crash(draw(st.sampled_from(names)), at, restart)
    return world
