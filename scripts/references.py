"""Write the page of references anew, from docs/references.bib and the pages' footnotes.

  python3 scripts/references.py            write docs/references.md
  python3 scripts/references.py --check    say whether it is up to date

A footnote without an entry, and an entry without a footnote, is an error.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.lib import setup


def main() -> int:
    """Read the command line; write, or compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args()

    setup.ensure()

    from scripts.lib import references
    from scripts.lib.record import differs, write

    try:
        known, notes = references.entries(), list(references.citations())
    except ValueError as error:
        print(error)
        return 1
    wrong = references.mistakes(known, notes)
    print("".join(f"{line}\n" for line in wrong), end="")
    files = {references.PAGE: references.page(known, notes)}
    if options.check and differs(files):
        print("docs/references.md: old. Run: python3 scripts/references.py")
        return 1
    for path in [] if options.check else write(files):
        print(f"wrote {path.name}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
