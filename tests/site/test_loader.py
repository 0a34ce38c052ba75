"""Where nothing was baked: the loader draws, also after instant navigation."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scripts.lib.static_server import free_port, serving
from tests.site.conftest import Build

pytestmark = pytest.mark.browser

DIAGRAM = """# Drawn

```mermaid
sequenceDiagram
accTitle: One order
accDescr: The browser sends an order to the shop.
participant b as browser
participant s as shop
b->>s: POST /orders List<int>
```
"""
BROKEN = "# Broken\n\n```mermaid\nsequenceDiagram\nA->>\n```\n"


def test_the_loader_draws_and_says_what_it_cannot(
    chromium: Browser, build_small: Build, tmp_path: Path
) -> None:
    port = free_port()
    pages = {
        "index.md": "# Start\n\n[Drawn](drawn.md) [Broken](broken.md)\n",
        "drawn.md": DIAGRAM,
        "broken.md": BROKEN,
    }
    done = build_small(pages, f"http://127.0.0.1:{port}/")
    assert done.returncode == 0, done.stderr

    with serving(tmp_path / "site", port) as address:
        page = chromium.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address, wait_until="networkidle")
        assert not [url for url in asked if "mermaid" in url]

        page.evaluate("window.stillHere = true")
        page.get_by_role("link", name="Drawn").first.click()
        figure = page.locator("figure.sequence")
        figure.wait_for()
        assert page.evaluate("window.stillHere") is True
        assert "POST /orders List<int>" in figure.inner_text()
        assert figure.locator("svg").get_attribute("role") == "img"

        page.goto(f"{address}broken/")
        page.get_by_text("This diagram cannot be drawn").wait_for()
        assert "Parse error on line 2" in page.locator(".diagram-fault").inner_text()
        assert [url for url in asked if not url.startswith(address)] == []
        page.close()
