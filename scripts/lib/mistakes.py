"""A mistake in a page, as MkDocs tells it, told in one line: file, line, cure.

MkDocs names the page and what is wrong, but not the line; a missing file comes as a
traceback, and front matter that it cannot read not at all.
"""

import re
from difflib import get_close_matches

from scripts.lib.pages import PageError, pages, shown, slips, text_of
from scripts.lib.paths import DOCS, SNIPPETS

PARTS = "code, knobs, output, diagram, sequence, spacetime, events, plot, data"

_UNREAD = re.compile(r"Error (?:reading|building) page '(.+?)': (.*)", re.DOTALL)
_LINK = re.compile(r"Doc file '(.+?)' (contains an? .*?'(.+?)'.*)", re.DOTALL)
_NAV = re.compile(r"A (?:reference|relative path) to '(.+?)' is included in the 'nav' ")
_NOT_IN_NAV = re.compile(r"The following pages exist .* not included in the \"nav\"")
_FILE = re.compile(r"Snippet at path '(.+?)' could not be found")
_PART = re.compile(r"Snippet section '(.+?)' could not be located")


def explained(message: str) -> str:
    """MkDocs' `message` with file, line and cure; unchanged if it is about no page.

    It is a line, and several where several pages are concerned.
    """
    if found := _UNREAD.fullmatch(message):
        return _unread(*found.groups())
    if found := _LINK.fullmatch(message):
        page, problem, link = found.groups()
        # The page may hold a link to a part of it further up.
        place = _place(page, f"({link}", f"]: {link}", link)
        return f"{place}: it {problem.rstrip('.')}. Mend the link"
    if found := _NAV.match(message):
        place = _place("../mkdocs.yml", found[1])
        return f"{place}: nav names {found[1]}, and there is no such page in docs/"
    if found := _NOT_IN_NAV.match(message):
        return "\n".join(
            f"mkdocs.yml: nav lacks the page {page}. Add its line, or delete the page"
            for page in re.findall(r"^ +- (.+)$", message, re.MULTILINE)
        )
    return message


def stops_the_build(message: str) -> bool:
    """Whether MkDocs gives up after this `message`, with an exception."""
    return _UNREAD.fullmatch(message) is not None


def in_front_matter() -> list[str]:
    """What is wrong with the front matter of any page, a line each."""
    wrong: list[str] = []
    for page in pages():
        try:
            if text_of(page).startswith("---"):
                wrong += slips(page)
        except PageError as error:
            wrong.append(str(error))
    return wrong


def in_build(output: str) -> list[str]:
    """The mistakes in what `mkdocs build` printed: explained, without a traceback."""
    said: list[str] = []
    for line in output.splitlines():
        if line.startswith("Traceback"):
            break
        if found := re.match(r"(?:WARNING|ERROR) +-  (.*)", line):
            said.append(found[1])
        elif said and line.startswith(" "):  # the list that a warning announces
            said[-1] += f"\n{line}"
    told = "\n".join(map(explained, said))
    return (told or output).splitlines()


def _unread(page: str, problem: str) -> str:
    if found := _FILE.search(problem):
        return f"{_place(page, found[1])}: {_missing(found[1])}"
    if found := _PART.search(problem):
        place = _place(page, f":{found[1]}")
        return f"{place}: the card has no part {found[1]!r}. Its parts: {PARTS}"
    name = _place(page)
    # A check of ours says the place itself.
    return problem if problem.startswith(f"{name}:") else f"{name}: {problem}"


def _missing(name: str) -> str:
    missing = f"there is no file snippets/{name}"
    if (SNIPPETS / name).with_suffix(".py").is_file():
        program = name.rpartition(".")[0]
        return f"{missing}. Record it: python3 scripts/record.py {program}"
    same_kind = SNIPPETS.rglob(f"*.{name.rpartition('.')[2]}")
    known = [file.relative_to(SNIPPETS).as_posix() for file in same_kind]
    near = get_close_matches(name, known, 1, 0.5)
    cure = f"Is it {near[0]}?" if near else "Mend the name or delete the line"
    return f"{missing}. {cure}"


def _place(page: str, *texts: str) -> str:
    """`page` and the line of the first of the `texts` that it holds, as far as any."""
    file = (DOCS / page).resolve()
    name = shown(file)
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    for text in texts:
        for number, line in enumerate(lines, start=1):
            if text in line:
                return f"{name}:{number}"
    return name
