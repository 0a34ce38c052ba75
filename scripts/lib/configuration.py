"""MkDocs' settings, read with the checks of pages that every build makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markdown import Markdown  # type: ignore[import-untyped]
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from scripts.lib import markup
from scripts.lib.pages import PageError, shown, text_of


def load(file: Path, **settings: Any) -> MkDocsConfig:
    """The settings in `file`; what `settings` has comes before."""
    config = load_config(str(file), **settings)
    # Not as a plugin: the one that makes the print page wants to be the last of them.
    config.plugins.events["page_content"].append(_check_markup)
    return config


def _check_markup(html: str, *, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Let a page pass as it is. Raises PageError if it holds what no page may."""
    file = Path(page.file.abs_src_path or page.file.src_uri)

    def render(text: str) -> str:
        markdown = Markdown(
            extensions=config.markdown_extensions, extension_configs=config.mdx_configs
        )
        return str(markdown.convert(text))

    # The theme writes the title and the description into the page as they are.
    head = (str(page.meta.get(key, "")) for key in ("title", "description"))
    whole = "\n".join((html, *head))
    if wrong := [*markup.slips(whole, text_of(file), render)]:
        raise PageError("\n".join(f"{shown(file)}{slip}" for slip in wrong))
    return html
