"""Lean pages: what is merged keeps its order and meaning, what is unused goes."""

import re
from pathlib import Path

import pytest

from scripts.lib import lean

THEME = """
.used{color:red} .unused{color:red} .made-by-script{color:red}
[dir=rtl] .used{color:red} .tabbed-labels>:nth-child(2){color:red}
.tabbed-labels>:nth-child(9){color:red} [data-md-color-switching] *{color:red}
a:focus-visible{color:red}
"""
OURS = """
@font-face{font-family:F;src:url("../vendor/f.woff2")}
.used{color:blue} .only-drawn-later{color:blue} :focus-visible{color:blue}
"""
PAGE = """<!doctype html><html><head>
<link rel="stylesheet" href="{up}theme/main.css">
<link href="{up}css/print-site.css" rel="stylesheet"/>
<link rel="stylesheet" href="{up}assets/css/ours.css">
</head><body class="used" dir="ltr"><p>unused</p><a href="#">link</a>{body}
<input id="__tabbed_1_2"><div class="tabbed-labels"></div>
<script src="{up}theme/main.js"></script><script src="{up}assets/js/ours.js"></script>
</body></html>
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(lean, "ANSWERS", tmp_path / "answers")
    files = {
        "theme/main.css": THEME,
        "css/print-site.css": "#print-site-page{color:green}",
        "assets/css/ours.css": OURS,
        "theme/main.js": 'globalThis.order = ["made-by-script"];',
        "assets/js/ours.js": 'globalThis.order.push("ours");',
        "index.html": PAGE.format(up="", body=""),
        "deep/down/index.html": PAGE.format(up="../../", body=""),
        "404.html": PAGE.format(up="/base/", body=""),
        "print_page/index.html": PAGE.format(
            up="../", body='<div id="print-site-page"></div>'
        ),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    lean.lean(tmp_path)
    return tmp_path


def loaded(page: Path) -> tuple[list[str], list[str]]:
    """The style sheets and the scripts that a page names."""
    text = page.read_text()
    return (
        re.findall(r"<link [^>]*href=\"([^\"]+)\"", text),
        re.findall(r"<script src=\"([^\"]+)\"", text),
    )


def style(page: Path) -> str:
    (sheet,), _ = loaded(page)
    return (page.parent / sheet).read_text()


def test_a_page_names_one_of_each(site: Path) -> None:
    for name, up in (
        ("index.html", ""),
        ("deep/down/index.html", "../../"),
        ("404.html", "/base/"),
    ):
        (sheet,), (script,) = loaded(site / name)
        assert re.fullmatch(rf"{up}assets/css/site\.[0-9a-f]{{8}}\.css", sheet)
        assert re.fullmatch(rf"{up}assets/js/site\.[0-9a-f]{{8}}\.js", script)


def test_what_is_unused_goes_and_the_rest_stays_in_order(site: Path) -> None:
    text = style(site / "index.html")

    for gone in (".unused", "rtl", "nth-child(9)", "color-switching", "print-site"):
        assert gone not in text
    assert ".made-by-script" in text
    assert "nth-child(2)" in text
    assert text.rindex("color:red") < text.index("color:#00f")


def test_our_own_rules_stay_whole(site: Path) -> None:
    text = style(site / "index.html")

    assert ".only-drawn-later" in text
    assert re.search(r"\}:focus-visible\{", text)
    assert "../vendor/f.woff2" in text


def test_scripts_keep_their_order(site: Path) -> None:
    _, (script,) = loaded(site / "index.html")
    text = (site / script).read_text()

    assert text.index("made-by-script") < text.index("ours")


def test_the_print_page_keeps_its_own(site: Path) -> None:
    assert "#print-site-page" in style(site / "print_page" / "index.html")


def test_a_site_as_before_is_not_looked_at_again(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> str:
        raise AssertionError("asked again")

    before = style(site / "index.html")
    monkeypatch.setattr(lean, "_answer", never)
    monkeypatch.setattr(lean, "_names", never)
    for name, up in (("index.html", ""), ("deep/down/index.html", "../../")):
        (site / name).write_text(PAGE.format(up=up, body=""))
    (site / "404.html").write_text(PAGE.format(up="/base/", body=""))
    (site / "print_page" / "index.html").write_text(
        PAGE.format(up="../", body='<div id="print-site-page"></div>')
    )

    lean.lean(site)

    assert style(site / "index.html") == before
