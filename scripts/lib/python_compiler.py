"""Compile Python's modules for the browser. Runs in the browser's Python, under Node.

Called by scripts/lib/python_compiler.mjs.
"""

import importlib._bootstrap_external
import sys
import zipfile
from importlib.util import source_hash
from pathlib import Path

from compression import zstd  # type: ignore[import-not-found]

# Where the modules will lie, so that a traceback names them as usual.
CORE = "/lib/python314.zip"
MORE = "/lib/more.zip"

# What programs here are likely to import, besides what each start does. The rest of the
# library comes when a program asks for it.
USUAL = """
bisect cmath collections colorsys datetime decimal encodings/__init__ encodings/ascii
encodings/latin_1 fractions graphlib hashlib heapq hmac html/__init__ html/entities
json math numbers queue random sched secrets statistics string
"""


def library(folder: str, core: str, more: str) -> None:
    """Write the standard library in two: what each start needs, and the rest."""
    core_files = {f"{name}.py" for name in USUAL.split()}
    for module in sys.modules.values():
        file = getattr(module, "__file__", None)
        # Some name a file and yet come with the interpreter itself.
        if file and module.__spec__ and module.__spec__.origin != "frozen":
            core_files.add(file.removeprefix(f"{CORE}/"))
    every = [path.relative_to(folder).as_posix() for path in _modules(folder)]
    core_files |= {file for file in every if file.partition("/")[0] in USUAL.split()}
    first = [file for file in every if file in core_files]
    second = [file for file in every if file not in core_files]
    # Without docstrings: nothing here shows them, and they are a sixth of the bytes.
    _write(Path(folder), first, core.removesuffix(".zst"), CORE, optimize=2)
    _write(Path(folder), second, more.removesuffix(".zst"), MORE, optimize=2)
    compress(core.removesuffix(".zst"))
    compress(more.removesuffix(".zst"))


def package(folder: str, name: str, files: list[str], output: str) -> None:
    """Write files of `folder`, each a module of the package `name`, compressed."""
    archive = output.removesuffix(".zst")
    _write(
        Path(folder),
        files,
        archive,
        f"/lib/{Path(archive).name}/{name}",
        prefix=f"{name}/",
        optimize=2,
    )
    compress(archive)


def compress(file: str) -> None:
    """Write `file` again, compressed: a fifth smaller than gzip does.

    The page unpacks it as it comes, and copies the whole window for each block of
    128 kB: hence the small one.
    """
    options = {
        zstd.CompressionParameter.compression_level: 19,
        zstd.CompressionParameter.window_log: 21,
    }
    content = zstd.compress(Path(file).read_bytes(), options=options)
    Path(f"{file}.zst").write_bytes(content)


def _modules(folder: str) -> list[Path]:
    return sorted(Path(folder).rglob("*.py"))


def _write(
    folder: Path,
    files: list[str],
    output: str,
    home: str,
    prefix: str = "",
    optimize: int = 0,
) -> None:
    """Write a zip of compiled modules; stored, to be compressed as a whole."""
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            text = (folder / file).read_bytes()
            code = compile(
                text, f"{home}/{file}", "exec", dont_inherit=True, optimize=optimize
            )
            # Unchecked: there is no source to compare with.
            compiled = importlib._bootstrap_external._code_to_hash_pyc(  # type: ignore[attr-defined]
                code, source_hash(text), checked=False
            )
            # The same bytes from the same files, whenever.
            info = zipfile.ZipInfo(f"{prefix}{file}c", (1980, 1, 1, 0, 0, 0))
            archive.writestr(info, compiled)
