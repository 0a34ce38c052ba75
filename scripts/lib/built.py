"""Where the pages of a built site lie: in folders, or in a copy to open from a disk."""

from pathlib import Path

PRINT_PAGE = "print_page"  # the one that holds all others


def page(site: Path, name: str) -> Path | None:
    """The file of a page such as `glossary`; None if the site has no such page."""
    files = (site / name / "index.html", site / f"{name}.html")
    return next((file for file in files if file.is_file()), None)
