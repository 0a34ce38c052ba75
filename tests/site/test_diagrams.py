"""Every diagram that a page's source includes is on the page, and in the handout."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scripts.lib import mermaid
from scripts.lib.pages import address, pages
from scripts.lib.paths import SNIPPETS
from tests.site.conftest import Site

pytestmark = pytest.mark.browser

INCLUDE = re.compile(r'^\s*--8<-- "([^":]+)(?::(\w+))?"', re.MULTILINE)
FENCE = re.compile(r"^```\{\.mermaid [^\n]*\}\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPACETIME = '<figure class="diagram spacetime'
PLOT = '<figure class="diagram plot'
CARDS = sorted(SNIPPETS.glob("*/*/*.md"))


def expected(page: Path) -> tuple[int, int, int]:
    """How many diagrams of each kind, and plots, the page's source includes."""
    text = ""
    for file, section in INCLUDE.findall(page.read_text("utf-8")):
        card = (SNIPPETS / file).read_text("utf-8")
        if section:
            marks = rf"\[start:{section}\](.*)\[end:{section}\]"
            found = re.search(marks, card, re.DOTALL)
            assert found, f"{page}: {file} has no part {section!r}"
            card = found[1]
        text += card
    return text.count(SPACETIME), len(FENCE.findall(text)), text.count(PLOT)


def count(chromium: Browser, url: str) -> tuple[int, int, int]:
    """How many of each kind are drawn on a page, without the help of a script."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    found = (
        page.locator("figure.spacetime > svg").count(),
        page.locator("figure.diagram:not(.spacetime, .plot) > svg").count(),
        page.locator("figure.plot > svg").count(),
    )
    context.close()
    return found


@pytest.mark.parametrize("page", pages(), ids=address)
def test_a_page_shows_every_diagram(chromium: Browser, site: Site, page: Path) -> None:
    assert count(chromium, site.address + address(page)) == expected(page)


def test_the_handout_holds_every_diagram(chromium: Browser, site: Site) -> None:
    on_pages = [expected(page) for page in pages()]
    spacetime, sequence, plots = map(sum, zip(*on_pages, strict=True))

    assert spacetime >= 12
    assert sequence >= 12
    everything = (spacetime, sequence, plots)
    assert count(chromium, site.address + "print_page/") == everything


@pytest.mark.parametrize("page", pages(), ids=address)
def test_every_page_about_ordering_has_a_sequence_diagram(page: Path) -> None:
    if page.parent.name == "ordering":
        assert expected(page)[1] >= 1


def faults(chromium: Browser, diagrams: dict[str, str]) -> dict[str, str]:
    """What the pinned Mermaid finds wrong, by the name of the diagram."""
    library = mermaid.loaded(chromium)
    found = {name: library.fault(text) for name, text in diagrams.items()}
    return {name: fault for name, fault in found.items() if fault is not None}


def test_every_sequence_diagram_parses_in_the_real_library(chromium: Browser) -> None:
    texts = {card: FENCE.findall(card.read_text("utf-8")) for card in CARDS}
    assert all(len(found) <= 1 for found in texts.values())
    diagrams = {card.stem: found[0] for card, found in texts.items() if found}
    assert len(diagrams) >= 12

    assert faults(chromium, diagrams) == {}


def test_what_is_no_diagram_is_found_out(chromium: Browser) -> None:
    broken = {"broken": "sequenceDiagram\n  a->>b no colon"}

    assert list(faults(chromium, broken)) == ["broken"]
