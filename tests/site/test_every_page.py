"""Every page, found by glob, in a real browser: as its readers meet it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from scripts.lib import mermaid
from scripts.lib.pages import pages
from scripts.lib.paths import DOCS, NODE_MODULES, SNIPPETS

from .conftest import Site

AXE = NODE_MODULES / "axe-core" / "axe.min.js"
FENCE = re.compile(r"^```mermaid\n(.*?)^```", re.M | re.S)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def address(page: Path) -> str:
    """Where a page of docs/ is found on the site, without the leading slash."""
    path = page.relative_to(DOCS).with_suffix("").as_posix()
    return "" if path == "index" else f"{path}/"


PAGES = [address(page) for page in pages() if page.name != "404.md"]
CARDS = sorted(SNIPPETS.glob("*/*/*.md"))


def test_there_are_pages_and_cards() -> None:
    assert len(PAGES) >= 12
    assert len(CARDS) >= 12


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Any]:
    """Open a page and note what went wrong: errors, and requests to elsewhere."""
    contexts = []

    def open_page(path: str, **settings: Any) -> tuple[Page, list[str]]:
        context = chromium.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        wrong: list[str] = []
        page.on("console", lambda m: m.type == "error" and wrong.append(m.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((site.address, "data:", "blob:"))
                or wrong.append(f"asks for {request.url}")
            ),
        )
        page.goto(site.address + path, wait_until="networkidle")
        return page, wrong

    yield open_page
    for context in contexts:
        context.close()


def cards_on(path: str) -> list[str]:
    """The cards that a page's source shows whole."""
    source = (DOCS / f"{path.rstrip('/') or 'index'}.md").read_text("utf-8")
    return re.findall(r'^--8<-- "(\w+/\w+/\w+)\.md"', source, re.MULTILINE)


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_whole_and_accessible(visit: Any, path: str, scheme: str) -> None:
    page, wrong = visit(path, color_scheme=scheme)

    cards = cards_on(path)
    assert page.locator(".card").count() == len(cards)
    assert page.locator("figure.spacetime > svg").count() == len(cards)
    assert page.locator("figure.diagram:not(.spacetime) > svg").count() == len(cards)
    assert page.locator("div.mermaid").count() == 0
    page.evaluate(AXE.read_text("utf-8"))
    rules = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run(document, {rules})")["violations"]
    problems = [
        f"{problem['id']}: {node['target']} {node['failureSummary']}"
        for problem in found
        for node in problem["nodes"]
    ]
    assert problems == []
    assert wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(visit: Any, path: str) -> None:
    page, wrong = visit(path, viewport={"width": 360, "height": 740})

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_without_javascript(visit: Any, path: str) -> None:
    page, _ = visit(path, java_script_enabled=False)

    assert page.locator("h1").is_visible()
    assert len(page.locator("article").inner_text()) > 500
    cards = cards_on(path)
    assert page.locator("figure.spacetime > svg").count() == len(cards)
    for picture in page.locator("figure.spacetime > svg").all():
        assert picture.is_visible()
    for tab in page.get_by_text("Sequence diagram", exact=True).all():
        tab.click()
    for picture in page.locator("figure.diagram:not(.spacetime) > svg").all():
        assert picture.is_visible()


@pytest.mark.browser
def test_the_handout_holds_every_diagram(visit: Any) -> None:
    page, wrong = visit("print_page/")

    shown = sum(len(cards_on(path)) for path in PAGES)
    assert shown >= 12
    assert page.locator("figure.spacetime > svg").count() == shown
    assert page.locator("figure.diagram:not(.spacetime) > svg").count() == shown
    assert wrong == []


def faults(chromium: Browser, diagrams: dict[str, str]) -> dict[str, str]:
    """What the pinned Mermaid finds wrong, by the name of the diagram."""
    library = mermaid.loaded(chromium)
    found = {name: library.fault(text) for name, text in diagrams.items()}
    return {name: fault for name, fault in found.items() if fault is not None}


@pytest.mark.browser
def test_every_sequence_diagram_parses_in_the_real_library(chromium: Browser) -> None:
    texts = {card: FENCE.findall(card.read_text("utf-8")) for card in CARDS}
    assert all(len(found) <= 1 for found in texts.values())
    diagrams = {card.stem: found[0] for card, found in texts.items() if found}
    assert len(diagrams) >= 12

    assert faults(chromium, diagrams) == {}


@pytest.mark.browser
def test_what_is_no_diagram_is_found_out(chromium: Browser) -> None:
    broken = {"broken": "sequenceDiagram\n  a->>b no colon"}

    assert list(faults(chromium, broken)) == ["broken"]
