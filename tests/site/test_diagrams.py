"""Without scripts every page is all there, with all diagrams that its source names."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from scripts.lib import mermaid
from scripts.lib.pages import address, pages
from scripts.lib.paths import SNIPPETS
from tests.published import Site
from tests.site.watched import ADDRESSES, Watched, opened

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


def count(page: Page) -> tuple[int, int, int]:
    """How many of each kind are drawn on a page."""
    return (
        page.locator("figure.spacetime > svg").count(),
        page.locator("figure.diagram:not(.spacetime, .plot) > svg").count(),
        page.locator("figure.plot > svg").count(),
    )


# Opened once for all tests of a page; they only look.
@pytest.fixture(scope="module", params=ADDRESSES)
def still(
    request: pytest.FixtureRequest, chromium: Browser, site: Site
) -> Iterator[tuple[str, Watched]]:
    """Each page without JavaScript, and its address."""
    path: str = request.param
    with opened(chromium, site, path, java_script_enabled=False) as watched:
        yield path, watched


def test_a_page_shows_every_diagram(still: tuple[str, Watched]) -> None:
    path, watched = still
    source = {address(page): page for page in pages()}.get(path)  # 404.html has none

    assert count(watched.page) == (expected(source) if source else (0, 0, 0))


def test_a_page_is_all_there_without_javascript(still: tuple[str, Watched]) -> None:
    _, watched = still
    page = watched.page
    diagrams = page.locator("figure.diagram > svg")

    assert page.locator("article h1").is_visible()
    assert len(page.locator("article").inner_text()) > 60
    for number in range(page.locator(".card").count()):
        card = page.locator(".card").nth(number)
        assert card.locator("pre").first.is_visible()
        # The first tab's.
        if card.locator("figure.diagram").count():
            assert card.locator("figure.diagram > svg").first.is_visible()
    assert diagrams.count() == 0 or diagrams.first.is_visible()
    assert page.locator("div.mermaid").count() == 0
    assert [f for f in watched.faults if not f.startswith("404")] == []


def test_the_handout_holds_every_diagram(chromium: Browser, site: Site) -> None:
    on_pages = [expected(page) for page in pages()]
    spacetime, sequence, plots = map(sum, zip(*on_pages, strict=True))

    assert spacetime >= 12
    assert sequence >= 12
    everything = (spacetime, sequence, plots)
    with opened(chromium, site, "print_page/", java_script_enabled=False) as watched:
        assert count(watched.page) == everything


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
