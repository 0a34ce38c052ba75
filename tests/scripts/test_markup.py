"""What runs in a page is ours: the build refuses all else, and no policy signs it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from markdown import Markdown

from scripts.lib import configuration, markup, mistakes, pages, policy, release
from scripts.lib.paths import ROOT

Render = Callable[[str], str]
TICKS = "```"


@pytest.fixture(scope="module")
def render() -> Render:
    """Return what makes HTML of a page, with the settings of the site."""
    config = configuration.load(ROOT / "mkdocs.yml")
    extensions, settings = config.markdown_extensions, config.mdx_configs
    return lambda text: Markdown(
        extensions=extensions, extension_configs=settings
    ).convert(text)


def slips(text: str, render: Render) -> list[str]:
    return [*markup.slips(render(text), text, render)]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('<script>document.title = "x"</script>', "<script>"),
        ("Words <script src=x.js></script> in a line", "<script>"),
        ("<SCRIPT type=module>import 'x'</SCRIPT>", "<script>"),
        ("<svg><script>alert(1)</script></svg>", "<script>"),
        ("<iframe src='x.html'></iframe>", "<iframe>"),
        ("<style>p { color: red }</style>", "<style>"),
        ('<meta http-equiv="refresh" content="0; url=x">', "<meta>"),
        ('<img src="x.png" alt="x" onerror="alert(1)">', "onerror="),
        ("Words <b OnClick=alert(1)>in bold</b>", "onclick="),
        ("<img/onload=alert(1) src=x>", "onload="),
        ("[words](x.md){ onclick=alert(1) }", "onclick="),
        ("[words](javascript:alert(1))", "a javascript: link"),
        ("<a href=' JavaScript&colon;alert(1)'>words</a>", "a javascript: link"),
        ("<a href='java&#10;script:alert(1)'>words</a>", "a javascript: link"),
        ("<svg><a xlink:href='javascript:x'>words</a></svg>", "a javascript: link"),
    ],
)
def test_what_would_run_is_refused_with_its_line(
    render: Render, line: str, what: str
) -> None:
    (told,) = slips(f"# A page\n\nFirst.\n\n{line}\n\nLast.\n", render)

    assert told.startswith(f":5: a page may not hold {what}. ")
    assert told.endswith(". To show it, write it as code")


@pytest.mark.parametrize(
    "text",
    [
        "`<script>alert(1)</script>` and `onclick=` and `javascript:`",
        f"{TICKS}html\n<script>alert(1)</script>\n<a href='javascript:x'>\n{TICKS}",
        "    <iframe src='x'></iframe>\n",
        "<!-- <script>alert(1)</script> -->",
        "The text javascript: is no link, and onclick=x no attribute.",
        '<div class="note" markdown>\n*Words*\n</div>',
        '<svg viewBox="0 0 9 9"><path style="fill: red" d="M0 0h9"/></svg>',
        '<p title="javascript: a language">Words</p>',
        "[words](x.md#javascript:)",
        "&lt;script&gt; in words",
    ],
)
def test_code_that_is_shown_and_harmless_html_pass(render: Render, text: str) -> None:
    assert slips(f"# A page\n\n{text}\n", render) == []


def test_the_line_is_that_of_the_tag_and_not_of_the_code_that_shows_it(
    render: Render,
) -> None:
    shown = f"`<script>`\n\n{TICKS}html\n<script>\n{TICKS}\n\n"
    text = f"{shown}<script>\nalert(1)\n</script>\n\n`<script>`\n"

    (told,) = slips(text, render)
    assert told.startswith(":7: a page may not hold <script>. ")


def test_each_thing_is_told_and_what_comes_from_a_file_has_no_line(
    render: Render,
) -> None:
    text = "<style></style>\n\n<b onclick=x>words</b>\n"
    told = [*markup.slips(render(text) + "<script></script>", text, render)]

    assert [line.split(" a page")[0] for line in told] == [":1:", ":3:", ":"]


def test_the_release_build_stops_at_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    page = docs / "index.md"
    settings = tmp_path / "mkdocs.yml"
    settings.write_text(
        f"INHERIT: {ROOT / 'mkdocs.yml'}\ndocs_dir: {docs}\nnav: [index.md]\n"
        f"theme: {{custom_dir: {ROOT / 'overrides'}}}\nwatch: []\n"
    )
    monkeypatch.setattr(release, "MKDOCS", settings)
    monkeypatch.setattr(mistakes, "DOCS", docs)
    monkeypatch.setattr(pages, "ROOT", tmp_path)

    for wrong in (
        "# A page\n\n<script>x</script>\n",
        "---\ntitle: <b onclick=x>\n---\n",
    ):
        page.write_text(wrong)
        with pytest.raises(SystemExit) as stop:
            release.build(tmp_path / "site")
        told = str(stop.value)
        line = 3 if "script" in wrong else 2
        assert told.startswith(f"docs/index.md:{line}: a page may not hold "), told
        assert "\n" not in told


PAGE = (
    '<!doctype html>\n<html><head><meta charset="utf-8">{}</head><body></body></html>'
)


def test_the_policy_signs_only_what_is_known_to_be_ours(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text(PAGE.format("<script>ours()</script><script src='x.js'></script>"))
    policy.write(tmp_path, frozenset({"ours()", "unused()"}))
    text = page.read_text()
    assert text.count("'sha256-") == 1
    assert "'unsafe-inline'" not in text.replace("style-src-attr 'unsafe-inline'", "")

    data = '<script type="application/json">{"a": "<script>"}</script>'
    page.write_text(PAGE.format(data))
    policy.write(tmp_path, frozenset())
    assert "'sha256-" not in page.read_text()


@pytest.mark.parametrize(
    "foreign", ["<script>theirs()</script>", "<SCRIPT type=module>theirs()</SCRIPT>",
                "<style>theirs{}</style>"]
)  # fmt: skip
def test_a_page_with_another_script_or_style_is_not_published(
    tmp_path: Path, foreign: str
) -> None:
    page = tmp_path / "deep" / "index.html"
    page.parent.mkdir()
    page.write_text(PAGE.format(foreign))
    with pytest.raises(SystemExit, match=r"^deep.index\.html: a \w+ .*«theirs"):
        policy.write(tmp_path, frozenset({"ours()"}))
    assert "Content-Security-Policy" not in page.read_text()
