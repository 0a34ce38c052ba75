"""The published site: built once for all tests, served, and opened in a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scripts.lib import browser
from scripts.lib.paths import ROOT
from scripts.lib.static_server import free_port, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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
    from playwright.sync_api import sync_playwright  # most tests do without

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser.ensure(), args=browser.launch_args()
        )
        yield started
        started.close()
