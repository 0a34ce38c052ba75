"""Every page for every eye: light, dark, on paper, and as a screen reader gets it."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from scripts.lib.paths import NODE_MODULES
from tests.published import Site
from tests.site.watched import ADDRESSES, Watched, every_page, opened

pytestmark = pytest.mark.browser

AXE = (NODE_MODULES / "axe-core" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# Opened once for all tests of a page; each leaves it as it was.
@pytest.fixture(scope="module", params=ADDRESSES)
def by_day(
    request: pytest.FixtureRequest, chromium: Browser, site: Site
) -> Iterator[Watched]:
    """Each page, light."""
    with opened(chromium, site, request.param, color_scheme="light") as watched:
        yield watched


def is_accessible_and_quiet(watched: Watched, scheme: str) -> None:
    page = watched.page
    shown = page.get_attribute("body", "data-md-color-scheme")
    page.wait_for_function("document.querySelector('.md-top, .md-footer')")
    page.wait_for_timeout(500)  # the theme adds names and buttons a little later
    page.evaluate(AXE)  # the policy lets no script be added
    found, passes = page.evaluate(
        """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]})
          .then(({ violations, passes }) => [violations, passes.length])""",
        RULES,
    )
    violations = [
        f"{violation['id']}: {node['target'][0]}: {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]

    assert shown == scheme
    assert violations == []
    assert passes > 10
    assert watched.faults == []


def test_a_page_is_accessible_and_quiet_by_day(by_day: Watched) -> None:
    is_accessible_and_quiet(by_day, "default")


def test_colors_are_a_matter_of_css(by_day: Watched) -> None:
    look = """() => {
      const drawings = [...document.querySelectorAll("figure.diagram > svg")];
      // A line of a plot and its name share a color, also on paper.
      const inks = [...document.querySelectorAll("figure.diagram:not(.plot) text")]
        .map((text) => getComputedStyle(text).fill);
      return [drawings.map((drawing) => drawing.outerHTML).join(""), inks];
    }"""
    page = by_day.page
    drawing, light = page.evaluate(look)
    page.emulate_media(media="print")
    _, paper = page.evaluate(look)
    page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
    _, paper_from_dark = page.evaluate(look)
    page.emulate_media(media="screen")
    same, dark = page.evaluate(look)
    page.evaluate("document.body.dataset.mdColorScheme = 'default'")

    assert same == drawing
    assert all(one != other for one, other in zip(light, dark, strict=True))
    assert paper_from_dark == paper
    assert set(paper) <= {"rgb(0, 0, 0)", "rgb(68, 68, 68)"}


@every_page
def test_a_page_is_accessible_and_quiet_by_night(
    chromium: Browser, site: Site, path: str
) -> None:
    with opened(chromium, site, path, color_scheme="dark") as watched:
        is_accessible_and_quiet(watched, "slate")


def test_a_sound_page_is_not_called_faulty_for_nothing(
    chromium: Browser, site: Site
) -> None:
    """The watch sees what it should: a request elsewhere, an error, a bad contrast."""
    with opened(chromium, site, "", bypass_csp=True) as watched:
        page = watched.page
        page.route("http://elsewhere.invalid/**", lambda route: route.abort())
        page.evaluate("fetch('http://elsewhere.invalid/').catch(() => {})")
        page.evaluate("setTimeout(() => { throw new Error('on purpose') })")
        page.add_style_tag(content="article p { color: #bbb !important }")
        page.add_script_tag(content=AXE)
        page.wait_for_timeout(200)
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")

        faults = json.dumps(watched.faults)
        assert "elsewhere.invalid" in faults
        assert "on purpose" in faults
        assert "color-contrast" in [
            violation["id"] for violation in found["violations"]
        ]
