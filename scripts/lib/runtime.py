"""What the page needs to run Python, put into a built site.

The files of Python itself come with docs/assets/vendor. Added here are the simulator,
the exercises, and assets/run/files.mjs, which says what all files are called.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from scripts.lib import command, node, python_files
from scripts.lib.paths import SNIPPETS, VENDOR

RUN = Path("assets") / "run"
SIMULATOR = SNIPPETS / "sim"
OWN = ("boot.py", "worker.mjs")


def add(site: Path, *, release: bool = False) -> None:
    """Put the simulator, the exercises and the list of files into the built site.

    For a release the simulator is compiled, which takes some seconds if it changed.
    """
    folder = site / RUN
    listed: dict[str, Any] = json.loads(
        (VENDOR / "python" / python_files.LIST).read_text("utf-8")
    )
    files = listed["files"]
    for file in files.values():
        file["name"] = f"../vendor/python/{file['name']}"
    content = _compiled() if release else _zip(_modules())
    name = f"sim.{hashlib.sha256(content).hexdigest()[:8]}.zip" + ".zst" * release
    (folder / name).write_bytes(content)
    files["simulator"] = {"name": name, "bytes": len(content)}
    files["lock"] = listed["lock"]
    # What a memory image depends on.
    parts = [json.dumps(files), *((folder / own).read_text("utf-8") for own in OWN)]
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    files["snapshot"] = f"snapshot.{key}"
    text = f"export const FILES = {json.dumps(files, indent=2)};\n"
    (folder / "files.mjs").write_text(text, "utf-8")
    for exercise in SNIPPETS.glob("*/*/exercises/*.py"):
        if not exercise.stem.endswith("_answer"):
            copy = folder / "exercises" / exercise.relative_to(SNIPPETS)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(exercise.read_bytes())


def _modules() -> list[Path]:
    return sorted(SIMULATOR.rglob("*.py"))


def _compiled() -> bytes:
    js = node.find()
    assert js is not None, "the set-up made sure of it"

    def make(output: Path) -> None:
        line = [js.node, python_files.COMPILER, "package", SIMULATOR, output]
        command.run("The simulator for the page", line)

    return python_files.compiled("sim", _modules(), make).read_bytes()


def _zip(files: list[Path]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            # The same bytes from the same files, whenever.
            name = file.relative_to(SNIPPETS).as_posix()
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, file.read_bytes())
    return packed.getvalue()
