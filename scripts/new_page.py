"""Begin a page: the page, its first program and its line in `nav`.

  python3 scripts/new_page.py ordering/gossip
  python3 scripts/new_page.py ordering/gossip --title "News that travels by chance"

Nothing else has to be edited: tests find pages and programs by themselves. The new
program is recorded and the summary written at once, so the site builds before you
have written a word.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.lib import say, setup
from scripts.lib.paths import DOCS, ROOT, SCRIPTS, SNIPPETS

PAGE = """\
---
title: {quoted}
description: One sentence, 50 to 160 characters, that says what a reader finds here.
takeaway: One plain sentence to remember, at most 75 characters.
talk: []
reviewed: {today}
---

# {title}

What a reader sees at work, in two or three sentences.

--8<-- "{name}/{slug}.md"

What happened, told along the diagram.

## Try it

//// html | div.exercise#{slug}_question
A question that the program answers.

1. What a reader may think.
2. What is so.

/// details | Answer
    type: answer

1. No. Why it is not.
2. Right. Why it is so.
///
////
"""

PROGRAM = '''\
"""A browser asks, and a server answers."""

from sim import Node, World


async def browser(me: Node) -> None:
    answer = await me.call("server", "GET /")
    print("The browser shows:", answer.body)


async def server(me: Node) -> None:
    request = await me.receive()
    me.reply(request, "200 OK")


def main() -> World:
    world = World()
    world.add(browser)
    world.add(server)
    return world.run()
'''


def with_nav_line(settings: str, name: str) -> str:
    """mkdocs.yml with `name` in `nav`, last in its section.

    A new section is the last one of the talk, before its summary.
    """
    section = name.split("/")[0]
    line = f"      - {name}.md\n"
    places = list(re.finditer(rf"^ +- (?:.+: )?{section}/\w+\.md\n", settings, re.M))
    if places:
        end = places[-1].end()
        return settings[:end] + line + settings[end:]
    end = settings.find("  - summary.md\n")
    if end < 0:
        raise LookupError("mkdocs.yml: `nav` has no `summary.md` to go before")
    title = in_yaml(section.replace("_", " ").capitalize())
    return settings[:end] + f"  - {title}:\n{line}" + settings[end:]


def in_yaml(text: str) -> str:
    """`text` as YAML reads it as a text: in quotes, if it could mean something else.

    So can a colon, and so can No, which is a truth value.
    """
    import yaml  # there only after the set-up

    try:
        read = yaml.safe_load(f"title: {text}")
    except yaml.YAMLError:
        read = None
    return text if read == {"title": text} else json.dumps(text, ensure_ascii=False)


def taken(root: Path, section: str) -> str:
    """Why no page can be in this section; empty if one can."""
    docs, snippets = (root / path.relative_to(ROOT) for path in (DOCS, SNIPPETS))
    cure = "Choose another section"
    if (snippets / section / "__init__.py").exists():
        return f"snippets/{section} holds a package and no programs of pages. {cure}"
    if (docs / f"{section}.md").exists():
        return f"docs/{section}.md is a page and no section. {cure}"
    folder = docs / section
    if folder.is_dir() and not any(folder.glob("*.md")) and any(folder.iterdir()):
        return f"docs/{section} holds other files than pages. {cure}"
    return ""


def new_page(root: Path, name: str, title: str, today: str) -> list[Path]:
    """Write the page, the program and the nav line under `root`; gives the files.

    Raises FileExistsError before anything is written if the page is there already, or
    its section something else.
    """
    section, slug = name.split("/")
    if reason := taken(root, section):
        raise FileExistsError(reason)
    page = root / DOCS.relative_to(ROOT) / f"{name}.md"
    program = root / SNIPPETS.relative_to(ROOT) / name / f"{slug}.py"
    for path in (page, program):
        if path.exists():
            raise FileExistsError(f"{path.relative_to(root)} is there already")
    settings = root / "mkdocs.yml"
    nav = with_nav_line(settings.read_text(encoding="utf-8"), name)
    values = {
        "title": title,
        "quoted": in_yaml(title),
        "name": name,
        "slug": slug,
        "today": today,
    }
    for path, text in ((page, PAGE.format(**values)), (program, PROGRAM)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    settings.write_text(nav, encoding="utf-8", newline="\n")
    return [page, program, settings]


def main() -> None:
    """Read the command line, write, record."""
    from datetime import date

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", help="section/page, in lower case with underscores")
    parser.add_argument("--title", help="what stands at its head (default: its name)")
    options = parser.parse_args()
    if not re.fullmatch(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*", options.name):
        say.stop(
            f"{options.name!r} is not of the form section/page, as ordering/gossip"
        )
    setup.ensure(browser_files=False)
    title = options.title or options.name.split("/")[1].replace("_", " ").capitalize()
    try:
        written = new_page(ROOT, options.name, title, date.today().isoformat())
    except (FileExistsError, LookupError) as error:
        say.stop(str(error))
    for path in written:
        say.line(f"wrote {path.relative_to(ROOT)}")
    record = [sys.executable, SCRIPTS / "record.py", options.name]
    if subprocess.run(record, check=False).returncode:
        say.stop(f"The program cannot be recorded. Mend {written[1].relative_to(ROOT)}")
    # If another page has no takeaway yet, this says so, and the new one is there.
    subprocess.run([sys.executable, SCRIPTS / "summary.py"], check=False)
    say.line(f"Write {written[0].relative_to(ROOT)}: python3 scripts/serve.py shows it")


if __name__ == "__main__":
    main()
