"""Write the page with the whole talk on it anew, from what each page says of itself.

  python3 scripts/summary.py            write docs/summary.md
  python3 scripts/summary.py --check    say whether it is up to date

The sections and their order are those of `nav` in mkdocs.yml, up to summary.md. Each
page gives one line: its `takeaway`, the sentence to remember.
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

    from scripts.lib.pages import PageError, nav
    from scripts.lib.record import differs, write
    from scripts.lib.summary import PAGE, summary

    try:
        files = {PAGE: summary(nav())}
    except PageError as error:
        print(error)
        return 1
    if options.check and differs(files):
        print("docs/summary.md: old. Run: python3 scripts/summary.py")
        return 1
    for path in [] if options.check else write(files):
        print(f"wrote docs/{path.name}")
    if options.check:
        print("The summary is up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
