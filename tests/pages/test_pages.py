"""Pages and programs, found by glob: none is forgotten, none is left over."""

import re
from pathlib import Path

import pytest

from scripts.lib.pages import (
    UNCOVERED,
    PageError,
    front_matter,
    nav,
    outline,
    pages,
    quoted,
    slips,
    title,
    uncovered,
)
from scripts.lib.paths import DOCS, ROOT
from scripts.new_page import PAGE
from sim.program.find import programs
from tests.nav import files

PAGES = [page for page in pages() if page.name != "404.md"]
PROGRAMS = list(programs().values())
INCLUDE = re.compile(r'^\s*--8<-- "([^":]+)(?::(\w+))?"', re.MULTILINE)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_are_pages_and_programs() -> None:
    assert len(PAGES) >= 12
    assert len(PROGRAMS) >= 12


def test_every_page_is_in_nav_once_and_nav_names_no_other() -> None:
    paths = [page.relative_to(DOCS).as_posix() for page in PAGES]

    assert sorted(files(nav())) == sorted(paths)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_front_matter_is_complete(page: Path) -> None:
    assert not [*slips(page)]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_holds_nothing_of_what_it_began_with(page: Path) -> None:
    placeholders = {line for line in PAGE.splitlines() if line.endswith(".")}
    assert len(placeholders) == 9

    left = placeholders & set(page.read_text("utf-8").splitlines())

    assert not left, f"{name(page)}: still to be written: {left}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_quotes_the_talk_word_for_word(page: Path) -> None:
    for line in front_matter(page)["talk"]:
        assert line in outline(), f"{name(page)}: not in the outline: {line}"


SOUND = f"""\
---
title: Rain
description: {"Water that falls from the sky, now and then. " * 2}
talk:
  - {outline()[3]}
reviewed: 2026-01-02
---
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("title: Rain\n", "", ":1: front matter without a text as title. Add "),
        ("title: Rain", "title: 3", ":2: front matter without a text as title. Add "),
        ("Water that falls", "x", None),
        (" from the sky, now and then. Water that falls", "", ":3: description of "),
        ("Water", "Water" * 30, ":3: description of "),
        ("2026-01-02", "yesterday", ":6: no day of review. Write «reviewed: 20"),
        ("talk:\n  - ", "talk: ", ":4: no list of lines of the talk. Write "),
        (outline()[3], outline()[3] + "z", f". Is it «{outline()[3]}»?"),
        ("\n  - " + outline()[3], " [Zebra]", ":4: the talk has no line «Zebra»."),
        (outline()[3], "Zebra", ":5: the talk has no line «Zebra». Copy one of "),
    ],
)
def test_a_slip_in_front_matter_is_told_in_one_line(
    tmp_path: Path, old: str, new: str, says: str | None
) -> None:
    page = tmp_path / "rain.md"
    page.write_text(SOUND)
    assert not [*slips(page)]
    assert old in SOUND
    page.write_text(SOUND.replace(old, new))

    told = [*slips(page)]

    assert len(told) == (says is not None)
    assert all(line.startswith(str(page)) and str(says) in line for line in told)


def test_a_page_without_a_title_is_named(tmp_path: Path) -> None:
    page = tmp_path / "rain.md"
    page.write_text(SOUND)
    assert title(page) == "Rain"
    page.write_text(SOUND.replace("title: Rain\n", ""))

    with pytest.raises(PageError, match=r"rain\.md:1: .* without a title\. Add"):
        title(page)


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

    assert len(lines) <= 60, f"{name(program)} has {len(lines)} lines. Write at most 60"
    for number, line in enumerate(lines, start=1):
        assert len(line) <= 72, f"{name(program)}:{number}: over 72 signs. Break it"
    assert lines[0].startswith('"""'), f"{name(program)}:1: say here what it shows"
    assert "sim" in "\n".join(lines), f"{name(program)} does not use the simulator"


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
