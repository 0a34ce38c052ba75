"""Without scripts every page is all there, with all diagrams that its source names."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page

from scripts.lib import mermaid
from scripts.lib.pages import address, pages
from scripts.lib.paths import SNIPPETS
from sim.drawing import sequence
from sim.drawing.signs import visible
from tests.published import Site
from tests.sim.spacetime_worlds import ODD_TEXTS, speaks
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


def test_mermaid_shows_every_text_as_written(chromium: Browser) -> None:
    library = mermaid.loaded(chromium)
    for number, text in enumerate(ODD_TEXTS):
        source = sequence.draw(speaks(text).trace, f"Of {text}", f"About {text}")
        assert library.fault(source) is None, text
        figure = library.draw(source, f"odd{number}")
        shown = html.unescape(re.sub(r"<[^>]+>", " ", figure))
        wanted = "".join(visible(text).split())
        # Title and description, name, message, note.
        assert "".join(shown.split()).count(wanted) >= 5, text
        for part in (f"Of{wanted}", f"About{wanted}"):
            assert part in "".join(shown.split()), text


# What the prose calls an event ---------------------------------------------


def nodes_and_words(drawing: Path) -> tuple[set[str], str]:
    """The names of the nodes in a drawing, and all words that it shows."""
    svg = ElementTree.parse(drawing).getroot()
    nodes = {e.get("data-node", "") for e in svg.iter() if e.get("data-node")}
    for parent in [*svg.iter()]:
        for child in [*parent]:
            if child.tag.endswith(("title", "desc")):  # shown to nobody who sees
                parent.remove(child)
    return nodes, " ".join(svg.itertext())


def unseen(page: str, drawings: list[Path]) -> list[str]:
    """The events that a page names, as `shop2`, and none of its drawings shows."""
    parts = [nodes_and_words(drawing) for drawing in drawings]
    nodes = {node for some, _ in parts for node in some}
    words = " ".join(text for _, text in parts)
    prose = re.sub(r"^```.*?^```|<!--.*?-->|\]\([^)]*\)", "", page, flags=re.M | re.S)
    names = re.findall(r"(?<![\w/#.-])([^\W\d_]+)(\d+)(?![\w/-])", prose)
    named = dict.fromkeys(node + number for node, number in names if node in nodes)
    return [name for name in named if not re.search(rf"(?<!\w){name}(?!\w)", words)]


def drawings_of(page: str) -> list[Path]:
    cards = [SNIPPETS / file for file, _ in INCLUDE.findall(page)]
    texts = [card for card in cards if card.suffix == ".md"]
    shown = [c for c in texts if SPACETIME in c.read_text("utf-8")]
    return [card.with_suffix(".svg") for card in shown]


@pytest.mark.parametrize("page", pages(), ids=address)
def test_events_that_the_prose_names_are_named_in_a_drawing(page: Path) -> None:
    text = page.read_text("utf-8")
    missing = unseen(text, drawings_of(text))
    assert not missing, (
        f"{page.name} names {', '.join(missing)}, which no drawing on it shows: name a "
        "time or a message instead"
    )


def test_a_name_that_no_drawing_shows_is_found() -> None:
    card = SNIPPETS / "fallacies/latency_is_zero/chatty_page.svg"
    assert unseen("At browser3, see shop4 and [shop5](#shop6).", [card]) == [
        "browser3",
        "shop4",
        "shop5",
    ]
    assert sum(bool(drawings_of(page.read_text("utf-8"))) for page in pages()) > 15
