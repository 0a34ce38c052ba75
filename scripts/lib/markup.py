"""What a page may not hold: scripts, frames and styles of its own.

A page is looked at as its readers get it, rendered from Markdown: code that is only
shown has become text by then, and whatever is still a tag would do what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser

# A tag that runs, loads or restyles something, and what to do instead.
TAGS = {
    "base": "Write out the address of each link",
    "embed": "Link to it",
    "frame": "Link to it",
    "iframe": "Link to it",
    "link": "Style sheets lie in docs/assets/css, and mkdocs.yml lists them",
    "meta": "The front matter describes a page",
    "object": "Link to it",
    "script": "Scripts lie in docs/assets/js, and mkdocs.yml lists them",
    "style": "Style sheets lie in docs/assets/css, and mkdocs.yml lists them",
}
# The attributes that hold an address to follow or to load.
ADDRESSES = ("action", "data", "formaction", "href", "poster", "src", "xlink:href")
TO_SHOW_IT = "To show it, write it as code"


class _Reader(HTMLParser):
    """Notes what is refused: what it is, the cure, and how it may stand in Markdown."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag, if it is refused, and each attribute that is."""
        written = (self.get_starttag_text() or "").splitlines()[0]
        if tag in TAGS:
            self.found.append((f"<{tag}>", TAGS[tag], (written, f"<{tag}")))
        for name, value in attrs:
            if name.startswith("on"):
                cure = "Scripts lie in docs/assets/js, and mkdocs.yml lists them"
                self.found.append((f"{name}=", cure, (written, name)))
            # Browsers pass over blanks and line ends in the name of a scheme.
            address = "".join((value or "").split()).lower()
            if name in ADDRESSES and address.startswith("javascript:"):
                self.found.append(
                    ("a javascript: link", "Link to a page", ("javascript:", written))
                )


def refused(html: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """What `html` holds and may not.

    Each with the cure, and with texts by which to find it in the Markdown.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def slips(html: str, source: str, render: Callable[[str], str]) -> Iterator[str]:
    """What a page may not hold, each as «line: what. cure».

    `html` is the page's content as rendered, `source` the text of its file, and
    `render` makes HTML of such a text. Without a line it comes from an included file.
    """
    for what, cure, texts in refused(html):
        line = _line(what, texts, source, render)
        place = f":{line}" if line else ""
        yield f"{place}: a page may not hold {what}. {cure}. {TO_SHOW_IT}"


def _line(
    what: str, texts: tuple[str, ...], source: str, render: Callable[[str], str]
) -> int:
    """The line of `source` with one of the `texts`; 0 if no line has one."""
    lines = source.splitlines()
    for text in texts:
        having = [n for n, line in enumerate(lines) if text.lower() in line.lower()]
        if len(having) < 2:
            if having:
                return having[0] + 1
            continue
        # Some of them may be code that is shown: without the one that counts,
        # less is wrong.
        wrong = _count(what, render(source))
        for n in having:
            without = "\n".join((*lines[:n], "", *lines[n + 1 :]))
            if _count(what, render(without)) < wrong:
                return n + 1
    return 0


def _count(what: str, html: str) -> int:
    return sum(found == what for found, _, _ in refused(html))
