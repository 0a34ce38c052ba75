"""The glossary's terms on the pages: linked at their first use, and only in prose."""

import re

import pytest
from playwright.sync_api import Browser, expect

from scripts.lib.terms import Term, marked, terms
from tests.published import Site

KNOWN = [
    Term("idempotent", ("idempotent", "idempotency"), "Twice is once."),
    Term("clock", ("clock",), "Says a time."),
    Term("lamport_clock", ("Lamport clock",), 'Counts "steps".'),
    Term("cap", ("CAP",), "A theorem."),
]


def article(html: str) -> str:
    return f"<nav>clock</nav><article class='x'>{html}</article>"


def linked(html: str) -> list[str]:
    """What of an article is linked, in order."""
    text = marked(article(html), KNOWN, "../glossary/")
    return re.findall(r'<a class="term"[^>]*>(.*?)</a>', text)


def test_the_first_use_is_linked_and_no_other() -> None:
    assert linked("<p>A clock. Another clock.</p><p>Clocks.</p>") == ["clock"]
    assert linked("<p>Idempotency, idempotent.</p>") == ["Idempotency"]


def test_an_abbreviation_is_one_in_capitals_only() -> None:
    assert linked("<p>A cap, a Cap, and CAP.</p>") == ["CAP"]


def test_the_longest_name_counts() -> None:
    assert linked("<p>Lamport clocks and a clock.</p>") == ["Lamport clocks", "clock"]


@pytest.mark.parametrize(
    "html",
    [
        "<h2>A clock</h2>",
        '<p><a href="x">a <b>clock</b></a></p>',
        "<p><code>clock</code></p>",
        '<div class="card" id="x"><p>clock</p><div>clock</div></div>',
        "<svg><title>clock</title></svg>",
        "<!-- clock -->",
        '<p title="clock">x</p>',
        "<p>clockwork, o'clock-face</p>",
        "<p>Clock.js, clock(), clock.py</p>",
        "<p>«The clock», «a <b>word</b> for a clock»</p>",
        "<blockquote><p>A clock.</p></blockquote>",
        '<p class="sections">Clocks · Lamport clocks</p>',
        '<div class="tabbed-labels"><label for="x">Clock</label></div>',
    ],
)
def test_what_is_no_running_text_stays(html: str) -> None:
    assert linked(html) == []


@pytest.mark.parametrize(
    "html",
    [
        '<div class="card"><div><img src="x">clock</div></div><p>clock</p>',
        "<p>«The clock» is a clock.</p>",
        "<p>Clock.js has a clock.</p>",
        "<p>«Nobody closed this.</p><p>A clock.</p>",
    ],
)
def test_what_follows_such_a_part_is_text_again(html: str) -> None:
    assert linked(html) == ["clock"]


def test_the_meaning_travels_in_an_attribute() -> None:
    text = marked(article("<p>Lamport clock</p>"), KNOWN, "../glossary/")

    assert 'href="../glossary/#lamport_clock"' in text
    assert 'data-meaning="Counts &quot;steps&quot;."' in text
    assert text.startswith("<nav>clock</nav>")


def test_the_glossary_is_read_from_its_page() -> None:
    page = (
        '<dl>\n<dt id="a">One &amp; two<a class="headerlink" href="#a">&para;</a></dt>'
        "\n<dt>Pair</dt>\n<dd>Both, <em>at once</em>."
        '<sup id="fnref:x"><a class="footnote-ref" href="#fn:x">1</a></sup></dd></dl>'
    )

    assert terms(page) == [Term("a", ("One & two", "Pair"), "Both, at once.")]
    with pytest.raises(ValueError, match=r"docs/glossary\.md: «X» has no address"):
        terms("<dt>X</dt><dd>Y</dd>")


def test_a_term_explains_itself_to_the_keyboard_and_escape_ends_it(
    site: Site, chromium: Browser
) -> None:
    page = chromium.new_page()
    try:
        page.goto(f"{site.address}ordering/happened_before/")
        term = page.locator("a.term").first
        meaning = term.get_attribute("data-meaning") or "?"
        term.scroll_into_view_if_needed()
        term.hover()
        box = page.get_by_role("tooltip")
        expect(box).to_contain_text(meaning)
        assert term.get_attribute("aria-describedby") == box.get_attribute("id")
        box.hover()  # the pointer may go there
        expect(box).to_be_visible()
        page.keyboard.press("Escape")
        expect(box).to_have_count(0)
    finally:
        page.close()


def test_a_tap_explains_and_the_next_one_leads_to_the_glossary(
    site: Site, chromium: Browser
) -> None:
    context = chromium.new_context(
        has_touch=True, viewport={"width": 360, "height": 700}
    )
    page = context.new_page()
    try:
        page.goto(f"{site.address}ordering/happened_before/")
        term = page.locator("a.term").first
        term.tap()
        box = page.get_by_role("tooltip")
        expect(box).to_be_visible()
        bounds = box.bounding_box()
        assert bounds and bounds["x"] >= 0 and bounds["x"] + bounds["width"] <= 360
        box.get_by_role("link").tap()
        page.wait_for_url("**/glossary/#*")
    finally:
        context.close()
