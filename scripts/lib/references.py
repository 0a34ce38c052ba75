"""The pages that cite the bibliography: whether notes and entries fit, and the list.

A page cites with a footnote whose label is the entry's key: `[^lamport1978]`. A second
note to the same source adds a word: `[^lamport1978-mutex]`. The note stands by itself
on paper, so it says who, the title, when and where; all this has to be the entry's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from scripts.lib.bibliography import BIBLIOGRAPHY, FIELDS, LIVING, Entry, said
from scripts.lib.pages import nav, pages, shown, text_of, title
from scripts.lib.paths import DOCS

PAGE = DOCS / "references.md"

NOTE = re.compile(r"^\[\^([\w-]+)\]: (.*)$", re.MULTILINE)
USE = re.compile(r"\[\^([\w-]+)\](?!:)")
TARGET = re.compile(r"\]\(((?:[^()]|\([^()]*\))*)\)")
QUOTED = re.compile(r"«([^»]+)»|\*([^*]+)\*")

HEAD = """\
---
title: References
description: Every source that a page of this site cites, and the pages that cite it.
talk: []
reviewed: 2026-11-22
hide: [toc]
search:
  boost: 0.5
---

<!-- Written by python3 scripts/references.py from docs/references.bib. -->

# References

Every source that a page cites, by its first author, and the pages that do.
The list is also a [BibTeX file](references.bib).

<div class="references" markdown>
"""


class Citation(NamedTuple):
    """A footnote of a page."""

    page: Path
    line: int
    label: str
    text: str

    @property
    def where(self) -> str:
        """File, line and label, as messages begin."""
        return f"{shown(self.page)}:{self.line}: [^{self.label}]"


def citations(files: Iterable[Path] | None = None) -> Iterator[Citation]:
    """The footnotes of the pages, by default of all."""
    for page in files or pages():
        text = text_of(page)
        for note in NOTE.finditer(text):
            yield Citation(page, _line(text, note), note[1], note[2])


def key_of(label: str, known: Iterable[str]) -> str | None:
    """The key of the entry that a footnote's label means."""
    while label not in known:
        label, hyphen, _ = label.rpartition("-")
        if not hyphen:
            return None
    return label


def mistakes(known: dict[str, Entry], notes: list[Citation]) -> list[str]:
    """What does not fit, a line each: where, what, the cure."""
    wrong = []
    before: Citation | None = None
    for note in notes:
        key = key_of(note.label, known)
        if key is None:
            cure = f"Add it to {shown(BIBLIOGRAPHY)}"
            wrong.append(f"{note.where} has no entry. {cure}")
        elif note.text.startswith("The same"):
            same = before is not None and before.page == note.page
            if not same or before is None or key_of(before.label, known) != key:
                cure = "Move it behind, or name the source"
                wrong.append(f"{note.where}: the note before is another's. {cure}")
        else:
            wrong += [f"{note.where} {what}" for what in _misfits(note, known[key])]
        before = note
    for page in dict.fromkeys(note.page for note in notes):
        wrong += _unused(page)
    cited = {key_of(note.label, known) for note in notes}
    addresses: dict[str, str] = {}
    for entry in known.values():
        where = f"{shown(BIBLIOGRAPHY)}:{entry.line}: {entry.key}"
        wrong += [f"{where} {what}" for what in _gaps(entry)]
        if entry.key not in cited:
            wrong.append(f"{where} is not cited by any page. Cite it, or take it out")
        for address in entry.addresses:
            other = addresses.setdefault(address, entry.key)
            if other != entry.key:
                wrong.append(f"{where} is at the address of {other}. Keep one of them")
    return wrong


def in_order() -> list[Path]:
    """The pages in the order of the talk."""
    paths = re.findall(r"[\w/]+\.md", str(nav()))
    return sorted(pages(), key=lambda page: _rank(page, paths))


def citing(known: dict[str, Entry], files: Iterable[Path]) -> dict[str, list[Path]]:
    """The pages that cite each entry, in a note or by a link to where it is found."""
    at = {address: entry.key for entry in known.values() for address in entry.addresses}
    found: dict[str, list[Path]] = {key: [] for key in known}
    for file in files:
        labels = [note.label for note in citations([file])]
        targets = TARGET.findall(file.read_text("utf-8"))
        keys = [key_of(label, known) for label in labels]
        for key in dict.fromkeys([*keys, *map(at.get, targets)]):
            if key is not None:
                found[key].append(file)
    return found


