"""The scales of a plot: from values to places, round ticks, numbers as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count, pairwise
from math import ceil, floor, log10
from typing import NamedTuple

STEPS = (1, 2, 5)  # a step between ticks is one of these times a power of ten
WORDS = ((12, " trillion"), (9, " billion"), (6, " million"))
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MOST = 7  # ticks of an upright axis
CLOSE = 1e-9  # of a step: what rounding of floats may add


class Scale(NamedTuple):
    """The values from `low` to `high` along an axis, linear or logarithmic."""

    low: float
    high: float
    log: bool = False

    def share(self, value: float) -> float:
        """Where `value` lies, from 0 at `low` to 1 at `high`."""
        if self.log:
            low, high, value = log10(self.low), log10(self.high), log10(value)
        else:
            low, high = self.low, self.high
        # Rounded: a logarithm's last bit is not the same on every machine.
        return round((value - low) / (high - low), 6)

    def ticks(self, most: int) -> tuple[float, ...]:
        """Round values on the scale: at most `most`, but two if it can be."""
        fitting: tuple[float, ...] = ()
        for ticks in self._choices():
            if len(ticks) < 2 and fitting:
                break
            if len(ticks) >= 2:
                fitting = ticks
            if 2 <= len(ticks) <= most:
                break
        return fitting

    def _choices(self) -> Iterator[tuple[float, ...]]:
        """Sets of ticks, from many to few."""
        if self.log:
            first, last = floor(log10(self.low)), ceil(log10(self.high))
            if last - first <= 3:
                yield self._inside((k, at) for at in range(first, last) for k in STEPS)
            for every in count(1):
                powers = range(-(-first // every) * every, last + 1, every)
                ticks = self._inside((1, at) for at in powers)
                if len(ticks) < 2:
                    break
                yield ticks
            if last - first <= 2:  # the powers of ten are too far apart
                yield from Scale(self.low, self.high)._choices()
            return
        for k, at in _steps(self.low, self.high):
            first = ceil(self.low / power(k, at) - CLOSE)
            last = floor(self.high / power(k, at) + CLOSE)
            yield tuple(power(k * n, at) for n in range(first, last + 1))

    def _inside(self, parts: Iterator[tuple[int, int]]) -> tuple[float, ...]:
        low, high = self.low * (1 - CLOSE), self.high * (1 + CLOSE)
        values = (power(k, at) for k, at in parts)
        return tuple(value for value in values if low <= value <= high)


def power(factor: int, exponent: int) -> float:
    """`factor` times ten to the `exponent`: the nearest float, without 0.30…04."""
    if exponent < 0:
        return factor / float(10 ** abs(exponent))
    return float(factor * 10**exponent)


def scale(values: Sequence[float], log: bool, zero: bool, round_ends: bool) -> Scale:
    """A scale that holds all `values`.

    With `zero` a linear one begins at 0 if that wastes little room; with
    `round_ends` it begins and ends at round values.
    """
    low, high = min(values), max(values)
    if log:
        if low == high:
            low, high = low / 2, high * 2
        if not round_ends:
            return Scale(low, high, True)
        below = [power(k, floor(log10(low)) + up) for up in (-1, 0) for k in STEPS]
        above = [power(k, floor(log10(high)) + up) for up in (0, 1) for k in STEPS]
        return Scale(
            max(value for value in below if value <= low * (1 + CLOSE)),
            min(value for value in above if value >= high * (1 - CLOSE)),
            True,
        )
    if low == high:
        low, high = min(low, 0.0), max(high, 0.0)
        if low == high:
            high = 1.0
    if zero and 0 <= low <= high * 0.75:
        low = 0.0
    if zero and low * 0.75 <= high <= 0:
        high = 0.0
    if not round_ends:
        return Scale(low, high)
    for k, at in _steps(low, high):
        first = floor(low / power(k, at) + CLOSE)
        last = ceil(high / power(k, at) - CLOSE)
        if last - first < MOST:
            return Scale(power(k * first, at), power(k * last, at))
    raise AssertionError("the last step is wider than the scale")


def _steps(low: float, high: float) -> Iterator[tuple[int, int]]:
    """Steps between ticks, from small to large: 1, 2 or 5, and a power of ten."""
    start = floor(log10(high - low)) - 2
    return ((k, at) for at in range(start, start + 5) for k in STEPS)


def tick_texts(ticks: Sequence[float], log: bool) -> list[str]:
    """The ticks as text: all with the same decimals, or powers of ten as words."""
    if log:
        return [amount(tick) for tick in ticks]
    largest = max(map(abs, ticks))
    step = min((b - a for a, b in pairwise(ticks)), default=largest)
    if (step or 1) < 1e-4 or largest >= 1e15:
        return [amount(tick) for tick in ticks]
    for exponent, word in WORDS:
        if largest >= 10**exponent and step * 100 >= 10**exponent:
            unit, word_of_unit = 10.0**exponent, word
            break
    else:
        unit, word_of_unit = 1.0, ""
    decimals = max(0, -floor(log10(step / unit) + CLOSE)) if step else 0
    return [
        f"{_plain(tick / unit, decimals)}{word_of_unit}" if tick else "0"
        for tick in ticks
    ]


def amount(value: float, digits: int = 4) -> str:
    """A number to read, with so many significant digits: 0.25, 1,234, 2.5 million."""
    if value == 0:
        return "0"
    size = abs(value)
    exponent = floor(log10(size) + CLOSE)
    if exponent >= 15 or exponent < -4 or (exponent == -4 and _is_power(size)):
        shown = _short(value / 10.0**exponent, digits - 1)
        ten = f"10{str(exponent).translate(SUPERSCRIPT)}"
        sign = "−" if value < 0 else ""
        return f"{sign}{ten}" if shown in ("1", "−1") else f"{shown}×{ten}"
    for most, word in WORDS:
        if exponent >= most:
            return _short(value / 10**most, digits - 1 - exponent + most) + word
    return _short(value, digits - 1 - exponent)


def writer(
    values: Sequence[float], log: bool, bars: bool = False
) -> Callable[[float], str]:
    """How to write numbers that are to be compared.

    On a linear scale with the same decimals, as many as the largest needs for four
    digits; on a logarithmic one each with three digits, and so for bars that are not
    zero but would be written so.
    """
    sizes = [abs(value) for value in values if value]
    exponent = floor(log10(max(sizes, default=1.0)) + CLOSE)
    if log or not -3 <= exponent < 6:
        return lambda value: amount(value, 3)
    decimals = max(0, 3 - exponent)
    while decimals and all(
        round(value, decimals - 1) == round(value, decimals) for value in values
    ):
        decimals -= 1
    if bars and min(sizes, default=1.0) < 0.5 * 10**-decimals:
        return lambda value: amount(value, 3)
    return lambda value: _plain(value, decimals) if value else "0"


def _short(value: float, decimals: int) -> str:
    text = _plain(value, max(0, decimals))
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        return text.lstrip("-")
    return text.replace("-", "−")


def _is_power(size: float) -> bool:
    return size == power(1, floor(log10(size) + CLOSE))
