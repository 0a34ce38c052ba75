"""What docs/ordering/happened_before.md says of merged_logs beyond its recorded run."""

import io
from contextlib import redirect_stdout

import pytest

from sim import World
from sim.__main__ import find, load

program = load(find("ordering/happened_before/merged_logs"))


def run(behind: int) -> tuple[World, list[str]]:
    with redirect_stdout(io.StringIO()) as printed:
        world = program.main(behind)
    return world, printed.getvalue().splitlines()


@pytest.mark.parametrize("behind", range(0, 101, 5))
def test_the_log_is_wrong_when_the_news_is_faster_than_the_clocks(behind: int) -> None:
    world, lines = run(behind)
    post, comment = (world.trace.event(n) for n in ("posts1", "comments1"))
    news = comment.time - post.time

    assert news == 40
    wrong = "comment" in lines[0].split("logs the")[1]
    if behind != news:  # then the sorting of the text decides
        assert wrong == (behind > news)


@pytest.mark.parametrize("behind", range(0, 101, 5))
def test_the_order_of_the_events_does_not_depend_on_a_clock(behind: int) -> None:
    world, lines = run(behind)

    assert lines[-1] == "yet the post happened before the comment"
    assert world.trace.text().replace("logged at", "") != ""
    times = [event.time for event in world.trace.events]
    assert times == [event.time for event in run(0)[0].trace.events]
