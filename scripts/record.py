"""Record the programs of the pages: run them and write their cards.

  python3 scripts/record.py                       every program that has changed
  python3 scripts/record.py lamport_clock         one program, or a page's, by name
  python3 scripts/record.py --check               say which cards are not up to date

A card is what the page shows of a program: what it printed and the pictures of its
run. Look at the difference before you commit it: it is what readers will see.
"""

import os
import sys
from hashlib import blake2b

# Only what the usual case needs, that nothing has changed, is imported up here: the
# command is part of every start of the preview.
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SNIPPETS = os.path.join(ROOT, "snippets")
RECORDER = ("card.py", "record.py", "run_program.py")
MEMORY = os.path.join(ROOT, ".cache", "recorded.txt")


def programs() -> list[str]:
    """Every program of a page, as section/page/program."""
    found = []
    for section in sorted(os.listdir(SNIPPETS)):
        folder = os.path.join(SNIPPETS, section)
        if section.startswith((".", "__")) or not os.path.isdir(folder):
            continue
        for page in sorted(os.listdir(folder)):
            inner = os.path.join(folder, page)
            if section == "sim" or page.startswith("__") or not os.path.isdir(inner):
                continue
            names = sorted(os.listdir(inner))
            found += [f"{section}/{page}/{n[:-3]}" for n in names if n.endswith(".py")]
    return found


def digest(paths: list[str]) -> str:
    """One fingerprint of the content of some files; a missing one counts, too."""
    whole = blake2b(digest_size=16)
    for path in paths:
        try:
            with open(path, "rb") as file:
                content = file.read()
        except FileNotFoundError:
            content = b"missing"
        whole.update(blake2b(content, digest_size=16).digest())
    return whole.hexdigest()


def simulator() -> str:
    """The fingerprint of what all cards depend on."""
    paths = [os.path.join(ROOT, "scripts", "lib", name) for name in RECORDER]
    paths.append(os.path.join(ROOT, "mkdocs.yml"))
    for folder, folders, names in os.walk(os.path.join(SNIPPETS, "sim")):
        folders[:] = sorted(f for f in folders if not f.startswith("__"))
        paths += [os.path.join(folder, n) for n in sorted(names) if n.endswith(".py")]
    return digest(paths) + f" {sys.version_info[0]}.{sys.version_info[1]}"


def fingerprint(name: str, common: str) -> str:
    """The fingerprint of a program, its card and what made it."""
    stem = os.path.join(SNIPPETS, *name.split("/"))
    own = digest([stem + ending for ending in (".py", ".md", ".svg")])
    return f"{name} {own} {common}"


def remembered() -> set[str]:
    """The fingerprints of programs whose cards were right."""
    try:
        with open(MEMORY, encoding="utf-8") as file:
            return set(file.read().splitlines())
    except FileNotFoundError:
        return set()


def remember(lines: list[str]) -> None:
    """Keep the fingerprints for the next time."""
    os.makedirs(os.path.dirname(MEMORY), exist_ok=True)
    with open(MEMORY + ".partial", "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))
    os.replace(MEMORY + ".partial", MEMORY)


def main(arguments: list[str]) -> int:
    """Record what has changed. Gives the exit code: 1 if a card is not right."""
    if not arguments:
        common, known, everything = simulator(), remembered(), programs()
        changed = [n for n in everything if fingerprint(n, common) not in known]
        if everything and not changed:
            print(f"{len(everything)} cards are up to date.")
            return 0
    else:
        changed = []
    return run_programs(arguments, changed)


def run_programs(arguments: list[str], changed: list[str]) -> int:
    """All but the usual case: options, names, and programs to run."""
    import argparse
    from difflib import get_close_matches
    from pathlib import Path

    sys.path.insert(0, ROOT)
    from scripts.lib.record import ProgramError, differs, name_of, record_all, write

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
    chosen = changed or everything
    if options.names:
        wanted = [
            f"/{name.removeprefix('snippets/').removesuffix('.py').strip('/')}/"
            for name in options.names
        ]
        for part, given in zip(wanted, options.names, strict=True):
            if not any(part in f"/{program}/" for program in everything):
                near = get_close_matches(part.strip("/"), everything, 1, 0.3)
                hint = f"; is it {near[0]}?" if near else ""
                parser.exit(2, f"There is no program {given!r}{hint}\n")
        chosen = [n for n in everything if any(part in f"/{n}/" for part in wanted)]
    paths = [Path(SNIPPETS, *name.split("/")).with_suffix(".py") for name in chosen]
    wrong: list[str] = []
    for path, result in record_all(paths):
        if isinstance(result, ProgramError):
            print(result, file=sys.stderr)
            wrong.append(name_of(path))
        elif options.check:
            stale = differs(result)
            if stale:
                names = ", ".join(file.name for file in stale)
                repair = f"python3 scripts/record.py {name_of(path)}"
                print(f"{name_of(path)}: not what it does now: {names}. Run: {repair}")
                wrong.append(name_of(path))
        else:
            for file in write(result):
                print(f"wrote {file.relative_to(ROOT)}")
    common, known = simulator(), remembered()
    right = {fingerprint(name, common) for name in chosen if name not in wrong}
    remember(
        [line for n in everything if (line := fingerprint(n, common)) in right | known]
    )
    if not wrong:
        print(f"{len(chosen)} cards are up to date.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
