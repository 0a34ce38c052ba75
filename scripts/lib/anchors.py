"""On the page that holds all pages: give every part the address that links use.

Runs after MkDocs, over the HTML that MkDocs wrote. The print-site plugin puts the
page's name before the target of each link, `#ordering-total_order-saga`, but before
the id of a heading, a note and a tab only; and two pages may have parts of one name.
"""

import re
from pathlib import Path

from scripts.lib import built

START = re.compile(r'<section class="print-page[^>]*\bid="([^"]+)"[^>]*>')
TAG = re.compile(r"<[a-zA-Z][^>]*>")
ID = re.compile(r'(?<=\sid=")[^"]+')
# What names ids of the same page, and is not a link.
NAMING = re.compile(r'(?<=\s)(for|aria-[a-z]+by|aria-controls|headers)="([^"]+)"')
INSIDE = re.compile(r"(?<=url\(#)[^)]+")  # of a drawing: a marker, a clip path


def make_own(site: Path) -> None:
    """Mend the addresses on the print page, if the site has one."""
    page = built.page(site, built.PRINT_PAGE)
    if page is not None:
        page.write_text(mended(page.read_text("utf-8")), "utf-8")


def mended(text: str) -> str:
    """The page, each id of it with the name of its page before it."""
    starts = [*START.finditer(text)]
    if not starts:
        return text
    end = text.rindex("</section>")
    ends = [*(start.start() for start in starts[1:]), end]
    parts = [text[: starts[0].start()]]
    for start, stop in zip(starts, ends, strict=True):
        parts += [start[0], _named(text[start.end() : stop], f"{start[1]}-")]
    whole = "".join([*parts, text[end:]])
    # A link to the front page, whose address is the empty one.
    return whole.replace(' href="#."', f' href="#{starts[0][1]}"')


def _named(part: str, prefix: str) -> str:
    """A page's part of the whole, with `prefix` before the ids that lack it."""
    # To the id "d" or "i" of a heading the plugin does this: <h2 ireferences-d="…">.
    part = re.sub(rf'(<h[1-6] )(?:i{prefix}d|{prefix}id)="', r'\1id="', part)
    ids = {name for tag in TAG.findall(part) for name in ID.findall(tag)}
    bare = {name for name in ids if not name.startswith(prefix)}

    def own(name: str) -> str:
        return prefix + name if name in bare else name

    def named(match: re.Match[str]) -> str:
        return f'{match[1]}="{" ".join(map(own, match[2].split()))}"'

    def tag(match: re.Match[str]) -> str:
        text = ID.sub(lambda name: own(name[0]), match[0])
        return INSIDE.sub(lambda name: own(name[0]), NAMING.sub(named, text))

    return TAG.sub(tag, part)
