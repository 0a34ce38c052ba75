"""A program's card: what it is, what it printed and the pictures of its run.

The card is Markdown that a page includes with one line. It includes the program
itself, so the code on the page is always the code in the file. Its parts stand
between section marks, so that a page can include one of them alone.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from scripts.lib.paths import ROOT

# Who searches for a word wants the text that explains it, not each arrow's label.
MERMAID = '```{.mermaid data-search-exclude=""}'

# A program can keep clocks of its own, which need not count every event.
COUNTS = "Lamport and Vector: the simulator's count, in which every event is one."


def card(name: str, recorded: dict[str, Any]) -> str:
    """The Markdown for the program `name` (section/page/program) as it was recorded."""
    program = name.rsplit("/", 1)[-1]
    parts = [
        f"<!-- Recorded by: python3 scripts/record.py {name}. Do not edit. -->",
        f'<div class="card" id="{program}" data-program="{name}" markdown>',
        _head(name),
        _section("code", f'```{{.python .program}}\n--8<-- "{name}.py"\n```'),
    ]
    if recorded["knobs"]:
        parts.append(_section("knobs", _knobs(name, recorded["knobs"])))
    parts.append(_section("output", _output(name, recorded["output"])))
    if "svg" in recorded:
        parts.append(_section("diagram", _pictures(name, recorded)))
    parts.append("</div>\n")
    return "\n\n".join(parts)


def _section(name: str, text: str) -> str:
    return f"<!-- --8<-- [start:{name}] -->\n{text}\n<!-- --8<-- [end:{name}] -->"


def _head(name: str) -> str:
    # The title is the first line of the program, just below: not twice.
    source = f"{_repository()}/blob/main/snippets/{name}.py"
    file = name.rsplit("/", 1)[-1] + ".py"
    return f'<p class="card-title"><a href="{source}">{file}</a></p>'


def _repository() -> str:
    """The repository's address, which mkdocs.yml alone knows."""
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    found = re.search(r"^repo_url: *(\S+)", settings, re.MULTILINE)
    if found is None:
        raise LookupError("mkdocs.yml has no line `repo_url:`")
    return found[1].rstrip("/")


def _knobs(name: str, knobs: list[dict[str, Any]]) -> str:
    program = name.rsplit("/", 1)[-1]  # a form needs a name of its own on its page
    rows = "\n".join(_knob(knob) for knob in knobs)
    return (
        f'<form class="knobs" aria-label="Settings of the recorded run of {program}">\n'
        f"{rows}\n</form>"
    )


def _knob(knob: dict[str, Any]) -> str:
    name, default = escape(knob["name"]), knob["default"]
    shown = "yes" if default is True else "no" if default is False else f"{default}"
    if knob["range"] is not None:
        low, high, step, unit = knob["range"]
        kind = "number" if knob["name"] == "seed" else "range"
        field = (
            f'<input type="{kind}" name="{name}" min="{low:g}" max="{high:g}" '
            f'step="{step:g}" value="{default:g}" disabled>'
        )
        shown = "" if kind == "number" else f"{default:g} {unit}".strip()
    elif knob["kind"] == "bool":
        checked = " checked" if default else ""
        field = f'<input type="checkbox" name="{name}"{checked} disabled>'
    else:
        chosen = {True: " selected", False: ""}
        options = "".join(
            f"<option{chosen[choice == default]}>{escape(choice)}</option>"
            for choice in knob["choices"]
        )
        field, shown = f'<select name="{name}" disabled>{options}</select>', ""
    output = f"<output>{escape(shown)}</output>" if shown else ""
    label = name.replace("_", " ")
    return f"<label><span>{label}</span> {field} {output}</label>".replace(
        " </l", "</l"
    )


def _output(name: str, output: str) -> str:
    command = f'<p class="command"><code>python3 -m sim {name}</code></p>'
    if not output.strip():
        return command
    fence = "`" * max(3, _longest_run(output, "`") + 1)
    return f"{command}\n\n{fence}{{.text .output}}\n{output.rstrip()}\n{fence}"


def _longest_run(text: str, sign: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if character == sign else 0
        longest = max(longest, run)
    return longest


def _pictures(name: str, recorded: dict[str, Any]) -> str:
    kind = "plot" if "data" in recorded else "spacetime"
    drawing = (
        f'<figure class="diagram {kind}" data-search-exclude>\n'
        f'--8<-- "{name}.svg"\n</figure>'
    )
    if kind == "plot":
        tabs = [
            ("Plot", "plot", drawing),
            ("Data", "data", "\n".join(map(_data, recorded["data"]))),
        ]
    else:
        sequence = f"{MERMAID}\n{recorded['mermaid']}\n```"
        tabs = [
            ("Space-time diagram", "spacetime", drawing),
            ("Sequence diagram", "sequence", sequence),
            ("Events", "events", _events(recorded["events"], recorded["unit"])),
        ]
    return "\n\n".join(
        f"/// tab | {title}\n{_section(section, text)}\n///"
        for title, section, text in tabs
    )


def _events(rows: list[list[Any]], unit: str) -> str:
    head = ["Event", unit, "What happens", "Lamport", "Vector"]
    if any(row[-1] for row in rows):
        head.append("Changes")
    return (
        '<div class="events" data-search-exclude>\n<table>\n'
        f"<caption>{COUNTS}</caption>\n"
        f"{_table(head, [row[: len(head)] for row in rows])}\n</table>\n</div>"
    )


def _data(table: dict[str, Any]) -> str:
    """The numbers of a plot."""
    note = f"<p>{escape(table['note'])}</p>\n" if table["note"] else ""
    return (
        '<div class="data" data-search-exclude>\n<table>\n'
        f"<caption>{escape(table['title'])}</caption>\n"
        f"{_table(table['head'], table['rows'])}\n</table>\n{note}</div>"
    )


def _table(head: list[str], rows: list[list[Any]]) -> str:
    cells = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    body = "\n".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    return f"<thead><tr>{cells}</tr></thead>\n<tbody>\n{body}\n</tbody>"


def _cell(content: str | list[list[str]]) -> str:
    """A text, or what changed at an event: each with the name of the variable."""
    if isinstance(content, str):
        return f"<td>{escape(content)}</td>"
    changes = " ".join(
        f'<code data-name="{escape(name)}">{escape(text)}</code>'
        for text, name in content
    )
    return f'<td class="changes">{changes}</td>'
