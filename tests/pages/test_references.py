"""The bibliography and the notes that cite it fit together, and the list says so."""

from pathlib import Path

import pytest

from scripts.lib import bibliography, references
from scripts.lib.bibliography import entries, said, tidied
from scripts.lib.references import Citation, citations, citing, key_of, mistakes

CURE = "run: python3 scripts/references.py"

LAMPORT = """\
@article{lamport1978,
  author = {Lamport, Leslie},
  title = {Time, Clocks: The Ordering of Events},
  journal = {Communications of the ACM},
  volume = 21,
  number = 7,
  pages = {558–565},
  month = jul,
  year = 1978,
  doi = {10.1145/359545.359563},
}
"""
LINK = "[doi](https://doi.org/10.1145/359545.359563)"
NOTE = f"Leslie Lamport, «Time, Clocks: The Ordering of Events», July 1978. {LINK}"


def read(folder: Path, text: str = LAMPORT) -> dict[str, bibliography.Entry]:
    file = folder / "some.bib"
    file.write_text(text, "utf-8")
    return entries(file)


def written(text: str, tmp_path: Path) -> str:
    (entry,) = read(tmp_path, text).values()
    return said(entry)


def wrong(tmp_path: Path, *notes: str, bib: str = LAMPORT) -> list[str]:
    """The mistakes of a page with these notes, each used in its text."""
    labels = [note.split("]")[0] + "]" for note in notes]
    page = tmp_path / "page.md"
    page.write_text("\n".join(["Text." + "".join(labels), "", *notes]), "utf-8")
    return mistakes(read(tmp_path, bib), [*citations([page])])


def test_notes_and_entries_of_the_site_fit() -> None:
    assert mistakes(entries(), [*citations()]) == []


def test_the_bibliography_is_in_order_and_the_list_up_to_date() -> None:
    cited = citing(entries(), references.in_order())

    assert bibliography.BIBLIOGRAPHY.read_text("utf-8") == tidied(), CURE
    assert references.PAGE.read_text("utf-8") == references.page(entries(), cited), CURE


def test_every_entry_of_the_list_has_an_anchor_and_a_page_that_cites_it() -> None:
    page = references.PAGE.read_text("utf-8")

    for entry in entries().values():
        assert page.count(f"{{ #{entry.key} }}") == 1
    assert page.count("<small>Cited in [") == len(entries())


def test_a_note_that_says_it_all_is_right(tmp_path: Path) -> None:
    assert wrong(tmp_path, f"[^lamport1978]: {NOTE}") == []


@pytest.mark.parametrize(
    "note",
    [
        f"Leslie Lamport, «Time, Clocks», July 1978. {LINK}",
        f"Lamport, *Time, clocks: the ordering of events*, 1978, p. 9. {LINK}",
    ],
)
def test_a_note_may_leave_out_the_subtitle_and_the_case(
    tmp_path: Path, note: str
) -> None:
    assert wrong(tmp_path, f"[^lamport1978]: {note}") == []


@pytest.mark.parametrize(
    ("note", "what"),
    [
        (NOTE.replace("Lamport", "Lampert"), "does not name Leslie Lamport"),
        (
            NOTE.replace("Clocks", "Clock"),
            "does not name the title «Time, Clocks: The Ordering of Events»",
        ),
        (
            NOTE.replace("The Ordering", "The Order"),
            "does not name the title «Time, Clocks: The Ordering of Events»",
        ),
        (NOTE.replace("1978", "1979"), "does not say 1978, when it is from"),
        (
            NOTE.replace("545.", "546."),
            "does not link to https://doi.org/10.1145/359545.359563",
        ),
        (
            f"{NOTE} [Another](https://doi.org/10.1145/1).",
            "links to https://doi.org/10.1145/1, and its entry does not",
        ),
        # What only the address says, no reader of a printed note can see.
        (
            f"[Here](https://doi.org/10.1145/359545.359563/{NOTE.split('.')[0]}).",
            "does not name Leslie Lamport",
        ),
    ],
)
def test_a_note_that_says_otherwise_is_named(
    tmp_path: Path, note: str, what: str
) -> None:
    found = wrong(tmp_path, f"[^lamport1978]: {note}")

    assert found[0] == f"{tmp_path}/page.md:3: [^lamport1978] {what}"


def test_a_note_without_an_entry_is_named(tmp_path: Path) -> None:
    (found,) = wrong(tmp_path, f"[^lamport1978]: {NOTE}", "[^no-body]: Nobody, 2000.")

    assert found == (
        f"{tmp_path}/page.md:4: [^no-body] has no entry. Add it to docs/references.bib"
    )


