"""The published site: built once, served, and opened in a browser."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from scripts.lib import browser
from scripts.lib.paths import DOCS, ROOT, SNIPPETS
from scripts.lib.static_server import free_port, serving

# Loaded by every Python that is started below: who wants another host is written down.
TRIPWIRE = """
import os, socket

def guard(real, host_of):
    def call(*arguments, **named):
        host = host_of(arguments)
        if host not in (None, "", "localhost", "127.0.0.1", "::1"):
            with open(os.environ["TRIPWIRE_LOG"], "a") as log:
                log.write(f"{host}\\n")
            raise OSError(f"no network in this test: {host}")
        return real(*arguments, **named)
    return call

def peer(arguments):
    address = arguments[1]
    return address[0] if isinstance(address, tuple) else None  # a file: this machine

socket.getaddrinfo = guard(socket.getaddrinfo, lambda arguments: arguments[0])
socket.socket.connect = guard(socket.socket.connect, peer)
socket.socket.connect_ex = guard(socket.socket.connect_ex, peer)
"""


@dataclass(frozen=True)
class Site:
    """A built site and where it is served."""

    folder: Path
    address: str
    hosts: Path
    """The hosts that its build asked for, one a line."""

    def pages(self) -> list[Path]:
        return sorted(self.folder.rglob("*.html"))


@pytest.fixture(scope="session")
def tripwire(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment in which Python notes and refuses other hosts."""
    folder = tmp_path_factory.mktemp("tripwire")
    (folder / "sitecustomize.py").write_text(TRIPWIRE)
    return {
        **os.environ,
        "PYTHONPATH": str(folder),
        "TRIPWIRE_LOG": str(folder / "hosts.txt"),
    }


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, tripwire: dict[str, str]
) -> Iterator[Site]:
    """Build the site as it is published, once."""
    folder = tmp_path_factory.mktemp("built") / "site"
    port = free_port()
    done = subprocess.run(
        [
            *(sys.executable, ROOT / "scripts" / "build.py"),
            *("--site-dir", folder, "--site-url", f"http://127.0.0.1:{port}/"),
        ],
        env=tripwire,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with serving(folder, port) as address:
        yield Site(folder, address, Path(tripwire["TRIPWIRE_LOG"]))


# Not for the session: Playwright's driver runs once at a time, and baking needs it too.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start one browser for the tests of a module."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser.ensure(), args=browser.launch_args()
        )
        yield started
        started.close()


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
