"""Never two inside, whatever overtakes on the links."""

from types import ModuleType

from sim import World
from sim.explore import explore

PROGRAM = "mutual_exclusion_without_fifo"


def judge(program: ModuleType) -> str | None:
    def build() -> World:
        world = World()
        world.network(fifo=False)
        for name in ("p", "q"):
            world.add(program.process, 1, name=name)
        return world.run()

    # What a process notes counts, not what it calls its variables.
    def inside(notes: tuple[str, ...]) -> bool:
        return notes.count("enters") > notes.count("leaves")

    found = explore(
        build,
        always={
            "never two inside": lambda state: not (
                inside(state.notes("p")) and inside(state.notes("q"))
            )
        },
        sometimes={
            "both get their turn": lambda state: (
                "leaves" in state.notes("p")
                and "leaves" in state.notes("q")
            )
        },
    )
    if found.failure is not None:
        return str(found.failure)
    if found.never:
        return "In no run do both processes enter and leave."
    return None
