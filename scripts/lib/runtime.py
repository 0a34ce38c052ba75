"""What the page needs to run Python, put into a built site.

The files of Pyodide come with docs/assets/vendor; added here are the simulator, and
docs/assets/run/files.mjs, which says what all files are called.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from scripts.lib.paths import SNIPPETS, VENDOR

RUN = Path("assets") / "run"


def add(site: Path) -> None:
    """Put the simulator and the list of files into the built site."""
    folder = site / RUN
    listed: dict[str, Any] = json.loads((VENDOR / "python" / "files.json").read_text())
    files = {key: f"../vendor/python/{name}" for key, name in listed["files"].items()}
    simulator = _zip(sorted((SNIPPETS / "sim").rglob("*.py")))
    files["simulator"] = _write(folder, "sim", simulator)
    sizes = listed["bytes"] + len(simulator)
    names = json.dumps({**files, "bytes": sizes, "lock": listed["lock"]}, indent=2)
    (folder / "files.mjs").write_text(f"export const FILES = {names};\n", "utf-8")


def _write(folder: Path, name: str, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()[:8]
    file = folder / f"{name}.{digest}.zip"
    file.write_bytes(content)
    return file.name


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
