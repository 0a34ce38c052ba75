"""The files of others that the browser loads: from the npm lock, never from a CDN.

They are built into docs/assets/vendor, which git ignores.
Standard library only: the set-up imports it.
"""

import shutil
import tempfile
from pathlib import Path

from scripts.lib import command, node, python_files
from scripts.lib.paths import CACHE, NODE_MODULES, SCRIPTS, VENDOR

MERMAID_BUNDLE = SCRIPTS / "lib" / "mermaid_bundle.mjs"
MERMAID = "mermaid/sequence.js"
EDITOR_BUNDLE = SCRIPTS / "lib" / "editor_bundle.mjs"
EDITOR = "codemirror/editor.mjs"
PYTHON = "python"

# Where a file goes: where it comes from. docs/assets/css/type.css names the fonts.
COPIES = {
    "fonts/source-sans-3-latin-wght-normal.woff2": (
        "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2"
    ),
    "fonts/source-sans-3-latin-400-italic.woff2": (
        "@fontsource/source-sans-3/files/source-sans-3-latin-400-italic.woff2"
    ),
    "fonts/source-code-pro-latin-wght-normal.woff2": (
        "@fontsource-variable/source-code-pro/files/"
        "source-code-pro-latin-wght-normal.woff2"
    ),
    "iframe-worker/shim.js": "iframe-worker/shim/index.js",
}

# What decides how these files come out, besides the packages.
RECIPES = (Path(__file__), MERMAID_BUNDLE, EDITOR_BUNDLE, *python_files.RECIPES)


def is_complete() -> bool:
    """Whether every file is there, however old."""
    return all(
        (VENDOR / name).is_file()
        for name in (*COPIES, MERMAID, EDITOR, f"{PYTHON}/{python_files.LIST}")
    )


def build(js: node.Node) -> None:
    """Make docs/assets/vendor anew. It is whole before it takes the old one's place."""
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="vendor-") as scratch:
        fresh = Path(scratch) / "vendor"
        for name, source in COPIES.items():
            target = fresh / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(NODE_MODULES / source, target)
        command.run("The Mermaid bundle", [js.node, MERMAID_BUNDLE, fresh / MERMAID])
        command.run("The editor", [js.node, EDITOR_BUNDLE, fresh / EDITOR])
        python_files.build(fresh / PYTHON, js)
        if VENDOR.exists():
            VENDOR.rename(Path(scratch) / "old")
        fresh.rename(VENDOR)
