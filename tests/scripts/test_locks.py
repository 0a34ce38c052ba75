"""The locks: exact, checked by content, and without the address of any server."""

import json
import re
from pathlib import Path

import pytest

from tests.scripts.clone import ROOT

PYTHON_LOCKS = sorted(ROOT.glob("requirements*.txt"))
LOCKS = [*PYTHON_LOCKS, ROOT / "package-lock.json"]


def requirements(text: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in found}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_server(lock: Path):
    text = lock.read_text("utf-8")
    # Where a package asks for donations is the one address that npm always writes.
    for_donations = r'"funding": (\{[^}]*\}|\[[^]]*\]|"[^"]*")'
    assert "://" not in re.sub(for_donations, "", text)
    assert '"resolved"' not in text


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda lock: lock.stem)
def test_everything_named_is_locked_as_named(lock: Path):
    named = lock.with_suffix(".in").read_text("utf-8")
    lines = [line for line in named.splitlines() if line and line[0] != "#"]
    assert all("==" in line for line in lines), "an exact version each"
    wanted = requirements(named)
    assert len(wanted) == len(lines) > 0
    assert wanted.items() <= requirements(lock.read_text("utf-8")).items()


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda lock: lock.stem)
def test_every_python_package_has_a_checksum_and_is_for_every_machine(lock: Path):
    packages = re.split(r"^(?=[A-Za-z0-9])", lock.read_text("utf-8"), flags=re.M)[1:]
    assert packages
    for package in packages:
        assert "--hash=sha256:" in package
        # One version for all: two machines never build different sites.
        assert "python_full_version" not in package.splitlines()[0]
        assert "sys_platform" not in package.splitlines()[0]


def test_the_npm_lock_is_of_this_package_file():
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    for group in ("dependencies", "devDependencies"):
        assert lock["packages"][""][group] == package[group]
        for name, version in package[group].items():
            assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name}: exact"
            assert lock["packages"][f"node_modules/{name}"]["version"] == version


def test_every_npm_package_has_a_checksum():
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert packages
    assert [name for name, about in packages.items() if "integrity" not in about] == []


def test_the_npm_lock_stays_so():
    settings = (ROOT / ".npmrc").read_text("utf-8").splitlines()
    assert "omit-lockfile-registry-resolved=true" in settings
    assert "ignore-scripts=true" in settings
