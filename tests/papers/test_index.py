"""What docs/papers/index.md says: times that fit together, dated readings."""

import re

from scripts.lib import bibliography
from scripts.lib.paths import DOCS

PAGE = DOCS / "papers" / "index.md"
TEXT = PAGE.read_text("utf-8")
FIRST, _, FURTHER = TEXT.partition("## Further reading\n")
NOTES = dict(re.findall(r"^\[\^([\w-]+)\]: (.*)$", FURTHER, re.MULTILINE))
ITEM = re.compile(r"^- (\d{4}), (.+?):\[\^([\w-]+)\] (.+)$", re.MULTILINE)


def hours(text: str) -> float:
    whole, half = re.fullmatch(r"(\d)(½?) hours?", text).groups()  # type: ignore[union-attr]
    return int(whole) + 0.5 * bool(half)


def test_each_time_is_its_length_at_the_pace_that_is_stated() -> None:
    rows = re.findall(r"\| ([\d,]+) (pages|words) \| ([^|]+) \|", FIRST)
    (baran, lamport, words) = map(
        int,
        re.findall(
            r"estimates: (\d+) minutes .* Baran, (\d+) for .* Lamport .* (\d+) words",
            FIRST,
        )[0],
    )
    lengths = [int(length.replace(",", "")) for length, _, _ in rows]
    minutes = [lengths[0] * baran, lengths[1] * lamport, lengths[2] / words]

    for (_, _, stated), real in zip(rows, minutes, strict=True):
        assert abs(hours(stated.strip()) * 60 - real) <= 5
    assert lengths == [9 - 1 + 1, 565 - 558 + 1, 12_345]  # of the three sources
    assert "1 to 9; Lamport's are 558 to 565" in FIRST


def test_an_hour_is_enough_for_what_it_recommends_for_an_hour() -> None:
    (pace,) = re.findall(r"(\d+) for a page of Lamport", FIRST)

    assert "If you have only an hour, read the first four pages of Lamport." in FIRST
    assert 4 * int(pace) == 60


def test_further_reading_is_grouped_by_question() -> None:
    groups = re.split(r"^### (.*)$", FURTHER, flags=re.MULTILINE)[1:]

    assert [name.partition(":")[0] for name in groups[::2]] == [
        "Time and order",
        "Agreement",
        "Replicated data",
        "Failure",
        "Practice",
    ]
    for name, items in zip(groups[::2], groups[1::2], strict=True):
        years = [year for year, *_ in ITEM.findall(items)]
        assert name.endswith("?")
        assert len(years) >= 2
        assert years == sorted(years)


def test_each_reading_has_its_date_a_reason_and_a_link() -> None:
    known = bibliography.entries()
    items = ITEM.findall(FURTHER)

    assert len(items) == FURTHER.count("\n- ") == len(NOTES) == 15
    assert "\nFifteen texts" in FURTHER
    for year, _, key, reason in items:
        assert known[key].fields["year"] == year, key
        assert len(reason.split()) >= 5, key
        assert re.search(r"\]\(https://", NOTES[key]), key


def test_links_to_pages_here_resolve() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+\.md)", TEXT)

    assert {"baran.md", "lamport.md", "distsys_class.md"} <= set(links)
    for file in links:
        assert (PAGE.parent / file).resolve().is_file(), file
