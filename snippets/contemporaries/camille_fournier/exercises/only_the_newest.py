"""No saved line is lost, whoever holds the lock, and both can save."""

from types import ModuleType

from sim.explore import State, explore

PROGRAM = "lock_without_fencing"


def saved(state: State) -> set[str]:
    both = ("red", "blue")
    return {name for name in both if state.result(name) == "saved"}


def no_saved_line_is_lost(state: State) -> bool:
    return saved(state) <= set(state.disk("storage")["file"])


def both_save(state: State) -> bool:
    return len(saved(state)) == 2


def judge(program: ModuleType) -> str | None:
    """What still goes wrong, or None."""
    always, sometimes = no_saved_line_is_lost, both_save
    try:
        found = explore(program.build, always, sometimes, limit=50_000)
    except KeyError:
        return "Storage has no file on its disk: keep the lines there."
    if found.failure is not None:
        return str(found.failure)
    if not found.complete:
        return "It has no end: let a refused worker give up at last."
    if found.never:
        return "It never happens that both workers save."
    return None
