"""Show the site on this machine while you write it.

Sets up what is missing, builds the site, and prints its address. Save a page and it
reloads. Save a program under snippets/ and it runs again, its card is recorded anew,
and the page reloads. Ctrl-C stops.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.lib import setup


def main() -> None:
    """Read the command line, set up, serve."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--port", type=int, default=8000, help="where to serve (default: %(default)s)"
    )
    parser.add_argument(
        "--open", action="store_true", help="open the site in your browser"
    )
    parser.add_argument(
        "--stop-after",
        type=float,
        metavar="SECONDS",
        help="stop by itself after so long (default: never)",
    )
    options = parser.parse_args()

    setup.ensure()

    from scripts.lib import preview

    preview.serve(
        options.port, open_browser=options.open, stop_after=options.stop_after
    )


if __name__ == "__main__":
    main()
