"""What the service worker of a release keeps for readers without a connection."""

import base64
import hashlib
import json
import re
from pathlib import Path
from urllib.parse import unquote

WORKER = "sw.js"

# What a page, a style sheet or a script of ours names.
NAMED = re.compile(r"""(?:\b(?:src|href)=|url\()["']?([^"'()\s>]+)""")

# What scripts load.
LOADED = (
    "assets/run/**/*",
    "assets/js/diagram_loader.js",
    "assets/vendor/mermaid/*",
    "assets/javascripts/workers/search.*.js",
    "search/search_index.json",
    "sitemap.xml",
)
# The page unpacks these and keeps them itself: what each start of Python takes.
KEPT_UNPACKED = re.compile(r"/(?:wasm|core|engine|sim)\.[0-9a-f]{8}\.\w+\.zst$")


def write(site: Path) -> None:
    """Write the list of files into the site's service worker. They must be finished."""
    files = {
        file.relative_to(site).as_posix(): _digest(file)
        for file in sorted(_files(site), key=_urgency)
        if not KEPT_UNPACKED.search(file.as_posix())
    }
    listed = json.dumps(files)
    name = hashlib.sha256(listed.encode()).hexdigest()[:8]
    worker = site / WORKER
    worker.write_text(
        f'const RELEASE = {{"name": "{name}", "files": {listed}}};\n'
        + worker.read_text("utf-8"),
        "utf-8",
    )


def _files(site: Path) -> set[Path]:
    pages = set(site.rglob("*.html"))
    more = {file for pattern in LOADED for file in site.glob(pattern)}
    more |= {site / "assets/vendor/python" / file.name for file in _python(site)}
    found = {file for file in more if file.is_file()} | pages
    waiting = [file for file in found if file.suffix in (".html", ".css")]
    while waiting:
        file = waiting.pop()
        for address in NAMED.findall(file.read_text("utf-8")):
            target = _target(site, file, address)
            if target is not None and target not in found:
                found.add(target)
                if target.suffix == ".css":
                    waiting.append(target)
    return found


def _python(site: Path) -> list[Path]:
    return [
        file
        for file in (site / "assets/vendor/python").glob("*.*")
        if file.suffix in (".zst", ".mjs")
    ]


def _target(site: Path, file: Path, address: str) -> Path | None:
    """The file of the site that an address means; None for a page or another place."""
    path = unquote(re.split(r"[?#]", address)[0])
    if not path or ":" in path or path.startswith("/"):
        return None
    target = (file.parent / path).resolve()
    inside = target.is_relative_to(site.resolve()) and target.is_file()
    return site / target.relative_to(site.resolve()) if inside else None


def _urgency(file: Path) -> tuple[bool, bool, Path]:
    """Pages first; last what only a program with rare imports wants."""
    return file.name.startswith("more."), file.suffix != ".html", file


def _digest(file: Path) -> str:
    return base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode()
