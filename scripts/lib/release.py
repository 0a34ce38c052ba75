"""The steps of a release build, in order: MkDocs, then what runs over its HTML."""

import os
import subprocess
import sys
from pathlib import Path

from scripts.lib import bake, lean, mistakes, say
from scripts.lib.paths import ROOT


def build(site: Path, url: str | None = None, *, offline: bool = False) -> None:
    """Build the site into the folder `site`, for the address `url`.

    Without `url` it is the one in mkdocs.yml. Stops where MkDocs warns of anything.
    """
    with say.step("Building the pages"):
        _mkdocs(ROOT / ("mkdocs.offline.yml" if offline else "mkdocs.yml"), site, url)
    with say.step("Drawing the diagrams") as step:
        baked = bake.bake(site)
        step.detail = f"{baked.drawn} of {baked.diagrams}"
    with say.step("Merging style sheets and scripts"):
        lean.lean(site)
    if baked.left:
        say.line(
            f"No browser here to draw {baked.left} diagrams: the reader's will, with"
            " the site's copy of Mermaid. Install Chromium or Chrome to draw them now."
        )


def _mkdocs(configuration: Path, site: Path, url: str | None) -> None:
    if wrong := mistakes.in_front_matter():
        raise SystemExit("\n".join(wrong))
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    if url is not None:
        environment["SITE_URL"] = url
    # Never --quiet: it turns off the counting of warnings, and with it --strict.
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mkdocs", "build", "--strict"),
            *("--config-file", configuration, "--site-dir", site),
        ],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    if done.returncode != 0:
        raise SystemExit("\n".join(mistakes.in_build(done.stdout)))
