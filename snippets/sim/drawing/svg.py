"""The shapes of a drawing as SVG text: a line an element, short numbers, no colors.

`fill` and `stroke` say `currentColor` where a shape must show without a style sheet.
"""

from __future__ import annotations

from html import escape

from .labels import LINE, Label
from .signs import visible

INK = ' fill="currentColor" stroke="none"'
CROSS = "l4.5 4.5m0-9l-9 9m0-9l4.5 4.5"  # a path that goes on from its center


def number(length: float) -> str:
    """A length with one decimal at most, the same on every machine."""
    text = f"{length:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def points(*lengths: float) -> str:
    """Lengths one after the other, as paths want them."""
    return " ".join(map(number, lengths))


def safe(text: str) -> str:
    """Any text as an element of SVG can hold it."""
    return escape(visible(text), quote=False)


def quoted(text: str) -> str:
    """Any text as an attribute of SVG can hold it."""
    return escape(visible(text))


def path(kind: str, steps: str, extra: str = "") -> str:
    """A path, with its class."""
    named = f' class="{kind}"' if kind else ""
    return f'<path{named} d="{steps}"{extra}/>'


def rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    """An upright rectangle."""
    size = f'width="{number(width)}" height="{number(height)}"'
    return f'<rect class="{kind}" x="{number(x)}" y="{number(y)}" {size} rx="5"/>'


def text(label: Label, extra: str = "", name: str = "") -> str:
    """A label; its lines are centered on its height. It may begin with a name."""
    step = label.size * LINE
    first = 0.34 * label.size - step * (len(label.lines) - 1) / 2
    words = [safe(line) for line in label.lines]
    if name and (words[0] + " ").startswith(f"{safe(name)} "):
        words[0] = (
            f'<tspan class="name">{safe(name)}</tspan>{words[0][len(safe(name)) :]}'
        )
    if label.anchor != "start":
        extra = f' text-anchor="{label.anchor}"{extra}'
    if len(words) == 1 and not label.slope[1]:
        place = f'x="{number(label.x)}" y="{number(label.y + first)}"'
        return f"<text {place}{extra}>{words[0]}</text>"
    turn = f" rotate({number(label.angle)})" if label.slope[1] else ""
    place = f'transform="translate({points(label.x, label.y)}){turn}"'
    if len(words) == 1:
        return f'<text {place} y="{number(first)}"{extra}>{words[0]}</text>'
    # No space between the lines: it would count as part of a text that ends there.
    spans = "".join(
        f'<tspan x="0" y="{number(first + step * at)}">{line}</tspan>'
        for at, line in enumerate(words)
    )
    return f"<text {place}{extra}>{spans}</text>"


def head(x: float, y: float, c: float, s: float, length: float) -> str:
    """The path of an arrow head with its tip at a point, in direction (c, s)."""
    half = 0.38 * length
    back, side = (x - length * c, y - length * s), (half * s, half * c)
    left = points(back[0] - side[0], back[1] + side[1])
    right = points(back[0] + side[0], back[1] - side[1])
    return f"M{points(x, y)}L{left}L{right}Z"


def zigzag(left: float, y: float, right: float, step: float = 5.0) -> str:
    """The path of a torn edge, from left to right."""
    count = max(2, int((right - left) / step))
    wide = (right - left) / count
    teeth = "".join(f"l{points(wide, -3 if at % 2 else 3)}" for at in range(count))
    return f"M{points(left, y)}{teeth}"


def hatch(x: float, y: float, width: float, height: float) -> str:
    """The path of slanted lines that fill a rectangle."""
    steps = []
    for at in range(9, int(width + height), 9):
        steps.append(
            f"M{points(x + max(0, at - height), y + min(height, at))}"
            f"L{points(x + min(width, at), y + max(0, at - width))}"
        )
    return "".join(steps)
