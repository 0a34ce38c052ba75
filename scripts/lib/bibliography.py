"""The site's bibliography, a BibTeX file: read, put in order, said in words."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bibtexparser import middlewares
from bibtexparser.entrypoint import parse_string, write_string
from bibtexparser.library import Library
from bibtexparser.writer import BibtexFormat

from scripts.lib.pages import shown, text_of
from scripts.lib.paths import DOCS

BIBLIOGRAPHY = DOCS / "references.bib"

# What an entry may say, in the order of the file.
WHO = ("author", "editor", "organization")
PLACES = ("journal", "booktitle", "school", "institution", "publisher", "howpublished")
NUMBERS = ("type", "volume", "number", "version", "pages")
WHEN = ("day", "month", "year")
FIELDS = (*WHO, "title", "edition", *PLACES, *NUMBERS, *WHEN, "doi", "url")

# A title of these stands in italics, of a part or a page in quotation marks. That of
# something unpublished only describes it.
WHOLE = {"book", "booklet", "manual", "phdthesis", "software", "techreport"}
# These change as long as they live, and may have no year.
LIVING = {"manual", "online", "software"}
MOST_PEOPLE = 6


class Entry(NamedTuple):
    """A source."""

    key: str
    line: int
    """Where it begins in the bibliography."""
    kind: str
    """What BibTeX calls it: article, book, online, …"""
    fields: dict[str, str]
    """What is said about it, without the braces of BibTeX, and without the people."""
    people: tuple[str, ...]
    """Authors, editors or the organization, as people write a name."""
    family: str
    """The first one's family name."""

    @property
    def title(self) -> str:
        """Its title, "" if there is none."""
        return self.fields.get("title", "")

    @property
    def addresses(self) -> list[str]:
        """Where it is found, the DOI first."""
        doi = self.fields.get("doi")
        return [f"https://doi.org/{doi}"] * bool(doi) + [
            self.fields[name] for name in ("url",) if name in self.fields
        ]

    @property
    def order(self) -> tuple[str, str, str]:
        """The place in a list by first author, where «The Times» stands under T."""
        plain = unicodedata.normalize("NFKD", self.family.casefold())
        letters = "".join(c for c in plain if not unicodedata.combining(c))
        return letters.removeprefix("the "), self.fields.get("year", ""), self.key


def entries(file: Path = BIBLIOGRAPHY) -> dict[str, Entry]:
    """The entries by their keys. Raises ValueError: file, line, what is wrong."""
    split = [
        middlewares.NormalizeFieldKeys(),
        middlewares.MonthIntMiddleware(),
        middlewares.SeparateCoAuthors(name_fields=WHO),
        middlewares.SplitNameParts(name_fields=WHO),
    ]
    library = _read(file, lambda text: parse_string(text, append_middleware=split))
    return {entry.key: _entry(entry) for entry in library.entries}


def tidied(file: Path = BIBLIOGRAPHY) -> str:
    """The file's text in order: entries by key, fields as in FIELDS, a line each."""
    library = _read(file, lambda text: parse_string(text, parse_stack=[]))
    layout = BibtexFormat()  # type: ignore[no-untyped-call]
    layout.indent = "  "
    layout.block_separator = "\n"
    layout.trailing_comma = True
    order = [
        middlewares.NormalizeFieldKeys(),
        middlewares.SortFieldsCustomMiddleware(FIELDS),
        middlewares.SortBlocksMiddleware(lambda block: getattr(block, "key", "")),
    ]
    return write_string(library, unparse_stack=order, bibtex_format=layout)


def said(entry: Entry) -> str:
    """An entry in words, as Markdown: who, title, where, when, address."""
    fields = entry.fields
    title = f"«{entry.title}»"
    if entry.kind in WHOLE:
        title = f"*{entry.title}*"
    elif entry.kind == "unpublished":
        title = entry.title[:1].lower() + entry.title[1:]
    parts = [_who(entry.people), title]
    if edition := fields.get("edition"):
        parts.append(f"{edition.lower()} edition")
    parts.append(_where(entry))
    if version := fields.get("version"):
        parts.append(f"version {version}")
    parts.append(_when(entry))
    if pages := fields.get("pages"):
        parts.append(f"{'pp.' if re.search(r'[–,]', pages) else 'p.'}&nbsp;{pages}")
    links = []
    for address in entry.addresses:
        host = re.sub(r"^https?://(?:www\.)?([^/]+).*", r"\1", address)
        name = f"doi:{fields['doi']}" if host == "doi.org" else host
        links.append(f"[{name}](<{address}>)")
    return f"{', '.join(filter(None, parts))}. {', '.join(links)}".strip()


def _read(file: Path, parse: Callable[[str], Library]) -> Library:
    library = parse(text_of(file))
    for block in library.failed_blocks:
        line = (block.start_line or 0) + 1
        problem = " ".join(str(block.error).split()) or "a brace or a comma is missing"
        raise ValueError(f"{shown(file)}:{line}: cannot be read: {problem}")
    for entry in library.entries:
        for field in entry.fields:
            if re.search(r"\n\s*\w+\s*=", str(field.value)):
                line = (field.start_line or 0) + 1
                raise ValueError(f"{shown(file)}:{line}: no comma after {field.key}")
    return library


def _entry(raw: Any) -> Entry:
    texts: dict[str, str] = {}
    names: list[Any] = []
    for field in raw.fields:
        if field.key in WHO:
            names = names or field.value
        else:
            texts[field.key] = " ".join(re.sub(r"[{}]", "", str(field.value)).split())
    people = tuple(name.merge_first_name_first.strip("{}") for name in names)
    family = " ".join(names[0].von + names[0].last).strip("{}") if names else ""
    line = (raw.start_line or 0) + 1
    return Entry(raw.key, line, raw.entry_type, texts, people, family)


def _who(people: tuple[str, ...]) -> str:
    *most, last = people or ("",)
    if len(people) > MOST_PEOPLE:
        return f"{', '.join(people[:3])} and {len(people) - 3} others"
    return f"{', '.join(most)} and {last}" if most else last


def _where(entry: Entry) -> str:
    fields = entry.fields
    number = fields.get("number", "")
    if entry.kind == "phdthesis":
        return ", ".join(
            filter(None, ["doctoral thesis", fields.get("school"), number])
        )
    if entry.kind == "techreport":
        return f"{fields.get('type') or fields.get('institution', '')} {number}".strip()
    place = next((fields[name] for name in PLACES if fields.get(name)), "")
    if entry.kind == "article":
        place = f"*{place}*"
    elif entry.kind == "incollection":
        place = f"in *{place}*, {fields.get('publisher', '')}"
    if volume := fields.get("volume"):
        number = f"{volume}({number})" if number else volume
    return f"{place} {number}".strip()


def _when(entry: Entry) -> str:
    day, month, year = (entry.fields.get(name, "") for name in WHEN)
    if not year:
        known = "version" in entry.fields or entry.kind == "software"
        return "" if known else "undated"
    named = calendar.month_name[int(month)] if month.isdigit() else month
    return " ".join(filter(None, [day, named, year]))
