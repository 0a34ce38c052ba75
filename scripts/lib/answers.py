"""On the page that holds all pages: number the exercises, put the answers at the back.

Runs after MkDocs, over the HTML that MkDocs wrote. Who reads on paper should not have
the answer below the question.
"""

import re
from html import escape
from pathlib import Path

from scripts.lib import built

START = re.compile(r'<section class="print-page[^>]*>|<div class="exercise"[^>]*>')
HEADING = re.compile(r"<h1 [^>]*>(.*?)<a class=\"headerlink\"", re.DOTALL)
HELP = re.compile(
    r'<details class="(?:hint|answer)">\s*<summary>(.*?)</summary>(.*?)</details>\s*',
    re.DOTALL,
)
ID = re.compile(r'id="([\w-]+)"')


def to_the_back(site: Path) -> int:
    """Move the answers of the print page, if the site has one. Returns their number."""
    page = built.page(site, built.PRINT_PAGE)
    if page is None:
        return 0
    text, answers = moved(page.read_text("utf-8"))
    page.write_text(text, "utf-8")
    return answers


def moved(text: str) -> tuple[str, int]:
    """The page with its answers at the end, and how many they are."""
    parts = START.split(text)
    starts = [match.group() for match in START.finditer(text)]
    whole, back, title, number = [parts[0]], [], "", 0
    for start, part in zip(starts, parts[1:], strict=True):
        if start.startswith("<section"):
            found = HEADING.search(part)
            if found:
                title = re.sub(r"<[^>]+>", "", found[1])
            whole += [start, part]
            continue
        number += 1
        name = ID.search(start)
        at = name[1] if name else f"exercise-{number}"
        # An exercise ends before the next heading or exercise, and so does its help.
        end = re.search(r"<h[12][ >]", part)
        inside, after = (
            (part[: end.start()], part[end.start() :]) if end else (part, "")
        )
        helps = "".join(
            f'<p class="answer-kind">{summary}</p>{answer}'
            for summary, answer in HELP.findall(inside)
        )
        back.append(
            f'<div class="answer-at-the-back" id="answer-{at}">'
            f'<p class="answer-title">{number}. <a href="#{at}">'
            f"{escape(title, quote=False)}</a></p>"
            f"{helps}</div>"
        )
        question = (
            f'<p class="exercise-number"><b>Exercise {number}.</b> '
            f'<a href="#answer-{at}">Answer at the back</a></p>'
        )
        whole += [start, question, HELP.sub("", inside), after]
    if not back:
        return text, 0
    section = (
        '<section class="print-page" id="answers">'
        '<h1 id="answers-to-the-exercises">Answers to the exercises</h1>'
        f"{''.join(back)}</section>"
    )
    result = "".join(whole)
    # Behind the last page, inside the box that holds them all.
    last = result.rindex("</section>") + len("</section>")
    return result[:last] + section + result[last:], number
