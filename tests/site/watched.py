"""The site's pages in a browser, and what they do that they should not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from scripts.lib.pages import address, pages
from tests.published import Site

PAGES = [address(page) for page in pages()]
# What a reader can come to, as parameters of a test or a fixture.
ADDRESSES = [pytest.param(path, id=path or "/") for path in [*PAGES, "404.html"]]
every_page = pytest.mark.parametrize("path", ADDRESSES)


class Watched:
    """A page, and what it did that it should not."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on(
            "console",
            lambda message: (
                self.faults.append(f"console: {message.text}")
                if message.type in ("error", "warning")
                else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((address, "data:", "blob:"))
                else self.faults.append(f"asks another host: {request.url}")
            ),
        )
        page.on(
            "response",
            lambda response: (
                self.faults.append(f"{response.status}: {response.url}")
                if response.status >= 400
                else None
            ),
        )


@contextmanager
def opened(
    chromium: Browser, site: Site, path: str, **settings: Any
) -> Iterator[Watched]:
    """A page in a context of its own, once it asks for nothing more."""
    settings.setdefault("viewport", {"width": 1280, "height": 900})
    context = chromium.new_context(reduced_motion="reduce", **settings)
    try:
        watched = Watched(context.new_page(), site.address)
        # Without scripts nothing is asked for after the page has loaded.
        scripts = settings.get("java_script_enabled", True)
        until = "networkidle" if scripts else "load"
        watched.page.goto(site.address + path, wait_until=until)
        yield watched
    finally:
        context.close()
