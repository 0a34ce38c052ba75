"""Bake a built site: draw its Mermaid diagrams once, as static SVG.

Runs after MkDocs, over the HTML that MkDocs wrote; knows nothing of MkDocs. What is
drawn is kept in .cache/diagrams under a digest of all that decides its looks, so a
second build draws nothing and starts no browser.
"""

import html
import re
from dataclasses import dataclass
from pathlib import Path

from scripts.lib import browser, files
from scripts.lib.paths import CACHE, DOCS, VENDOR

DRAWN = CACHE / "diagrams"

# As pymdownx.superfences.fence_div_format writes it.
WAITING = re.compile(r'<div class="mermaid"[^>]*>(.*?)</div>', re.DOTALL)
# The loader, and the line that the mermaid2 plugin puts behind it.
LOADER = re.compile(
    r'\s*<script src="[^"]*/?diagram_loader\.js"></script>'
    r"|\s*<script>\s*mermaid\.initialize\(.*?\);\s*</script>",
    re.DOTALL,
)
# What decides how a drawing looks, and whether it is accepted, besides its text. A
# newer browser draws the same, but for the last digits of a width.
RECIPE = (
    Path(__file__),
    Path(__file__).with_name("mermaid.py"),
    DOCS / "assets" / "js" / "diagram_loader.js",
    DOCS / "assets" / "css" / "type.css",
    VENDOR / "mermaid" / "sequence.js",
    VENDOR / "fonts" / "source-sans-3-latin-wght-normal.woff2",
)


@dataclass(frozen=True)
class Baked:
    """How a bake went."""

    diagrams: int
    """How many different diagrams the site has."""
    drawn: int
    """How many of them were not in the cache."""
    left: int
    """How many wait for the reader's browser, because there was none here."""


def bake(site: Path) -> Baked:
    """Draw every waiting diagram of the pages below `site`, in place.

    Stops with one line for each diagram that cannot be drawn or is not described.
    """
    pages = {page: page.read_text("utf-8") for page in sorted(site.rglob("*.html"))}
    recipe = files.fingerprint(RECIPE)
    found: dict[str, tuple[str, Path]] = {}
    for page, text in pages.items():
        for match in WAITING.finditer(text):
            source = html.unescape(match[1]).strip()
            found.setdefault(_key(recipe, source), (source, page.relative_to(site)))

    missing = {key: what for key, what in found.items() if not _drawing(key).exists()}
    executable = browser.find() if missing else None
    if missing and executable is None:
        return Baked(len(found), 0, len(missing))
    if executable is not None:
        _draw(missing, executable)

    for page, text in pages.items():
        fresh = LOADER.sub("", _fill(text, recipe))
        if fresh != text:
            page.write_text(fresh, "utf-8")
    return Baked(len(found), len(missing), 0)


def _key(recipe: str, source: str) -> str:
    return "d" + files.fingerprint((), recipe, source)[:12]


def _drawing(key: str) -> Path:
    return DRAWN / f"{key}.html"


def _draw(missing: dict[str, tuple[str, Path]], executable: str) -> None:
    from scripts.lib import mermaid  # loads Playwright, which a warm build never needs

    DRAWN.mkdir(parents=True, exist_ok=True)
    faults = []
    with mermaid.opened(executable) as drawer:
        for key, (source, page) in missing.items():
            fault = drawer.fault(source) or _undescribed(source)
            if fault:
                faults.append(_explain(page, source, fault))
                continue
            try:
                drawn = drawer.draw(source, key)
            except ValueError as error:
                faults.append(_explain(page, source, str(error)))
                continue
            files.write_whole(_drawing(key), drawn)
    if faults:
        raise SystemExit("\n".join(faults))


def _undescribed(source: str) -> str | None:
    if re.search(r"^\s*accTitle\s*:", source, re.MULTILINE) and re.search(
        r"^\s*accDescr\s*[:{]", source, re.MULTILINE
    ):
        return None
    return (
        "it needs a line `accTitle: …` and a line `accDescr: …`, for readers who"
        " cannot see it."
    )


def _explain(page: Path, source: str, fault: str) -> str:
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    return (
        f"{page}: the diagram that begins «{' / '.join(lines[:2])}» cannot be drawn:"
        f" {' '.join(fault.split())}"
    )


def _fill(text: str, recipe: str) -> str:
    seen: dict[str, int] = {}

    def fill(match: re.Match[str]) -> str:
        key = _key(recipe, html.unescape(match[1]).strip())
        seen[key] = seen.get(key, 0) + 1
        figure = _drawing(key).read_text("utf-8")
        # Shown twice on a page, a drawing needs other ids the second time.
        return figure if seen[key] == 1 else figure.replace(key, f"{key}x{seen[key]}")

    return WAITING.sub(fill, text)
