"""Every «Try it», found by glob: it reads as a question, and it can be answered.

What a page does with an exercise is tested in tests/browser.
"""

import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from scripts.lib.paths import DOCS, SNIPPETS
from sim.program.exercise import judged
from sim.program.find import load

BLOCK = re.compile(
    r"^//// html \| div\.exercise#(?P<id>\w*)\n(?P<body>.*?)^////$", re.M | re.S
)
JUDGE = re.compile(r"data-judge: ([\w/]+)")
ANSWER = re.compile(r"/// details \| Answer\n    type: answer\n(.*?)^///$", re.M | re.S)
ITEM = re.compile(r"^\d+\. (.+)$", re.M)


class Exercise:
    """One exercise of a page, as its author wrote it."""

    def __init__(self, page: Path, match: re.Match[str]) -> None:
        self.page = page
        self.id = match["id"]
        self.body = match["body"]
        self.line = page.read_text("utf-8")[: match.start()].count("\n") + 1
        judge = JUDGE.search(self.body)
        self.judge = judge[1] if judge else None

    def __str__(self) -> str:
        return f"{self.page.relative_to(DOCS)}:{self.line}: exercise {self.id}"

    @property
    def answer(self) -> str:
        found = ANSWER.findall(self.body)
        assert len(found) == 1, f"{self} needs one block «/// details | Answer»"
        return str(found[0])


def exercises() -> list[Exercise]:
    return [
        Exercise(page, match)
        for page in sorted(DOCS.rglob("*.md"))
        for match in BLOCK.finditer(page.read_text("utf-8"))
    ]


EXERCISES = exercises()
CHOICES = [exercise for exercise in EXERCISES if exercise.judge is None]
JUDGED = [exercise for exercise in EXERCISES if exercise.judge is not None]
JUDGES = [
    path
    for path in sorted(SNIPPETS.glob("*/*/exercises/*.py"))
    if not path.stem.endswith("_answer")
]


def test_the_globs_find_something() -> None:
    assert len(CHOICES) >= 9
    assert JUDGED
    assert JUDGES


def test_every_page_of_the_talk_with_a_program_has_an_exercise() -> None:
    # The front page runs one program at once; the guide to the simulator has its own.
    without = [
        str(page.relative_to(DOCS))
        for page in sorted(DOCS.glob("*/*.md"))
        if '--8<-- "' in page.read_text("utf-8")
        # One that is not closed is the next test's.
        and "div.exercise" not in page.read_text("utf-8")
    ]
    assert not without, f"these pages have no exercise: {', '.join(without)}"


def test_no_exercise_is_written_so_that_nobody_finds_it() -> None:
    """`div.exercise` in another spelling would be shown, and not come alive."""
    for page in DOCS.rglob("*.md"):
        text = page.read_text("utf-8")
        assert text.count("div.exercise") == len(BLOCK.findall(text)), (
            f"{page.relative_to(DOCS)}: an exercise begins with the line"
            " «//// html | div.exercise#its_name» and ends with the line «////»"
        )


def test_the_name_of_an_exercise_is_its_own() -> None:
    """They all stand on the print page, and progress is kept by name."""
    first: dict[str, Exercise] = {}
    for exercise in EXERCISES:
        assert re.fullmatch(r"[a-z][a-z0-9_]+", exercise.id), f"{exercise}: rename it"
        other = first.setdefault(exercise.id, exercise)
        assert other is exercise, f"{exercise} is called like {other}. Rename one"


@pytest.mark.parametrize("exercise", CHOICES, ids=str)
def test_every_choice_has_its_answer_and_one_is_right(exercise: Exercise) -> None:
    choices = ITEM.findall(exercise.body.split("/// details")[0])
    answers = ITEM.findall(exercise.answer)

    assert len(choices) >= 2, f"{exercise} has no choices"
    assert len(answers) == len(choices), f"{exercise}: as many answers as choices"
    starts = [answer.split(".")[0] for answer in answers]
    assert starts.count("Right") == 1, f"{exercise}: one answer begins with «Right.»"
    assert starts.count("No") == len(starts) - 1, f"{exercise}: the others with «No.»"
    assert all(len(answer) > 12 for answer in answers), f"{exercise}: say why"


