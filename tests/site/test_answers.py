"""On the page that holds all pages the answers stand at the back, as in a book."""

import re
from pathlib import Path

from scripts.lib.answers import moved
from scripts.lib.paths import DOCS
from tests.site.conftest import Site

EXERCISE = """<div class="exercise" id="{id}">
<p>How many?</p>
<details class="hint"><summary>Hint</summary>
<p>Count.</p>
</details>
<details class="answer"><summary>Answer</summary>
<p>{answer}</p>
</details>
</div>"""


def page(title: str, *exercises: str) -> str:
    return (
        f'<section class="print-page" id="p"><h1 id="t">{title}'
        '<a class="headerlink" href="#t">&para;</a></h1>'
        f"{''.join(exercises)}<h2>Where to go next</h2><p>On.</p></section>"
    )


def test_an_answer_moves_behind_the_last_page_and_both_know_the_other() -> None:
    text, count = moved(
        "<main>"
        + page("One", EXERCISE.format(id="a", answer="Two."))
        + page("Three", EXERCISE.format(id="b", answer="Four."))
        + "</main>"
    )

    assert count == 2
    assert text.index("How many?") < text.index("On.") < text.index("Two.")
    assert text.index("Three") < text.index("Two.") < text.index("Four.")
    assert text.count("Two.") == 1
    assert text.count("Count.") == 2
    assert text.endswith("</section></main>")
    for name in ("a", "b"):
        assert f'href="#answer-{name}"' in text
        assert f'id="answer-{name}"' in text
        assert f'href="#{name}"' in text


def test_a_page_without_exercises_stays_as_it_is() -> None:
    text = page("One")

    assert moved(text) == (text, 0)


def test_every_exercise_of_the_site_has_its_answer_at_the_back(site: Site) -> None:
    text = (site.folder / "print_page" / "index.html").read_text("utf-8")
    written = sum(
        source.read_text("utf-8").count("div.exercise#")
        for source in Path(DOCS).rglob("*.md")
    )

    body, back = text.split('id="answers"')
    assert written
    assert body.count('class="exercise"') == written
    assert body.count('class="exercise-number"') == written
    assert back.count('class="answer-at-the-back"') == written
    assert not re.search(r'<details class="answer"', text)
