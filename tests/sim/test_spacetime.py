"""The space-time diagram: what it shows, and that every word in it has room."""

import contextlib
import io
import re
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sim import World
from sim.drawing.labels import Label, overlap, text_width, wrap
from sim.drawing.layout import ROW, STACK
from sim.drawing.spacetime import Drawing, draw
from sim.program.find import SNIPPETS, load, programs
from sim.trace import Trace
from tests.sim.spacetime_worlds import (
    WORLDS,
    crowd,
    every_fault,
    instant,
    mailbox,
    partition,
    retry,
)

PROGRAMS = list(programs().values())
FIGURE_1 = SNIPPETS / "ordering/happened_before/figure_1.py"
SVG = "{http://www.w3.org/2000/svg}"


def recorded(path: Path) -> World | None:
    with contextlib.redirect_stdout(io.StringIO()):
        world = load(path).main()
    return world if isinstance(world, World) else None


def drawn(world: World) -> ElementTree.Element:
    return ElementTree.fromstring(draw(world.trace, "Title", "Description"))


def classes(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [e for e in svg.iter() if name in e.get("class", "").split()]


def laid_out(trace: Trace) -> Drawing:
    """The drawing as `draw` leaves it: after all words have found their place."""
    made: list[Drawing] = []

    class Recorder(Drawing):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)  # type: ignore[arg-type]
            made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.drawing.spacetime.Drawing", Recorder)
        draw(trace, "", "")
    return made[-1]


def words_of(drawing: Drawing) -> list[Label]:
    along = [label for _, label in drawing.words]
    return [*drawing.labels.values(), *along, *drawing.cut_labels]


def check_words(drawing: Drawing) -> None:
    """No two texts overlap, none covers an event or leaves the drawing."""
    words = words_of(drawing)
    for one, other in combinations(words, 2):
        assert not overlap(one.corners(), other.corners()), (one, other)
    for label in words:
        for x, y in drawing.at:
            dot = [(x - 3, y - 3), (x + 3, y - 3), (x + 3, y + 3), (x - 3, y + 3)]
            assert not overlap(label.corners(), dot), (label, x, y)
        for x, y in label.corners():
            assert drawing.axis <= x <= drawing.width + 0.5, label
            assert drawing.box < y <= drawing.bottom + 0.5, label


# Words ----------------------------------------------------------------------


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_words_have_room_in_every_recorded_run(path: Path) -> None:
    world = recorded(path)
    if world is not None:
        check_words(laid_out(world.trace))


def test_the_glob_finds_runs() -> None:
    assert sum(recorded(path) is not None for path in PROGRAMS) >= 5


@pytest.mark.parametrize("make", WORLDS, ids=lambda make: make.__name__)
def test_words_have_room_with_every_fault(make: Callable[[], World]) -> None:
    check_words(laid_out(make().trace))


@pytest.mark.parametrize("seed", range(8))
def test_words_have_room_whatever_the_seed(seed: int) -> None:
    check_words(laid_out(every_fault(seed).trace))
    check_words(laid_out(partition(seed).trace))
    check_words(laid_out(crowd(seed, nodes=3 + seed % 4, messages=4).trace))


def test_overlap_sees_turned_boxes_and_lines() -> None:
    flat = Label(("some words",), 0, 0).corners()
    turned = Label(("some words",), 0, 0, slope=(0.6, 0.8)).corners()
    assert overlap(flat, turned)
    # Its upright bounding box overlaps that of the other; it itself does not.
    beside = Label(("some words",), 40, -24, slope=(0.6, 0.8)).corners()
    assert min(x for x, _ in beside) < max(x for x, _ in flat)
    assert max(y for _, y in beside) > min(y for _, y in flat)
    assert not overlap(beside, flat)
    assert overlap(flat, [(-99, -20), (99, 20)])
    assert not overlap(flat, [(-99, 20), (99, 30)])
    assert not overlap(flat, [(60, 0), (99, 0)])


