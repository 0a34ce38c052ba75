"""Run every test, or those that pytest's own arguments choose.

Sets up what is missing, finds a browser, and starts pytest with all that follows:

  python3 scripts/test.py                           everything
  python3 scripts/test.py tests/ordering -x         one folder, up to the first failure
  python3 scripts/test.py -m "not browser"          without a browser

Inside .venv, `pytest` alone does the same.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.lib import setup


def in_parallel(arguments: "list[str]") -> "list[str]":
    """Return what makes pytest use every core, if all tests run and none is debugged.

    A module's tests stay together, so that what they share is made once.
    """
    by_hand = ("-n", "--numprocesses", "-p", "--pdb", "--trace", "-s", "--co")
    if any(a.startswith(by_hand) or Path(a.split("::")[0]).exists() for a in arguments):
        return []
    return ["-n", "auto", "--dist", "loadscope"]


def main() -> int:
    """Read the command line, set up, test."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--setup-only", action="store_true", help="run no test")
    options, for_pytest = parser.parse_known_args()

    setup.ensure()

    from scripts.lib import browser

    if "not browser" not in for_pytest:
        browser.ensure()
    if options.setup_only:
        return 0

    import pytest

    return int(pytest.main([*in_parallel(for_pytest), *for_pytest]))


if __name__ == "__main__":
    raise SystemExit(main())
