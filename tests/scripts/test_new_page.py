"""Beginning a page: three files, and nothing that was there is lost."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from scripts.lib.pages import slips, title
from scripts.lib.paths import DOCS, ROOT, SCRIPTS, SNIPPETS
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


WORDS = ["A: b", "#1", '"Hi", he said', "Né", "No", "on", "NULL", "Yes", "~", "1e3"]
WORDS += ["2026-01-02", "[a", "- a", "a #b", "True", "it's", "!a", "{a}", "a\\b"]


@pytest.mark.parametrize("words", WORDS)
def test_any_title_can_be_read_again(root: Path, words: str) -> None:
    page, *_ = command.new_page(root, "ordering/gossip", words, "2026-01-02")

    assert title(page) == words
    assert not [*slips(page)]


@pytest.mark.parametrize("section", ["no", "on", "null", "true", "y"])
def test_the_name_of_any_section_can_be_read_again(root: Path, section: str) -> None:
    command.new_page(root, f"{section}/rain", "Rain", "2026-01-02")

    # As MkDocs reads it, though it knows more tags.
    text = (root / "mkdocs.yml").read_text()
    nav = yaml.safe_load(text[text.index("nav:") : text.index("\nwatch:")])["nav"]
    assert {section.capitalize(): [f"{section}/rain.md"]} in nav


@pytest.mark.parametrize("section", ["sim", "assets", "glossary", "index"])
def test_a_section_that_is_something_else_is_refused(root: Path, section: str) -> None:
    for file in ("snippets/sim/__init__.py", "docs/assets/x.css", "docs/glossary.md"):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()
    (root / "docs" / "index.md").touch()
    before = sorted(root.rglob("*"))

    with pytest.raises(FileExistsError, match=rf"/{section}.* Choose another section"):
        command.new_page(root, f"{section}/rain", "Rain", "2026-01-02")

    assert sorted(root.rglob("*")) == before


def test_the_sections_of_this_project_that_are_something_else() -> None:
    folders = {
        folder.name for folder in (SNIPPETS, DOCS) for folder in folder.iterdir()
    }
    refused = {
        name for name in folders if "." not in name and command.taken(ROOT, name)
    }
    assert refused == {"sim", "assets", "index", "simulator"}


def test_a_page_that_exists_is_left_alone(root: Path) -> None:
    command.new_page(root, "ordering/gossip", "News", "2026-01-02")
    before = (root / "mkdocs.yml").read_text()

    with pytest.raises(FileExistsError, match=r"docs/ordering/gossip\.md is there"):
        command.new_page(root, "ordering/gossip", "Other", "2026-01-02")

    assert (root / "mkdocs.yml").read_text() == before


RENEW = """
from scripts.lib.pages import nav
from scripts.lib.record import write
from scripts.lib.summary import PAGE, summary
write({PAGE: summary(nav())})
"""
FOLLOWS_NAV = (
    *(f"tests/pages/test_{what}.py" for what in ("pages", "references", "summary")),
    "tests/fallacies/test_index.py",
)
# A page that has just begun is still to be written, and that is told.
UNWRITTEN = "tests/pages/test_pages.py::test_a_page_holds_nothing_of_what_it_began_with"


def test_each_section_takes_one_more_page_and_no_test_minds(tmp_path: Path) -> None:
    root = tmp_path / "copy"
    root.mkdir()
    for folder in ("docs", "snippets", "scripts", "tests"):
        left_out = shutil.ignore_patterns("__pycache__", ".*_cache", "vendor")
        shutil.copytree(ROOT / folder, root / folder, ignore=left_out)
    for file in ("mkdocs.yml", "pyproject.toml"):
        shutil.copy(ROOT / file, root)
    sections = {page.parent.name for page in DOCS.glob("*/*.md")} | {"a_new_section"}
    names = [f"{section}/one_more_in_{section}" for section in sorted(sections)]
    for name in names:
        command.new_page(root, name, name.split("/")[1], "2026-01-02")

    def run(*arguments: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(root)}
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run("scripts/record.py", *names)
    run("-c", RENEW)
    run(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"),
        *("-m", "not browser", "--deselect", UNWRITTEN, *FOLLOWS_NAV),
    )
