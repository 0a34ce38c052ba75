"""Small sites, set up like the real one; that one is in tests/published.py."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.lib.paths import DOCS, ROOT, SNIPPETS
from tests.published import Site as Site

Build = Callable[[dict[str, str], str], subprocess.CompletedProcess[str]]


@pytest.fixture
def build_small(tmp_path: Path) -> Build:
    """Return a function that builds a site of a few pages, set up like the real one.

    It takes the pages and the site's address; the site is in `tmp_path / "site"`.
    """

    def build(pages: dict[str, str], url: str = "") -> subprocess.CompletedProcess[str]:
        docs = tmp_path / "docs"
        docs.mkdir()
        (docs / "assets").symlink_to(DOCS / "assets")
        for name, text in pages.items():
            (docs / name).write_text(text)
        (tmp_path / "mkdocs.yml").write_text(
            f"INHERIT: {ROOT / 'mkdocs.yml'}\n"
            f"docs_dir: {docs}\n"
            f"site_url: {url or 'http://127.0.0.1/'}\n"
            f"theme: {{custom_dir: {ROOT / 'overrides'}}}\n"
            "watch: []\n"
            f"nav: [{', '.join(pages)}]\n"
            "markdown_extensions:\n"
            f"  pymdownx.snippets: {{base_path: [{SNIPPETS}]}}\n"
        )
        return subprocess.run(
            [
                *(sys.executable, "-m", "mkdocs", "build", "--strict"),
                *("--config-file", tmp_path / "mkdocs.yml"),
                *("--site-dir", tmp_path / "site"),
            ],
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
            capture_output=True,
            text=True,
        )

    return build
