"""Set the project up: Python packages, npm packages, browser files.

`ensure()` is the first thing a command calls. It runs under the Python that the person
has (standard library only), does what is missing, and goes on inside `.venv`.
Each part is stamped with a digest of what it was made from, so a second start only
compares digests: no network, no child process. A part without its stamp was
interrupted and is made again.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.lib import command, node, say, vendor
from scripts.lib.files import write_whole
from scripts.lib.paths import (
    CACHE,
    NODE_MODULES,
    NPM_LOCK,
    ROOT,
    VENDOR,
    VENV,
    venv_python,
)

REQUIREMENTS = ROOT / "requirements.txt"
NODE_REQUIREMENTS = ROOT / "requirements-node.txt"
NPM_FILES = (ROOT / "package.json", NPM_LOCK, ROOT / ".npmrc")

STAMP = ".setup"
# Present in .venv from the first to the last moment of an installation.
UNFINISHED = ".setup-unfinished"

_ENTERED = "SETUP_ENTERED_VENV"


def ensure(*, browser_files: bool = True) -> None:
    """Set up what is missing, then go on inside `.venv`.

    Without `browser_files`, Node.js and what it builds are left out: enough for a
    command that never shows a page. Stops with one line where something is in the way.
    """
    parts = PARTS if browser_files else PARTS[:1]
    try:
        if not all(is_ready() for is_ready, _ in parts):
            with _one_at_a_time():
                for is_ready, make in parts:
                    if not is_ready():
                        make()
    except OSError as error:
        say.stop(command.explain_error(error))
    except KeyboardInterrupt:
        say.stop("Interrupted. The next start takes it up again.")
    _enter()


# Python packages


def packages_are_ready() -> bool:
    """Whether `.venv` holds what requirements.txt says, untouched since."""
    stamp = _read(VENV / STAMP).splitlines()
    if not venv_python().exists() or (VENV / UNFINISHED).exists():
        return False
    return stamp[:3] == _packages_stamp() and set(stamp[3:]) <= set(_installed())


def _packages_stamp() -> list[str]:
    # The folder counts because a virtual environment names its own place in its
    # programs. The version counts because an upgrade of the machine's Python can leave
    # `.venv` with packages for another one.
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    version = running if _is_inside() else _recorded_version()
    return [_digest(REQUIREMENTS), str(VENV), version]


def _recorded_version() -> str:
    found = re.search(r"version = (\d+\.\d+)", _read(VENV / "pyvenv.cfg"))
    return found[1] if found else ""


def _installed() -> list[str]:
    folders = [*VENV.glob("lib/python*/site-packages"), VENV / "Lib" / "site-packages"]
    return sorted(
        package.name for folder in folders for package in folder.glob("*.dist-info")
    )


def install_packages() -> None:
    """Make `.venv` if need be, and install the locked packages into it."""
    if not _is_sound():
        with say.step("Making .venv"):
            _remove(VENV)
            base = getattr(sys, "_base_executable", sys.executable)
            command.run("Making .venv", [base, "-m", "venv", VENV])
    (VENV / STAMP).unlink(missing_ok=True)
    (VENV / UNFINISHED).touch()
    # Taken before: what is saved meanwhile is not what is being installed.
    asked_for = _packages_stamp()[:2]
    _pip_install(REQUIREMENTS, "Installing the Python packages")
    stamp = [*asked_for, _recorded_version(), *_installed()]
    write_whole(VENV / STAMP, "\n".join(stamp))
    (VENV / UNFINISHED).unlink()


def _is_sound() -> bool:
    """Whether packages can be installed into the `.venv` that is there."""
    stamp = _read(VENV / STAMP).splitlines()
    moved = bool(stamp) and stamp[1:2] != [str(VENV)]
    if moved or (VENV / UNFINISHED).exists() or not venv_python().exists():
        return False
    try:
        answer = subprocess.run(
            [
                venv_python(),
                "-c",
                "import sys, pip; print('%d.%d' % sys.version_info[:2])",
            ],
            capture_output=True,
            text=True,
        )
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == _recorded_version()


def _pip_install(requirements: Path, title: str) -> None:
    total = len(re.findall(r"^[A-Za-z0-9]", _read(requirements), re.MULTILINE))
    seen = 0
    with say.step(title) as step:

        def count(line: str) -> None:
            nonlocal seen
            if line.startswith(("Collecting ", "Requirement already ")):
                seen += 1
                step.detail = f"{min(seen, total)} of {total}"
            elif line.startswith("Installing "):
                step.detail = ""

        # Wheels only: nothing that is downloaded runs while it is being installed.
        command.run(
            "pip",
            [
                *(venv_python(), "-m", "pip", "install"),
                *("--no-input", "--disable-pip-version-check", "--no-deps"),
                *("--only-binary", ":all:", "--require-hashes"),
                *("-r", requirements),
            ],
            on_line=count,
        )


# npm packages


def npm_packages_are_ready() -> bool:
    """Whether node_modules was made from the lock as it is now."""
    return _read(NODE_MODULES / STAMP) == _npm_stamp()


def _npm_stamp() -> str:
    return f"{_digest(*NPM_FILES)} {sys.platform} {platform.machine()}"


def install_npm_packages() -> None:
    """`npm ci`, by the machine's Node.js or by one from the Python registry."""
    npm = _node().npm
    with say.step("Installing the npm packages"):
        asked_for = _npm_stamp()
        command.run("npm", [*npm, "ci", "--no-progress"])
        write_whole(NODE_MODULES / STAMP, asked_for)


