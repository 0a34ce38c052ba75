"""The security policy of the published pages, written into each of them.

Plain static hosting sets no headers, so the policy stands in a <meta> element. The same
one is in every page: with instant navigation the first page's holds for the others.
"""

import base64
import hashlib
import re
from pathlib import Path

INLINE = {
    "script": re.compile(
        r"<script(?![^>]*\b(?:src=|type=.application/json))[^>]*>(.*?)</script>",
        re.DOTALL,
    ),
    "style": re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL),
}
FIRST = re.compile(r'<meta charset="utf-8"/?>')

RULES = {
    # Firefox asks this one about the pages that are fetched ahead.
    "default-src": "'self'",
    **dict.fromkeys(("object-src", "frame-src", "media-src"), "'none'"),
    # Scripts of this site, and the theme's inline ones, by their content. WebAssembly
    # is what Python runs on; no text becomes JavaScript.
    "script-src": "'self' 'wasm-unsafe-eval' {script}",
    "style-src": "'self' {style}",
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


def write(site: Path) -> None:
    """Write the policy into the pages below `site`. They must be finished."""
    pages = {page: page.read_text("utf-8") for page in sorted(site.rglob("*.html"))}
    hashes = {
        kind: " ".join(
            sorted(
                {
                    _hash(text)
                    for page in pages.values()
                    for text in pattern.findall(page)
                }
            )
        )
        for kind, pattern in INLINE.items()
    }
    policy = "; ".join(
        f"{name} {value.format(**hashes)}".strip() for name, value in RULES.items()
    )
    element = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    for page, text in pages.items():
        fresh, found = FIRST.subn(lambda match: f"{match[0]}\n{element}", text, count=1)
        assert found, f"{page} does not begin with its charset"
        page.write_text(fresh, "utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
