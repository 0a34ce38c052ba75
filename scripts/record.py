"""Record the programs of the pages: run them and write their cards.

  python3 scripts/record.py                       every program that has changed
  python3 scripts/record.py lamport_clock         one program, or a page's, by name
  python3 scripts/record.py --check               say which cards are not up to date

A card is what the page shows of a program: what it printed and the pictures of its
run. Look at the difference before you commit it: it is what readers will see.
"""

import sys
from hashlib import blake2b
from pathlib import Path

# Only what the usual case needs, that nothing has changed, is imported up here: the
# command is part of every start of the preview.
ROOT = Path(__file__).resolve().parent.parent
SNIPPETS = ROOT / "snippets"
RECORDER = ("card.py", "record.py", "run_program.py")
MEMORY = ROOT / ".cache" / "recorded.txt"


def programs() -> list[str]:
    """Every program of a page, as section/page/program."""
    paths = sorted(SNIPPETS.glob("*/*/*.py"))
    names = [path.relative_to(SNIPPETS).with_suffix("").as_posix() for path in paths]
    return [name for name in names if not name.startswith("sim/")]


def digest(paths: list[Path]) -> str:
    """One fingerprint of files, by place and content; a missing one counts, too."""
    whole = blake2b(digest_size=16)
    for path in paths:
        content = path.read_bytes() if path.exists() else b"missing"
        for part in (path.as_posix().encode(), content):
            whole.update(blake2b(part, digest_size=16).digest())
    return whole.hexdigest()


def simulator() -> str:
    """The fingerprint of what all cards depend on."""
    paths = [ROOT / "scripts" / "lib" / name for name in RECORDER]
    paths += [ROOT / "mkdocs.yml", *sorted((SNIPPETS / "sim").glob("**/*.py"))]
    return digest(paths) + f" {sys.version_info[0]}.{sys.version_info[1]}"


def fingerprint(name: str, common: str) -> str:
    """The fingerprint of a program, its card and what made it."""
    program = SNIPPETS / f"{name}.py"
    card = digest([program.with_suffix(ending) for ending in (".md", ".svg")])
    return f"{name} {digest([program])} {card} {common}"


def remembered() -> set[str]:
    """The fingerprints of programs whose cards were right."""
    if not MEMORY.exists():
        return set()
    return set(MEMORY.read_text(encoding="utf-8").splitlines())


def remember(lines: list[str]) -> None:
    """Keep the fingerprints for the next time."""
    from scripts.lib.files import write_whole

    MEMORY.parent.mkdir(exist_ok=True)
    write_whole(MEMORY, "".join(line + "\n" for line in lines))


def main(arguments: list[str]) -> int:
    """Record what has changed. Returns the exit code: 1 if a card is not right."""
    if not arguments:
        common, known, everything = simulator(), remembered(), programs()
        changed = [n for n in everything if fingerprint(n, common) not in known]
        if everything and not changed and not left_over():
            print(up_to_date(len(everything)))
            return 0
    else:
        changed = []
    return run_programs(arguments, changed)


def run_programs(arguments: list[str], changed: list[str]) -> int:
    """All but the usual case: options, names, and programs to run."""
    import argparse

    sys.path.insert(0, str(ROOT))
    from scripts.lib.record import ProgramError, differs, record_all, write

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", help="a program, a page or a section (default: all changed)"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="run, compare, write nothing; exit code 1 if a card is not up to date",
    )
    options = parser.parse_args(arguments)
    everything = programs()
    if not everything:
        parser.exit(1, "There is no program in snippets/: nothing was recorded.\n")
    try:
        chosen = select(options.names, everything) or (
            everything if arguments else changed
        )
    except LookupError as unknown:
        parser.exit(2, f"{unknown.args[0]}\n")
    wrong: set[str] = set()
    # What is saved from here on is not what these cards will have been recorded from.
    common = simulator()
    recorded_from = {name: digest([SNIPPETS / f"{name}.py"]) for name in chosen}
    for name, result in zip(
        chosen, record_all([SNIPPETS / f"{name}.py" for name in chosen]), strict=True
    ):
        if isinstance(result, ProgramError):
            print(result, file=sys.stderr)
            wrong.add(name)
        elif not options.check:
            for file in write(result):
                print(f"wrote {file.relative_to(SNIPPETS.parent)}")
        elif stale := differs(result):
            files = ", ".join(file.name for file in stale)
            repair = f"python3 scripts/record.py {name}"
            print(f"{name}: not up to date: {files}. Run: {repair}")
            wrong.add(name)
    for file in left_over():
        print(f"{file.relative_to(SNIPPETS.parent)}: its program is gone. Delete it.")
        wrong.add(file.name)
    known = remembered() | {
        line
        for name, text in recorded_from.items()
        if name not in wrong
        and (line := fingerprint(name, common)).startswith(f"{name} {text} ")
    }
    remember([line for n in everything if (line := fingerprint(n, common)) in known])
    if not wrong:
        print(up_to_date(len(chosen)))
    return 1 if wrong else 0


def up_to_date(cards: int) -> str:
    """What is said when all is well."""
    return "1 card is up to date." if cards == 1 else f"{cards} cards are up to date."


def select(names: list[str], everything: list[str]) -> list[str]:
    """The programs that are named, or lie in a page or section that is named."""
    from difflib import get_close_matches

    parts = [name.removeprefix("snippets/").removesuffix(".py") for name in names]
    for part in parts:
        if not any(f"/{part}/" in f"/{program}/" for program in everything):
            words = {word for program in everything for word in program.split("/")}
            near = get_close_matches(part, [*words, *everything], 1)
            hint = f"; is it {near[0]}?" if near else ""
            raise LookupError(f"There is no program {part!r}{hint}")
    return [n for n in everything if any(f"/{part}/" in f"/{n}/" for part in parts)]


def left_over() -> list[Path]:
    """Cards and drawings whose program is gone."""
    recorded = [*SNIPPETS.glob("*/*/*.md"), *SNIPPETS.glob("*/*/*.svg")]
    return sorted(file for file in recorded if not file.with_suffix(".py").exists())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
