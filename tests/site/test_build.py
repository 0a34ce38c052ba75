"""The build is strict, asks no other host, and leaves lean pages that ask none."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.lib.paths import DOCS
from tests.site.conftest import Build, Site

pytestmark = pytest.mark.browser  # the build draws the diagrams in one

SOUND = (
    '# One\n\n[Two](two.md#there)\n\n--8<-- "index/index/one_click_two_charges.md"\n'
)
TWO = "# Two\n\n## There\n"

# What a browser fetches by itself. A link to follow is another matter.
LOADS = re.compile(
    r'<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*?\b(?:src|data)="'
    r'([^"]+)"'
    r'|<link\b(?=[^>]*\brel="[^"]*\b(?:stylesheet|preload|prefetch|preconnect|'
    r'dns-prefetch|icon|manifest|modulepreload)\b)[^>]*?\bhref="([^"]+)"'
)
FOREIGN = re.compile(r"^(?:[a-z]+:)?//", re.IGNORECASE)


def test_a_sound_site_builds(build_small: Build) -> None:
    done = build_small({"index.md": SOUND, "two.md": TWO})

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("[Two](tow.md)", "tow.md"),
        ("[Two](two.md#their)", "#their"),
        ("![](two.png)", "two.png"),
        ('--8<-- "index/index/no_such_program.md"', "no_such_program.md"),
        ('--8<-- "index/index/one_click_two_charges.md:nosuch"', "nosuch"),
    ],
)
def test_what_is_missing_stops_the_build(
    build_small: Build, wrong: str, said: str
) -> None:
    done = build_small({"index.md": f"# One\n\n{wrong}\n", "two.md": TWO})

    assert done.returncode != 0
    assert said in done.stderr


def test_the_build_asks_no_other_host(site: Site, tripwire: dict[str, str]) -> None:
    assert not site.hosts.exists(), site.hosts.read_text()

    # The tripwire works: this does ask.
    ask = "import urllib.request as u; u.urlopen('http://elsewhere.invalid/')"
    subprocess.run([sys.executable, "-c", ask], env=tripwire, capture_output=True)
    assert site.hosts.read_text() == "elsewhere.invalid\n"
    site.hosts.unlink()


def test_no_page_names_another_host_to_load_from(site: Site) -> None:
    loads = [
        (page.name, first or second)
        for page in site.pages()
        for first, second in LOADS.findall(page.read_text("utf-8"))
    ]

    assert len(loads) > 3 * len(site.pages())
    assert [load for load in loads if FOREIGN.match(load[1])] == []


def test_no_style_sheet_names_another_host(site: Site) -> None:
    sheets = sorted(site.folder.rglob("*.css"))
    addresses = [
        address
        for sheet in sheets
        for address in re.findall(
            r"""(?:url\(|@import)\s*["']?([^"')]{1,60})""", sheet.read_text("utf-8")
        )
    ]

    assert addresses
    assert [address for address in addresses if FOREIGN.match(address)] == []


def test_our_scripts_name_no_other_host() -> None:
    scripts = sorted((DOCS / "assets" / "js").glob("*.js"))
    named = [
        host
        for script in scripts
        for host in re.findall(r"https?://([^/\s\"'`]+)", script.read_text("utf-8"))
    ]

    assert scripts
    assert set(named) <= {"www.w3.org"}  # the name of the SVG language


def test_a_page_loads_one_style_sheet_and_one_script(site: Site) -> None:
    for page in site.pages():
        text = page.read_text("utf-8")
        sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
        scripts = re.findall(r'<script src="([^"]+)" defer>', text)

        assert len(re.findall(r"<link\b[^>]*\bstylesheet\b", text)) == 1, page
        assert len(sheets) == 1, page
        assert len(re.findall(r"<script\b[^>]*\bsrc=", text)) == len(scripts) == 1, page
        for address in (*sheets, *scripts):
            base = site.folder if address.startswith("/") else page.parent
            assert (base / address.lstrip("/")).is_file(), (page, address)


def test_only_the_print_page_carries_what_printing_needs(site: Site) -> None:
    styles = {
        page.parent.name: _sheet(page).read_text("utf-8")
        for page in site.pages()
        if page.parent.name in ("print_page", "happened_before")
    }

    assert "#print-site-page" in styles["print_page"]
    assert ".print-site-enumerate" not in styles["happened_before"]


def _sheet(page: Path) -> Path:
    found = re.search(r'<link rel="stylesheet" href="([^"]+)"', page.read_text("utf-8"))
    assert found is not None
    return page.parent / found[1]


def test_a_page_describes_itself_where_it_is_shared(site: Site) -> None:
    text = (site.folder / "ordering" / "happened_before" / "index.html").read_text()
    # In whichever order the attributes stand.
    shared = {
        name: content
        for tag in re.findall(r"<meta [^>]+>", text)
        for name in re.findall(r'"((?:og|twitter):\w+)"', tag)
        for content in re.findall(r'content="([^"]*)"', tag)
    }

    assert shared["og:type"] == "article"
    assert shared["og:title"]
    assert len(shared["og:description"]) > 40
    assert shared["og:url"] == f"{site.address}ordering/happened_before/"
    assert shared["twitter:card"] == "summary"


def test_fonts_are_few(site: Site) -> None:
    fonts = sorted((site.folder / "assets" / "vendor" / "fonts").glob("*"))

    assert len(fonts) == 3
    assert sum(font.stat().st_size for font in fonts) < 75_000