def test_wrapping_keeps_every_sign_and_the_limit() -> None:
    text = "looks up /a/very/long/path?with=a&query=" + "x" * 40 + " and more"
    lines = wrap(text, 14, 100)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(text_width(line, 14) for line in lines) <= 100
    assert wrap("the user clicks again", 14, 104) == ("the user", "clicks again")


# Time and place -------------------------------------------------------------


@pytest.mark.parametrize("make", WORLDS, ids=lambda make: make.__name__)
def test_time_runs_downwards(make: Callable[[], World]) -> None:
    trace = make().trace
    drawing = laid_out(trace)
    for one, other in combinations(trace.events, 2):
        upper, lower = drawing.at[one.position][1], drawing.at[other.position][1]
        if one.time < other.time or trace.before(one, other):
            assert upper < lower, (one.name, other.name)
    for arrow in drawing.arrows:
        assert arrow.start[1] < arrow.end[1]


@pytest.mark.parametrize("make", WORLDS, ids=lambda make: make.__name__)
def test_instants_are_well_apart_and_not_too_far(make: Callable[[], World]) -> None:
    drawing = Drawing(make().trace, {})  # before words push rows apart
    for (row, above), (next_row, below) in pairwise(sorted(drawing.heights.items())):
        least, most = (ROW[0] * 0.8 - 1, ROW[2] + 1)
        if row[0] == next_row[0]:
            least = most = STACK
        assert least <= below - above <= most


def test_what_happens_at_one_instant_shares_a_height() -> None:
    world = recorded(FIGURE_1)
    assert world is not None
    drawing = laid_out(world.trace)
    height = {e.name: drawing.at[e.position][1] for e in world.trace.events}
    assert height["q7"] == height["r4"]
    assert height["q5"] == height["r3"]
    assert height["p3"] != height["q4"]


def test_longer_times_take_more_room() -> None:
    world = recorded(FIGURE_1)
    assert world is not None
    heights = laid_out(world.trace).heights
    assert heights[20000, 0] - heights[10000, 0] > heights[10000, 0] - heights[5000, 0]


def test_a_chain_that_takes_no_time_still_runs_downwards() -> None:
    svg = drawn(instant())
    ties = classes(svg, "instant")
    assert len(ties) >= 2


# Faults ---------------------------------------------------------------------


def test_a_lost_message_ends_in_a_cross_short_of_its_receiver() -> None:
    world = every_fault()
    svg, drawing = drawn(world), laid_out(world.trace)
    lost = classes(svg, "lost")
    assert len(lost) == sum(i.kind == "lose" for i in world.trace.incidents) == 4
    for group in lost:
        assert classes(group, "cross") and not classes(group, "head")
        assert any(path.get("stroke-dasharray") for path in group)
    for arrow in drawing.arrows:
        if "lost" in arrow.kinds:
            assert arrow.end[0] not in drawing.columns.values()


def test_a_duplicate_is_a_second_arrow_of_another_dash() -> None:
    svg = drawn(every_fault())
    (copy,) = classes(svg, "duplicate")
    (lost, *_) = classes(svg, "lost")
    send = copy.get("data-send")
    assert sum(m.get("data-send") == send for m in classes(svg, "msg")) == 2
    assert copy[0].get("stroke-dasharray") != lost[0].get("stroke-dasharray")
    assert classes(copy, "head")


def test_an_answer_that_is_ignored_is_marked_late() -> None:
    svg = drawn(retry())
    (late,) = classes(svg, "late")
    assert classes(late, "head")
    assert "too late" in "".join(svg.itertext())


def test_a_crash_breaks_the_lifeline_until_the_restart() -> None:
    svg = drawn(every_fault())
    (down,) = classes(svg, "down")
    (crash,), (restart,) = classes(svg, "crash"), classes(svg, "restart")
    top, bottom = re.findall(r"M[\d.]+ ([\d.]+)V([\d.]+)", down.get("d", ""))[0]
    assert down.get("stroke-dasharray")
    assert f" {top})" in crash.get("transform", "")
    assert f" {bottom})" in restart.get("transform", "")


