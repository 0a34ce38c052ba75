"""No saved line is lost, whoever holds the lock, and both can save."""

from types import ModuleType

from sim import Node, World
from sim.explore import State, explore

PROGRAM = "lock_without_fencing"
WORKERS = ("red", "blue")


async def locks(me: Node) -> None:
    """As on the page: a change to the lock does not count."""
    while True:
        request = await me.receive()
        try:
            await me.call(request.sender, "yours", 200)
        except TimeoutError:
            me.note(f"{request.sender}'s lease ends")


def saved(state: State) -> set[str]:
    return {name for name in WORKERS if state.result(name) == "saved"}


def no_saved_line_is_lost(state: State) -> bool:
    return {"green"} | saved(state) <= lines(state)


def no_line_is_kept_that_was_refused(state: State) -> bool:
    return lines(state) == {"green"} | saved(state)


def both_save(state: State) -> bool:
    return len(saved(state)) == 2


def nobody_has_written(state: State) -> bool:
    return set(state.disk("storage").get("file", [])) == {"green"}


def lines(state: State) -> set[str]:
    """What is in the file; before storage has begun, its first line."""
    return set(state.disk("storage").get("file", ["green"]))


def judge(program: ModuleType) -> str | None:
    """What still goes wrong, or None."""

    def build() -> World:
        world = World()
        world.add(locks)
        world.add(program.worker, 300, name="red")
        world.add(program.storage, name="storage")
        world.add(program.worker, 40, name="blue")
        return world

    if "file" not in build().run().nodes["storage"].disk:
        return "Storage has no file on its disk: keep the lines there."
    found = explore(
        build,
        always=no_saved_line_is_lost,
        sometimes=(both_save, nobody_has_written),
        at_rest=no_line_is_kept_that_was_refused,
        limit=50_000,
    )
    if found.failure is not None:
        return str(found.failure)
    if not found.complete:
        return "It has no end: let a refused worker give up at last."
    if "both save" in found.never:
        return "It never happens that both workers save."
    if found.never:
        return "The file does not begin with one line, green."
    return None
