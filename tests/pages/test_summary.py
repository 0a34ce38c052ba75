"""The talk on one screen: a line for each page, from the page itself."""

from pathlib import Path

import pytest

from scripts.lib.pages import PageError, nav
from scripts.lib.paths import DOCS
from scripts.lib.summary import LONGEST, PAGE, line, summary, talk

TALK = talk(nav())


def written(tmp_path: Path, takeaway: str, *cards: str) -> Path:
    page = tmp_path / "page.md"
    shown = "".join(f'\n--8<-- "ordering/page/{card}"\n' for card in cards)
    page.write_text(f"---\ntitle: A\n{takeaway}\n---\n\n# A\n{shown}")
    return page


def test_the_summary_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == summary(nav()), "run: python3 scripts/summary.py"


def test_the_summary_has_the_talk_and_nothing_but_the_talk() -> None:
    assert list(TALK)[:2] == ["Intro", "The eight fallacies"]
    assert not {"Papers", "Contemporaries", "Reference"} & set(TALK)
    assert sum(len(pages) for pages in TALK.values()) >= 20


@pytest.mark.parametrize(
    "page",
    [page for pages in TALK.values() for page in pages],
    ids=lambda page: page.relative_to(DOCS).as_posix(),
)
def test_a_page_of_the_talk_says_what_to_remember(page: Path) -> None:
    assert line(page).takeaway
    assert line(page).program or page.name == "index.md"


def test_a_line_leads_to_its_page_and_to_the_first_program() -> None:
    sentence = (
        "Give each click a key, and write it in the same transaction as its effect."
    )
    assert (
        f"- [{sentence}](failure/idempotency.md)"
        " [`charged_twice`](failure/idempotency.md#charged_twice)\n"
    ) in PAGE.read_text("utf-8")


def test_below_stands_where_the_talk_comes_from() -> None:
    *_, papers, people = PAGE.read_text("utf-8").strip().split("\n\n")
    assert papers.startswith("**[Three texts, and in which order to read them](")
    assert people.startswith("**[Four people to follow](contemporaries/index.md)**")
    for folder, paragraph in (("papers", papers), ("contemporaries", people)):
        for page in (DOCS / folder).glob("*.md"):
            assert f"]({folder}/{page.name})" in paragraph


def test_a_part_of_a_card_has_no_address(tmp_path: Path) -> None:
    page = written(tmp_path, "takeaway: Wait.", "one.md:diagram", "two.md", "three.md")

    assert line(page).program == "two"


def test_a_page_without_a_program_is_a_line_without_one(tmp_path: Path) -> None:
    assert line(written(tmp_path, "takeaway: Wait.")).program is None


@pytest.mark.parametrize(
    ("takeaway", "message"),
    [
        ("talk: []", r"page\.md:1: no takeaway\. Add «takeaway: …», one plain sen"),
        (f"takeaway: {'x' * LONGEST}.", r"page\.md:3: takeaway of 76 characters\. W"),
        ("takeaway: Wait", r"page\.md:3: takeaway without a period at its end\. Write"),
    ],
)
def test_what_is_wrong_is_said_with_its_cure(
    tmp_path: Path, takeaway: str, message: str
) -> None:
    with pytest.raises(PageError, match=message):
        line(written(tmp_path, takeaway))


def test_all_pages_that_lack_something_are_named_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("scripts.lib.summary.DOCS", tmp_path)
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").write_text("---\ntitle: A\n---\n")

    with pytest.raises(PageError) as caught:
        summary([{"Part": ["one.md", {"Other title": "two.md"}]}, "summary.md"])

    first, second = str(caught.value).splitlines()
    assert "one.md:1: no takeaway" in first
    assert "two.md:1: no takeaway" in second


def test_a_nav_without_the_summary_or_with_a_missing_page_is_named() -> None:
    with pytest.raises(PageError, match=r"mkdocs\.yml: nav has no summary\.md\. Put"):
        summary([{"Part": ["one.md"]}])
    with pytest.raises(PageError, match=r"nav names docs/no\.md, and there is no such"):
        summary([{"Part": ["no.md"]}, "summary.md"])
