"""Write the simulator's reference anew, from its docstrings.

  python3 scripts/reference.py            write snippets/sim/reference.md
  python3 scripts/reference.py --check    say whether it is up to date

The page docs/simulator.md includes it.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.lib.paths import ROOT
from scripts.lib.record import differs, write
from scripts.lib.reference import REFERENCE, reference


def main() -> int:
    """Read the command line; write, or compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args()
    files = {REFERENCE: reference()}
    if options.check and differs(files):
        print("snippets/sim/reference.md: old. Run: python3 scripts/reference.py")
        return 1
    for path in [] if options.check else write(files):
        print(f"wrote {path.relative_to(ROOT)}")
    if options.check:
        print("The reference is up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
