"""The site's bibliography: one file of entries, and the pages that cite them.

A page cites with a footnote whose label is the entry's key: `[^lamport1978]`. A second
note to the same source adds a word: `[^lamport1978-mutex]`. The note names the title
and the year, so that it stands by itself on paper; they have to be the entry's.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bibtexparser.entrypoint import parse_file
from bibtexparser.middlewares import MonthIntMiddleware, NormalizeFieldKeys

from scripts.lib.pages import front_matter, pages
from scripts.lib.paths import DOCS, ROOT

BIBLIOGRAPHY = DOCS / "references.bib"
PAGE = DOCS / "references.md"

NOTE = re.compile(r"^\[\^([\w-]+)\]: (.*)$", re.MULTILINE)
# How one says where something appeared, by the field that says it.
PLACES = ("journal", "booktitle", "institution", "publisher", "howpublished")

HEAD = """\
---
title: References
description: Every source that a page of this site cites, and the pages that cite it.
reviewed: 2026-11-22
---

<!-- Written by python3 scripts/references.py from docs/references.bib. -->

# References

Every source that a page cites, by its first author, and the pages that do.
The list is also a [BibTeX file](references.bib).
"""


class Entry(NamedTuple):
    """A source."""

    key: str
    line: int
    """Where it begins in the bibliography."""
    fields: dict[str, str]

    @property
    def title(self) -> str:
        """Without the braces that keep capitals in BibTeX."""
        return re.sub(r"[{}]", "", self.fields.get("title", ""))


class Citation(NamedTuple):
    """A footnote of a page."""

    page: Path
    line: int
    label: str
    text: str


def entries(file: Path = BIBLIOGRAPHY) -> dict[str, Entry]:
    """The entries by their keys. Raises ValueError: file, line, what is wrong."""
    # Names stay as they are: the file is UTF-8, not LaTeX.
    library = parse_file(
        str(file), append_middleware=[NormalizeFieldKeys(), MonthIntMiddleware()]
    )
    for block in library.failed_blocks:
        line = (block.start_line or 0) + 1
        said = " ".join(str(block.error).split())
        raise ValueError(f"{_shown(file)}:{line}: cannot be read: {said}")
    return {
        entry.key: Entry(
            entry.key,
            (entry.start_line or 0) + 1,
            {field.key: " ".join(str(field.value).split()) for field in entry.fields},
        )
        for entry in library.entries
    }


def citations() -> Iterator[Citation]:
    """The footnotes of all pages."""
    for page in pages():
        text = page.read_text("utf-8")
        for note in NOTE.finditer(text):
            line = text[: note.start()].count("\n") + 1
            yield Citation(page, line, note[1], note[2])


def key_of(label: str, known: dict[str, Entry]) -> str | None:
    """The entry that a footnote's label means."""
    while label not in known:
        label, hyphen, _ = label.rpartition("-")
        if not hyphen:
            return None
    return label


def mistakes(known: dict[str, Entry], notes: list[Citation]) -> list[str]:
    """What does not fit, a line each: where, what, the cure."""
    wrong = []
    cited = set()
    for note in notes:
        where = f"{_shown(note.page)}:{note.line}: [^{note.label}]"
        key = key_of(note.label, known)
        if key is None:
            wrong.append(f"{where} has no entry. Add it to {_shown(BIBLIOGRAPHY)}")
            continue
        cited.add(key)
        entry = known[key]
        if key != note.label and note.text.startswith("The same"):
            continue
        if _letters(entry.title) not in _letters(note.text):
            wrong.append(f"{where} does not name the title «{entry.title}»")
        elif entry.fields.get("year", "") not in note.text:
            wrong.append(f"{where} does not name the year {entry.fields['year']}")
    for key, entry in known.items():
        where = f"{_shown(BIBLIOGRAPHY)}:{entry.line}: {key}"
        if key not in cited:
            wrong.append(f"{where} is not cited by any page. Cite it, or take it out")
        missing = [
            names[0]
            for names in (("author", "editor", "organization"), ("title",))
            if not any(entry.fields.get(name) for name in names)
        ]
        wrong += [f"{where} has no {name}" for name in missing]
    return wrong


def page(known: dict[str, Entry], notes: list[Citation]) -> str:
    """The page that lists the sources, and who cites them."""
    cited: dict[str, dict[Path, None]] = {}
    for note in notes:
        if key := key_of(note.label, known):
            cited.setdefault(key, {})[note.page] = None
    lines = [HEAD]
    letter = ""
    for entry in sorted(known.values(), key=_order):
        first = _order(entry)[0][:1].upper()
        if first != letter:
            letter = first
            lines.append(f"\n## {letter}\n")
        by = ", ".join(
            f"[{front_matter(page)['title']}]({page.relative_to(DOCS).as_posix()})"
            for page in cited.get(entry.key, {})
        )
        lines.append(f"- {formatted(entry)} Cited in {by}.\n  {{ #{entry.key} }}")
    return "\n".join(lines) + "\n"


def formatted(entry: Entry) -> str:
    """An entry as Markdown: who, title, where, when, address."""
    fields = entry.fields
    who = _people(fields.get("author") or fields.get("editor") or "")
    who = who or fields.get("organization", "")
    is_book = "publisher" in fields and not {"journal", "booktitle"} & set(fields)
    title = f"*{entry.title}*" if is_book else f"«{entry.title}»"
    parts = [who, title]
    place = next((fields[name] for name in PLACES if fields.get(name)), "")
    if place:
        place = re.sub(r"[{}]", "", place)
        number = fields.get("volume", "")
        if fields.get("number"):
            number += f"({fields['number']})" if number else fields["number"]
        parts.append(" ".join(filter(None, [place, number])))
    month = fields.get("month", "")
    named = calendar.month_name[int(month)] if month.isdigit() else month
    parts.append(" ".join(filter(None, [named, fields.get("year")])))
    if pages_ := fields.get("pages"):
        several = re.search(r"\D", pages_)
        parts.append(f"{'pp.' if several else 'p.'} {pages_.replace('--', '–')}")
    text = ", ".join(filter(None, parts)) + "."
    for name, prefix in (("doi", "https://doi.org/"), ("url", "")):
        if address := fields.get(name):
            shown = f"doi:{address}" if name == "doi" else _host(address)
            text += f" [{shown}]({prefix}{address})."
    return text


def _people(names: str) -> str:
    """«Family, Given and …» as people write it."""
    people = []
    for name in filter(None, re.split(r"\s+and\s+", names)):
        family, _, given = name.partition(", ")
        people.append(f"{given} {family}".strip().strip("{}"))
    if people and people[-1] == "others":
        return f"{', '.join(people[:-1])} and others"
    if len(people) > 4:
        return f"{people[0]} and {len(people) - 1} others"
    *most, last = people or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _order(entry: Entry) -> tuple[str, str, str]:
    fields = entry.fields
    who = fields.get("author") or fields.get("editor") or fields.get("organization", "")
    return who.strip("{}").lower(), fields.get("year", ""), entry.key


def _host(address: str) -> str:
    return re.sub(r"^https?://(?:www\.)?([^/]+).*", r"\1", address)


def _letters(text: str) -> str:
    """A text without signs and case, in which notes and entries may differ."""
    return re.sub(r"[\W_]+", " ", text.replace("`", "")).strip().casefold()


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
