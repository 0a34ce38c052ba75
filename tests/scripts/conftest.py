"""Copies of the project, for the tests of the set-up."""

import json
from pathlib import Path

import pytest

from tests.scripts.clone import Clone


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """Return a fresh copy: nothing is set up in it."""
    return Clone(tmp_path / "clone")


@pytest.fixture(scope="module")
def used_clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """Return a copy that is set up; the tests of a module break and mend it in turn."""
    used = Clone(tmp_path_factory.mktemp("used") / "clone")
    first = used.start()
    assert first.returncode == 0, first.stderr
    assert first.stdout == (
        "Making .venv\nInstalling the Python packages\nready 1.0 .venv\n"
    )
    return used


@pytest.fixture
def lone_npm(clone: Clone) -> Clone:
    """Return a copy whose npm lock holds one package that is nowhere to be had."""
    package = {"name": "clone", "version": "1.0.0", "dependencies": {"absent": "1.0.0"}}
    lock = {
        "name": "clone",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {
            "": package,
            "node_modules/absent": {"version": "1.0.0", "integrity": "sha512-AAAA"},
        },
    }
    (clone.root / "package.json").write_text(json.dumps(package))
    (clone.root / "package-lock.json").write_text(json.dumps(lock))
    (clone.root / ".npmrc").write_text("audit=false\n")
    return clone
