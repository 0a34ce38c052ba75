"""What the page needs to run Python, put into a built site.

The files of Python itself come with docs/assets/vendor, and docs/assets/run is the
page's part. Added here are the simulator, the exercises, and files.mjs, which says what
all files are called. In a release all of them are named by their content, so that a
reader's copy is never stale.
"""

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

from scripts.lib import node, python_files
from scripts.lib.paths import SCRIPTS, SNIPPETS, VENDOR

RUN = Path("assets") / "run"
SIMULATOR = SNIPPETS / "sim"
BUNDLE = SCRIPTS / "lib" / "run_bundle.mjs"
LIVE = "live.mjs"  # what docs/assets/js loads

SIM = "sim"  # the archive that a start takes
# Packages of the simulator that few programs import. Each is an archive of its own that
# comes when a program asks for it (docs/assets/run/boot.py).
LATER = ("check",)
# For the command line alone.
NOT_IN_THE_PAGE = (
    "__main__.py",
    "check/__main__.py",
    "check/document.py",
    "check/edn.py",
    "check/independent.py",
)

# What only serves to run a program, and what else lies with it.
PYTHON = (RUN, Path("assets/vendor/python"), Path("assets/vendor/codemirror"))


def add(site: Path) -> None:
    """Add to a preview of the site what running a program takes."""
    folder = site / RUN
    if folder.is_dir():
        archives = {
            name: _named(_written(folder / f"{name}.zip", _zip(modules)))
            for name, modules in _archives().items()
        }
        _list(folder, archives, _exercises(folder), "boot.py", "worker.mjs")


def publish(site: Path) -> None:
    """Do the same for a release: compiled, bundled, and named by content.

    That takes some seconds if the simulator changed.
    """
    folder = site / RUN
    archives = {
        file.name.partition(".")[0]: _named(Path(shutil.copy(file, folder)))
        for file in sorted(compiled_simulator().iterdir())
    }
    exercises = _named(_exercises(folder))
    boot, worker = (_named(folder / name) for name in ("boot.py", "worker.mjs"))
    offline = "../../sw.js"
    _list(folder, archives, exercises, boot.name, worker.name, offline)
    own = list(folder.glob("[!.]*.mjs"))
    became = json.loads(_node(BUNDLE, folder))
    for file in own:
        if file != worker:
            file.unlink()
    for script in (site / "assets" / "js").glob("*.js"):
        text = script.read_text("utf-8")
        script.write_text(text.replace(f"run/{LIVE}", f"run/{became[LIVE]}"), "utf-8")
    # It is in a bundle.
    shutil.rmtree(site / "assets" / "vendor" / "codemirror")


def remove(site: Path) -> None:
    """Take all of it away: a copy to open from a disk can run nothing.

    Browsers start no worker and load no module there.
    """
    for folder in PYTHON:
        shutil.rmtree(site / folder)
    (site / "sw.js").unlink()


def _list(
    folder: Path,
    archives: dict[str, Path],
    exercises: Path,
    boot: str,
    worker: str,
    offline: str | None = None,
) -> None:
    """Write files.mjs: what the page calls each file, its name, its size in bytes."""
    known = (VENDOR / "python" / python_files.LIST).read_text("utf-8")
    listed: dict[str, Any] = json.loads(known)
    files = listed["files"]
    for file in files.values():
        file["name"] = f"../vendor/python/{file['name']}"
    listed_archives = {
        name: {"name": file.name, "bytes": file.stat().st_size}
        for name, file in archives.items()
    }
    files["simulator"] = listed_archives.pop(SIM)
    files["later"] = {"more": files.pop("more"), **listed_archives}
    # What a memory image of a started Python depends on.
    parts = [known, *((folder / name).read_text("utf-8") for name in (boot, worker))]
    image = _digest("".join(parts).encode() + archives[SIM].read_bytes())
    files |= {
        "boot": boot,
        "worker": worker,
        "exercises": exercises.name,
        "offline": offline,
        "image": f"image.{image}",
        "lock": listed["lock"],
    }
    text = f"export const FILES = {json.dumps(files, indent=2)};\n"
    (folder / "files.mjs").write_text(text, "utf-8")


def _exercises(folder: Path) -> Path:
    """Copy what judges the edits of readers."""
    target = folder / "exercises"
    target.mkdir()
    for exercise in sorted(SNIPPETS.glob("*/*/exercises/*.py")):
        if not exercise.stem.endswith("_answer"):
            copy = target / exercise.relative_to(SNIPPETS)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(exercise.read_bytes())
    return target


def _named(place: Path) -> Path:
    """Rename a file or a folder by its content: boot.py becomes boot.0a1b2c3d.py."""
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    content = (
        str(file.relative_to(place)).encode() + b"\0" + file.read_bytes() + b"\0"
        for file in files
        if file.is_file()
    )
    stem, dot, suffix = place.name.partition(".")
    target = place.with_name(f"{stem}.{_digest(b''.join(content))}{dot}{suffix}")
    return place.rename(target)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


def _modules() -> list[Path]:
    outside = {SIMULATOR / name for name in NOT_IN_THE_PAGE}
    return sorted(set(SIMULATOR.rglob("*.py")) - outside)


def _archives() -> dict[str, list[Path]]:
    """The simulator's modules, by the archive that has them."""
    archives: dict[str, list[Path]] = {name: [] for name in (SIM, *LATER)}
    for module in _modules():
        package = module.relative_to(SIMULATOR).parts[0]
        archives[package if package in LATER else SIM].append(module)
    return archives


def compiled_simulator() -> Path:
    """A folder of the archives that the page loads; compiled anew after a change."""

    def make(output: Path) -> None:
        output.mkdir()
        files = {
            name: [module.relative_to(SIMULATOR).as_posix() for module in modules]
            for name, modules in _archives().items()
        }
        _node(python_files.COMPILER, "package", SIMULATOR, json.dumps(files), output)

    return python_files.compiled("sim", [Path(__file__), *_modules()], make)


def _node(program: Path, *arguments: Path | str) -> str:
    js = node.find()
    assert js is not None, "the set-up made sure of it"
    done = subprocess.run(
        [js.node, program, *arguments], capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        # Pyodide's errors quote a line of a megabyte.
        raise SystemExit(f"{program.name} failed: {done.stderr[-2000:]}")
    return done.stdout


def _written(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


def _zip(files: list[Path]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            # Without its time: the same bytes from the same files.
            archive.writestr(
                zipfile.ZipInfo(file.relative_to(SNIPPETS).as_posix()),
                file.read_bytes(),
                zipfile.ZIP_DEFLATED,
            )
    return packed.getvalue()
