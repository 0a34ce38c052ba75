"""Run a program: `python3 -m sim simulator/simulator/first_program --seed 4`."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

from .knobs import Knob, knobs
from .plot.picture import picture_of
from .variables import watching
from .world import World

SNIPPETS = Path(__file__).resolve().parent.parent


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
    last = {name.rpartition("/")[2]: name for name in names}
    return [last[match] for match in get_close_matches(word, last, 3, 0.5)]


def load(path: Path) -> ModuleType:
    """The program in `path`, as a module of its own."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parser_for(module: ModuleType, name: str) -> argparse.ArgumentParser:
    """The command line of a program, made from the signature of its `main`."""
    parser = argparse.ArgumentParser(
        prog=f"python3 -m sim {name}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for knob in knobs(module.main):
        parser.add_argument(
            f"--{knob.name.replace('_', '-')}",
            type=_checked(knob),
            default=knob.default,
            metavar="X",
            help=_help(knob),
        )
    show = parser.add_argument_group("what to show of the run, after its output")
    for flag, text in (
        ("trace", "every event, a line each"),
        ("table", "every event with its stamps and what changed, or a plot's numbers"),
        ("mermaid", "the sequence diagram, as Mermaid text"),
        ("svg", "the space-time diagram or the plot, as SVG"),
    ):
        show.add_argument(f"--{flag}", action="store_true", help=text)
    return parser


def _checked(knob: Knob) -> Any:
    def parse(text: str) -> Any:
        try:
            return knob.parse(text)
        except ValueError as wrong:
            raise argparse.ArgumentTypeError(str(wrong)) from None

    return parse


def _help(knob: Knob) -> str:
    if knob.range is not None:
        unit = f" {knob.range.unit}".replace("%", "%%") if knob.range.unit else ""
        values = f"{knob.range.low:g} to {knob.range.high:g}{unit}"
    else:
        values = " or ".join(knob.choices or ("yes", "no"))
    default = knob.default
    if isinstance(default, bool):  # in the words that the flag takes
        default = "yes" if default else "no"
    return f"{values} (default: {default})"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program that the command line names."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0].startswith("-"):
        print(__doc__)
        print("After the program's name, --help lists its own flags.\n")
        print("The programs; the last part of a name is enough:")
        print("".join(f"  {name}\n" for name in programs()), end="")
        return 0 if arguments else 2
    try:
        path = find(arguments[0])
    except LookupError as missing:
        print(missing, file=sys.stderr)
        return 2
    module = load(path)
    parser = parser_for(module, arguments[0])
    settings = vars(parser.parse_args(arguments[1:]))
    show = {flag: settings.pop(flag) for flag in ("trace", "table", "mermaid", "svg")}
    with watching() if show["table"] else nullcontext():
        world = module.main(**settings)
    if drawn := picture_of(world):
        if show["table"]:
            print("\n\n".join(table.text() for table in drawn.tables))
        if show["svg"]:
            print(drawn.svg((module.__doc__ or path.stem).splitlines()[0]))
        if show["trace"] or show["mermaid"]:
            what = "A plot has no events: --table gives its numbers, --svg the drawing."
            print(what, file=sys.stderr)
    if isinstance(world, World):
        title = (module.__doc__ or path.stem).splitlines()[0]
        if show["trace"]:
            print(world.trace.text())
        if show["table"]:
            trace = world.trace
            for row, changes in zip(trace.table(), trace.changes(), strict=True):
                print("  ".join((*row, "; ".join(changes))).rstrip())
        if show["mermaid"]:
            print(world.trace.mermaid(title, title))
        if show["svg"]:
            print(world.trace.svg(title, title))
    return 0


if __name__ == "__main__":
    sys.exit(main())
