"""The order of the pages as `nav` has it, so that no test fails for a new page."""

from __future__ import annotations

from typing import Any

from scripts.lib.pages import address, nav, title
from scripts.lib.paths import DOCS


def files(node: Any) -> list[str]:
    """The pages of a part of `nav`, as paths below docs/."""
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node
    return [path for child in children for path in files(child)]


def beside(path: str, by: int) -> str:
    """The address of the page `by` places after the one at the address `path`."""
    order = [address(DOCS / file) for file in files(nav())]
    place = order.index(path) + by
    assert place >= 0, f"no page comes {-by} before {path}"
    return order[place]


def entries() -> list[tuple[str, list[str]]]:
    """What the contents list at the top: the names, each with its addresses."""
    return [
        (_name(entry), [address(DOCS / file) for file in files(entry)])
        for entry in nav()
    ]


def _name(entry: Any) -> str:
    return title(DOCS / entry) if isinstance(entry, str) else str(next(iter(entry)))
