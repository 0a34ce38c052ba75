"""The locks: exact, checked by content, and without the address of any server."""

import json
import re
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.version import Version

from tests.scripts.clone import ROOT

PYTHON_LOCKS = sorted(ROOT.glob("requirements*.txt"))
LOCKS = [*PYTHON_LOCKS, ROOT / "package-lock.json"]

NEWEST_PYTHON = "3.15"
# Compiled for one Python each, so a new Python needs a new version of each of them.
# These versions have wheels for the newest; a bare machine has no compiler.
HAS_WHEELS_FOR_THE_NEWEST_PYTHON = {
    "charset-normalizer": "3.5.2",
    "greenlet": "3.5.6",
    "grimp": "3.20",
    "hypothesis": "6.170.15",
    "librt": "0.16.0",
    "markupsafe": "3.0.4",
    "mypy": "2.4.1",
    "pyyaml": "6.0.4",
}


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


def test_everything_compiled_comes_for_the_newest_python():
    locked = requirements((ROOT / "requirements.txt").read_text("utf-8"))
    wheels = {
        wheel.name.lower().replace("_", "-"): wheel.read_text("WHEEL") or ""
        for wheel in metadata.distributions()
    }
    # Its tags are like cp311-cp311-win_amd64; abi3 and none fit every later Python.
    bound = {
        name
        for name in locked
        if re.search(r"^Tag: cp\d+-cp\d+", wheels.get(name, ""), re.MULTILINE)
    }
    unknown = sorted(bound - HAS_WHEELS_FOR_THE_NEWEST_PYTHON.keys())
    assert not unknown, f"has it wheels for Python {NEWEST_PYTHON}? {unknown}"
    for name, first in HAS_WHEELS_FOR_THE_NEWEST_PYTHON.items():
        assert Version(locked[name]) >= Version(first), f"{name}: needs {first}"


def test_every_python_from_the_oldest_to_the_newest_is_tried():
    workflow = ROOT / ".github" / "workflows" / "check.yml"
    jobs = yaml.safe_load(workflow.read_text("utf-8"))["jobs"]
    oldest, newest = 11, int(NEWEST_PYTHON.removeprefix("3."))
    tried = [f"3.{minor}" for minor in range(oldest, newest + 1)]
    assert jobs["pythons"]["strategy"]["matrix"]["python"] == tried


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
