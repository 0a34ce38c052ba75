"""Write files whole, and tell by a fingerprint whether files are as they were.

Standard library only: the set-up imports it.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from scripts.lib.paths import ROOT


def write_whole(file: Path, text: str) -> None:
    """Write `file` in one go: a reader sees the old text or the new, never a part.

    Two processes may write it at once; the later one's text stays.
    """
    # Hidden, so that the preview does not take it for something that was saved.
    scratch = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        scratch.write_text(text, encoding="utf-8", newline="\n")
        scratch.replace(file)
    finally:
        scratch.unlink(missing_ok=True)


def fingerprint(files: Iterable[Path], *texts: str) -> str:
    """A digest, in hexadecimal, of some texts and of some files.

    Of a file its place counts and its content: two modules that change their names
    make another whole. Raises FileNotFoundError where one is not there.
    """
    whole = hashlib.sha256()
    parts = [
        part
        for file in files
        for part in (os.path.relpath(file, ROOT).encode(), file.read_bytes())
    ]
    for part in [*parts, *(text.encode() for text in texts)]:
        # Each by itself, so that nothing can move from one part to the next.
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()
