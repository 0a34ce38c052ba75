"""Which browser the project finds, and what it says where there is none."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.lib import browser


@pytest.fixture(autouse=True)
def no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make a machine without any browser, on which nothing may be installed."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setattr(browser, "PLACES", {})
    monkeypatch.setattr(browser, "_may_install", lambda: False)
    browser.find.cache_clear()
    yield
    browser.find.cache_clear()


def program(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o755)
    return str(path)


def test_none_is_one_line_that_names_three_cures():
    assert browser.find() is None
    with pytest.raises(SystemExit) as stopped:
        browser.ensure()
    message = str(stopped.value)
    assert "\n" not in message
    assert "install one" in message
    assert f"{sys.executable} -m playwright install chromium" in message
    assert "CHROMIUM" in message


@pytest.mark.parametrize("name", ["chromium", "google-chrome"])
def test_the_machine_has_one(tmp_path: Path, name: str):
    there = program(tmp_path / "bin" / name)
    assert browser.find() == there
    assert browser.ensure() == there


def test_playwright_has_one(tmp_path: Path):
    there = program(
        tmp_path / "playwright" / "chromium-1200" / "chrome-linux" / "chrome"
    )
    assert browser.find() == there


def test_the_machine_comes_before_playwright(tmp_path: Path):
    program(tmp_path / "playwright" / "chromium-1200" / "chrome-linux" / "chrome")
    there = program(tmp_path / "bin" / "chromium")
    assert browser.find() == there


def test_the_variable_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program(tmp_path / "bin" / "chromium")
    mine = program(tmp_path / "mine")
    monkeypatch.setenv("CHROMIUM", mine)
    assert browser.find() == mine


def test_a_wrong_variable_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program(tmp_path / "bin" / "chromium")
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "gone"))
    with pytest.raises(SystemExit, match="CHROMIUM names no program"):
        browser.find()


@pytest.mark.parametrize(
    ("system", "may"),
    [
        ({"ID": "debian"}, True),
        ({"ID": "raspbian", "ID_LIKE": "debian"}, True),
        ({"ID": "ubuntu", "ID_LIKE": "debian"}, False),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, False),
        ({"ID": "alpine"}, False),
    ],
)
def test_debian_alone_is_asked_for_its_package(
    system: dict[str, str], may: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.undo()
    program(tmp_path / "bin" / "apt-get")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(browser.platform, "freedesktop_os_release", lambda: system)
    assert browser._may_install() is may


def test_a_browser_says_nothing_to_the_network_on_its_own():
    assert "--disable-background-networking" in browser.launch_args()


def test_the_sandbox_is_given_up_for_root_only(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000, raising=False)
    assert "--no-sandbox" not in browser.launch_args()
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0, raising=False)
    assert "--no-sandbox" in browser.launch_args()
