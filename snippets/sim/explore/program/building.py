"""The world that a program builds, before it runs, and the faults that it plans."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ...errors import Unexplorable
from ...faults import Action, Loss, Timed
from ...world import World

Build: TypeAlias = Callable[[], World]


def built(build: Build, begin: bool = True) -> World:
    """The world that `build` builds, ready to begin.

    Raises Unexplorable if it is not a new one.
    """
    world = build()
    if not isinstance(world, World):
        raise Unexplorable(
            f"build returns {type(world).__name__}: it must end in `return world`"
        )
    if world.started:
        raise Unexplorable(
            "build has run its world: it must end in `return world`, and main says "
            "build().run()"
        )
    if begin:
        world.begin()
    return world


def planned(world: World) -> list[Timed]:
    """The faults that a world plans, in the order of their times."""
    plan = [fault for fault in world.faults if not isinstance(fault, Loss)]
    if any(isinstance(fault, Action) for fault in plan):
        raise Unexplorable(
            "build plans an action with world.at: explore knows only crashes, cuts and "
            "partitions, and those in its own budgets"
        )
    return sorted(plan, key=lambda fault: fault.at)
