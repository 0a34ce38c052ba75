"""Write the page of references anew, from docs/references.bib and the pages' footnotes.

  python3 scripts/references.py            put the bibliography in order, write the page
  python3 scripts/references.py --check    say whether both are as they should be

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

    from scripts.lib import bibliography, references
    from scripts.lib.pages import shown
    from scripts.lib.record import differs, write

    try:
        known, notes = bibliography.entries(), list(references.citations())
        wrong = references.mistakes(known, notes)
        cited = references.citing(known, references.in_order())
        files = {
            bibliography.BIBLIOGRAPHY: bibliography.tidied(),
            references.PAGE: references.page(known, cited),
        }
    except ValueError as error:
        print(error)
        return 1
    if options.check:
        cure = "Run: python3 scripts/references.py"
        wrong += [f"{shown(path)}: old. {cure}" for path in differs(files)]
    else:
        for path in write(files):
            print(f"wrote {shown(path)}")
    print("".join(f"{line}\n" for line in wrong), end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
