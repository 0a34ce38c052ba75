"""What Lighthouse says of the published pages.

  .venv/bin/python benchmarks/lighthouse.py                      every page, five runs
  .venv/bin/python benchmarks/lighthouse.py simulator --runs 3   one page, three runs
  .venv/bin/python benchmarks/lighthouse.py --form mobile        on a phone alone

Builds the site, serves it compressed on 127.0.0.1, and visits each page anew with empty
caches, with Lighthouse's own throttling. Tables have medians; --json FILE keeps them
with each run. Lighthouse counts the time of this machine's processor, so measure while
nothing else runs: the load average is printed with the figures.

Lighthouse and the Node.js that it wants are installed into .cache/lighthouse, at the
versions in benchmarks/lighthouse.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.lib import browser, node, release, say  # noqa: E402
from scripts.lib.paths import CACHE  # noqa: E402
from scripts.lib.static_server import free_port, serving  # noqa: E402

SOURCES = Path(__file__).resolve().parent / "lighthouse"
INSTALLED = CACHE / "lighthouse"
LOCK = "package-lock.json"
NODE_NEEDED = 22

FORMS = ("mobile", "desktop")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
KINDS = ("Document", "Stylesheet", "Script", "Font")  # the rest is «other»
NO_PAGES = ("404", "print_page")

Run = dict[str, Any]


def install() -> Path:
    """Make .cache/lighthouse what benchmarks/lighthouse says; gives its Node.js."""
    js = node.find()
    if js is None:
        raise SystemExit("No Node.js yet: start scripts/build.py once, it gets one.")
    installed = INSTALLED / "node_modules" / ".package-lock.json"
    wanted = (SOURCES / LOCK).read_bytes()
    same = (INSTALLED / LOCK).exists() and (INSTALLED / LOCK).read_bytes() == wanted
    if not (same and installed.exists()):
        with say.step("Installing Lighthouse"):
            shutil.rmtree(INSTALLED, ignore_errors=True)
            INSTALLED.mkdir(parents=True)
            for file in (SOURCES / "package.json", SOURCES / LOCK, ROOT / ".npmrc"):
                shutil.copy(file, INSTALLED)
            subprocess.run(
                [*js.npm, "ci", "--loglevel=error"], cwd=INSTALLED, check=True
            )
    shutil.copy(SOURCES / "run.mjs", INSTALLED)
    carried = sorted((INSTALLED / "node_modules").glob("node-*/bin/node"))
    return _new_enough(carried[0] if carried else js.node)


def _new_enough(program: Path) -> Path:
    version = subprocess.run([program, "--version"], capture_output=True, text=True)
    if int(version.stdout.lstrip("v").split(".")[0]) < NODE_NEEDED:
        raise SystemExit(f"Lighthouse needs Node.js {NODE_NEEDED} or newer on PATH.")
    return program


def pages_of(site: Path, wanted: list[str]) -> list[str]:
    """The addresses of the pages, relative to the site's: "", "ordering/…/"."""
    found = (file.parent.relative_to(site) for file in site.rglob("index.html"))
    pages = sorted("" if page == Path() else f"{page.as_posix()}/" for page in found)
    pages = [page for page in pages if page.strip("/") not in NO_PAGES]
    if not wanted:
        return pages
    names = {name.strip("/") for name in wanted}  # "/" is the front page
    unknown = names - {page.strip("/") for page in pages}
    if unknown:
        raise SystemExit(f"No such page: {', '.join(sorted(unknown))}")
    return [page for page in pages if page.strip("/") in names]


def runs_of(
    program: Path, address: str, pages: list[str], forms: list[str], runs: int
) -> Iterator[Run]:
    """One result after the other, as Lighthouse gives it."""
    request = {
        "chrome": browser.ensure(),
        "flags": browser.launch_args(),
        "runs": runs,
        "jobs": [{"url": address + page, "form": f} for f in forms for page in pages],
    }
    total, done = runs * len(forms) * len(pages), 0
    with (
        tempfile.TemporaryFile("w+") as asked,
        say.step("Measuring") as step,
    ):
        json.dump(request, asked)
        asked.seek(0)
        with subprocess.Popen(
            [program, "run.mjs"],
            cwd=INSTALLED,
            stdin=asked,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                done += 1
                step.detail = f"{done} of {total}"
                yield json.loads(line)
    if process.returncode:
        raise SystemExit("Lighthouse stopped; its last words are above.")


def summary(runs: list[Run]) -> Run:
    """Medians of the runs of one page in one form."""
    scores = {
        name: [run["scores"][name] for run in runs if name in run["scores"]]
        for name in CATEGORIES
    }
    kinds = {kind for run in runs for kind in run["transferred"]}
    weights = {
        kind: median(run["transferred"].get(kind, 0) / 1000 for run in runs)
        for kind in sorted(kinds)
    }
    return {
        "scores": {name: median(values) for name, values in scores.items()},
        "lowest performance": min(scores["performance"]),
        "metrics": {
            name: round(median(run["metrics"][name] for run in runs), 3)
            for name in runs[0]["metrics"]
        },
        "kB": {kind: round(weight, 1) for kind, weight in weights.items()},
        "faults": sorted({fault for run in runs for fault in run["faults"]}),
    }


def table(form: str, rows: dict[str, Run]) -> None:
    """Print the summaries of one form, a page a line."""
    width = max(map(len, rows), default=0)
    print(f"\n{form}")
    print(
        f"  {'':{width}}  perf (min)  a11y  best  seo"
        "    FCP    LCP   TBT    CLS     kB = html + css +  js + font + other"
    )
    for page, row in rows.items():
        scores, metrics, weights = row["scores"], row["metrics"], row["kB"]
        parts = [weights.get(kind, 0) for kind in KINDS]
        other = sum(weights.values()) - sum(parts)
        print(
            f"  {page:{width}}  {scores['performance']:4.0f} "
            f"({row['lowest performance']:3})"
            f"  {scores['accessibility']:4.0f}  {scores['best-practices']:4.0f}"
            f"  {scores['seo']:3.0f}"
            f"  {metrics['fcp']:5.0f}  {metrics['lcp']:5.0f} {metrics['tbt']:5.0f}"
            f"  {metrics['cls']:5.3f}  {sum(weights.values()):5.0f} ="
            f" {parts[0]:4.0f} {parts[1]:5.0f} {parts[2]:5.0f} {parts[3]:6.0f}"
            f" {other:7.0f}"
        )
        if row["faults"]:
            print(f"  {'':{width}}  to mend: {', '.join(row['faults'])}")


def main() -> None:
    """Read the command line, build, measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="*", help="such as ordering/happened_before, /")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--form", choices=FORMS, action="append")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    forms = options.form or list(FORMS)

    program = install()
    port = free_port()
    collected: dict[tuple[str, str], list[Run]] = {}
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        release.build(site, f"http://127.0.0.1:{port}/")
        pages = pages_of(site, options.pages)
        before = os.getloadavg()[0]
        with serving(site, port) as address:
            for run in runs_of(program, address, pages, forms, options.runs):
                page = run["url"].removeprefix(address)
                collected.setdefault((run["form"], page), []).append(run)
    print(
        f"{options.runs} runs, load average {before:.2f}, then {os.getloadavg()[0]:.2f}"
    )
    summaries: dict[str, dict[str, Run]] = {form: {} for form in forms}
    for (form, page), runs in collected.items():
        summaries[form][page or "/"] = {**summary(runs), "runs": runs}
    for form, rows in summaries.items():
        table(form, rows)
    if options.json:
        options.json.write_text(json.dumps(summaries, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
