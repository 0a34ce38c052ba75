"""What a plot shows, in words: for those who do not see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from .plot import Numbers, Plot, Series, barred, values
from .plot_scale import amount

KINDS = {
    "line": "a line",
    "steps": "a line of steps",
    "dots": "dots",
    "band": "a band",
    "bars": "bars",
}


def description(plots: Sequence[Plot]) -> str:
    """What the plots show, a few sentences each."""
    return " ".join(_describe(plot, len(plots) > 1) for plot in plots)


def _describe(plot: Plot, one_of_many: bool) -> str:
    parts = [f"{plot.title}."] if one_of_many else []
    if barred(plot):
        parts.append(_axis(plot, "y", "Bars"))
    else:
        parts += [_axis(plot, "x", "Across"), _axis(plot, "y", "Up")]
    parts += [_series(plot, series) for series in plot.series]
    for mark in plot.marks:
        at = f"{mark.axis} = {number_on(plot, mark.axis, mark.value)}"
        parts.append(f"A line at {at}: {mark.text}.")
    parts.append("The table gives the numbers.")
    return " ".join(parts)


def _axis(plot: Plot, axis: Literal["x", "y"], where: str) -> str:
    found = values(plot, axis)
    low, high = (number_on(plot, axis, end(found)) for end in (min, max))
    log = ", on a logarithmic scale" if plot.log[axis] else ""
    return f"{where}: {plot.titles[axis] or axis}, from {low} to {high}{log}."


def _series(plot: Plot, series: Series) -> str:
    head = f"{series.name}, {KINDS[series.kind]}:"
    if series.kind == "bars":
        rows = [
            f"{plot.labels[int(at)]} {amount(value)}" for at, value in series.points
        ]
        return f"{head} {'; '.join(rows)}."
    if series.kind == "band":
        ends = [series.points[0], series.points[-1]]
        first, last = (
            f"{amount(low)} to {amount(high)} at {number_on(plot, 'x', x)}"
            for x, low, high in ends
        )
        return f"{head} from {first} to {last}."
    points = series.points
    if series.kind == "dots":
        points = tuple(sorted(points))
    low, high = min(points, key=_height), max(points, key=_height)
    first, last, low_text, high_text = (
        f"{amount(y)} at {number_on(plot, 'x', x)}"
        for x, y in (points[0], points[-1], low, high)
    )
    if len(points) == 1:
        return f"{head} {first}."
    extremes = [
        f"{word} {text}"
        for word, point, text in (
            ("lowest", low, low_text),
            ("highest", high, high_text),
        )
        if _height(point) not in (_height(points[0]), _height(points[-1]))
    ]
    return f"{head} {', '.join([f'first {first}', f'last {last}', *extremes])}."


def _height(point: Numbers) -> float:
    return point[1]


def number_on(plot: Plot, axis: str, value: float) -> str:
    """A value of x or y as text; a year has no thousands."""
    year = plot.titles[axis].lower().startswith("year")
    return f"{value:g}" if year else amount(value)
