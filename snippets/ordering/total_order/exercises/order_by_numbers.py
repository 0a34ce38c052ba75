"""Never two inside, whatever overtakes on the links."""

from types import ModuleType

from sim import World
from sim.explore import State, explore

PROGRAM = "mutual_exclusion_without_fifo"
NAMES = ("p", "q")


# What a process notes counts, not what it calls its variables.
def never_two_inside(state: State) -> bool:
    notes = [state.notes(name) for name in NAMES]
    return sum(n.count("enters") > n.count("leaves") for n in notes) < 2


def both_get_their_turn(state: State) -> bool:
    notes = [state.notes(name) for name in NAMES]
    return all(
        n.count("enters") == n.count("leaves") == 1 for n in notes
    )


def judge(program: ModuleType) -> str | None:
    def build() -> World:
        world = World()
        world.network(fifo=False)
        for name in NAMES:
            world.add(program.process, 1, name=name)
        return world

    found = explore(
        build,
        always=never_two_inside,
        at_rest=both_get_their_turn,
        limit=50_000,
    )
    if found.failure is not None:
        return str(found.failure)
    if not found.complete:
        return "It has no end: let the processes come to rest at last."
    return None