def test_a_cut_is_shaded_hatched_and_named_between_those_it_parts() -> None:
    world = partition()
    svg, drawing = drawn(world), laid_out(world.trace)
    assert len(classes(svg, "cut")) == len(classes(svg, "hatch")) == 1
    ((left, right),) = drawing._walls(drawing.cuts[0])
    assert drawing.columns["b"] < left < right < drawing.columns["c"]
    assert [label.lines for label in drawing.cut_labels] == [("cut", "a, b | c, d")]


def test_a_message_that_waits_in_the_mailbox_has_a_bar() -> None:
    svg = drawn(mailbox())
    waits = classes(svg, "wait")
    # Jobs 1 to 3 and the last wait while the worker works; the check is never read.
    assert len(waits) == 5
    heights = [re.findall(r"[\d.]+", bar.get("d", ""))[1:] for bar in waits]
    assert all(float(top) < float(bottom) for top, bottom in heights)


# The text of the drawing ----------------------------------------------------


@pytest.mark.parametrize("make", WORLDS, ids=lambda make: make.__name__)
def test_the_text_is_short_plain_and_the_same_every_time(
    make: Callable[[], World],
) -> None:
    text = draw(make().trace, 'A "title" & more', "<description>")
    assert text == draw(make().trace, 'A "title" & more', "<description>")
    svg = ElementTree.fromstring(text)
    assert svg.findtext(f"{SVG}title") == 'A "title" & more'
    assert svg.findtext(f"{SVG}desc") == "<description>"
    assert "\n\n" not in text
    # The slanted lines of a cut are one path; all else is far below.
    assert (
        max(len(line) for line in text.split("\n") if 'class="hatch"' not in line) < 700
    )
    for element in svg.iter():
        assert element.get("id") is None  # a page may hold a drawing twice
        for name in ("fill", "stroke"):
            assert element.get(name) in (None, "none", "currentColor")
        for name in ("d", "x", "y", "transform", "width", "height", "viewBox"):
            assert not re.search(r"\.\d\d|e-|nan|inf", element.get(name, "")), name


def test_fifteen_events_take_less_than_8_kb() -> None:
    world = recorded(FIGURE_1)
    assert world is not None
    assert len(world.trace.events) == 15
    assert len(draw(world.trace, "Figure 1", "Three processes.").encode()) < 8_000


def test_figure_1_fits_a_phone() -> None:
    world = recorded(FIGURE_1)
    assert world is not None
    assert laid_out(world.trace).width <= 328


def test_names_of_events_are_not_written_twice() -> None:
    """Figure 1 names its messages and notes after the events, as the paper does."""
    world = recorded(FIGURE_1)
    assert world is not None
    words = [label.lines for label in words_of(laid_out(world.trace))]
    assert sorted(words) == sorted((event.name,) for event in world.trace.events)


@pytest.mark.parametrize("make", WORLDS, ids=lambda make: make.__name__)
def test_every_event_says_what_it_is(make: Callable[[], World]) -> None:
    trace = make().trace
    events = classes(drawn(make()), "event")
    assert len(events) == len(trace.events)
    for event, element in zip(trace.events, events, strict=True):
        lamport = trace.lamport()[event.position]
        assert element.get("role") == "img"
        assert element.get("data-node") == event.node
        assert element.get("data-number") == str(event.number)
        assert element.get("data-lamport") == str(lamport)
        vector = ",".join(map(str, trace.vectors()[event.position]))
        assert element.get("data-vector") == vector
        assert element.findtext(f"{SVG}title") == (
            f"{event.name}, {event.time:g} ms: {trace.describe(event)}."
            f" Lamport {lamport}."
        )


@pytest.mark.parametrize("make", WORLDS, ids=lambda make: make.__name__)
def test_every_message_joins_its_events(make: Callable[[], World]) -> None:
    trace = make().trace
    ends = {
        (message.get("data-send"), message.get("data-receive"))
        for message in classes(drawn(make()), "msg")
    }
    expected = set()
    for event in trace.events:
        for message in event.sent:
            receipt = trace.receipt_of.get(message.id)
            end = None if receipt is None else str(receipt)
            expected.add((str(event.position), end))
    assert ends == expected
