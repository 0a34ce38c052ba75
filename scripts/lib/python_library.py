"""Compile and trim Python's standard library. Runs in the browser's Python, under Node.

Called by scripts/lib/python_library.mjs.
"""

import sys
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc
from importlib.util import source_hash
from pathlib import Path

# Where the modules believe to lie, so that a traceback names them as usual.
HOME = "/lib/python314.zip/"

# What a program here, or a curious reader, may import.
WANTED = """
__future__ _colorize _compat_pickle _pydatetime _pydecimal _strptime _threading_local
abc argparse array ast asyncio base64 bisect calendar cmath cmd code collections
colorsys concurrent contextlib contextvars copy copyreg csv dataclasses datetime decimal
difflib dis doctest encodings/__init__ encodings/aliases encodings/ascii encodings/cp437
encodings/idna encodings/latin_1 encodings/utf_16 encodings/utf_8 encodings/utf_8_sig
enum fnmatch fractions functools getopt gettext glob graphlib gzip hashlib heapq hmac
html importlib inspect io ipaddress itertools json keyword linecache locale logging math
numbers opcode operator optparse os pathlib pdb bdb pickle platform pprint queue random
re reprlib runpy sched secrets selectors shelve shlex shutil signal socket sqlite3 ssl
stat statistics string stringprep struct subprocess symtable tempfile textwrap this
threading timeit token tokenize trace traceback tracemalloc types typing unittest
urllib/__init__ urllib/error urllib/parse uuid warnings weakref zipfile zoneinfo
"""


def at_start() -> set[str]:
    """The files of the modules that are loaded already: no start does without them."""
    files = (getattr(module, "__file__", None) for module in sys.modules.values())
    return {file.removeprefix(HOME) for file in files if file}


def wanted(file: str, needed: set[str]) -> bool:
    """Whether a module goes into the library."""
    return file in needed or any(
        file == f"{name}.py" or file.startswith(f"{name}/") for name in WANTED.split()
    )


def write(folder: str, output: str) -> None:
    """Write the compiled modules of `folder` into the zip `output`."""
    needed = at_start()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as library:
        for path in sorted(Path(folder).rglob("*.py")):
            file = path.relative_to(folder).as_posix()
            if not wanted(file, needed):
                continue
            text = path.read_bytes()
            code = compile(text, HOME + file, "exec", dont_inherit=True)
            # Unchecked: there is no source to compare with.
            compiled = _code_to_hash_pyc(code, source_hash(text), checked=False)
            # The same bytes from the same files, whenever.
            info = zipfile.ZipInfo(f"{file}c", (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            library.writestr(info, compiled)
