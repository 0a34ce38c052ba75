"""The talk on one screen, and on one sheet of paper: also when all of it is there."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.published import Site

pytestmark = pytest.mark.browser

# Sections with so many pages, each line as long as it may be.
GROWN = """(sections) => {
  const summary = document.querySelector(".summary");
  const section = summary.querySelector("section").cloneNode(true);
  const list = section.querySelector("ul");
  const line = list.querySelector("li").cloneNode(true);
  line.children[0].textContent = "Give ".repeat(14) + "more.";
  line.children[1].firstChild.textContent = "a_program_with_a_long_name";
  list.replaceChildren();
  summary.replaceChildren();
  for (const pages of sections) {
    const copy = section.cloneNode(true);
    const lines = copy.querySelector("ul");
    for (let n = 0; n < pages; n++) lines.append(line.cloneNode(true));
    summary.append(copy);
  }
}"""
ALL = [3, 9, 4, 4, 6, 7, 10]
# One page more in each section of today, and a new section.
SOON = [4, 10, 5, 7, 1]
BOTTOM = "document.querySelector('.summary').getBoundingClientRect().bottom"


def opened(chromium: Browser, site: Site, width: int, height: int) -> Page:
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.goto(f"{site.address}summary/")
    return page


def sheets(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_the_talk_is_on_one_screen(chromium: Browser, site: Site) -> None:
    page = opened(chromium, site, 1920, 1080)
    try:
        assert page.evaluate(BOTTOM) <= 1080
        page.evaluate(GROWN, SOON)
        assert page.evaluate(BOTTOM) <= 1080
        page.evaluate(GROWN, ALL)
        assert page.locator(".summary li").count() == 43
        assert page.evaluate(BOTTOM) <= 1080
    finally:
        page.close()


def test_the_talk_is_on_one_sheet(chromium: Browser, site: Site) -> None:
    page = opened(chromium, site, 1280, 900)
    try:
        assert sheets(page) == 1
        for sections in (SOON, ALL):
            page.evaluate(GROWN, sections)
            assert sheets(page) == 1, sections
        page.evaluate(GROWN, [2 * pages for pages in ALL])
        assert sheets(page) > 1, "this test cannot count sheets"
    finally:
        page.close()


def test_each_line_leads_to_its_page_and_its_program(
    chromium: Browser, site: Site
) -> None:
    page = opened(chromium, site, 1280, 900)
    try:
        page.get_by_role("link", name="charged_twice").click()
        page.wait_for_url("**/failure/idempotency/#charged_twice")
        # The address changes first.
        expect(page.locator("#charged_twice")).to_be_visible()
    finally:
        page.close()
