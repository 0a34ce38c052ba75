"""Where things lie. Standard library only: the set-up imports it."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = ROOT / "scripts"
SNIPPETS = ROOT / "snippets"
DOCS = ROOT / "docs"

# Made by the set-up, ignored by git. Deleting any of them is safe.
VENV = ROOT / ".venv"
NODE_MODULES = ROOT / "node_modules"
VENDOR = DOCS / "assets" / "vendor"
CACHE = ROOT / ".cache"

# Every npm package at its version, also those that only tools here use.
NPM_LOCK = ROOT / "package-lock.json"


def venv_python() -> Path:
    """The interpreter inside `.venv`, whether or not it exists yet."""
    if os.name == "nt":
        return VENV / "Scripts" / "python.exe"
    return VENV / "bin" / "python"
