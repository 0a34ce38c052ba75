"""A page starts quickly: styled once, drawn whole, usable all the same."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.nav import beside
from tests.site.conftest import Site

pytestmark = pytest.mark.browser

LONG = "papers/lamport/"
DESKTOP = {"width": 1280, "height": 900}

LAST_CARD_IS_DRAWN = """() => [...document.querySelectorAll("article > .card")].at(-1)
    .firstElementChild.checkVisibility({contentVisibilityAuto: true})"""


@contextmanager
def opened(chromium: Browser, site: Site, path: str) -> Iterator[Page]:
    context = chromium.new_context(viewport=DESKTOP, reduced_motion="reduce")
    page = context.new_page()
    page.goto(site.address + path, wait_until="networkidle")
    yield page
    context.close()


def test_the_style_sheet_stays_as_it_was_applied(chromium: Browser, site: Site) -> None:
    path = "intro/where_they_hide/"
    with opened(chromium, site, path) as page:
        page.evaluate(
            """() => {
              const link = document.querySelector("link[rel=stylesheet]");
              window.kept = [link, link.sheet];
            }"""
        )
        page.locator(".md-footer__link--next").click()
        page.wait_for_url(f"{site.address}{beside(path, 1)}")
        page.wait_for_load_state("networkidle")
        kept = page.evaluate(
            """() => {
              const links = [...document.querySelectorAll("link[rel=stylesheet]")];
              return [links.length, links[0] === kept[0], links[0].sheet === kept[1]];
            }"""
        )

        assert kept == [1, True, True]


def test_all_of_a_page_is_drawn_from_the_start(chromium: Browser, site: Site) -> None:
    """A picture of the whole page, or a slow scroll, never meets an empty card."""
    with opened(chromium, site, LONG) as page:
        assert page.evaluate(LAST_CARD_IS_DRAWN)


def test_an_anchor_far_below_is_reached(chromium: Browser, site: Site) -> None:
    with opened(chromium, site, LONG) as page:
        last = page.locator("article h2").last.get_attribute("id")
    with opened(chromium, site, f"{LONG}#{last}") as page:
        page.wait_for_timeout(300)
        heading = page.locator("article h2").last
        box = heading.bounding_box()

        assert box is not None
        at_the_end = page.evaluate(
            "() => innerHeight + scrollY > document.documentElement.scrollHeight - 2"
        )
        assert 0 < box["y"] < (DESKTOP["height"] if at_the_end else 150)


def test_a_listing_gets_its_named_button_when_it_is_seen(
    chromium: Browser, site: Site
) -> None:
    with opened(chromium, site, LONG) as page:
        tools = page.locator("nav.md-code__nav")
        early = tools.count()
        page.locator("article > .card").last.locator("pre").first.hover()
        page.wait_for_function(
            f"document.querySelectorAll('nav.md-code__nav').length > {early}"
        )
        names = tools.evaluate_all("all => all.map((nav) => nav.ariaLabel)")

        assert len(names) > early
        assert all(name.startswith("Tools of listing ") for name in names)
        assert len(set(names)) == len(names)
