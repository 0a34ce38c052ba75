"""Find a Chromium or Chrome, and start it the same way everywhere."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scripts.lib import command, say

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)

PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ),
    "win32": (
        r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
        r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
        r"%LocalAppData%\Chromium\Application\chrome.exe",
    ),
}

# Where `playwright install chromium` puts its own, and what the program is called.
PLAYWRIGHT_FOLDERS = {
    "darwin": "~/Library/Caches/ms-playwright",
    "win32": r"%LocalAppData%\ms-playwright",
}
PLAYWRIGHT_PROGRAMS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
    "chromium_headless_shell-*/*/*headless*shell*",
)

DEBIAN_PACKAGES = ("chromium", "fonts-liberation")

HOW_TO_GET_ONE = (
    "No Chromium or Chrome found: install one, or let Playwright bring its own with"
    " `{python} -m playwright install chromium`, or name yours in CHROMIUM."
)


def launch_args() -> list[str]:
    """Return arguments that keep the browser quiet: headless, no traffic of its own."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [
        "--headless",
        *(["--no-sandbox"] if as_root else []),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]


@cache
def find() -> str | None:
    """Return the path of a Chromium or Chrome, or None where there is none.

    The environment variable CHROMIUM decides, if it is set. Otherwise the machine's
    browser comes first, then the one that Playwright installed.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            say.stop(f"CHROMIUM names no program: {named}. Correct it or unset it.")
        return found
    return next((path for path in _candidates() if os.access(path, os.X_OK)), None)


def _candidates() -> Iterator[str]:
    for name in NAMES:
        found = shutil.which(name)
        if found:
            yield found
    for place in PLACES.get(sys.platform, ()):
        yield os.path.expandvars(place)
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or PLAYWRIGHT_FOLDERS.get(
        sys.platform, "~/.cache/ms-playwright"
    )
    root = Path(os.path.expandvars(folder)).expanduser()
    for program in PLAYWRIGHT_PROGRAMS:
        for path in sorted(root.glob(program), reverse=True):
            yield str(path)


def ensure() -> str:
    """Return the path of a browser; install Debian's where that is possible.

    Stops with one line that says how to get one where there is none.
    """
    if find() is None and _may_install():
        with say.step("Installing Chromium (apt-get)"):
            apt_get = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y")
            command.run("apt-get", [*apt_get, "update"])
            command.run(
                "apt-get",
                [*apt_get, "install", "--no-install-recommends", *DEBIAN_PACKAGES],
            )
        find.cache_clear()
    found = find()
    if found is None:
        say.stop(HOW_TO_GET_ONE.format(python=sys.executable))
    return found


def _may_install() -> bool:
    """Whether this is root on Debian; Ubuntu's package only points to a snap."""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        return False
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        return False
    family = {system["ID"], *system.get("ID_LIKE", "").split()}
    return "debian" in family and "ubuntu" not in family
