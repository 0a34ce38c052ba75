"""The pages as files: order, front matter, and the outline lines that they cover."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from scripts.lib.paths import DOCS, ROOT

OUTLINE = ROOT / "tests" / "pages" / "outline.md"
UNCOVERED = ROOT / "tests" / "pages" / "outline_uncovered.txt"

_BULLET = re.compile(r"^\s*(?:#+|-|\d+\))\s+")


class PageError(Exception):
    """What is wrong with a page: file, line, cure."""


class _Settings(yaml.SafeLoader):
    """Reads mkdocs.yml, whose !ENV and !!python tags are of no interest here."""


_Settings.add_multi_constructor("", lambda loader, suffix, node: None)


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
    text = page.read_text(encoding="utf-8")
    found = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    name = page.relative_to(ROOT) if page.is_relative_to(ROOT) else page
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
