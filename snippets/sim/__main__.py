"""Run a program: `python3 -m sim simulator/simulator/first_program --seed 4`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from types import ModuleType
from typing import Any

from .drawing.sequence import draw as draw_sequence
from .drawing.spacetime import draw as draw_spacetime
from .plot.picture import picture_of
from .program.find import find, load, programs
from .program.knobs import Knob, knobs
from .program.watch import watching
from .world import World


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
        if world.standstill:
            print(world.standstill, file=sys.stderr)
        title = (module.__doc__ or path.stem).splitlines()[0]
        if show["trace"]:
            print(world.trace.text())
        if show["table"]:
            trace = world.trace
            for row, changes in zip(trace.table(), trace.changes(), strict=True):
                print("  ".join((*row, "; ".join(map(str, changes)))).rstrip())
        if show["mermaid"]:
            print(draw_sequence(world.trace, title, title))
        if show["svg"]:
            print(draw_spacetime(world.trace, title, title))
    return 0


if __name__ == "__main__":
    sys.exit(main())
