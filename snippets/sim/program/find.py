"""The programs of the pages: which there are, where, and as modules."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

SNIPPETS = Path(__file__).resolve().parents[2]


def programs() -> dict[str, Path]:
    """Every program of a page by its name, section/page/program, in order."""
    paths = sorted(SNIPPETS.glob("*/*/*.py"))
    names = {
        path.relative_to(SNIPPETS).with_suffix("").as_posix(): path for path in paths
    }
    return {name: path for name, path in names.items() if not name.startswith("sim/")}


def find(name: str) -> Path:
    """The file of the program called `name`: its path, or its place in `snippets`."""
    wanted = Path(name).with_suffix(".py")
    for path in (SNIPPETS / wanted, wanted):
        if path.is_file():
            return path
    known = programs()
    ending = [path for key, path in known.items() if key.endswith("/" + name)]
    if len(ending) == 1:
        return ending[0]
    near = ", ".join(_near(wanted.stem, list(known)))
    hint = f"is it {near}?" if near else "`python3 -m sim` lists them"
    raise LookupError(f"there is no program {name!r}; {hint}")


def _near(word: str, names: list[str]) -> list[str]:
    """At most three names that hold `word`, or whose last part is much like it."""
    holding = [name for name in names if word in name]
    if holding:
        return holding[:3]
    from difflib import get_close_matches  # which the browser's Python is slow to load

    last = {name.rpartition("/")[2]: name for name in names}
    return [last[match] for match in get_close_matches(word, last, 3, 0.5)]


def load(path: Path) -> ModuleType:
    """The program in `path`, as a module of its own."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
