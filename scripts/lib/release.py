"""The steps of a release build, in order: MkDocs, then what runs over its HTML."""

import contextlib
import gc
import logging
import os
from pathlib import Path

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from scripts.lib import (
    anchors,
    answers,
    bake,
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


def build(site: Path, url: str | None = None, *, offline: bool = False) -> None:
    """Build the site into the folder `site`, for the address `url`.

    Without `url` it is the one in mkdocs.yml. Stops where MkDocs warns of anything.
    """
    with say.step("Building the pages"):
        if offline:  # which has no address
            _mkdocs(ROOT / "mkdocs.offline.yml", site, None)
        else:
            _mkdocs(ROOT / "mkdocs.yml", site, url)
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
        policy.write(site)
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


def _mkdocs(configuration: Path, site: Path, url: str | None) -> None:
    """Run MkDocs in this process: starting another one is a tenth of its time."""
    if wrong := mistakes.in_front_matter():
        raise SystemExit("\n".join(wrong))
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    # A build makes millions of objects and keeps most: looking for garbage is in vain.
    gc.set_threshold(50_000, 20, 20)
    address = {} if url is None else {"site_url": url}
    told = _Told()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(told)
    try:
        with contextlib.chdir(ROOT):
            config = load_config(
                str(configuration), strict=True, site_dir=str(site), **address
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
