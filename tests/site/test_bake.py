"""Baking: each diagram is drawn once, kept, and put into the page as static SVG."""

import re
import shutil
from pathlib import Path

import pytest

from scripts.lib import bake, browser, mermaid
from tests.site.conftest import Site

pytestmark = pytest.mark.browser

SOUND = """sequenceDiagram
accTitle: One order
accDescr: The browser sends an order to the shop.
participant b as browser
participant s as shop
b->>s: POST /orders List&lt;int&gt;
"""
LOADER = '<script src="../assets/js/diagram_loader.js"></script>'
PAGE = f'<body><div class="mermaid">{{}}</div>{LOADER}</body>'


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep drawings in a folder of the test's own."""
    monkeypatch.setattr(bake, "DRAWN", tmp_path / "drawn")
    return tmp_path / "drawn"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a folder for a small built site."""
    (tmp_path / "small").mkdir()
    return tmp_path / "small"


def no_browser() -> str | None:
    return None


def test_a_diagram_becomes_a_described_drawing(empty_cache: Path, small: Path) -> None:
    (small / "index.html").write_text(PAGE.format(SOUND))

    baked = bake.bake(small)

    assert baked == bake.Baked(diagrams=1, drawn=1, left=0)
    text = (small / "index.html").read_text()
    assert '<figure class="diagram sequence"><svg' in text
    assert ">One order</title>" in text
    assert ">The browser sends an order to the shop.</desc>" in text
    assert 'role="img"' in text
    assert "POST /orders List&lt;int&gt;" in text
    for word in ("mermaid", "diagram_loader", "<style", "fill:", "stroke=", "font-"):
        assert word not in text, word


def test_what_is_drawn_is_kept(
    empty_cache: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small / "index.html").write_text(PAGE.format(SOUND))
    bake.bake(small)
    first = (small / "index.html").read_text()

    monkeypatch.setattr(browser, "find", lambda: pytest.fail("started a browser"))
    again = bake.bake(small)
    (small / "index.html").write_text(PAGE.format(SOUND))
    cached = bake.bake(small)

    assert again == bake.Baked(diagrams=0, drawn=0, left=0)
    assert cached == bake.Baked(diagrams=1, drawn=0, left=0)
    assert (small / "index.html").read_text() == first


def test_the_same_text_gives_the_same_drawing(empty_cache: Path, small: Path) -> None:
    drawings = []
    for _ in range(2):
        (small / "index.html").write_text(PAGE.format(SOUND))
        bake.bake(small)
        drawings.append((small / "index.html").read_text())
        shutil.rmtree(empty_cache)

    assert drawings[0] == drawings[1]


def test_a_diagram_shown_twice_has_ids_of_its_own(
    empty_cache: Path, small: Path
) -> None:
    (small / "index.html").write_text(PAGE.format(SOUND) * 2)

    bake.bake(small)

    ids = re.findall(r'\bid="([^"]+)"', (small / "index.html").read_text())
    assert len(ids) == len(set(ids)) >= 4


def test_without_a_browser_the_loader_stays(
    empty_cache: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = PAGE.format(SOUND)
    (small / "index.html").write_text(page)
    monkeypatch.setattr(browser, "find", no_browser)

    assert bake.bake(small) == bake.Baked(diagrams=1, drawn=0, left=1)
    assert (small / "index.html").read_text() == page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("sequenceDiagram\n  A->>\n", "Parse error on line 2"),
        ("flowchart TD\n  a --> b\n", "flowDiagram"),
        # A formula, which Mermaid only misses when it draws.
        (
            "sequenceDiagram\naccTitle: x\naccDescr: x\n  A->>B: $$5\n  A->>B: $$x$$\n",
            "renderToString",
        ),
    ],
)
def test_what_mermaid_does_not_understand_is_named(
    empty_cache: Path, small: Path, wrong: str, said: str
) -> None:
    page = PAGE.format(wrong)
    (small / "index.html").write_text(page)
    (small / "sound.html").write_text(PAGE.format(SOUND))

    with pytest.raises(SystemExit) as stopped:
        bake.bake(small)

    message = str(stopped.value)
    assert message.startswith("index.html: ")
    assert wrong.splitlines()[0] in message
    assert said in message
    assert "\n" not in message
    assert (small / "index.html").read_text() == page


def test_a_diagram_without_a_description_is_named(
    empty_cache: Path, small: Path
) -> None:
    (small / "index.html").write_text(PAGE.format("sequenceDiagram\n  A->>B: x\n"))

    with pytest.raises(SystemExit, match=r"index\.html: .*accTitle.*accDescr"):
        bake.bake(small)


def test_the_library_tells_right_from_wrong() -> None:
    executable = browser.find()
    assert executable is not None
    with mermaid.opened(executable) as drawer:
        assert drawer.fault("sequenceDiagram\n  A->>B: x") is None
        assert "line 2" in str(drawer.fault("sequenceDiagram\n  A->>"))


def test_every_diagram_of_the_site_is_baked(site: Site) -> None:
    drawn = {}
    for page in site.pages():
        text = page.read_text("utf-8")
        drawn[page.parent.name] = text.count('<figure class="diagram sequence">')

        assert 'class="mermaid"' not in text, page
        ids = re.findall(r'<[^>]*\bid="(d[0-9a-f]{12}[^"]*)"', text)
        assert len(ids) == len(set(ids)), page

    on_print_page = drawn.pop("print_page")
    assert on_print_page == sum(drawn.values()) > 5
