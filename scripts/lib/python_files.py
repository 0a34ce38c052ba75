"""The browser's Python: Pyodide's files, made smaller and quicker to start.

Standard library only: the set-up imports it.
"""

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from scripts.lib import command, node
from scripts.lib.files import fingerprint
from scripts.lib.paths import CACHE, NODE_MODULES, NPM_LOCK, SCRIPTS

PACKAGE = NODE_MODULES / "pyodide"
COMPILER = SCRIPTS / "lib" / "python_compiler.mjs"
COMPILED = CACHE / "python"
RECIPES = (
    Path(__file__),
    COMPILER,
    COMPILER.with_suffix(".py"),
    SCRIPTS / "lib" / "python_engine.mjs",
    SCRIPTS / "lib" / "python_shake.mjs",
)

KEPT = 4  # versions of what was compiled

LIST = "files.json"
# What the page calls a file: what the compiler calls it.
FILES = {
    "wasm": "python.wasm.zst",
    "core": "core.zip.zst",
    "more": "more.zip.zst",
    "engine": "engine.js.zst",
    "unpack": "unpack.mjs",
}


def build(folder: Path, js: node.Node) -> None:
    """Write the files into `folder`, each named by its content, and their list.

    The list says what the page calls each file, its name, and its size in bytes.
    """
    folder.mkdir(parents=True)
    library = _library(js)
    files = {}
    for key, made in FILES.items():
        source = library / made
        digest = hashlib.sha256(source.read_bytes()).hexdigest()[:8]
        name = f"{key}.{digest}{made[made.index('.') :]}"
        shutil.copyfile(source, folder / name)
        files[key] = {"name": name, "bytes": source.stat().st_size}
    known = json.loads((PACKAGE / "pyodide-lock.json").read_text("utf-8"))["info"]
    listed = {
        "files": files,
        # Without it Pyodide fetches the list of its packages, from another host.
        "lock": {"info": known, "packages": {}},
    }
    (folder / LIST).write_text(json.dumps(listed, indent=2), "utf-8")


def compiled(name: str, sources: list[Path], make: Callable[[Path], None]) -> Path:
    """The file or folder that `make` writes; made only where a source has changed."""
    digest = fingerprint((*RECIPES, NPM_LOCK, *sources))
    made = COMPILED / f"{name}.{digest[:16]}"
    if not made.exists():
        COMPILED.mkdir(parents=True, exist_ok=True)
        # Another build may make the same, or still read an older one.
        with tempfile.TemporaryDirectory(dir=COMPILED, prefix="new-") as scratch:
            make(Path(scratch) / name)
            with contextlib.suppress(OSError):
                (Path(scratch) / name).rename(made)
        by_age = sorted(COMPILED.glob(f"{name}.*"), key=lambda old: old.stat().st_mtime)
        for old in by_age[:-KEPT]:
            _remove(old)
    return made


def _library(js: node.Node) -> Path:
    def make(folder: Path) -> None:
        folder.mkdir()
        command.run("Python's library", [js.node, COMPILER, "library", folder])

    return compiled("library", [], make)


def _remove(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
