"""The security policy of the published pages, written into each of them.

Plain static hosting sets no headers, so the policy stands in a <meta> element. The same
one is in every page: with instant navigation the first page's holds for the others.
"""

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

FIRST = re.compile(r'<meta charset="utf-8"/?>')

RULES = {
    # Firefox asks this one about the pages that are fetched ahead.
    "default-src": "'self'",
    **dict.fromkeys(("object-src", "frame-src", "media-src"), "'none'"),
    # Scripts of this site, and the theme's inline ones, by their content. WebAssembly
    # is what Python runs on; no text becomes JavaScript.
    "script-src": "'self' 'wasm-unsafe-eval' {scripts}",
    "style-src": "'self'",
    # A drawing says its width in an attribute. With images, fonts and connections of
    # this site alone, a style could tell nobody anything.
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self' data:",  # the theme's icons stand in its style sheet
    "font-src": "'self'",
    "connect-src": "'self'",
    # Python's worker starts from a blob: only so it is under this policy, too.
    "worker-src": "'self' blob:",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}

_DATA = "application/json"  # the type of a script that does not run


class _Inline(HTMLParser):
    """Collects what the scripts and styles that stand in a page say."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self._open: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a script or a style. Data and scripts from files are none."""
        has = dict(attrs)
        if tag == "script" and "src" not in has and has.get("type") != _DATA:
            self._open = self.scripts
        elif tag == "style":
            self._open = self.styles
        else:
            return
        self._open.append("")

    def handle_data(self, data: str) -> None:
        """Keep what a script or style says; it may come in pieces."""
        if self._open is not None:
            self._open[-1] += data

    def handle_endtag(self, tag: str) -> None:
        """End a script or a style, which hold no other tags."""
        self._open = None


def inline_scripts(site: Path) -> frozenset[str]:
    """The scripts that stand in the pages below `site`, each text once."""
    return frozenset(
        script
        for page in sorted(site.rglob("*.html"))
        for script in _inline(page.read_text("utf-8")).scripts
    )


def write(site: Path, own: frozenset[str]) -> None:
    """Write the policy into the pages below `site`. They must be finished.

    Of the scripts that stand in pages it allows those that are in `own`. Stops at a
    page that has another one, or a style.
    """
    pages = {page: page.read_text("utf-8") for page in sorted(site.rglob("*.html"))}
    used: set[str] = set()
    for page, text in pages.items():
        inline = _inline(text)
        foreign = [script for script in inline.scripts if script not in own]
        for kind, texts in (("script", foreign), ("style", inline.styles)):
            if texts:
                begin = " ".join(texts[0].split())[:60]
                raise SystemExit(
                    f"{page.relative_to(site)}: a {kind} stands in the page, which"
                    f" the site's policy does not allow: «{begin}». Put it into a file"
                    " below docs/assets, or, if a page needs it, into overrides/"
                )
        used.update(inline.scripts)
    scripts = " ".join(sorted(map(_hash, used)))
    policy = "; ".join(
        f"{name} {value.format(scripts=scripts)}" for name, value in RULES.items()
    )
    element = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    for page, text in pages.items():
        fresh, found = FIRST.subn(lambda match: f"{match[0]}\n{element}", text, count=1)
        assert found, f"{page} does not begin with its charset"
        page.write_text(fresh, "utf-8")


def _inline(text: str) -> _Inline:
    parser = _Inline()
    parser.feed(text)
    parser.close()
    return parser


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
