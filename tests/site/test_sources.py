"""Notes say on how many other pages their source is cited, and link to the list."""

import re

from scripts.lib.sources import counts, marked
from tests.published import Site

LIST = """
<li id="lamport1978">Lamport <a href="#x">doi</a>
<small>Cited in <a href="a">A</a> · <a href="b">B</a> · <a href="c">C</a></small></li>
<li id="jaeger">Jaeger <small>Cited in <a href="a">A</a></small></li>
<li id="baran">Baran <small>Cited in <a href="a">A</a> · <a href="b">B</a></small></li>
"""
KNOWN = {"lamport1978": 3, "jaeger": 1, "baran": 2}


def note(label: str) -> str:
    back = f'<a class="footnote-backref" href="#fnref:{label}">↩</a>'
    return f'<li id="fn:{label}">\n<p>Text. {back}</p>\n</li>\n'


def linked(*labels: str) -> list[str]:
    text = marked("".join(map(note, labels)), KNOWN, "../references/")
    return re.findall(r'<a class="source" href="(.*?)">(.*?)</a> <a class="foot', text)


def test_the_list_says_who_cites_what() -> None:
    assert counts(LIST) == KNOWN


def test_a_note_says_how_many_others_cite_its_source() -> None:
    assert linked("lamport1978-failure") == [
        ("../references/#lamport1978", "Also on 2 other pages.")
    ]
    assert linked("baran") == [("../references/#baran", "Also on another page.")]


def test_it_says_so_once_and_only_if_there_are_others() -> None:
    assert len(linked("lamport1978", "lamport1978-failure")) == 1
    assert linked("jaeger", "nobody") == []


def test_the_links_of_the_site_lead_to_entries_that_others_cite(site: Site) -> None:
    entries = counts((site.folder / "references" / "index.html").read_text("utf-8"))
    page = site.folder / "ordering" / "happened_before" / "index.html"

    links = re.findall(r'class="source" href="(.*?)#(.*?)"', page.read_text("utf-8"))

    assert ("../../references/", "lamport1978") in links
    assert all(entries[key] > 1 for _, key in links)
    together = site.folder / "print_page" / "index.html"
    assert 'class="source"' not in together.read_text("utf-8")
