"""One signature, four uses: what `main` takes is read here and nowhere else.

`def main(seed: int = 7, loss: Annotated[float, Range(0, 1)] = 0.2) -> World` says
what the flags of the command line are, what the knobs on the page are, what the
property tests draw from, and, by its defaults, which run is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints


class Range(NamedTuple):
    """The values that a number may take: from `low` to `high`, both included.

    `step`: the distance between two positions of the slider. `unit`: ms, ppm, bytes.
    """

    low: float
    high: float
    step: float = 1
    unit: str = ""


SEEDS = Range(0, 9999)


class Knob(NamedTuple):
    """One parameter of a program."""

    name: str
    kind: type  # int, float, bool or str
    default: Any
    range: Range | None  # for int and float
    choices: tuple[str, ...]  # for str

    def parse(self, text: str) -> Any:
        """`text` as a value of this knob; ValueError says what it may be."""
        if self.kind is bool:
            if text.lower() in ("true", "yes", "on", "1"):
                return True
            if text.lower() in ("false", "no", "off", "0"):
                return False
            raise ValueError(f"{self.name} is yes or no, not {text!r}")
        if self.kind is str:
            if text not in self.choices:
                raise ValueError(f"{self.name} is one of {', '.join(self.choices)}")
            return text
        assert self.range is not None
        low, high = f"{self.range.low:g}", f"{self.range.high:g}"
        try:
            value = self.kind(text)
        except ValueError:
            value = None
        if value is None or not self.range.low <= value <= self.range.high:
            number = "a whole number" if self.kind is int else "a number"
            raise ValueError(
                f"{self.name} is {number} from {low} to {high}, not {text}"
            )
        return value


def knobs(main: Callable[..., Any]) -> list[Knob]:
    """The knobs of a program, in the order of its parameters.

    Raises TypeError for a parameter that has no default or whose type has no range:
    the recorded run, the slider and the property test would not know what to take. So
    it does for a default that the knob cannot take.
    """
    code = main.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    defaults = main.__defaults__ or ()
    values = dict(
        zip(names[code.co_argcount - len(defaults) :], defaults, strict=False)
    )
    values.update(main.__kwdefaults__ or {})
    hints = get_type_hints(main, include_extras=True)
    return [_knob(name, hints.get(name), values.get(name)) for name in names]


def _knob(name: str, hint: Any, default: Any) -> Knob:
    if default is None:
        raise TypeError(f"main: {name} needs a default, the value of the recorded run")
    if get_origin(hint) is Literal:
        choices = get_args(hint)
        if not all(isinstance(choice, str) for choice in choices):
            raise TypeError(f"main: {name} is {hint!r}; write its choices as texts")
        if default not in choices:
            raise TypeError(f"main: {name}={default!r} is not one of {choices}")
        return Knob(name, str, default, None, choices)
    kind = hint
    extras: tuple[Any, ...] = getattr(hint, "__metadata__", ())
    if extras:
        kind = hint.__origin__
    if kind is bool:
        if not isinstance(default, bool):
            raise TypeError(f"main: {name}={default!r} is neither True nor False")
        return Knob(name, bool, default, None, ())
    ranges = [extra for extra in extras if isinstance(extra, Range)]
    if name == "seed" and kind is int and not ranges:
        ranges = [SEEDS]
    if kind not in (int, float) or not ranges:
        raise TypeError(
            f"main: {name} is {hint!r}; write Annotated[int, Range(low, high)], "
            "Annotated[float, Range(low, high)], Literal['a', 'b'] or bool"
        )
    if not isinstance(default, int if kind is int else (int, float)):
        number = "a whole number" if kind is int else "a number"
        raise TypeError(f"main: {name}={default!r} is not {number}")
    if not ranges[0].low <= default <= ranges[0].high:
        raise TypeError(f"main: {name}={default} lies outside its own {ranges[0]}")
    return Knob(name, kind, default, ranges[0], ())
