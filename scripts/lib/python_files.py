"""The browser's Python: the files of Pyodide, and a compiled standard library.

Standard library only: the set-up imports it.
"""

import hashlib
import json
import shutil
from pathlib import Path

from scripts.lib import command, node
from scripts.lib.paths import CACHE, NODE_MODULES, SCRIPTS

PACKAGE = NODE_MODULES / "pyodide"
COMPILER = SCRIPTS / "lib" / "python_library.mjs"
COMPILED = CACHE / "python"
RECIPES = (Path(__file__), COMPILER, COMPILER.with_suffix(".py"))

LIST = "files.json"
# What the page calls a file: what the package calls it.
COPIES = {
    "pyodide": "pyodide.mjs",
    "emscripten": "pyodide.asm.mjs",
    "wasm": "pyodide.asm.wasm",
}


def build(folder: Path, js: node.Node) -> None:
    """Write the files into `folder`, each named by its content, and their list."""
    folder.mkdir(parents=True)
    sources = {key: PACKAGE / name for key, name in COPIES.items()}
    sources["library"] = _library(js)
    files, total = {}, 0
    for key, source in sources.items():
        content = source.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:8]
        stem, dot, suffix = COPIES.get(key, "library.zip").rpartition(".")
        files[key] = f"{stem}.{digest}{dot}{suffix}"
        total += len(content)
        shutil.copyfile(source, folder / files[key])
    known = json.loads((PACKAGE / "pyodide-lock.json").read_text("utf-8"))["info"]
    listed = {
        "files": files,
        "bytes": total,
        # Without it Pyodide fetches the list of its packages, from another host.
        "lock": {"info": known, "packages": {}},
    }
    (folder / LIST).write_text(json.dumps(listed, indent=2), "utf-8")


def _library(js: node.Node) -> Path:
    """The compiled standard library; made only where something has changed."""
    digest = hashlib.sha256()
    for file in (*RECIPES, PACKAGE / "package.json", PACKAGE / "python_stdlib.zip"):
        digest.update(file.read_bytes())
    made = COMPILED / f"library.{digest.hexdigest()[:16]}.zip"
    if not made.exists():
        COMPILED.mkdir(parents=True, exist_ok=True)
        for old in COMPILED.glob("library.*"):
            old.unlink()
        scratch = made.with_suffix(".new")
        command.run("Python's library", [js.node, COMPILER, scratch])
        scratch.replace(made)
    return made
