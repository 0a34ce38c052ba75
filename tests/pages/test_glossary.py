"""The glossary: each entry can be linked, found, read in a breath, and traced."""

import re
from functools import cache
from pathlib import Path

import pytest
from markdown import Markdown
from mkdocs.config import load_config

from scripts.lib.bibliography import entries
from scripts.lib.pages import pages
from scripts.lib.paths import DOCS, ROOT
from scripts.lib.references import NOTE, USE, key_of
from scripts.lib.terms import marked, terms

GLOSSARY = DOCS / "glossary.md"
TEXT = GLOSSARY.read_text("utf-8")
LONGEST = 300  # characters of a meaning, which has to fit into a small box

ENTRY = re.compile(r"^((?:[^\n#:<\[].*\n)+):   (.+(?:\n    .+)*)$", re.MULTILINE)
ID = re.compile(r" \{ #(\w+) \}$")
SOURCES = entries()


@cache
def renderer() -> Markdown:
    settings = load_config(str(ROOT / "mkdocs.yml"))
    return Markdown(
        extensions=settings.markdown_extensions, extension_configs=settings.mdx_configs
    )


def html(page: Path) -> str:
    """A page as MkDocs renders it, in as much of the theme's frame as counts here."""
    body = page.read_text("utf-8").split("---\n", 2)[2]
    return f"<article>{renderer().reset().convert(body)}</article>"


def faults(text: str) -> list[str]:
    """What is wrong with a glossary's source, a line each."""
    wrong: list[str] = []
    seen: set[str] = set()
    before = ""
    found = list(ENTRY.finditer(text))
    for entry in found:
        first, *others = entry[1].splitlines()
        address = ID.search(first)
        title = ID.sub("", first)
        if address is None:
            wrong.append(f"{title}: no id behind the name")
        elif address[1] != re.sub(r"\W+", "_", title.replace("'", "")).lower():
            wrong.append(f"{title}: its id is {address[1]}, not made from the name")
        for name in (title, *others):
            if name.casefold() in seen:
                wrong.append(f"{name}: is there twice")
            seen.add(name.casefold())
        if before.casefold() > title.casefold():
            wrong.append(f"{title}: stands behind {before}")
        before = title
        heading = re.findall(r"^## (.+)$", text[: entry.start()], re.MULTILINE)
        if heading[-1:] != [title[0].upper()]:
            wrong.append(f"{title}: stands under {heading[-1:]}")
        sentences = re.sub(r"\[\^[^\]]*\]", "", entry[2]).splitlines()
        if len(sentences) > 2:
            wrong.append(f"{title}: {len(sentences)} sentences")
        for sentence in map(str.strip, sentences):
            if not re.fullmatch(r"[^a-z].*[^.]\.", sentence):
                wrong.append(f"{title}: not a sentence: {sentence}")
            if re.search(r"[.!?] [A-Z]", sentence):
                wrong.append(f"{title}: two sentences on one line")
        for label in USE.findall(entry[2]):
            if key_of(label, SOURCES) is None:
                wrong.append(f"{title}: its source [^{label}] is in no bibliography")
    defined = [note[0] for note in NOTE.findall(text)]
    cited = {label for entry in found for label in USE.findall(entry[2])}
    wrong += [f"[^{label}]: no entry cites it" for label in {*defined} - cited]
    wrong += [f"[^{label}]: no such note" for label in cited - {*defined}]
    lines = text.split("---\n", 2)[2].count("\n:   ")
    if lines != len(found):
        wrong.append(f"{lines} definitions, of which {len(found)} can be read")
    return wrong


def test_the_glossary_is_as_it_should_be() -> None:
    assert faults(TEXT) == []
    assert len(ENTRY.findall(TEXT)) >= 70


def test_every_term_is_used_on_a_page_and_linked_there() -> None:
    known = terms(html(GLOSSARY))
    others = [page for page in pages() if page != GLOSSARY]
    linked = {
        anchor
        for page in others
        for anchor in re.findall(r'href="#(\w+)" data', marked(html(page), known, ""))
    }

    assert len(known) == len(ENTRY.findall(TEXT))
    assert [term.names[0] for term in known if term.anchor not in linked] == []


def test_a_meaning_fits_into_the_box() -> None:
    too_long = [
        term.names[0]
        for term in terms(html(GLOSSARY))
        if len(term.meaning) > LONGEST or "[^" in term.meaning
    ]

    assert too_long == []


HEAD = "---\ntitle: x\n---\n\n# Glossary\n\n"
NOTES = "\n[^rfc793]: A note.\n"
ACK = "Ack { #ack }\n:   A message.[^rfc793]\n"
UNKNOWN = ACK.replace("793]", "793][^Postel]")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (f"## A\n\n{ACK}", None),
        ("## A\n\nAck\n:   A message.[^rfc793]\n", "Ack: no id behind the name"),
        (f"## A\n\n{ACK.replace('#ack', '#ac')}", "Ack: its id is ac, not made from"),
        (f"## A\n\n{ACK}\n{ACK}", "Ack: is there twice"),
        (f"## A\n\n{ACK.replace(' }', ' }' + chr(10) + 'ack')}", "ack: is there twice"),
        (f"## A\n\n{ACK}\nAa {{ #aa }}\n:   One.\n", "Aa: stands behind Ack"),
        (f"## B\n\n{ACK}", "Ack: stands under ['B']"),
        (ACK, "Ack: stands under []"),
        (f"## A\n\n{ACK}    Two.\n    Three.\n", "Ack: 3 sentences"),
        (f"## A\n\n{ACK}    two.\n", "Ack: not a sentence: two."),
        (f"## A\n\n{ACK}    Two\n", "Ack: not a sentence: Two"),
        (f"## A\n\n{ACK}    Two. Three.\n", "Ack: two sentences on one line"),
        (f"## A\n\n{UNKNOWN}", "Ack: its source [^Postel]"),
        (f"## A\n\n{ACK}    Two.[^rfc9293]\n", "[^rfc9293]: no such note"),
        (f"## A\n\n{ACK.replace('[^rfc793]', '')}", "[^rfc793]: no entry cites it"),
        (f"## A\n\n{ACK}\n:   A third.\n", "2 definitions, of which 1 can be read"),
    ],
)
def test_what_is_wrong_is_found(body: str, fault: str | None) -> None:
    found = faults(HEAD + body + NOTES)

    if fault is None:
        assert found == []
    else:
        assert any(line.startswith(fault) for line in found), found
