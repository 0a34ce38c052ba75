"""A small copy of the project, on which the set-up can be tried and broken."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

# Nobody listens on the port that is called "discard", so this is a dead network.
NOWHERE = "http://127.0.0.1:9"

# Sets up like a command does, then says where it runs.
PROBE = """
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.lib import setup

setup.ensure(browser_files=False)

import tiny

print("ready", tiny.VERSION, Path(sys.prefix).name)
"""


def environment(**changes: str) -> dict[str, str]:
    """This process's environment, with nothing in it that steers pip or npm."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().startswith(("pip_", "npm_", "pytest_", "setup_"))
    }
    quiet = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "PIP_RETRIES": "0"}
    return kept | quiet | changes


class Clone:
    """A copy of scripts/ with one small package of its own to install."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.wheels = root / "wheels"
        self.wheels.mkdir(parents=True)
        shutil.copytree(
            ROOT / "scripts",
            root / "scripts",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        (root / "docs" / "assets").mkdir(parents=True)
        (root / "scripts" / "probe.py").write_text(PROBE)
        self.require("1.0")

    def require(self, version: str, sha256: str = "") -> None:
        """Lock the package at `version`, by its true checksum if none is given."""
        wheel = self._wheel(version)
        sha256 = sha256 or hashlib.sha256(wheel.read_bytes()).hexdigest()
        (self.root / "requirements.txt").write_text(
            f"tiny=={version} \\\n    --hash=sha256:{sha256}\n"
        )

    def _wheel(self, version: str) -> Path:
        info = f"tiny-{version}.dist-info"
        files = {
            "tiny.py": f"VERSION = {version!r}\n",
            f"{info}/METADATA": (
                f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n"
            ),
            f"{info}/WHEEL": (
                "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            ),
        }
        record = ""
        for name, text in files.items():
            sha256 = hashlib.sha256(text.encode()).digest()
            checksum = base64.urlsafe_b64encode(sha256).rstrip(b"=").decode()
            record += f"{name},sha256={checksum},{len(text)}\n"
        files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
        path = self.wheels / f"tiny-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            for name, text in files.items():
                wheel.writestr(zipfile.ZipInfo(name), text)
        return path

    def start(
        self, changes: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Start the probe as a person starts a command."""
        return subprocess.run(**self.command(changes), capture_output=True)

    def command(self, changes: Mapping[str, str] | None = None) -> dict:
        """What starts the probe, for `subprocess`. By default pip finds the wheels."""
        if changes is None:
            changes = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        base = getattr(sys, "_base_executable", sys.executable)
        return {
            "args": [base, str(self.root / "scripts" / "probe.py")],
            "env": environment(**changes),
            "text": True,
        }
