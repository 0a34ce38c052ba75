"""What docs/papers/distsys_class.md says of the class: every section of it, once.

The headings are those of README.markdown in the repository aphyr/distsys-class, in the
version of 18 March 2025 (its own reviews apart, which the page counts).
"""

import re

import pytest

from scripts.lib.paths import DOCS

PAGE = DOCS / "papers" / "distsys_class.md"
TEXT = PAGE.read_text("utf-8")
MAP = TEXT.partition("## Part by part\n")[2].partition("\n## ")[0]
CLASS = "https://github.com/aphyr/distsys-class"

PARTS = {
    "Intro": "",
    "What makes a thing distributed?": "",
    "Nodes and networks": "Nodes; Networks as message flows; Causality diagrams; "
    "Synchronous networks; Semi-synchronous networks; Asynchronous networks",
    "When networks go wrong": "",
    "Low level protocols": "TCP; UDP",
    "Clocks": "Wall Clocks; Lamport Clocks; Vector Clocks; GPS & Atomic Clocks",
    "Availability": "Total availability; Sticky availability; High availability; "
    "Majority available; Quantifying availability",
    "Consistency": "Monotonic Reads; Monotonic Writes; Read Your Writes; "
    "Writes Follow Reads; Causal consistency; Sequential consistency; "
    "Linearizability; Transactional Models; Does any of this actually matter?",
    "Tradeoffs": "Availability and Consistency; Harvest and Yield; Hybrid systems",
    "Avoid Consensus Wherever Possible": "CALM conjecture; Gossip; CRDTs; HATs",
    "Fine, We Need Consensus, What Now?": "Paxos; ZAB; Humming Consensus; "
    "Viewstamped Replication; Raft",
    "What About Transactions?": "",
    "Characteristic latencies": "Multicore systems; Local networks; "
    "Geographic replication",
    "Common distributed systems": "Outsourced heaps; KV stores; SQL databases; "
    "Search; Coordination services; Streaming systems; Distributed queues",
    "A Pattern Language": "Don't distribute; Use an existing distributed system; "
    "Never fail; Accept failure; Recovery First; Reconciliation Loops; Backups; "
    "Redundancy; Sharding; Independent domains; ID structure; Immutable values; "
    "Mutable identities; Confluence; Backpressure; Services for domain models; "
    "Structure Follows Social Spaces; Cross-service coordination; Migrations",
    "Production Concerns": "Distributed systems are supported by your culture; "
    'Test everything; "It\'s Slow"; Instrument everything; Logging; '
    "Shadow traffic; Versioning; Rollouts; Automated Control; Feature flags; "
    "Chaos engineering; Oh no, queues",
    "Further reading": "Online; Trees",
}


def parts() -> dict[str, str]:
    """The text under each heading of the map."""
    pieces = re.split(r"^### (.*)$", MAP, flags=re.MULTILINE)[1:]
    names = [re.sub(r"\[(.*)\]\(.*\)", r"\1", name) for name in pieces[::2]]
    assert len(names) == len(set(names))
    return dict(zip(names, pieces[1::2], strict=True))


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub and MkDocs make it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_every_part_of_the_class_stands_there_once_in_its_order() -> None:
    assert list(parts()) == list(PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_every_section_is_named_once_in_its_order(part: str) -> None:
    named = re.findall(r"^(.*)\n\{ \.sections \}$", parts()[part], re.MULTILINE)

    assert "; ".join(named).replace(" · ", "; ") == PARTS[part]


@pytest.mark.parametrize("part", PARTS)
def test_each_part_says_what_is_here_and_what_is_there(part: str) -> None:
    lines = parts()[part].splitlines()
    (here,) = [line for line in lines if line.startswith("Here, ")]
    (there,) = [line for line in lines if re.match("The class (adds|says) ", line)]

    assert re.search(r"\]\([^)]+\.md", here)
    assert len(there) > len("The class adds ") + 20


def test_links_into_the_class_lead_to_headings_that_it_has() -> None:
    sections = "; ".join(PARTS.values()).split("; ")
    known = {slug(heading) for heading in [*PARTS, *sections]}
    anchors = re.findall(rf"{CLASS}#([^)]+)", TEXT)

    assert set(anchors) <= known
    assert len(anchors) == len(PARTS)  # all but the intro, and where to start


def test_links_to_pages_here_resolve() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+\.md)(?:#([\w-]+))?\)", TEXT)

    assert len(links) > 30
    for file, anchor in links:
        target = (PAGE.parent / file).resolve()
        assert target.is_file(), file
        headings = re.findall(r"^##+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
        assert not anchor or anchor in map(slug, headings), anchor


def test_it_says_how_long_the_reading_takes_and_where_to_start() -> None:
    (words,) = re.findall(r"([\d,]+) words of notes", TEXT)
    (pace,) = re.findall(r"At (\d+) words a minute, reading it takes an hour", TEXT)

    assert words == "12,345"
    assert 55 <= int(words.replace(",", "")) / int(pace) <= 65
    assert re.search(rf"^Start with \[Don't distribute\]\({CLASS}#", TEXT, re.MULTILINE)


def test_it_carries_no_phrase_of_the_class() -> None:
    for phrase in ("belong together", "fit together", "where to look", "is a map"):
        assert phrase not in TEXT
