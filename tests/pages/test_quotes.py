"""Times that a page quotes from a run stand in the cards of that page."""

import re

import pytest

from scripts.lib.pages import pages
from scripts.lib.paths import DOCS, ROOT

SNIPPETS = ROOT / "snippets"
INCLUDE = re.compile(r'--8<-- "([\w/]+)\.(?:md|py|svg)')
# “at 144 ms” tells of a run; “after 60 ms” and “for 30 ms” may tell of anything.
QUOTED = re.compile(r"\bat (\d[\d,]*(?:\.\d+)?) ms\b")
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")


def running_text(page: str) -> str:
    """The page without front matter, code and footnotes, up to its exercises.

    An exercise asks about other runs than the one that is shown.
    """
    text = re.sub(r"\A---\n.*?\n---\n", "", page, flags=re.S)
    text = text.partition("\n## Try it")[0]
    text = re.sub(r"^```.*?^```$", "", text, flags=re.S | re.M)
    text = re.sub(r"^\[\^.*$", "", text, flags=re.M)
    return re.sub(r"`[^`]*`", "", text)


def shown(page: str) -> set[str]:
    """Every number in the programs that a page includes, their output and drawings."""
    numbers: set[str] = set()
    for name in dict.fromkeys(INCLUDE.findall(page)):
        for ending in (".py", ".md", ".svg"):
            file = SNIPPETS / f"{name}{ending}"
            if file.is_file():
                numbers |= set(NUMBER.findall(file.read_text("utf-8")))
    found = {number.replace(",", "") for number in numbers}
    return found | {f"{float(number):.0f}" for number in found}  # 143.94 is told as 144


QUOTING = [
    pytest.param(page, id=page.relative_to(DOCS).as_posix())
    for page in pages()
    if INCLUDE.search(page.read_text("utf-8"))
    and QUOTED.search(running_text(page.read_text("utf-8")))
]


@pytest.mark.parametrize("page", QUOTING)
def test_the_times_that_a_page_tells_stand_in_its_cards(page):
    text = page.read_text("utf-8")
    numbers = shown(text)
    for quoted in QUOTED.findall(running_text(text)):
        number = quoted.replace(",", "")
        assert number in numbers, (
            f"{page.relative_to(ROOT)} tells of {quoted} ms, and no card of the page "
            "has that number: quote what the drawing, the output or the program shows"
        )


def test_a_time_that_no_card_has_is_found():
    page = '--8<-- "failure/idempotency/charged_twice.md"\nIt comes at 987 ms.\n'
    assert QUOTED.findall(running_text(page)) == ["987"]
    assert "987" not in shown(page)
    assert "125" in shown(page)
