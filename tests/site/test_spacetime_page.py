"""Space-time diagrams in a browser: fonts, pointer, keyboard, axe, phone, paper."""

import gzip
import json
import mimetypes
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from scripts.lib import browser
from scripts.lib.paths import ROOT
from sim.drawing.labels import text_width
from sim.drawing.spacetime import draw
from sim.program.find import SNIPPETS, load
from tests.sim.spacetime_worlds import WORLDS

pytestmark = pytest.mark.browser

DOCS = ROOT / "docs"
FAULTS: dict[Page, list[str]] = {}
ORIGIN = "http://diagrams.invalid/"
STYLES = ("colors", "type", "card", "diagrams", "spacetime", "accessibility", "print")
FIGURE_1 = SNIPPETS / "ordering/happened_before/figure_1.py"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = browser.ensure()
        started = playwright.chromium.launch(
            executable_path=path, args=browser.launch_args()
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def html() -> str:
    """A page with Figure 1, the same again, and every fault."""
    world = load(FIGURE_1).main()
    figure_1 = draw(world.trace, "Figure 1", "Three processes and six messages.")
    drawings = [figure_1, figure_1]
    drawings += [
        draw(make().trace, f"A run with {make.__name__}", "What it shows.")
        for make in WORLDS
    ]
    figures = "".join(
        f'<figure class="diagram spacetime">\n{svg}\n</figure>' for svg in drawings
    )
    styles = "".join(
        f'<link rel="stylesheet" href="assets/css/{name}.css">' for name in STYLES
    )
    scripts = "".join(
        f'<script src="assets/js/{name}.js"></script>'
        for name in ("accessibility", "spacetime")
    )
    return (
        '<!doctype html><html lang="en" class="js"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Space-time diagrams</title>{styles}"
        "<style>html{font-size:125%} body{margin:16px;background:var(--paper);"
        "color:var(--ink);font-family:var(--md-text-font)}</style>"
        '<body data-md-color-scheme="default" style="--md-text-font-family:'
        'var(--md-text-font)"><main class="md-typeset"><h1>Diagrams</h1>'
        f"{figures}</main>{scripts}"
    )


def open_page(context: Browser | BrowserContext, html: str, **settings: Any) -> Page:
    """The page, with the site's own style sheets, fonts and scripts."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if not path:
            route.fulfill(body=html, content_type="text/html")
            return
        kind, _ = mimetypes.guess_type(path)
        route.fulfill(body=(DOCS / path).read_bytes(), content_type=kind or "")

    page = context.new_page(**settings)
    faults = FAULTS[page] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: line.type == "error" and faults.append(line.text))
    page.route("**/*", answer)
    page.goto(ORIGIN)
    page.evaluate("document.fonts.ready.then(() => null)")
    return page


@pytest.fixture
def page(chromium: Browser, html: str) -> Iterator[Page]:
    opened = open_page(
        chromium, html, viewport={"width": 720, "height": 900}, reduced_motion="reduce"
    )
    yield opened
    opened.close()
    assert not FAULTS.pop(opened)


def figure(page: Page, number: int = 0) -> str:
    """The words under a diagram."""
    return page.locator("figure.spacetime .spacetime-says").nth(number).inner_text()


def names(page: Page, state: str, number: int = 0) -> list[str]:
    """The events of a diagram that are in a state."""
    found: list[str] = page.evaluate(
        """([state, number]) => [...document.querySelectorAll("figure.spacetime")]
          [number].querySelectorAll(`.event.${state}`).values()
          .map(({dataset}) => dataset.node + dataset.number).toArray()""",
        [state, number],
    )
    return found


def focused(page: Page) -> str:
    name: str = page.evaluate(
        "(({node, number}) => node + number)(document.activeElement.dataset)"
    )
    return name


def event(page: Page, name: str) -> str:
    return (
        f'figure.spacetime:first-of-type [data-node="{name[0]}"]'
        f'[data-number="{name[1:]}"]'
    )


CAUSES = ["p1", "q1", "q2", "q3"]  # of q4 in Figure 1
EFFECTS = ["p4", "q5", "q6", "q7", "r3", "r4"]
SAYS_Q4 = (
    "q4: 4 events can have caused it, 6 can have been affected, 4 are concurrent. "
    "The simulator counts: Lamport 4, vector (1, 4, 0)."
)


def test_pointing_at_an_event_tells_causes_from_effects(page: Page) -> None:
    page.hover(event(page, "q4"))

    assert names(page, "is-self") == ["q4"]
    assert sorted(names(page, "is-past")) == CAUSES
    assert sorted(names(page, "is-future")) == EFFECTS
    assert sorted(names(page, "is-concurrent")) == ["p2", "p3", "r1", "r2"]
    assert figure(page) == SAYS_Q4
    # The second drawing is the same; it has not been asked.
    assert names(page, "is-self", 1) == []


def test_the_messages_between_them_say_so_too(page: Page) -> None:
    page.hover(event(page, "q4"))
    states = page.evaluate(
        """() => [...document.querySelectorAll("figure.spacetime:first-of-type .msg")]
          .map((message) => message.getAttribute("class"))"""
    )

    # q1→p, q1→r, p1→q, r2→q, q4→r, q5→p
    told = [state.removeprefix("msg is-") for state in states]
    assert told == [
        "concurrent",
        "concurrent",
        "past",
        "concurrent",
        "future",
        "future",
    ]


def test_causes_and_effects_differ_in_more_than_color(page: Page) -> None:
    page.hover(event(page, "q4"))

    def look(name: str) -> dict[str, str]:
        got: dict[str, str] = page.locator(f"{event(page, name)} .mark").evaluate(
            """(e) => { const {fill, stroke, strokeWidth} = getComputedStyle(e);
            return {full: fill === stroke, strokeWidth}; }"""
        )
        return got

    looks = [look("q4"), look("p1"), look("r3"), look("p2")]
    assert len({json.dumps(one) for one in looks}) == 4


def test_leaving_the_diagram_clears_it(page: Page) -> None:
    page.hover(event(page, "q4"))
    page.mouse.move(5, 5)

    assert names(page, "is-self") == []
    assert figure(page).startswith("Choose an event")


def test_each_diagram_is_one_tab_stop(page: Page) -> None:
    count = page.locator("figure.spacetime").count()
    with_events = page.locator("figure.spacetime:has(.event)").count()
    stops = page.locator('figure.spacetime .event[tabindex="0"]').count()

    assert count == 2 + len(WORLDS)
    assert stops == with_events == count - 1


def test_the_keyboard_walks_through_a_diagram(page: Page) -> None:
    page.keyboard.press("Tab")
    assert focused(page) == "q1"
    walk = [
        ("ArrowDown", "q2"),
        ("ArrowUp", "q1"),
        ("ArrowUp", "q1"),  # there is nothing above
        ("ArrowLeft", "p1"),  # the nearest event of the next node
        ("Enter", "q2"),  # along the message that p1 sent
        ("Enter", "p1"),  # and back, for q2 sent none
        ("End", "q7"),
        ("ArrowRight", "r4"),
        ("ArrowRight", "r4"),
        ("Home", "q1"),
    ]
    for key, name in walk:
        page.keyboard.press(key)
        assert focused(page) == name, key
    assert figure(page).startswith("q1: 0 events can have caused it, ")

    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement === document.body")
    assert names(page, "is-self") == []


def test_tab_leaves_a_diagram_and_comes_back_to_the_same_event(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert names(page, "is-self", 1) == ["q1"]

    page.keyboard.press("Shift+Tab")
    assert names(page, "is-self", 0) == ["q2"]


def test_a_tap_near_an_event_is_enough(chromium: Browser, html: str) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = open_page(context, html)
    box = page.locator(f"{event(page, 'q4')} .mark").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2 + 9, box["y"] + 9)

    assert figure(page) == SAYS_Q4
    context.close()


def test_a_diagram_that_comes_later_is_brought_to_life(page: Page) -> None:
    page.evaluate(
        """() => {
          const figure = document.querySelector("figure.spacetime");
          figure.innerHTML = figure.querySelector("svg").outerHTML;
          spacetime.attach();
          spacetime.attach(); // twice does no harm
        }"""
    )
    page.hover(event(page, "q4"))

    assert figure(page) == SAYS_Q4
    assert page.locator("figure.spacetime:first-of-type .spacetime-says").count() == 1


def test_axe_finds_nothing(page: Page) -> None:
    page.add_script_tag(path=ROOT / "node_modules/axe-core/axe.min.js")
    for scheme in ("default", "slate"):
        page.evaluate("(s) => document.body.dataset.mdColorScheme = s", scheme)
        for act in (lambda: None, lambda: page.hover(event(page, "q4"))):
            act()
            result = page.evaluate(
                """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a",
                "wcag21aa", "wcag22aa", "best-practice"]})"""
            )
            found = [
                (fault["id"], [node["html"][:200] for node in fault["nodes"]])
                for fault in result["violations"]
            ]
            assert not found, (scheme, found)
            assert result["passes"]


def test_a_screen_reader_is_told_what_a_diagram_is(page: Page) -> None:
    tree = page.locator("figure.spacetime").first.aria_snapshot()

    assert 'application "Figure 1"' in tree
    assert 'img "q3, 40 ms: q3. Lamport 3."' in tree
    assert tree.count('img "') == 15


def test_words_do_not_overlap_as_the_browser_sets_them(page: Page) -> None:
    """The widths that the drawing was laid out with are estimates; these are true."""
    overlaps = page.evaluate(
        """() => {
          const shrunk = (e) => { const b = e.getBoundingClientRect();
            return {l: b.left + 1, r: b.right - 1, t: b.top + 3, b: b.bottom - 3, e}; };
          const found = [];
          for (const svg of document.querySelectorAll(".spacetime > svg")) {
            // A turned text has no upright box: those are proved in Python.
            const boxes = [...svg.querySelectorAll("text:not([transform*=rotate])")]
              .map(shrunk);
            for (const [n, a] of boxes.entries())
              for (const b of boxes.slice(n + 1))
                if (a.l < b.r && b.l < a.r && a.t < b.b && b.t < a.b)
                  found.push(`${a.e.textContent} / ${b.e.textContent}`);
            const edge = svg.getBoundingClientRect();
            for (const a of boxes)
              if (a.l < edge.left || a.r > edge.right)
                found.push(`${a.e.textContent} is cut off`);
          }
          return found;
        }"""
    )
    assert overlaps == []


def test_widths_are_not_underestimated(page: Page) -> None:
    """Else a text could run into the next one."""
    measured = page.evaluate(
        """() => [...document.querySelectorAll(".spacetime text")]
          .filter((e) => !e.querySelector("tspan"))
          .map((e) => [e.textContent, e.getComputedTextLength(),
                       parseFloat(getComputedStyle(e).fontSize)])"""
    )
    assert len(measured) > 100
    for text, width, size in measured:
        assert width <= text_width(text, size) * 1.06 + 0.5, text


def test_type_is_12_px_or_more_in_the_column(page: Page) -> None:
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".spacetime text")].map((e) =>
          parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().d
          / Math.cos(Math.atan2(e.getCTM().b, e.getCTM().a)))"""
    )
    assert min(sizes) >= 12


