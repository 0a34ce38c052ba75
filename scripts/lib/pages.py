"""The pages as files: order, front matter, and the outline lines that they cover."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from scripts.lib.paths import DOCS, ROOT

OUTLINE = ROOT / "tests" / "pages" / "outline.md"
UNCOVERED = ROOT / "tests" / "pages" / "outline_uncovered.txt"

DESCRIPTION = range(50, 161)  # characters: what search engines and cards show

_BULLET = re.compile(r"^\s*(?:#+|-|\d+\))\s+")


class PageError(ValueError):
    """What is wrong with a page: file, line, cure."""


class _Settings(yaml.SafeLoader):
    """Reads mkdocs.yml, whose !ENV and !!python tags are of no interest here."""


_Settings.add_multi_constructor("", lambda loader, suffix, node: None)


def shown(file: Path) -> str:
    """A file as messages name it: from the project's folder, if it lies there."""
    return str(file.relative_to(ROOT) if file.is_relative_to(ROOT) else file)


def text_of(file: Path) -> str:
    """What a file says. Raises PageError if it is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        cure = "Save it as UTF-8"
        raise PageError(f"{shown(file)}:{line}: not UTF-8. {cure}") from None


def nav() -> list[Any]:
    """The order of the pages, as mkdocs.yml has it: paths, and sections with paths."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    settings: dict[str, Any] = yaml.load(text, _Settings)
    return settings.get("nav") or []


def pages() -> list[Path]:
    """Every page, in the order of its path."""
    return sorted(DOCS.glob("**/*.md"))


def address(page: Path) -> str:
    """Where a page of docs/ is found on the site, without the leading slash."""
    path = page.relative_to(DOCS).with_suffix("").as_posix()
    return path.removesuffix("index") if page.name == "index.md" else f"{path}/"


def front_matter(page: Path) -> dict[str, Any]:
    """The settings at the head of a page. Raises PageError if there are none."""
    text = text_of(page)
    found = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    name = shown(page)
    if found is None and text.startswith("---\n"):
        raise PageError(f"{name}:1: front matter without an end. Close it with ---")
    if found is None:
        raise PageError(f"{name}:1: no front matter. Begin with --- title: … ---")
    try:
        settings = yaml.safe_load(found[1])
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise PageError(
            f"{name}:{line}: front matter: {error.problem}."
            " Put a text with : or # in quotes"
        ) from None
    if not isinstance(settings, dict):
        raise PageError(f"{name}:1: front matter: write `title: …` lines")
    return settings


def title(page: Path) -> str:
    """The title of a page. Raises PageError if it has none."""
    settings = front_matter(page)
    if "title" not in settings:
        cure = "Add «title: …»"
        raise PageError(f"{shown(page)}:1: front matter without a title. {cure}")
    return str(settings["title"])


def slips(page: Path) -> Iterator[str]:
    """What the front matter of a page lacks or has wrong: file, line, cure.

    Raises PageError if it cannot be read.
    """
    settings = front_matter(page)
    lines = text_of(page).splitlines()

    def at(key: str, item: str | None = None) -> str:
        """The place of a setting, or of an item of the list that it is."""
        keys = (n for n, line in enumerate(lines, 1) if line.startswith(f"{key}:"))
        items = (n for n, line in enumerate(lines, 1) if line.lstrip("- ") == item)
        return f"{shown(page)}:{next(items, next(keys, 1))}"

    for key in ("title", "description"):
        text = settings.get(key)
        if not isinstance(text, str) or text != text.strip() or not text:
            yield f"{at(key)}: front matter without a text as {key}. Add «{key}: …»"
        elif key == "description" and len(text) not in DESCRIPTION:
            yield (
                f"{at(key)}: description of {len(text)} characters."
                f" Write {DESCRIPTION.start} to {DESCRIPTION.stop - 1}"
            )
    if not isinstance(settings.get("reviewed"), date):
        yield f"{at('reviewed')}: no day of review. Write «reviewed: {date.today()}»"
    talk = settings.get("talk")
    if not isinstance(talk, list):
        yield f"{at('talk')}: no list of lines of the talk. Write «talk: []» for none"
        return
    known = outline()
    for line in map(str, talk):
        if line not in known:
            near = get_close_matches(line, known, 1)
            cure = f"Is it «{near[0]}»?" if near else "Copy one of scripts/outline.py"
            yield f"{at('talk', line)}: the talk has no line «{line}». {cure}"


def outline() -> list[str]:
    """The talk's lines, without bullets and numbers, in order, each text once."""
    lines = OUTLINE.read_text(encoding="utf-8").splitlines()
    texts = (_BULLET.sub("", line).strip() for line in lines)
    return list(dict.fromkeys(text for text in texts if text))


def quoted() -> dict[str, list[Path]]:
    """Outline lines that pages quote in `talk`, each with the pages that do."""
    lines: dict[str, list[Path]] = {}
    for page in pages():
        for line in front_matter(page).get("talk") or []:
            lines.setdefault(str(line), []).append(page)
    return lines


def uncovered() -> list[str]:
    """Lines of the outline that no page quotes, in the outline's order."""
    covered = quoted()
    return [line for line in outline() if line not in covered]
