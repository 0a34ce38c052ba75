"""What building and previewing the site costs, beside MkDocs and Material alone.

  .venv/bin/python benchmarks/site.py build     the release build
  .venv/bin/python benchmarks/site.py serve     from a saved page to the reloaded one
  .venv/bin/python benchmarks/site.py serve --pages 60    the same for a larger site

build: `scripts/build.py` with warm caches, beside `mkdocs build --strict` with the same
plugins on the same Markdown; so the difference is what is ours.

serve: the preview of `scripts/serve.py`, beside `mkdocs serve` with Material, its
search, the same Markdown extensions and nothing else. A page is saved, and the clock
stops when the new text is served. To make a site larger, copies of pages are added.

In each round the contestants take turns; the tables have medians.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.lib.static_server import free_port  # noqa: E402

ENVIRONMENT = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": ""}
PAGE = Path("docs/ordering/lamport_diagrams.md")
LONGEST_WAIT = 120  # seconds until a server is given up

PREVIEW = "from scripts.lib import preview; preview.serve({port}, {rest})"
MATERIAL_ALONE = """\
INHERIT: mkdocs.yml
plugins:
  mermaid2: {enabled: false}
  print-site: {enabled: false}
theme: {custom_dir: icons_only}
extra_css: []
extra_javascript: []
"""


def copy_of_the_site(folder: Path, pages: int) -> int:
    """The site's sources in `folder`, with copies of pages up to `pages`; how many."""
    folder.mkdir()
    hidden = shutil.ignore_patterns("__pycache__")
    for name in ("docs", "snippets", "overrides", "scripts"):
        shutil.copytree(ROOT / name, folder / name, ignore=hidden, symlinks=True)
    for file in ROOT.glob("mkdocs*.yml"):
        shutil.copy(file, folder)
    icons = Path(".icons")  # which the configuration names
    shutil.copytree(folder / "overrides" / icons, folder / "icons_only" / icons)
    (folder / "mkdocs.alone.yml").write_text(MATERIAL_ALONE)
    originals = sorted((folder / "docs" / "ordering").glob("*.md"))
    present = len(list((folder / "docs").rglob("*.md")))
    lines = []
    for number in range(max(0, pages - present)):
        name = f"ordering/copy_{number}.md"
        shutil.copy(originals[number % len(originals)], folder / "docs" / name)
        lines.append(f"      - {name}\n")
    settings = (folder / "mkdocs.yml").read_text("utf-8")
    nav = settings.replace("  - Papers:\n", "".join(lines) + "  - Papers:\n", 1)
    (folder / "mkdocs.yml").write_text(nav, "utf-8")
    return max(pages, present)


@contextmanager
def server(folder: Path, command: list[str], port: int) -> Iterator[str]:
    """A preview under way; gives the address of a page that can be changed."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**ENVIRONMENT, "PYTHONPATH": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        path = "distributed-systems-and-the-web/ordering/lamport_diagrams/"
        address = f"http://127.0.0.1:{port}/{path}"
        try:
            wait_for(address, "</html>")
            yield address
        finally:
            process.terminate()


def wait_for(address: str, text: str) -> None:
    """Return as soon as the page at `address` contains `text`."""
    limit = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < limit:
        try:
            with urllib.request.urlopen(address, timeout=LONGEST_WAIT) as answer:
                if text in answer.read().decode("utf-8"):
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise SystemExit(f"{address} has not shown {text!r} in {LONGEST_WAIT} s")


def serve(rounds: int, pages: int) -> None:
    """Measure from a saved page to the page that is served."""
    ports = {"Material alone": free_port(), "serve.py": free_port()}
    preview = PREVIEW.format(
        port=ports["serve.py"], rest="open_browser=False, stop_after=None"
    )
    commands = {
        "Material alone": [
            *(sys.executable, "-m", "mkdocs", "serve", "--livereload"),
            *("-f", "mkdocs.alone.yml", "-a", f"127.0.0.1:{ports['Material alone']}"),
        ],
        "serve.py": [sys.executable, "-c", preview],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as name, ExitStack() as servers:
        addresses: dict[str, str] = {}
        for name_of_one, command in commands.items():
            folder = Path(name) / name_of_one
            count = copy_of_the_site(folder, pages)
            running = server(folder, command, ports[name_of_one])
            addresses[name_of_one] = servers.enter_context(running)
        for number in range(rounds):
            for name_of_one, address in addresses.items():
                page = Path(name) / name_of_one / PAGE
                mark = f"saved the page {number} times"
                time.sleep(1)
                started = time.monotonic()
                with page.open("a", encoding="utf-8") as file:
                    file.write(f"\n\n{mark}\n")
                wait_for(address, mark)
                taken[name_of_one].append(time.monotonic() - started)
    print(f"{count} pages, {rounds} rounds: from a saved page to the reloaded one")
    table(taken, "Material alone")


def build(rounds: int) -> None:
    """Measure the release build with warm caches."""
    with tempfile.TemporaryDirectory() as folder:
        python = sys.executable
        commands = {
            "mkdocs build": [
                *(python, "-m", "mkdocs", "build", "--strict"),
                *("--site-dir", f"{folder}/plain"),
            ],
            "build.py": [python, "scripts/build.py", "--site-dir", f"{folder}/ours"],
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(rounds + 1):  # the first one warms the caches
            for name, command in commands.items():
                started = time.monotonic()
                subprocess.run(
                    command, cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True
                )
                if number:
                    taken[name].append(time.monotonic() - started)
        pages = len(list((ROOT / "docs").rglob("*.md")))
        print(f"{pages} pages, {rounds} rounds: release build, warm caches")
        table(taken, "mkdocs build")


def table(taken: dict[str, list[float]], unit: str) -> None:
    """Print medians, and ratios to `unit` within each round."""
    for name, times in taken.items():
        ratios = [one / base for one, base in zip(times, taken[unit], strict=True)]
        print(f"  {name:16} {median(times):6.2f} s  {median(ratios):5.2f}")


def main() -> None:
    """Read the command line, measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("build", "serve"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=0, help="at least so many pages")
    options = parser.parse_args()
    if options.what == "build":
        build(options.rounds)
    else:
        serve(options.rounds, options.pages)


if __name__ == "__main__":
    main()