def page(known: dict[str, Entry], cited: dict[str, list[Path]]) -> str:
    """The page that lists the sources, and who cites them."""
    by_letter: dict[str, list[str]] = {}
    for entry in sorted(known.values(), key=lambda entry: entry.order):
        by = " · ".join(
            f"[{title(page)}]({page.relative_to(DOCS).as_posix()})"
            for page in cited[entry.key]
        )
        anchor = f'<a class="headerlink" href="#{entry.key}" title="Link to this source'
        item = f'- {said(entry)} {anchor}">&para;</a>\n  <small>Cited in {by}</small>\n'
        letter = entry.order[0][:1].upper()
        by_letter.setdefault(letter, []).append(f"{item}  {{ #{entry.key} }}\n")
    lines = [HEAD, " ".join(f"[{letter}](#{letter.lower()})" for letter in by_letter)]
    lines.append("{ .letters }\n")
    for letter, items in by_letter.items():
        lines += [f"## {letter} {{ #{letter.lower()} }}\n", "".join(items)]
    return "\n".join([*lines, "</div>\n"])


def _misfits(note: Citation, entry: Entry) -> Iterator[str]:
    """What a note says otherwise than its entry."""
    text = TARGET.sub("]", note.text)
    letters = f" {_letters(text)} "
    if f" {_letters(entry.family)} " not in letters:
        yield f"does not name {entry.people[0]}" if entry.people else "names nobody"
    quoted = {_letters(first or second) for first, second in QUOTED.findall(text)}
    main = _letters(entry.title.partition(": ")[0])
    if f" {_letters(entry.title)} " not in letters and main not in quoted:
        yield f"does not name the title «{entry.title}»"
    when = entry.fields.get("year") or entry.fields.get("version") or ""
    if not re.search(rf"(?<!\d){re.escape(when)}(?!\d)", text):
        yield f"does not say {when}, when it is from"
    targets = TARGET.findall(note.text)
    if entry.addresses and not any(
        target.startswith(address) for target in targets for address in entry.addresses
    ):
        yield f"does not link to {entry.addresses[0]}"
    for target in targets:
        if target.startswith("https://doi.org/") and target not in entry.addresses:
            yield f"links to {target}, and its entry does not"


def _unused(page: Path) -> Iterator[str]:
    """Notes that the page's text does not use, and uses without a note."""
    text = page.read_text("utf-8")
    uses = {use[1]: _line(text, use) for use in reversed([*USE.finditer(text)])}
    defined = {note[1]: _line(text, note) for note in NOTE.finditer(text)}
    for label in defined.keys() - uses.keys():
        cure = "Cite it in the text, or take it out"
        yield f"{shown(page)}:{defined[label]}: [^{label}] is not used. {cure}"
    for label in uses.keys() - defined.keys():
        cure = f"Write one: [^{label}]: …"
        yield f"{shown(page)}:{uses[label]}: [^{label}] has no note. {cure}"


def _gaps(entry: Entry) -> Iterator[str]:
    """What an entry lacks, or has too much."""
    if not entry.people:
        yield "has no author. Name one, or an editor, or the organization"
    if not entry.title:
        yield "has no title"
    if entry.kind not in LIVING and "year" not in entry.fields:
        kinds = ", ".join(f"@{kind}" for kind in sorted(LIVING))
        yield f"has no year. Only {kinds} may have none"
    for name, text in entry.fields.items():
        if name not in FIELDS:
            yield f"has a field {name!r}. Known are: {', '.join(FIELDS)}"
        if "\\" in text or "--" in text:
            yield f"has TeX in its {name}. The file is UTF-8: write the sign itself"


def _rank(page: Path, paths: list[str]) -> int:
    path = page.relative_to(DOCS).as_posix()
    return paths.index(path) if path in paths else len(paths)


def _letters(text: str) -> str:
    """A text without signs and case, in which notes and entries may differ."""
    return re.sub(r"[\W_]+", " ", text.replace("&", "and")).strip().casefold()


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