def test_on_a_phone_figure_1_fits_and_wide_ones_scroll_alone(
    chromium: Browser, html: str
) -> None:
    page = open_page(chromium, html, viewport={"width": 360, "height": 740})
    widths = page.evaluate(
        """() => [...document.querySelectorAll("figure.spacetime")]
          .map((f) => [f.scrollWidth, f.clientWidth, f.tabIndex])"""
    )

    assert widths[0][0] <= widths[0][1] == 328
    assert any(inside > outside for inside, outside, _ in widths)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    # What scrolls can be reached: by its events, and by itself.
    assert all(tab == 0 for inside, outside, tab in widths if inside > outside + 1)
    page.close()


def test_it_is_complete_without_script_and_on_paper(
    chromium: Browser, html: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = open_page(context, html)
    page.emulate_media(media="print")

    assert page.locator("figure.spacetime").first.locator(".event").count() == 15
    assert page.locator(".spacetime-says").count() == 0
    assert page.locator(".spacetime .msg").first.is_visible()
    context.close()


def test_the_script_is_small() -> None:
    """2 kB as it is sent: without comments and white space, compressed."""
    minified = subprocess.run(
        [
            ROOT / "node_modules/.bin/esbuild",
            "--minify",
            DOCS / "assets/js/spacetime.js",
        ],
        capture_output=True,
        check=True,
    )
    assert len(gzip.compress(minified.stdout)) < 2_000
