"""On the page that holds all pages each part has an address, and links lead to it."""

import re
from collections import Counter

import pytest

from scripts.lib.anchors import mended
from tests.site.conftest import Site

SECTION = '<section class="print-page" id="{}">{}</section>'
TAG = re.compile(r"<[a-zA-Z][^>]*>")
ID = re.compile(r"""\sid=(["'])(.+?)\1""")


def test_an_id_gets_the_name_of_its_page_and_what_names_it_follows() -> None:
    one = '<div id="a"><svg aria-labelledby="b c"><path marker-end="url(#b)"/></svg>'
    text = mended(SECTION.format("one", one) + SECTION.format("two", '<i id="a">'))

    assert 'id="one-a"' in text
    assert 'id="two-a"' in text
    # There is no b: what names something elsewhere stays.
    assert 'aria-labelledby="b c"' in text
    text = mended(SECTION.format("one", one + '<b id="b"></b>'))
    assert 'aria-labelledby="one-b c"' in text
    assert "url(#one-b)" in text


@pytest.mark.parametrize(
    "html",
    [
        '<h2 id="one-a">A</h2><li id="one-fn:x">',
        '<input id="one-__tabbed_1_1"><label for="one-__tabbed_1_1">',
        "<code>id=&quot;a&quot;</code>",
        '<p title="an id">a &lt;b id=5></p>',
    ],
)
def test_what_the_plugin_has_done_and_what_is_text_stays(html: str) -> None:
    assert mended(SECTION.format("one", html)) == SECTION.format("one", html)


def test_what_stands_around_the_pages_stays() -> None:
    around = '<div id="print-site-page">{}</div><div id="__search"></div>'
    text = around.format(SECTION.format("one", '<p id="a">'))

    assert mended(text) == text.replace('id="a"', 'id="one-a"')
    assert mended("<p id='a'>No pages.</p>") == "<p id='a'>No pages.</p>"


@pytest.mark.parametrize("name", ["d", "i"])
def test_a_heading_of_one_letter_has_its_id_again(name: str) -> None:
    broken = f'<h2 id="{name}">'.replace(name, f"one-{name}")

    assert f'<h2 id="one-{name}">' in mended(SECTION.format("one", broken))


def test_a_link_to_the_front_page_leads_there() -> None:
    link = SECTION.format("one", '<a class="x" href="#.">home</a>')

    assert 'href="#index"' in mended(SECTION.format("index", "") + link)


def test_every_link_on_the_print_page_has_its_target(site: Site) -> None:
    tags = TAG.findall((site.folder / "print_page" / "index.html").read_text("utf-8"))
    ids = Counter(name for tag in tags for _, name in ID.findall(tag))
    links = [link for tag in tags for link in re.findall(r'\shref="#([^"]+)"', tag)]
    labels = [
        word
        for tag in tags
        for words in re.findall(r'\s(?:for|aria-[a-z]+by)="([^"]+)"', tag)
        for word in words.split()
        if not word.startswith("__")  # the theme's own
    ]

    assert len(links) > 1000
    assert len(labels) > 100
    assert [name for name, times in ids.items() if times > 1] == []
    assert sorted({*links, *labels} - ids.keys()) == []