@cache
def judge_of(exercise: Exercise) -> ModuleType:
    assert exercise.judge is not None
    path = SNIPPETS / f"{exercise.judge}.py"
    assert path.is_file(), f"{exercise}: there is no {path.relative_to(SNIPPETS)}"
    return load(path)


def program_of(exercise: Exercise) -> Path:
    assert exercise.judge is not None
    page = SNIPPETS / exercise.judge
    return page.parent.parent / f"{judge_of(exercise).PROGRAM}.py"


@pytest.mark.parametrize("exercise", JUDGED, ids=str)
def test_a_judge_refuses_the_program_of_the_page(exercise: Exercise) -> None:
    assert exercise.judge is not None
    verdict = judged(program_of(exercise).read_text("utf-8"), exercise.judge)

    assert not verdict["solved"], f"{exercise} is solved before anything was done"
    assert verdict["error"] is None, verdict["error"]
    assert verdict["says"].endswith("."), verdict["says"]


@pytest.mark.parametrize("exercise", JUDGED, ids=str)
def test_a_judge_accepts_the_model_answer(exercise: Exercise) -> None:
    assert exercise.judge is not None
    answer = SNIPPETS / f"{exercise.judge}_answer.py"
    assert answer.is_file(), f"{exercise} has no model answer {answer.name}"
    verdict = judged(answer.read_text("utf-8"), exercise.judge)

    assert verdict["solved"], verdict["says"]
    assert f'"{exercise.judge}_answer.py:answer"' in exercise.answer


@pytest.mark.parametrize("exercise", JUDGED, ids=str)
def test_an_exercise_leads_to_the_program_to_edit(exercise: Exercise) -> None:
    """Its first link to a place on the page is the card; scripts go by that, too."""
    program = judge_of(exercise).PROGRAM
    page = exercise.page.read_text("utf-8")
    card = program_of(exercise).with_suffix(".md").relative_to(SNIPPETS).as_posix()

    first = re.search(r"\]\(#(\w+)\)", exercise.body.split("/// details")[0])
    assert first, f"{exercise}: link to the card: [`{program}.py`](#{program})"
    assert first[1] == program, f"{exercise}: its first link should be #{program}"
    assert f'--8<-- "{card}"' in page, f"{exercise}: the page does not show {program}"


@pytest.mark.parametrize("path", JUDGES, ids=lambda path: path.stem)
def test_every_judge_is_asked_by_its_page(path: Path) -> None:
    name = path.relative_to(SNIPPETS).with_suffix("").as_posix()
    assert [exercise for exercise in JUDGED if exercise.judge == name], (
        f"no page asks for {name}"
    )


@pytest.mark.parametrize("path", JUDGES, ids=lambda path: path.stem)
def test_a_judge_is_not_deceived_by_a_program_that_does_nothing(path: Path) -> None:
    """Deleting what goes wrong, with all the rest, is no solution."""
    name = path.relative_to(SNIPPETS).with_suffix("").as_posix()
    program = path.parent.parent / f"{load(path).PROGRAM}.py"
    idle = re.sub(
        r"^(async def \w+\([^)]*\)(?: -> \w+)?:\n).*?(?=^\S|\Z)",
        r"\1    return None\n\n\n",
        program.read_text("utf-8"),
        flags=re.M | re.S,
    )
    assert "return None" in idle

    assert not judged(idle, name)["solved"]


def test_a_broken_program_is_told_in_pythons_own_words() -> None:
    verdict = judged("def process(:\n", JUDGED[0].judge or "")

    assert not verdict["solved"]
    assert verdict["line"] == 1
    assert "SyntaxError" in verdict["error"]
