"""Mermaid in a headless browser: the same library, faces and code as on the site."""

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, Page, Route, sync_playwright

from scripts.lib import browser
from scripts.lib.paths import DOCS

# Nothing listens there: every request is answered from docs/.
ORIGIN = "http://mermaid.invalid"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<link rel="stylesheet" href="/assets/css/type.css">
<script src="/assets/js/diagram_loader.js"></script>"""


class Mermaid:
    """A page in which Mermaid is loaded. Made by `opened`."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def fault(self, text: str) -> str | None:
        """What is wrong with a diagram's text, in Mermaid's words; None if nothing."""
        fault = self._page.evaluate("text => diagrams.fault(text)", text)
        return None if fault is None else str(fault)

    def draw(self, text: str, key: str) -> str:
        """The diagram as a `<figure>`; its ids begin with `key`.

        The text must be without fault. Raises ValueError, in Mermaid's words, for what
        it only finds out while it draws.
        """
        try:
            drawn = self._page.evaluate(
                "([text, key]) => diagrams.draw(text, key).then(f => f.outerHTML)",
                [text, key],
            )
        except Error as error:
            what = error.message.splitlines()[0].removeprefix("Page.evaluate: ")
            raise ValueError(what) from None
        return str(drawn)


@contextmanager
def opened(executable: str) -> Iterator[Mermaid]:
    """Mermaid in the browser at `executable`, without network."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable, args=browser.launch_args()
        )
        yield loaded(chromium)
        chromium.close()


def loaded(chromium: Browser) -> Mermaid:
    """Mermaid in a browser that runs already, without network."""
    page = chromium.new_page()
    page.route("**/*", _answer)
    page.goto(ORIGIN)
    return Mermaid(page)


def _answer(route: Route) -> None:
    path = route.request.url.removeprefix(ORIGIN).lstrip("/")
    if not path:
        route.fulfill(body=PAGE, content_type="text/html")
        return
    kind, _ = mimetypes.guess_type(path)
    route.fulfill(body=(DOCS / path).read_bytes(), content_type=kind or "")
