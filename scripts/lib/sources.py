"""A footnote says on how many other pages its source is cited, and links to the list.

Runs after MkDocs, over the HTML that MkDocs wrote. The page `references` is the list.
"""

import os
import re
from pathlib import Path

from scripts.lib import built
from scripts.lib.references import key_of

LIST = "references"

ENTRY = re.compile(r'<li id="([\w-]+)">.*?<small>(.*?)</small>', re.DOTALL)
NOTE = re.compile(r'(<li id="fn:([\w-]+)">.*?)(<a class="footnote-backref")', re.DOTALL)


def counts(page: str) -> dict[str, int]:
    """The entries of the list's HTML: on how many pages each is cited."""
    return {key: cited.count("<a ") for key, cited in ENTRY.findall(page)}


def mark(site: Path) -> None:
    """Link the notes of the built site's pages to the list."""
    page = built.page(site, LIST)
    if page is None:
        return
    known = counts(page.read_text("utf-8"))
    for other in sorted({*site.rglob("*.html")} - {built.page(site, built.PRINT_PAGE)}):
        text = other.read_text("utf-8")
        address = os.path.relpath(page, other.parent).replace(os.sep, "/")
        fresh = marked(text, known, address.removesuffix("index.html"))
        if fresh != text:
            other.write_text(fresh, "utf-8")


def marked(text: str, known: dict[str, int], address: str) -> str:
    """A page whose notes link to the list if other pages cite their source, too."""
    seen: set[str] = set()

    def link(note: re.Match[str]) -> str:
        key = key_of(note[2], known)
        if key is None or key in seen or known[key] < 2:
            return note[0]
        seen.add(key)
        others = known[key] - 1
        pages = "another page" if others == 1 else f"{others} other pages"
        source = f'<a class="source" href="{address}#{key}">Also on {pages}.</a> '
        return note[1] + source + note[3]

    return NOTE.sub(link, text)
