"""Pages and programs, found by glob: none is forgotten, none is left over."""

import datetime
import re
from pathlib import Path
from typing import Any

import pytest

from scripts.lib.pages import (
    UNCOVERED,
    PageError,
    front_matter,
    nav,
    outline,
    pages,
    quoted,
    uncovered,
)
from scripts.lib.paths import DOCS, ROOT
from scripts.new_page import PAGE
from sim.__main__ import programs

PAGES = [page for page in pages() if page.name != "404.md"]
PROGRAMS = list(programs().values())
INCLUDE = re.compile(r'^\s*--8<-- "([^":]+)(?::(\w+))?"', re.MULTILINE)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def in_nav(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node
    return [path for child in children for path in in_nav(child)]


def test_there_are_pages_and_programs() -> None:
    assert len(PAGES) >= 12
    assert len(PROGRAMS) >= 12


def test_every_page_is_in_nav_once_and_nav_names_no_other() -> None:
    paths = [page.relative_to(DOCS).as_posix() for page in PAGES]

    assert sorted(in_nav(nav())) == sorted(paths)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_front_matter_is_complete(page: Path) -> None:
    settings = front_matter(page)

    assert settings.keys() >= {"title", "description", "talk", "reviewed"}
    assert settings["title"] == settings["title"].strip() != ""
    assert 50 <= len(settings["description"]) <= 160, settings["description"]
    assert isinstance(settings["talk"], list)
    assert isinstance(settings["reviewed"], datetime.date)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_holds_nothing_of_what_it_began_with(page: Path) -> None:
    placeholders = {line for line in PAGE.splitlines() if line.endswith(".")}
    assert len(placeholders) == 4

    left = placeholders & set(page.read_text("utf-8").splitlines())

    assert not left, f"{name(page)}: still to be written: {left}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_quotes_the_talk_word_for_word(page: Path) -> None:
    for line in front_matter(page)["talk"]:
        assert line in outline(), f"{name(page)}: not in the outline: {line}"


def test_the_list_of_lines_without_a_page_is_exact() -> None:
    listed = UNCOVERED.read_text("utf-8").splitlines()

    assert set(uncovered()) <= set(listed), "lines lost their page; see outline.py"
    assert listed == uncovered(), "run: python3 scripts/outline.py --write"


def test_the_outline_is_read_whole() -> None:
    assert len(outline()) > 100
    assert quoted()


@pytest.mark.parametrize("program", PROGRAMS, ids=name)
def test_every_program_is_shown_by_the_page_of_its_folder(program: Path) -> None:
    section, page = program.parts[-3:-1]
    # A page at the top, such as the front page, is a section of its own.
    folder = DOCS if section == page else DOCS / section
    owner = folder / f"{page}.md"
    card = f"{section}/{page}/{program.stem}.md"

    shown = {path for path, _ in INCLUDE.findall(owner.read_text("utf-8"))}

    assert card in shown, f"{name(owner)} does not show {card}"


@pytest.mark.parametrize("program", PROGRAMS, ids=name)
def test_a_program_fits_on_a_page(program: Path) -> None:
    lines = program.read_text("utf-8").splitlines()

    assert len(lines) <= 60
    assert max(map(len, lines)) <= 72
    assert lines[0].startswith('"""')
    assert "sim" in "\n".join(lines)


@pytest.mark.parametrize("program", PROGRAMS, ids=name)
def test_a_program_has_its_card_beside_it(program: Path) -> None:
    assert program.with_suffix(".md").is_file()


def test_a_page_without_front_matter_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Title\n")

    with pytest.raises(PageError, match=r"page\.md:1: no front"):
        front_matter(page)

    page.write_text("---\ntitle: a\ntalk: [\n---\n")
    with pytest.raises(PageError, match=r"page\.md:\d: front matter"):
        front_matter(page)