def test_a_second_note_may_say_the_same(tmp_path: Path) -> None:
    first, second = f"[^lamport1978]: {NOTE}", "[^lamport1978-failure]: The same, p. 1."

    assert wrong(tmp_path, first, second) == []
    (found,) = wrong(tmp_path, second)
    assert found == (
        f"{tmp_path}/page.md:3: [^lamport1978-failure]: the note before is another's."
        " Move it behind, or name the source"
    )


def test_what_is_the_same_is_the_same_on_that_page(tmp_path: Path) -> None:
    first, second = tmp_path / "first.md", tmp_path / "second.md"
    first.write_text(f"Text.[^lamport1978]\n\n[^lamport1978]: {NOTE}\n", "utf-8")
    second.write_text("Text.[^lamport1978]\n\n[^lamport1978]: The same.\n", "utf-8")

    (found,) = mistakes(read(tmp_path), [*citations([first, second])])

    assert found.startswith(f"{second}:3: [^lamport1978]: the note before is another's")


def test_a_note_and_its_use_need_each_other(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Text.[^other]\n\n[^lamport1978]: {NOTE}\n", "utf-8")

    assert mistakes(read(tmp_path), [*citations([page])]) == [
        f"{page}:3: [^lamport1978] is not used. Cite it in the text, or take it out",
        f"{page}:1: [^other] has no note. Write one: [^other]: …",
    ]


@pytest.mark.parametrize(
    ("bib", "what"),
    [
        (
            LAMPORT.replace("author = {Lamport, Leslie},", ""),
            "has no author. Name one, or an editor, or the organization",
        ),
        (
            LAMPORT.replace("title = {Time, Clocks: The Ordering of Events},", ""),
            "has no title",
        ),
        (
            LAMPORT.replace("year = 1978,", ""),
            "has no year. Only @manual, @online, @software may have none",
        ),
        (
            LAMPORT.replace("558–565", "558--565"),
            "has TeX in its pages. The file is UTF-8: write the sign itself",
        ),
        (
            LAMPORT.replace("Clocks", "Cl\\'ocks"),
            "has TeX in its title. The file is UTF-8: write the sign itself",
        ),
    ],
)
def test_an_entry_that_lacks_something_is_named(
    tmp_path: Path, bib: str, what: str
) -> None:
    found = wrong(tmp_path, f"[^lamport1978]: {NOTE}", bib=bib)

    assert f"docs/references.bib:1: lamport1978 {what}" in found


def test_a_field_that_nobody_shows_is_named(tmp_path: Path) -> None:
    bib = LAMPORT.replace("journal", "paper")
    (found,) = wrong(tmp_path, f"[^lamport1978]: {NOTE}", bib=bib)

    assert found.startswith("docs/references.bib:1: lamport1978 has a field 'paper'.")
    assert "journal" in found


def test_an_entry_that_nobody_cites_and_one_that_is_there_twice_are_named(
    tmp_path: Path,
) -> None:
    twin = LAMPORT.replace("lamport1978", "lamport1978b")
    where = "docs/references.bib:14: lamport1978b"

    assert wrong(tmp_path, f"[^lamport1978]: {NOTE}", bib=f"{LAMPORT}\n\n{twin}") == [
        f"{where} is not cited by any page. Cite it, or take it out",
        f"{where} is at the address of lamport1978. Keep one of them",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LAMPORT.replace("volume = 21,", "volume = 21"), r":5: no comma after volume"),
        (LAMPORT.replace("},\n}", ",\n}"), r":1: cannot be read: .*"),
        (f"{LAMPORT}\n{LAMPORT}", r":13: cannot be read: Duplicate entry key 'lamp"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"some\.bib" + message):
        read(tmp_path, text)


def test_a_bibliography_is_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "some.bib"
    file.write_bytes(LAMPORT.replace("Leslie", "Fidgé").encode("latin-1", "replace"))

    with pytest.raises(ValueError, match=r"some\.bib:2: not UTF-8\. Save it as UTF-8"):
        entries(file)


def test_a_label_means_the_longest_key_that_it_begins_with() -> None:
    known = ["riak", "riak-datatypes", "lamport1978"]

    assert key_of("riak-datatypes", known) == "riak-datatypes"
    assert key_of("riak-datatypes-sets", known) == "riak-datatypes"
    assert key_of("lamport1978-a-b", known) == "lamport1978"
    assert key_of("lamport1978b", known) is None


def test_entries_are_put_in_order_and_laid_out(tmp_path: Path) -> None:
    file = tmp_path / "some.bib"
    file.write_text(
        f"{LAMPORT}@online{{automerge, URL={{https://a.org/}}, year=2020,\n"
        "title={Format}, author={{The Automerge project}}}",
        "utf-8",
    )

    tidy = tidied(file)

    assert tidy == (
        "@online{automerge,\n"
        "  author = {{The Automerge project}},\n"
        "  title = {Format},\n"
        "  year = 2020,\n"
        "  url = {https://a.org/},\n"
        f"}}\n\n{LAMPORT}"
    )
    file.write_text(tidy, "utf-8")
    assert tidied(file) == tidy


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (
            LAMPORT,
            "Leslie Lamport, «Time, Clocks: The Ordering of Events», *Communications of"
            " the ACM* 21(7), July 1978, pp.&nbsp;558–565."
            " [doi:10.1145/359545.359563](<https://doi.org/10.1145/359545.359563>)",
        ),
        (
            "@book{x, author={van Steen, Maarten and Tanenbaum, Andrew S.},"
            " title={{A} Book}, edition={Second}, publisher={Press}, year=2023}",
            "Maarten van Steen and Andrew S. Tanenbaum, *A Book*, second edition,"
            " Press, 2023.",
        ),
        (
            "@techreport{x, author={Bishop, Mike}, title={HTTP/3}, type={RFC},"
            " number=9114, institution={RFC Editor}, month=jun, year=2022,"
            " url={https://www.rfc-editor.org/rfc/rfc9114}}",
            "Mike Bishop, *HTTP/3*, RFC 9114, June 2022."
            " [rfc-editor.org](<https://www.rfc-editor.org/rfc/rfc9114>)",
        ),
        (
            "@techreport{x, author={Baran, Paul}, title={T}, institution={RAND},"
            " number={P-2626}, year=1962}",
            "Paul Baran, *T*, RAND P-2626, 1962.",
        ),
        (
            "@phdthesis{x, author={Doe, Jane}, title={T}, school={MIT}, year=1999}",
            "Jane Doe, *T*, doctoral thesis, MIT, 1999.",
        ),
        (
            "@incollection{x, author={Mattern, Friedemann}, title={T},"
            " booktitle={Algorithms}, publisher={Press}, pages=7, year=1989}",
            "Friedemann Mattern, «T», in *Algorithms*, Press, 1989, p.&nbsp;7.",
        ),
        (
            "@online{x, organization={{The Open Group and IEEE}}, title={send},"
            " howpublished={POSIX}}",
            "The Open Group and IEEE, «send», POSIX, undated.",
        ),
        (
            "@online{x, author={{Jaeger}}, title={T}, version={1.45}}",
            "Jaeger, «T», version 1.45.",
        ),
        (
            "@software{x, author={Luu, Dan and others}, title={T}}",
            "Dan Luu and others, *T*.",
        ),
        (
            "@unpublished{x, editor={Doe, Jane}, title={Program of the day},"
            " day=3, month=mar, year=2015}",
            "Jane Doe, program of the day, 3 March 2015.",
        ),
        (
            "@misc{x, author={A, B and C, D and E, F and G, H and I, J and K, L"
            " and M, N}, title={T}, year=2000}",
            "B A, D C, F E and 4 others, «T», 2000.",
        ),
    ],
)
def test_an_entry_in_words(tmp_path: Path, entry: str, text: str) -> None:
    assert written(entry, tmp_path) == text


