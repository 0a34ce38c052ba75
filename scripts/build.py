"""Build the site as it is published, into the folder `site`.

MkDocs builds it, strictly: a broken link, a missing anchor or a missing program stops
it. Then every Mermaid diagram is drawn once in a headless browser, so that the pages
need neither Mermaid nor JavaScript to show it.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.lib import setup


def main() -> None:
    """Read the command line, set up, build."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--site-dir",
        type=Path,
        default=Path("site"),
        metavar="FOLDER",
        help="where to write it (default: %(default)s)",
    )
    parser.add_argument(
        "--site-url",
        metavar="URL",
        help="the address it will have (default: the one in mkdocs.yml)",
    )
    parser.add_argument(
        "--offline",
        action="store_true",
        help="build a copy to open from a disk, without a server",
    )
    options = parser.parse_args()

    setup.ensure()

    from scripts.lib import release

    release.build(options.site_dir.resolve(), options.site_url, offline=options.offline)


if __name__ == "__main__":
    main()
