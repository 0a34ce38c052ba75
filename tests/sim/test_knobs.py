"""What the signature of `main` says."""

from typing import Annotated, Literal

import pytest

from sim import Range
from sim.program.knobs import Knob, knobs


def program(
    seed: int = 7,
    clicks: Annotated[int, Range(1, 4)] = 2,
    loss: Annotated[float, Range(0, 1, step=0.05)] = 0.2,
    order: Literal["fifo", "any"] = "any",
    *,
    retry: bool = True,
) -> None:
    """Do nothing."""


def test_what_the_signature_says():
    assert knobs(program) == [
        Knob("seed", int, 7, Range(0, 9999), ()),
        Knob("clicks", int, 2, Range(1, 4), ()),
        Knob("loss", float, 0.2, Range(0, 1, 0.05), ()),
        Knob("order", str, "any", None, ("fifo", "any")),
        Knob("retry", bool, True, None, ()),
    ]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("seed", "0", 0),
        ("clicks", "4", 4),
        ("loss", "0.35", 0.35),
        ("order", "fifo", "fifo"),
        ("retry", "no", False),
        ("retry", "True", True),
    ],
)
def test_values_as_text(name, text, value):
    knob = {knob.name: knob for knob in knobs(program)}[name]
    assert knob.parse(text) == value


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("seed", "-1", "seed is a whole number from 0 to 9999, not -1"),
        ("clicks", "5", "clicks is a whole number from 1 to 4, not 5"),
        ("clicks", "2.5", "clicks is a whole number from 1 to 4, not 2.5"),
        ("loss", "nan", "loss is a number from 0 to 1, not nan"),
        ("loss", "much", "loss is a number from 0 to 1, not much"),
        ("order", "lifo", "order is one of fifo, any"),
        ("retry", "maybe", "retry is yes or no, not 'maybe'"),
    ],
)
def test_values_that_it_cannot_have(name, text, says):
    knob = {knob.name: knob for knob in knobs(program)}[name]
    with pytest.raises(ValueError) as raised:
        knob.parse(text)
    assert str(raised.value) == says


def no_default(clicks: Annotated[int, Range(1, 4)]) -> None:
    """Say nothing of the recorded run."""


def no_range(clicks: int = 2) -> None:
    """Say nothing of the slider."""


def no_type(clicks=2) -> None:
    """Say nothing at all."""


def outside(clicks: Annotated[int, Range(1, 4)] = 5) -> None:
    """Contradict itself."""


def no_text(clicks: Literal[1, 2] = 1) -> None:
    """Offer what no menu can hold."""


def no_choice(order: Literal["fifo", "any"] = "lifo") -> None:
    """Record a run that nobody can choose again."""


def no_switch(retry: bool = 1) -> None:
    """Be neither on nor off."""


def half(clicks: Annotated[int, Range(1, 4)] = 2.5) -> None:
    """Click a half."""


def word(loss: Annotated[float, Range(0, 1)] = "0.5") -> None:
    """Take a text for a number."""


@pytest.mark.parametrize(
    ("main", "says"),
    [
        (no_default, "main: clicks needs a default, the value of the recorded run"),
        (no_range, "write Annotated[int, Range(low, high)]"),
        (no_type, "main: clicks is None; write Annotated[int, Range(low, high)]"),
        (no_text, "main: clicks is typing.Literal[1, 2]; write its choices as texts"),
        (no_choice, "main: order='lifo' is not one of ('fifo', 'any')"),
        (no_switch, "main: retry=1 is neither True nor False"),
        (half, "main: clicks=2.5 is not a whole number"),
        (word, "main: loss='0.5' is not a number"),
        (outside, "main: clicks=5 lies outside its own Range(low=1, high=4"),
    ],
)
def test_signatures_that_say_too_little(main, says):
    with pytest.raises(TypeError) as raised:
        knobs(main)
    assert says in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
