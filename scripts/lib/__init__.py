"""What the commands share.

This file and the commands beside it must stay readable for an old Python, so that it
can say in one line that it is too old.
"""

import shutil
import sys

OLDEST = (3, 11)
NEWEST = (3, 14)


def why_too_old(version: "tuple[int, ...]") -> str:
    """What to tell a person whose Python is `version`; empty if it is new enough."""
    if version >= OLDEST:
        return ""
    newer = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    found = [name for name in newer if shutil.which(name)]
    cure = f"start this with {found[0]}" if found else "install a newer one"
    return (
        f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed and this is"
        f" {version[0]}.{version[1]}: {cure}."
    )


if why_too_old(sys.version_info[:2]):
    raise SystemExit(why_too_old(sys.version_info[:2]))
