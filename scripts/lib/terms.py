"""The glossary's terms: each is linked where a page first uses it.

Runs after MkDocs, over the HTML that MkDocs wrote. The page `glossary` is the only list
of terms. A link carries the definition along, so that docs/assets/js/terms.js can show
it on the spot; without scripts it leads to the glossary.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

from scripts.lib import built

GLOSSARY = "glossary"

ENTRY = re.compile(r"((?:<dt[^>]*>.*?</dt>\s*)+)<dd>(.*?)</dd>", re.DOTALL)
NAME = re.compile(r'<dt(?: id="([\w-]+)")?[^>]*>(.*?)</dt>', re.DOTALL)
NOTE = re.compile(r"<sup.*?</sup>", re.DOTALL)
TAG = re.compile(r"(<!--.*?-->|<[^>]+>)", re.DOTALL)
ARTICLE = re.compile(r"<article\b[^>]*>.*?</article>", re.DOTALL)

MARK = re.compile(r"([«»])")  # around a title, or somebody's own words

# What is no running text: code, drawings, names, quotations, what is a link already.
APART = {"a", "code", "pre", "h1", "h2", "h3", "h4", "svg", "figure", "button"}
APART |= {"form", "label", "summary", "table", "kbd", "dt", "em", "nav", "blockquote"}
APART_CLASSES = {"card", "footnote", "mermaid", "exercise", "references", "sections"}
BLOCKS = {"p", "li", "dd", "div"}
EMPTY = {"br", "hr", "img", "input", "link", "meta", "wbr"}


@dataclass(frozen=True)
class Term:
    """An entry of the glossary."""

    anchor: str
    names: tuple[str, ...]
    """All ways to call it; the first is its title."""
    meaning: str
    """Its definition, as plain text."""


def terms(page: str) -> list[Term]:
    """The entries of the glossary's HTML. Raises ValueError for one without an id."""
    found = []
    for entry in ENTRY.finditer(page):
        names = NAME.findall(entry[1])
        anchor = next((anchor for anchor, _ in names if anchor), "")
        titles = tuple(_plain(name) for _, name in names)
        if not anchor:
            raise ValueError(
                f"docs/{GLOSSARY}.md: «{titles[0]}» has no address:"
                f" write «{titles[0]} {{ #an_id }}»"
            )
        found.append(Term(anchor, titles, _plain(entry[2])))
    return found


def mark(site: Path) -> None:
    """Link the first use of each term on each page of the built site."""
    page = built.page(site, GLOSSARY)
    if page is None:
        return
    known = terms(page.read_text("utf-8"))
    apart = {page, site / "404.html", built.page(site, built.PRINT_PAGE)}
    for other in sorted(site.rglob("*.html")):
        if other in apart:
            continue
        text = other.read_text("utf-8")
        address = os.path.relpath(page, other.parent).replace(os.sep, "/")
        fresh = marked(text, known, address.removesuffix("index.html"))
        if fresh != text:
            other.write_text(fresh, "utf-8")


def marked(text: str, known: list[Term], glossary: str) -> str:
    """A page, with the first use of each known term linked to the glossary."""
    article = ARTICLE.search(text)
    if article is None or not known:
        return text
    by_name = {name.lower(): term for term in known for name in term.names}
    longest_first = sorted(by_name, key=len, reverse=True)
    # An abbreviation is one in capitals only. A part of a name such as Node.js, or of
    # code such as replay(), is no term.
    either = "|".join(_pattern(name, by_name[name]) for name in longest_first)
    words = re.compile(rf"(?<![\w-])({either})s?(?![\w(-]|\.\w)", re.IGNORECASE)
    used: set[str] = set()

    def link(match: re.Match[str]) -> str:
        term = by_name[unescape(match[1]).lower()]
        if term.anchor in used:
            return match[0]
        used.add(term.anchor)
        return (
            f'<a class="term" href="{glossary}#{term.anchor}"'
            f' data-meaning="{escape(term.meaning)}">{match[0]}</a>'
        )

    marked_up = "".join(
        words.sub(link, piece) if is_prose else piece
        for piece, is_prose in _pieces(article[0])
    )
    return text[: article.start()] + marked_up + text[article.end() :]


def _pattern(name: str, term: Term) -> str:
    capitals = name.upper()
    return f"(?-i:{re.escape(capitals)})" if capitals in term.names else re.escape(name)


def _pieces(html: str) -> Iterator[tuple[str, bool]]:
    """The tags and the texts, each with whether it is running text."""
    apart: list[str] = []  # the tags that are open, from the outermost that is apart
    quoted = False
    for piece in TAG.split(html):
        if not piece.startswith("<"):
            for part in MARK.split(piece):
                quoted = part == "«" or (quoted and part != "»")
                yield part, not apart and not quoted
            continue
        yield piece, False
        name = re.match(r"</?([\w-]+)", piece)
        if name is None or piece.endswith("/>") or name[1] in EMPTY:
            continue
        quoted = quoted and name[1] not in BLOCKS
        if piece.startswith("</"):
            if apart and apart[-1] == name[1]:
                apart.pop()
        elif apart or name[1] in APART or _classes(piece) & APART_CLASSES:
            apart.append(name[1])


def _classes(tag: str) -> set[str]:
    found = re.search(r'\bclass="([^"]*)"', tag)
    return set(found[1].split()) if found else set()


def _plain(html: str) -> str:
    text = TAG.sub("", NOTE.sub("", html)).replace("¶", "").replace("&para;", "")
    return " ".join(unescape(text).split())
