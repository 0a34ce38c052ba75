"""A mistake in a page is told in one line: file, line, cure."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.lib import mistakes, pages
from scripts.lib.card import card

SOUND = f"""\
title: a
description: {"A page about rain. " * 3}
talk: []
reviewed: 2026-01-02
"""
CARD = "index/index/one_click_two_charges"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that writes the only page of a project, `docs/page.md`."""
    docs = (tmp_path / "docs").resolve()
    docs.mkdir()
    monkeypatch.setattr(pages, "ROOT", docs.parent)
    for module in (mistakes, pages):
        monkeypatch.setattr(module, "DOCS", docs)
    return lambda text: (
        (docs / "page.md").write_text(text, encoding="utf-8", errors="surrogateescape")
        and None
    )


def unread(problem: str) -> str:
    return mistakes.explained(f"Error reading page 'page.md': {problem}")


def test_a_slip_in_an_include_line_is_answered_with_the_card_that_is_there(page):
    page(f'# Page\n\n--8<-- "{CARD}z.md"\n')
    assert unread(f"Snippet at path '{CARD}z.md' could not be found") == (
        f"docs/page.md:3: there is no file snippets/{CARD}z.md. Is it {CARD}.md?"
    )


def test_a_program_without_its_card_is_answered_with_the_command(
    page, tmp_path, monkeypatch
):
    monkeypatch.setattr(mistakes, "SNIPPETS", tmp_path)
    (tmp_path / "new.py").touch()
    page('--8<-- "new.md"\n')
    told = unread("Snippet at path 'new.md' could not be found")
    assert told.startswith("docs/page.md:1: ")
    assert told.endswith(" Record it: python3 scripts/record.py new")


def test_a_part_that_no_card_has_is_answered_with_those_it_has(page):
    page(f'\n--8<-- "{CARD}.md:dagram"\n')
    told = unread("Snippet section 'dagram' could not be located")
    assert told.startswith("docs/page.md:2: the card has no part 'dagram'. ")
    assert "diagram" in told


def test_the_parts_are_those_of_a_card():
    cards = (mistakes.SNIPPETS / f"{CARD}.md").read_text(encoding="utf-8")
    plotted = {"knobs": [], "output": "", "svg": "", "data": []}
    cards += card("section/page/program", plotted)
    parts = re.findall(r"\[start:(\w+)\]", cards)
    assert sorted(mistakes.PARTS.split(", ")) == sorted(set(parts))


@pytest.mark.parametrize("line", ["[b](b.md#c)", "![b](b.md#c)", "[b]: b.md#c"])
def test_a_broken_link_gets_its_line(page, line):
    page(f"about b.md\n\n{line}\n")
    message = "Doc file 'page.md' contains a link 'b.md#c', but there is no such file."
    assert mistakes.explained(message) == (
        "docs/page.md:3: it contains a link 'b.md#c', but there is no such file."
        " Mend the link"
    )


def test_a_page_that_nav_alone_knows_gets_the_line_of_nav(page, tmp_path):
    (tmp_path / "mkdocs.yml").write_text("nav:\n  - gone.md\n")
    message = (
        "A reference to 'gone.md' is included in the 'nav' configuration, which is"
        " not found in the documentation files."
    )
    told = mistakes.explained(message)
    assert told.startswith("mkdocs.yml:2: nav names gone.md")


def test_a_page_that_nav_forgot_gets_a_line_of_its_own():
    printed = (
        "WARNING -  The following pages exist in the docs directory, but are not"
        ' included in the "nav" configuration:\n  - one.md\n  - two.md\nBye.\n'
    )
    assert mistakes.in_build(printed) == [
        f"mkdocs.yml: nav lacks the page {page}.md. Add its line, or delete the page"
        for page in ("one", "two")
    ]


def test_what_is_about_no_page_stays_as_it_is():
    assert mistakes.explained("Something else.") == "Something else."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("---\ntitle: a\nb: c: d\n---\n", "docs/page.md:3: front matter: "),
        ("---\ntitle: a\n\n# A\n", "docs/page.md:1: front matter without an end. "),
        (f"---\n{SOUND}---\n", None),
        (f"---\n{SOUND}---\n\udce9\n", "docs/page.md:7: not UTF-8. Save it as UTF-8"),
        ("# A page without\n", None),
    ],
)
def test_front_matter_that_cannot_be_read_is_told(page, text, told):
    page(text)
    wrong = mistakes.in_front_matter()
    assert len(wrong) == (told is not None)
    assert all(line.startswith(told) for line in wrong)


def test_a_build_is_told_without_its_traceback():
    printed = """\
INFO    -  Building documentation to directory
WARNING -  These pages are not in the nav:
  - page.md
ERROR   -  It broke.
Traceback (most recent call last):
  File "x.py", line 1
"""
    assert mistakes.in_build(printed) == [
        "These pages are not in the nav:",
        "  - page.md",
        "It broke.",
    ]


def test_a_build_that_fails_in_words_of_its_own_is_told_whole():
    assert mistakes.in_build("No config file.\nBye.\n") == ["No config file.", "Bye."]
