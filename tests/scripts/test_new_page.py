"""Beginning a page: three files, and nothing that was there is lost."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from scripts.lib.pages import slips, title
from scripts.lib.paths import ROOT, SCRIPTS
from scripts.lib.summary import line

spec = importlib.util.spec_from_file_location("new_page", SCRIPTS / "new_page.py")
assert spec and spec.loader
command = importlib.util.module_from_spec(spec)
spec.loader.exec_module(command)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    return tmp_path


def test_a_page_in_an_old_section_comes_last_there(root: Path) -> None:
    command.new_page(root, "ordering/gossip", "News", "2026-01-02")

    lines = (root / "mkdocs.yml").read_text().splitlines()
    place = lines.index("      - ordering/gossip.md")
    assert "ordering/" in lines[place - 1]
    assert "ordering/" not in lines[place + 1]
    page = (root / "docs" / "ordering" / "gossip.md").read_text()
    assert '--8<-- "ordering/gossip/gossip.md"' in page
    assert (root / "snippets" / "ordering" / "gossip" / "gossip.py").is_file()


def test_a_new_section_ends_the_talk(root: Path) -> None:
    command.new_page(root, "weather_report/rain", "Rain", "2026-01-02")

    text = (root / "mkdocs.yml").read_text()
    section = "  - Weather report:\n      - weather_report/rain.md\n  - summary.md\n"
    assert section in text


def test_a_new_page_has_a_sentence_to_remember(root: Path) -> None:
    page, *_ = command.new_page(root, "ordering/gossip", "News", "2026-01-02")

    assert line(page).takeaway.startswith("One plain sentence")
    assert line(page).program == "gossip"


@pytest.mark.parametrize("words", ["A: b", "#1", '"Hi", he said', "Né"])
def test_any_title_can_be_read_again(root: Path, words: str) -> None:
    page, *_ = command.new_page(root, "ordering/gossip", words, "2026-01-02")

    assert title(page) == words
    assert not [*slips(page)]


def test_a_page_that_exists_is_left_alone(root: Path) -> None:
    command.new_page(root, "ordering/gossip", "News", "2026-01-02")
    before = (root / "mkdocs.yml").read_text()

    with pytest.raises(FileExistsError, match=r"docs/ordering/gossip\.md is there"):
        command.new_page(root, "ordering/gossip", "Other", "2026-01-02")

    assert (root / "mkdocs.yml").read_text() == before