def _node() -> node.Node:
    found = node.find()
    if found is None:
        _pip_install(NODE_REQUIREMENTS, "Installing Node.js into .venv")
        node.find.cache_clear()
        found = node.find()
    if found is None:
        say.stop("No Node.js for this machine: install Node.js 22, then start again.")
    return found


# Browser files


def browser_files_are_ready() -> bool:
    """Whether docs/assets/vendor was made from the packages as they are now."""
    return vendor.is_complete() and _read(VENDOR / STAMP) == _vendor_stamp()


def _vendor_stamp() -> str:
    return _digest(*NPM_FILES, *vendor.RECIPES)


def build_browser_files() -> None:
    """Copy the fonts, bundle Mermaid, compile Python's library."""
    js = _node()
    with say.step("Building the browser files"):
        made_from = _vendor_stamp()
        vendor.build(js)
        write_whole(VENDOR / STAMP, made_from)


PARTS: tuple[tuple[Callable[[], bool], Callable[[], None]], ...] = (
    (packages_are_ready, install_packages),
    (npm_packages_are_ready, install_npm_packages),
    (browser_files_are_ready, build_browser_files),
)


# Going on inside .venv


def _is_inside() -> bool:
    return VENV.exists() and VENV.samefile(sys.prefix)


def _enter() -> None:
    if _is_inside():
        os.environ.pop(_ENTERED, None)
        return
    if os.environ.get(_ENTERED):
        say.stop("The .venv does not work: delete that folder, then start again.")
    os.environ[_ENTERED] = "1"
    arguments = [str(venv_python()), *sys.orig_argv[1:]]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":  # where exec returns to the shell before the program ends
        raise SystemExit(subprocess.call(arguments))
    os.execv(arguments[0], arguments)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold a lock that the system frees by itself when this process ends."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.lock").open("a+") as lock:
        if not _try_lock(lock.fileno()):
            say.line("Waiting for another set-up to finish")
            _lock(lock.fileno())
        yield


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _lock(file: int) -> None:
        while True:
            try:  # gives up after ten seconds
                msvcrt.locking(file, msvcrt.LK_LOCK, 1)
            except OSError:
                continue
            return

else:
    import fcntl

    def _try_lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)


# Small things


def _digest(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _remove(place: Path) -> None:
    if place.is_symlink() or place.is_file():
        place.unlink()
    elif place.exists():
        shutil.rmtree(place)
