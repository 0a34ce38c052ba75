"""Make a built site lean: each page loads one style sheet and one script.

Runs after MkDocs, over the files that MkDocs wrote. The style sheets of a page become
one, without the rules of the theme that nothing here uses; its scripts become one,
which waits until the page is read. What only the print page needs stays there.
"""

import hashlib
import json
import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from scripts.lib import files, node
from scripts.lib.paths import CACHE, NPM_LOCK, SCRIPTS

PROGRAM = SCRIPTS / "lib" / "lean.mjs"
ANSWERS = CACHE / "lean"
KEPT = 60  # answers, of some 100 kB each
# What decides an answer, besides the question.
RECIPE = (Path(__file__), PROGRAM, NPM_LOCK)

SHEET = re.compile(r'<link\b(?=[^>]*\brel="stylesheet")[^>]*\bhref="([^"]+)"[^>]*>\s*')
SCRIPT = re.compile(r'<script\b(?![^>]*\btype=)[^>]*\bsrc="([^"]+)"[^>]*></script>\s*')
ADDRESS = re.compile(r"""url\((["']?)(?!data:|[a-z]+:|/|#)([^)"']+)\1\)""")

TAG = re.compile(r"<(?!meta|title)[a-z][^>]*>", re.IGNORECASE)
WORD = re.compile(r"[\w-]+")
TAB = re.compile(r'\bid="[\w-]*__tabbed_\d+_(\d+)"')  # on the print page with a prefix

# How the print page numbers headings, which mkdocs.yml has turned off.
NUMBERS = re.compile(r"<style>\.print-site-enumerate-headings .*?</style>", re.DOTALL)

PRINT_PAGE = 'id="print-site-page"'
FOR_PRINT_PAGE = "print-site"

Files = tuple[Path, ...]


def lean(site: Path) -> None:
    """Merge what the pages below `site` load, in place."""
    pages = {
        page: NUMBERS.sub("", page.read_text("utf-8"))
        for page in sorted(site.rglob("*.html"))
    }
    alike: dict[tuple[Files, Files], list[Path]] = defaultdict(list)
    for page, text in pages.items():
        sheets, scripts = (
            tuple(
                file
                for address in pattern.findall(text)
                if (file := _file(site, page, address)) is not None
                and (PRINT_PAGE in text or FOR_PRINT_PAGE not in file.name)
            )
            for pattern in (SHEET, SCRIPT)
        )
        if sheets and scripts:
            alike[sheets, scripts].append(page)

    for (sheets, scripts), members in alike.items():
        texts = [pages[page] for page in members]
        sheet, script = _merge(site, sheets, scripts, texts)
        for page in members:
            text = _put_one(site, pages[page], page, SHEET, _LINK, sheet)
            text = _put_one(site, text, page, SCRIPT, _SCRIPT, script)
            page.write_text(text, "utf-8")


_LINK = '<link rel="stylesheet" href="{}">\n'
_SCRIPT = '<script src="{}" defer></script>\n'


def _put_one(
    site: Path,
    text: str,
    page: Path,
    pattern: re.Pattern[str],
    form: str,
    file: Path,
) -> str:
    """`text` with `file` in the place of the first match, and without the others."""
    first = pattern.search(text)
    assert first is not None
    address = os.path.relpath(file, page.parent).replace(os.sep, "/")
    if first[1].startswith("/"):  # 404.html, which is shown at any depth
        old = _file(site, page, first[1])
        assert old is not None
        above = first[1].removesuffix(old.relative_to(site).as_posix())
        address = above + file.relative_to(site).as_posix()
    before, after = text[: first.start()], text[first.end() :]
    return before + form.format(address) + pattern.sub("", after)


def _file(site: Path, page: Path, address: str) -> Path | None:
    """The file of the site that `address` on `page` means; None if there is none."""
    path = unquote(address.split("?")[0].split("#")[0])
    if not path.startswith("/"):
        file = Path(os.path.normpath(page.parent / path))
        return file if file.is_file() else None
    # 404.html: absolute, below wherever the site will live.
    parts = path.strip("/").split("/")
    files = (site.joinpath(*parts[n:]) for n in range(len(parts)))
    return next((file for file in files if file.is_file()), None)


def _merge(
    site: Path, sheets: Files, scripts: Files, pages: list[str]
) -> tuple[Path, Path]:
    styles, code = site / "assets" / "css", site / "assets" / "js"
    css = [_moved(file, styles) for file in sheets]
    # Our own sheets are small, and say what scripts may still draw.
    whole = [file.parent == styles for file in sheets]
    js = [file.read_text("utf-8") for file in scripts]

    def ask() -> str:
        request = {
            "css": [
                {"text": text, "whole": is_ours}
                for text, is_ours in zip(css, whole, strict=True)
            ],
            "js": js,
            "names": _names(pages, css),
            "tabs": max(
                (int(n) for page in pages for n in TAB.findall(page)), default=0
            ),
        }
        text = json.dumps(request)
        return _kept(text, lambda: _answer(text))

    # The same site as before needs no look at its tags.
    merged = json.loads(_kept("\0".join([*map(str, whole), *css, *js, *pages]), ask))
    return _write(styles, "css", merged["css"]), _write(code, "js", merged["js"])


def _names(pages: list[str], css: list[str]) -> list[str]:
    """The words that style sheets know and that stand in a tag of a page.

    Words of prose only look like names, and words that no style sheet knows change
    with every edit.
    """
    tags = {tag for page in pages for tag in TAG.findall(page)}
    known = {word for text in css for word in WORD.findall(text)}
    return sorted(known & {word for tag in tags for word in WORD.findall(tag)})


def _kept(question: str, ask: Callable[[], str]) -> str:
    """The answer to a question; from the cache if it was asked before."""
    kept = ANSWERS / f"{files.fingerprint(RECIPE, question)[:24]}.json"
    if not kept.exists():
        answer = ask()
        ANSWERS.mkdir(parents=True, exist_ok=True)
        files.write_whole(kept, answer)
        # Each edit leaves one behind.
        by_age = sorted(ANSWERS.glob("*.json"), key=lambda file: file.stat().st_mtime)
        for old in by_age[:-KEPT]:
            old.unlink(missing_ok=True)
    return kept.read_text("utf-8")


def _answer(request: str) -> str:
    """What the program says to a request."""
    js = node.find()
    assert js is not None, "the set-up made sure of it"
    answer = subprocess.run(
        [js.node, PROGRAM],
        input=request,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return answer.stdout


def _moved(sheet: Path, folder: Path) -> str:
    """The text of a style sheet, its addresses as seen from `folder`."""

    def move(match: re.Match[str]) -> str:
        file = os.path.relpath(sheet.parent / match[2], folder).replace(os.sep, "/")
        return f'url("{file}")'

    return ADDRESS.sub(move, sheet.read_text("utf-8"))


def _write(folder: Path, suffix: str, text: str) -> Path:
    """Write a file that is named by its content: a reader's copy is never stale."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    file = folder / f"site.{digest}.{suffix}"
    file.write_text(text, "utf-8")
    return file
