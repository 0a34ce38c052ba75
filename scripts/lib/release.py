"""The steps of a release build, in order: MkDocs, then what runs over its HTML."""

import contextlib
import gc
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.exceptions import Abort

from scripts.lib import (
    anchors,
    answers,
    bake,
    configuration,
    lean,
    mistakes,
    policy,
    runtime,
    say,
    service_worker,
    sources,
    terms,
)
from scripts.lib.paths import ROOT

MKDOCS = ROOT / "mkdocs.yml"
OFFLINE = ROOT / "mkdocs.offline.yml"
# A page of each depth; the theme's scripts say where the top of the site is.
EMPTY = ("index.md", "section/index.md", "section/page.md")


def build(site: Path, url: str | None = None, *, offline: bool = False) -> None:
    """Build the site into the folder `site`, for the address `url`.

    Without `url` it is the one in mkdocs.yml. Stops where MkDocs warns of anything.
    """
    with say.step("Building the pages"):
        if offline:  # which has no address
            _mkdocs(OFFLINE, site, None)
        else:
            _mkdocs(MKDOCS, site, url)
    if offline:
        runtime.remove(site)
    else:
        with say.step("Preparing Python for the page"):
            runtime.publish(site)
    anchors.make_own(site)
    answers.to_the_back(site)
    try:
        terms.mark(site)
    except ValueError as error:
        raise SystemExit(str(error)) from None
    sources.mark(site)
    with say.step("Drawing the diagrams") as step:
        baked = bake.bake(site)
        step.detail = f"{baked.drawn} of {baked.diagrams}"
    with say.step("Merging style sheets and scripts"):
        lean.lean(site)
    if not offline:  # a file has no origin that a policy could name
        policy.write(site, _own_scripts(url))
        service_worker.write(site)
    if baked.left:
        say.line(
            f"No browser here to draw {baked.left} diagrams: the reader's will, with"
            " the site's copy of Mermaid. Install Chromium or Chrome to draw them now."
        )


class _Told(logging.Handler):
    """Keeps what MkDocs warns of, as its own command prints it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.lines.append(f"{record.levelname:<7} -  {record.getMessage()}")


def _mkdocs(file: Path, site: Path, url: str | None) -> None:
    """Build the pages of the project. Stops where MkDocs warns of anything."""
    if wrong := mistakes.in_front_matter():
        raise SystemExit("\n".join(wrong))
    address = {} if url is None else {"site_url": url}
    _run(file, site, **address)


def _own_scripts(url: str | None) -> frozenset[str]:
    """The inline scripts of the theme and of overrides/: those around empty pages."""
    address = {} if url is None else {"site_url": url}
    with tempfile.TemporaryDirectory() as folder:
        docs, site = Path(folder) / "docs", Path(folder) / "site"
        for name in EMPTY:
            (docs / name).parent.mkdir(parents=True, exist_ok=True)
            (docs / name).write_text("# Empty\n", encoding="utf-8")
        _run(MKDOCS, site, docs_dir=str(docs), nav=list(EMPTY), **address)
        return policy.inline_scripts(site)


def _run(file: Path, site: Path, **settings: Any) -> None:
    """Run MkDocs in this process: starting another one is a tenth of its time."""
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    # A build makes millions of objects and keeps most: looking for garbage is in vain.
    gc.set_threshold(50_000, 20, 20)
    told = _Told()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(told)
    try:
        with contextlib.chdir(ROOT):
            config = configuration.load(
                file, strict=True, site_dir=str(site), **settings
            )
            config.plugins.on_startup(command="build", dirty=False)
            try:
                mkdocs_build(config)
            finally:
                config.plugins.on_shutdown()
    except (Exception, Abort) as error:
        told.lines.append(str(error))
        raise SystemExit("\n".join(mistakes.in_build("\n".join(told.lines)))) from None
    finally:
        logger.removeHandler(told)
