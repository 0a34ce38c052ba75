"""What a program's `main` returned, as a picture: plots, or maps."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from . import map as maps
from . import svg
from .data import Plot
from .words import Table, table


class Picture(NamedTuple):
    """Plots or maps that are shown together."""

    svg: Callable[[str], str]  # draws all; takes a title for screen readers
    tables: list[Table]  # the same in numbers


def picture_of(returned: object) -> Picture | None:
    """The plots or the maps that `main` returned: one, or a tuple of one kind.

    None if it returned neither. Raises ValueError if a plot shows nothing.
    """
    shown = returned if isinstance(returned, tuple) else (returned,)
    if shown and all(isinstance(one, maps.Map) for one in shown):
        return Picture(lambda title: maps.draw(shown, title), [maps.table(shown)])
    if not shown or not all(isinstance(one, Plot) for one in shown):
        return None
    for plot in shown:
        if not plot.series:
            cure = "give it a line, steps, dots, a band or bars"
            raise ValueError(f"plot {plot.title!r} has nothing to draw: {cure}")
    return Picture(lambda title: svg.draw(shown, title), [table(one) for one in shown])
