"""Every page as a reader meets it: on a phone, and by the keyboard."""

import pytest
from playwright.sync_api import Browser

from scripts.lib.pages import address, pages, title
from tests.nav import beside, entries
from tests.published import Site
from tests.site.watched import PAGES, every_page, opened

pytestmark = pytest.mark.browser


def test_there_are_pages() -> None:
    assert len(PAGES) >= 12


@every_page
def test_a_page_fits_a_phone(chromium: Browser, site: Site, path: str) -> None:
    phone = {"width": 360, "height": 740}
    with opened(chromium, site, path, viewport=phone, has_touch=True) as watched:
        width, wide = watched.page.evaluate(
            """() => [document.documentElement.scrollWidth,
                [...document.querySelectorAll("article *")]
                  .filter((e) => !e.closest("pre, figure, .tabbed-labels"))
                  .filter((e) => !e.closest(".md-typeset__scrollwrap"))
                  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
                  .map((e) => e.outerHTML.slice(0, 80))]"""
        )

        assert width == 360
        assert wide == []
        assert watched.faults == []


def test_pages_have_diagrams(site: Site) -> None:
    with_diagram = [
        path
        for path in PAGES
        if '<figure class="diagram' in (site.folder / path / "index.html").read_text()
    ]

    assert len(with_diagram) >= 8


def test_the_toggle_turns_the_lights_out_and_remembers(
    chromium: Browser, site: Site
) -> None:
    with opened(chromium, site, "", color_scheme="light") as watched:
        page = watched.page
        page.locator("form[data-md-component=palette] label:visible").click()
        turned = page.get_attribute("body", "data-md-color-scheme")
        page.goto(site.address + PAGES[-1])

        assert turned == "slate"
        assert page.get_attribute("body", "data-md-color-scheme") == "slate"


def test_links_change_the_page_without_loading_it_anew(
    chromium: Browser, site: Site
) -> None:
    last = "ordering/happened_before/"
    before = page_title(beside(last, -1))
    with opened(chromium, site, beside(last, -2)) as watched:
        page = watched.page
        page.evaluate("window.stillHere = true")
        page.locator(".md-footer__link--next").click()
        # The address changes first; the key leads on from the page that has come.
        page.locator("h1", has_text=before).wait_for()
        page.keyboard.press("n")
        page.wait_for_url("**/happened_before/")
        page.locator("figure.diagram svg:visible").first.wait_for()

        assert page.evaluate("window.stillHere") is True
        assert page.locator("div.mermaid").count() == 0
        assert watched.faults == []


def page_title(path: str) -> str:
    return title(next(page for page in pages() if address(page) == path))


def test_the_contents_open_on_a_phone(chromium: Browser, site: Site) -> None:
    phone = {"width": 360, "height": 740}
    with opened(chromium, site, "", viewport=phone, has_touch=True) as watched:
        page = watched.page
        page.locator("header label[for=__drawer]").tap(timeout=5000)
        page.locator(".md-nav--primary").get_by_text("Ordering").first.tap()
        first = dict(entries())["Ordering"][0]
        page.wait_for_url(f"{site.address}{first}")

        assert watched.faults == []


def test_the_keyboard_opens_the_contents_and_sees_where_it_is(
    chromium: Browser, site: Site
) -> None:
    size = {"width": 360, "height": 780}
    with opened(chromium, site, "ordering/happened_before/", viewport=size) as seen:
        keys, focused = seen.page.keyboard, seen.page.locator(":focus")
        drawer = seen.page.locator("#__drawer")
        for _ in range(12):  # closed, it is no stop
            keys.press("Tab")
            assert not focused.evaluate("e => e.matches('.md-sidebar--primary *')")

        seen.page.locator(".md-header__button[for='__drawer']").focus()
        keys.press("Enter")
        assert focused.inner_text() == "Ordering"
        keys.press("Enter")  # back to the list of sections
        assert drawer.is_checked()
        keys.press("Tab")
        names = [name for name, _ in entries()]
        assert focused.inner_text() == names[names.index("Ordering") + 1]
        keys.press("Escape")

        assert not drawer.is_checked()
        assert focused.get_attribute("for") == "__drawer"


def test_a_tab_shows_that_it_has_the_focus(chromium: Browser, site: Site) -> None:
    with opened(chromium, site, "ordering/happened_before/") as seen:
        tabs = seen.page.locator(".card .tabbed-set").first
        tabs.locator("> input").first.focus()
        seen.page.keyboard.press("ArrowRight")
        outlines = tabs.locator("> .tabbed-labels > label").evaluate_all(
            "labels => labels.map((label) => getComputedStyle(label).outlineStyle)"
        )

        assert outlines == ["none", "solid", "none"]


def test_the_keyboard_can_skip_to_the_text(chromium: Browser, site: Site) -> None:
    with opened(chromium, site, "ordering/happened_before/") as watched:
        page = watched.page
        page.keyboard.press("Tab")
        skip = page.locator(".md-skip")

        assert skip.evaluate("link => link === document.activeElement")
        assert skip.evaluate(
            """link => {
              const { x, y, width, height } = link.getBoundingClientRect();
              return document.elementFromPoint(x + width / 2, y + height / 2) === link;
            }"""
        )


def test_search_finds_a_page_and_loads_no_earlier(
    chromium: Browser, site: Site
) -> None:
    with opened(chromium, site, "") as watched:
        page = watched.page
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.reload(wait_until="networkidle")
        before = [url for url in asked if "search_index" in url]
        page.keyboard.press("/")
        page.keyboard.type("lamport", delay=20)
        results = page.locator(".md-search-result__link")
        results.first.wait_for()

        assert before == []
        assert [url for url in asked if "search_index" in url]
        assert "amport" in results.first.inner_text()
        assert watched.faults == []
