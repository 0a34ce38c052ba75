"""Every history is linearizable, and every read is answered."""

from types import ModuleType

from sim import Node, Uniform, World
from sim.check import History, linearizable

PROGRAM = "judge_a_history"
READS = 20  # so that a leader with more patience is found out, too


async def ann(me: Node, history: History) -> None:
    for value in ("one", "two"):
        await me.sleep(me.random.randrange(60))
        history.invoke("ann", "write", value)
        await me.call("leader", value)
        history.ok("ann", value)


async def bob(me: Node, history: History) -> None:
    for _ in range(READS):
        await me.sleep(me.random.randrange(60))
        history.invoke("bob", "read")
        history.ok("bob", (await me.call("follower", "read")).body)


def run(program: ModuleType, seed: int, cut: bool) -> History:
    world, history = World(seed), History()
    world.add(ann, history)
    world.add(program.leader, name="leader")
    world.add(program.follower, name="follower")
    world.add(bob, history)
    if cut:
        world.cut("leader", "follower", Uniform(0, 80), 160)
    world.run(until=2000)
    return history


def answered(history: History, who: str) -> int:
    return sum(
        entry["process"] == who and entry["type"] == "ok"
        for entry in history
    )


def judge(program: ModuleType) -> str | None:
    for cut in (False, True):
        for seed in range(100):
            history = run(program, seed, cut)
            where = f"With seed {seed} and {'a' if cut else 'no'} cut,"
            if answered(history, "bob") < READS:
                return f"{where} a read of bob's gets no answer."
            if answered(history, "ann") < 2:
                late = ", even when the cut is over" if cut else ""
                return f"{where} a write of ann's gets no answer{late}."
            verdict = linearizable(history, "register")
            if not verdict:
                return f"{where} there is {verdict.reason}."
    return None