def test_the_list_is_by_family_name(tmp_path: Path) -> None:
    known = read(
        tmp_path,
        "".join(
            f"@misc{{k{number}, author={{{author}}}, title={{T}}, year={year}}}\n"
            for number, (author, year) in enumerate(
                [
                    ("Zhu, Ann", 1990),
                    ("{The Guardian}", 2016),
                    ("Hébert, Fred", 2014),
                    ("Hell, Pat", 2007),
                    ("Hébert, Fred", 2011),
                    ("van Steen, Maarten", 2023),
                ]
            )
        ),
    )

    page = references.page(known, {key: [] for key in known})

    assert [line[3] for line in page.splitlines() if line[:3] == "## "] == [*"GHVZ"]
    keys = [line[5:7] for line in page.splitlines() if line.startswith("  { #")]
    assert keys == ["k1", "k4", "k2", "k3", "k5", "k0"]


def test_a_page_cites_by_a_note_or_by_a_link(tmp_path: Path) -> None:
    texts = {
        "note.md": f"T.[^lamport1978-a] {LINK}\n\n[^lamport1978-a]: {NOTE}\n",
        "link.md": f"Read {LINK}.\n",
        "none.md": "Read [that](https://doi.org/10.1145/359545.35956).\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")

    cited = citing(read(tmp_path), [tmp_path / name for name in texts])

    assert cited == {"lamport1978": [tmp_path / "note.md", tmp_path / "link.md"]}


def test_a_message_begins_with_file_and_line(tmp_path: Path) -> None:
    note = Citation(references.PAGE, 7, "x-y", "")

    assert note.where == "docs/references.md:7: [^x-y]"
