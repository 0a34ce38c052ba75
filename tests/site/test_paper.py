"""On paper a card shows its drawings one below the other, each under its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.published import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# From top to bottom: the names of tabs, and what each of them shows.
FROM_TOP = """() => [...document.querySelectorAll(
    ".card .tabbed-labels > label, .card .tabbed-block > *")]
  .filter((part) => part.checkVisibility() && part.offsetHeight !== 0)
  .map((part) => [part.getBoundingClientRect().top, part])
  .sort(([one], [other]) => one - other)
  .map(([, part]) => part.matches("label")
      ? part.textContent
      : part.classList[1] ?? part.className)
"""
DRAWINGS = ["Space-time diagram", "spacetime", "Sequence diagram", "sequence"]
PLOT = ["Plot", "plot"]


@pytest.mark.parametrize("path", ["failure/expect_it/", "print_page/"])
@pytest.mark.parametrize("scripts", [True, False], ids=["", "no_script"])
def test_each_drawing_stands_under_its_name(
    chromium: Browser, site: Site, path: str, scripts: bool
) -> None:
    page = chromium.new_page(java_script_enabled=scripts)
    page.goto(site.address + path)
    page.emulate_media(media="print")
    shown = page.evaluate(FROM_TOP)
    page.close()
    assert len(shown) >= 8
    while shown:
        kind = PLOT if shown[0] == "Plot" else DRAWINGS
        assert shown[: len(kind)] == kind
        shown = shown[len(kind) :]


def test_no_drawing_is_wider_than_the_paper(chromium: Browser, site: Site) -> None:
    a4_less_margins = {"width": 642, "height": 960}
    page = chromium.new_page(viewport=a4_less_margins)
    page.goto(site.address + "print_page/")
    page.emulate_media(media="print")
    widths = page.locator("figure.diagram").evaluate_all(
        """figures => figures
          .map((figure) => [figure.clientWidth, figure.scrollWidth, figure])
          .filter(([has, wants]) => wants > has)
          .map(([has, wants, figure]) =>
            `${figure.closest(".card").id}: ${wants} px on ${has}`)"""
    )
    page.close()
    assert widths == []
