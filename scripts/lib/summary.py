"""The page with the whole talk on it: one line a page, made from the pages themselves.

The talk is what `nav` lists before this page, section by section. A line is the page's
`takeaway`, linked to the page, and the first program that the page shows. Below stands
where it comes from, by the titles of those pages.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from scripts.lib.pages import PageError, front_matter, shown, title
from scripts.lib.paths import DOCS

NAME = "summary.md"
PAGE = DOCS / NAME
ORIGINS = ("Papers", "Contemporaries")  # sections of `nav` behind this page
LONGEST = 75  # characters of a takeaway: on paper two lines of a column

HEAD = """\
---
title: The talk on one screen
description: Every page of the talk in one sentence to remember, with the program \
that shows it; also on one sheet of paper.
talk:
  - Summary
  - Distributed systems are hard
  - Essentially they and their problems are unavoidable
  - Being informed of these problems helps you make reliable systems
reviewed: 2026-11-22
hide: [navigation, toc]
---

<!-- Written by python3 scripts/summary.py from the `takeaway` of each page. -->

# The talk on one screen

Distributed systems are hard, because one part can fail while the rest goes on, and \
nobody can tell a late message from a lost one.

They and their problems cannot be avoided on the web: a browser and a server already \
make one.

Knowing the problems helps you build systems that hold: here is a line for each, \
with its page and the program that shows it.
"""

_CARD = re.compile(r'^--8<-- "[\w/]+/(\w+)\.md"$', re.MULTILINE)


class Line(NamedTuple):
    """What the summary says about a page."""

    page: Path
    takeaway: str
    program: str | None
    """The first that the page shows; an index page may show none."""


def talk(nav: list[Any]) -> dict[str, list[Path]]:
    """The sections of the talk with their pages, in order. Raises PageError."""
    if NAME not in nav:
        raise PageError(f"mkdocs.yml: nav has no {NAME}. Put it behind the talk")
    before = nav[: nav.index(NAME)]
    return {
        title: [DOCS / path for path in _paths(children)]
        for section in before
        if isinstance(section, dict)
        for title, children in section.items()
        if isinstance(children, list)
    }


def line(page: Path) -> Line:
    """What the summary says about a page. Raises PageError."""
    name = shown(page)
    if not page.is_file():
        raise PageError(f"mkdocs.yml: nav names {name}, and there is no such page")
    takeaway = front_matter(page).get("takeaway")
    cure = f"one plain sentence to remember, at most {LONGEST} characters"
    if not isinstance(takeaway, str):
        raise PageError(f"{name}:1: no takeaway. Add «takeaway: …», {cure}")
    text = page.read_text(encoding="utf-8")
    place = f"{name}:{text[: text.index('takeaway:')].count(chr(10)) + 1}: takeaway"
    if len(takeaway) > LONGEST:
        raise PageError(f"{place} of {len(takeaway)} characters. Write {cure}")
    if not takeaway.endswith("."):
        raise PageError(f"{place} without a period at its end. Write {cure}")
    card = _CARD.search(text)
    return Line(page, takeaway, card[1] if card else None)


def summary(nav: list[Any]) -> str:
    """The page: a list for each section of the talk.

    Raises PageError with a line for each page that does not say what to remember.
    """
    parts = [HEAD, '<div class="summary" markdown>\n']
    wrong = []
    for section, pages in talk(nav).items():
        lines = []
        for page in pages:
            try:
                lines.append(f"- {_linked(line(page))}\n")
            except PageError as error:
                wrong.append(str(error))
        head = f"<section markdown>\n\n## {section}\n"
        parts += [head, "".join(lines), "</section>\n"]
    if wrong:
        raise PageError("\n".join(wrong))
    return "\n".join([*parts, "</div>\n", *_origins(nav)])


def _origins(nav: list[Any]) -> list[str]:
    """A paragraph for each section that says where the talk comes from."""
    titled = {t: c for part in nav if isinstance(part, dict) for t, c in part.items()}
    found = []
    for section in filter(titled.get, ORIGINS):
        links = [
            f"[{title(DOCS / path).partition(':')[0]}]({path})"
            for path in _paths(titled[section])
        ]
        found.append(f"**{links[0]}**: {' · '.join(links[1:])}\n")
    return found


def _linked(line: Line) -> str:
    path = line.page.relative_to(DOCS).as_posix()
    program = f" [`{line.program}`]({path}#{line.program})" if line.program else ""
    return f"[{line.takeaway}]({path}){program}"


def _paths(children: list[Any]) -> list[str]:
    """The pages of a section of `nav`, with or without titles of their own."""
    found: list[str] = []
    for child in children:
        if isinstance(child, dict):
            for value in child.values():
                found += _paths(value if isinstance(value, list) else [value])
        else:
            found.append(child)
    return found
