"""A reader's desk: a page of the published site in Chromium, and what is done there.

Python takes seconds to start, so a desk stays: `visit` goes to another page as a link
does, and Python stays warm, as it does for a reader.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from scripts.lib.pages import address, pages
from scripts.lib.paths import DOCS
from sim.program.find import SNIPPETS, load
from sim.program.knobs import knobs
from tests.published import Site

RUN = DOCS / "assets" / "run"
PATIENCE = 60_000  # ms: Python starts, on a busy machine

# The pages that include a whole card.
WITH_CARD = [
    address(page)
    for page in pages()
    if re.search(r'^--8<-- "\w+/\w+/\w+\.md"$', page.read_text(), re.MULTILINE)
]


class Desk:
    """A page, what it asked for, and what went wrong on it."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self.asked: list[str] = []
        self.faults: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.faults.append(f"{error}"))
        page.on("console", self._heard)

    def _heard(self, line: ConsoleMessage) -> None:
        # On a busy machine a font that was asked for early comes late.
        if line.type in ("error", "warning") and "was preloaded" not in line.text:
            self.faults.append(line.text)

    def open(self, path: str) -> None:
        """Load a page from the server."""
        self.page.goto("about:blank")
        self.page.goto(self.site.address + path, wait_until="networkidle")

    def visit(self, path: str) -> None:
        """Go to a page as a link on this one does, as a new reader."""
        if urlsplit(self.page.url).path == f"/{path}":
            self.visit("" if path else "simulator/")
        self.page.evaluate(
            """(address) => {
              localStorage.clear();
              const link = document.createElement("a");
              link.href = address;
              link.className = "to-another-page";
              document.querySelector("article").append(link);
              link.click();
            }""",
            self.site.address + path,
        )
        expect(self.page.locator(".to-another-page")).to_have_count(0)
        self.page.wait_for_load_state("networkidle")

    def module(self, name: str) -> str:
        """The address of a module that a release has put into a bundle."""
        address = f"{self.site.address}for-tests/{name}"
        self.page.route(address, lambda route: route.fulfill(path=RUN / name))
        return address

    def card(self, program: str = "") -> Card:
        """The card of a program; the page's first one without a name."""
        where = self.page.locator(f"#{program}" if program else ".card.is-live")
        return Card(self, where.first)


class Card:
    """A live card."""

    def __init__(self, desk: Desk, element: Locator) -> None:
        self.desk = desk
        self.element = element
        self.says = element.locator(".card-says > p").last
        self.verdict = element.locator(".card-says .verdict")
        self.run_button = element.locator("button.run")
        self.output = element.locator(".output code")
        self.command = element.locator(".command code")
        self.editor = element.locator(".cm-content")
        self.table = element.locator(".events tbody tr")

    @property
    def page(self) -> Page:
        return self.desk.page

    def act(self, deed: str) -> None:
        """Press a button."""
        self.element.locator(f"[data-act={deed}]").last.click()

    def run(self, says: str = "recorded run") -> None:
        """Run, and wait for what the card then says."""
        self.says.evaluate("(line) => (line.textContent = '')")
        self.run_button.click()
        expect(self.says).to_contain_text(says, timeout=PATIENCE)

    def program(self) -> str:
        text = self.element.locator(".program code").text_content()
        assert text
        return text

    def write(self, text: str) -> None:
        """Have `text` in the editor, typed as far as the page can tell."""
        if not self.editor.count():
            self.act("edit")
        self.editor.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def run_without_end(self, begin: str = "") -> None:
        """Run a program that does `begin`, and then nothing until it is stopped."""
        self.write(f"{begin}while True:\n    pass\n")
        self.run_button.click()
        expect(self.run_button).to_have_text("Stop")

    def written(self) -> str:
        """The text in the editor."""
        expect(self.editor).to_be_visible()
        live = next(url for url in self.desk.asked if re.search(r"/live\b.*mjs$", url))
        text: str = self.element.evaluate(
            "async (card, live) => (await import(live)).code(card.id)", live
        )
        return text

    def knob(self, name: str) -> Locator:
        return self.element.locator(f".knobs [name={name}]")

    def printed(self) -> str:
        return (self.output.text_content() or "").rstrip()


@contextmanager
def desk_at(
    chromium: Browser, site: Site, path: str, **settings: Any
) -> Iterator[Desk]:
    """A desk of its own: a new reader, who may have a phone."""
    settings.setdefault("viewport", {"width": 1280, "height": 900})
    settings.setdefault("reduced_motion", "reduce")
    context = chromium.new_context(**settings)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk = Desk(context.new_page(), site)
    desk.open(path)
    yield desk
    context.close()
    assert desk.faults == []


def ran(program: str, **settings: Any) -> str:
    """What a program (section/page/program) prints when this Python runs it."""
    module = load(SNIPPETS / f"{program}.py")
    assert settings.keys() <= {knob.name for knob in knobs(module.main)}
    paper = io.StringIO()
    with contextlib.redirect_stdout(paper):
        module.main(**settings)
    return paper.getvalue().rstrip()
