"""Plots in a browser: true widths of the words, phone, paper, forced colors."""

import mimetypes
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from scripts.lib.paths import DOCS
from sim.plot.svg import draw
from tests.sim.plots import ALL

pytestmark = pytest.mark.browser

ORIGIN = "http://plots.invalid/"
STYLES = ("colors", "type", "card", "diagrams", "plot", "accessibility", "print")


@pytest.fixture(scope="module")
def html() -> str:
    """A page with one plot of each kind, in cards."""
    figures = "".join(
        f'<div class="card"><div class="tabbed-block"><figure class="diagram plot">'
        f"{draw(make(3), make.__name__)}</figure></div></div>"
        for make in ALL
    )
    styles = "".join(
        f'<link rel="stylesheet" href="assets/css/{name}.css">' for name in STYLES
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Plots</title>{styles}"
        "<style>html{font-size:125%} body{margin:16px;background:var(--paper)}</style>"
        '<body data-md-color-scheme="default" style="--md-text-font-family:'
        f'var(--md-text-font)"><main class="md-typeset">{figures}</main>'
    )


def open_page(chromium: Browser, html: str, width: int, **settings: Any) -> Page:
    """The page in a window of some width, with the site's own styles and fonts."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        kind, _ = mimetypes.guess_type(path)
        body = html if not path else (DOCS / path).read_bytes()
        route.fulfill(body=body, content_type=kind or "text/html")

    page = chromium.new_page(viewport={"width": width, "height": 900}, **settings)
    page.route("**/*", answer)
    page.goto(ORIGIN)
    page.evaluate("document.fonts.ready.then(() => null)")
    return page


@pytest.fixture(params=[760, 360], ids=["wide", "phone"])
def page(
    request: pytest.FixtureRequest, chromium: Browser, html: str
) -> Iterator[Page]:
    opened = open_page(chromium, html, request.param)
    yield opened
    opened.close()


def shown(page: Page) -> list[list[str]]:
    """For each figure, which of its two drawings shows."""
    found: list[list[str]] = page.evaluate(
        """() => [...document.querySelectorAll("figure.plot")].map((figure) =>
          [...figure.querySelectorAll("svg > svg")]
            .filter((svg) => svg.checkVisibility())
            .map((svg) => svg.getAttribute("class")))"""
    )
    return found


def test_the_room_chooses_one_of_the_two_drawings(page: Page) -> None:
    wanted = "wide" if page.viewport_size["width"] > 400 else "narrow"  # type: ignore

    assert shown(page) == [[wanted]] * len(ALL)


def test_words_do_not_overlap_as_the_browser_sets_them(page: Page) -> None:
    """The widths that the drawing was laid out with are estimates; these are true."""
    overlaps = page.evaluate(
        """() => {
          const found = [];
          for (const svg of document.querySelectorAll("figure.plot svg > svg")) {
            if (!svg.checkVisibility()) continue;
            const edge = svg.getBoundingClientRect();
            const boxes = [...svg.querySelectorAll("text")].map((e) => {
              const b = e.getBoundingClientRect();
              return {l: b.left + 1, r: b.right - 1, t: b.top + 3, b: b.bottom - 3, e};
            });
            for (const [n, a] of boxes.entries()) {
              for (const b of boxes.slice(n + 1))
                if (a.l < b.r && b.l < a.r && a.t < b.b && b.t < a.b)
                  found.push(`${a.e.textContent} / ${b.e.textContent}`);
              if (a.l < edge.left - 1 || a.r > edge.right + 1)
                found.push(`${a.e.textContent} is cut off`);
            }
          }
          return found;
        }"""
    )

    assert overlaps == []


def test_type_can_be_read_and_nothing_scrolls(page: Page) -> None:
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("figure.plot text")]
          .filter((e) => e.checkVisibility())
          .map((e) => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().d)"""
    )
    scrolls = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll("figure.plot")]
          .filter((e) => e.scrollWidth > e.clientWidth).length"""
    )

    assert len(sizes) > 100
    assert min(sizes) >= 11.5
    assert scrolls == 0


def test_on_paper_the_wide_drawing_shows(chromium: Browser, html: str) -> None:
    page = open_page(chromium, html, 642)  # A4 without its margins
    page.emulate_media(media="print")

    assert shown(page) == [["wide"]] * len(ALL)
    page.close()


def test_paper_has_the_colors_of_the_day(chromium: Browser, html: str) -> None:
    night = html.replace('scheme="default"', 'scheme="slate"')
    inks = []
    for text in (html, night):
        page = open_page(chromium, text, 642)
        page.emulate_media(media="print")
        inks.append(
            page.evaluate(
                """() => [...document.querySelectorAll(".plot .line, .plot .name")]
                  .map((e) => getComputedStyle(e).stroke + getComputedStyle(e).fill)"""
            )
        )
        page.close()

    assert inks[0] == inks[1]


def test_forced_colors_leave_no_color_of_ours(chromium: Browser, html: str) -> None:
    page = open_page(chromium, html, 760, forced_colors="active")
    strokes = page.evaluate(
        """() => new Set([...document.querySelectorAll(".plot .line")]
          .map((e) => getComputedStyle(e).stroke)).size"""
    )

    assert strokes == 1
    page.close()
