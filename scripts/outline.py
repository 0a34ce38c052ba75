"""Say which lines of the talk no page covers yet.

  python3 scripts/outline.py            the lines without a page
  python3 scripts/outline.py --pages    every line, with the pages that cover it
  python3 scripts/outline.py --write    take lines off the list that are covered now

A page covers the lines that its front matter quotes under `talk`. The list of lines
that wait is tests/pages/outline_uncovered.txt; it may only get shorter.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.lib import setup


def main() -> int:
    """Read the command line, print or write the list."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--pages", action="store_true", help="show lines with their pages"
    )
    what.add_argument("--write", action="store_true", help="shorten the list of lines")
    options = parser.parse_args()
    setup.ensure()

    from scripts.lib.pages import (
        UNCOVERED,
        PageError,
        outline,
        pages,
        quoted,
        slips,
        uncovered,
    )
    from scripts.lib.paths import DOCS

    try:
        wrong = [slip for page in pages() for slip in slips(page)]
    except PageError as error:
        wrong = [str(error)]
    if wrong:
        print("\n".join(wrong))
        return 1

    if options.pages:
        covered = quoted()
        for line in outline():
            where = [
                page.relative_to(DOCS).as_posix() for page in covered.get(line, [])
            ]
            print(f"{line}\n    {', '.join(where) or 'no page yet'}")
        return 0
    waiting = uncovered()
    if options.write:
        listed = UNCOVERED.read_text(encoding="utf-8").splitlines()
        new = [line for line in waiting if line not in listed]
        if new:
            print(f"The list may only get shorter; no page quotes any more: {new[0]}")
            return 1
        UNCOVERED.write_text("".join(f"{line}\n" for line in waiting), encoding="utf-8")
    print("\n".join(waiting))
    total = len(outline())
    print(f"{total - len(waiting)} of {total} lines have a page, {len(waiting)} wait.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
