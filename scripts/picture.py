"""Take the picture of the front page that the README shows.

  python3 scripts/picture.py

Builds the site, opens its front page in a headless browser and writes
docs/assets/img/front.png. Run it when the front page looks different.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.lib import setup

WIDTH, HEIGHT = 1200, 960


def main() -> None:
    """Build, open, take the picture."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    setup.ensure()

    from playwright.sync_api import sync_playwright

    from scripts.lib import browser, release, say
    from scripts.lib.paths import DOCS
    from scripts.lib.static_server import serving

    picture = DOCS / "assets" / "img" / "front.png"
    with tempfile.TemporaryDirectory() as folder:
        release.build(Path(folder) / "site")
        with serving(Path(folder) / "site") as address, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=browser.ensure(), args=browser.launch_args()
            )
            page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto(address, wait_until="networkidle")
            page.screenshot(path=picture)
            chromium.close()
    say.line(f"Wrote {picture.name}, {picture.stat().st_size // 1024} kB.")


if __name__ == "__main__":
    main()
