"""The space-time diagram: what it shows, and that every word in it has room."""

import contextlib
import io
import re
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Node, World
from sim.drawing.labels import Label, Sheet, overlap, text_width, wrap
from sim.drawing.layout import PITCH, STACK, Layout
from sim.drawing.signs import visible
from sim.drawing.spacetime import Drawing, draw, laid_out
from sim.drawing.timeline import TEAR, Timeline, spread
from sim.program.find import SNIPPETS, load, programs
from sim.trace import Trace
from tests.sim.spacetime_worlds import (
    ODD_TEXTS,
    WORLDS,
    crowd,
    every_fault,
    instant,
    mailbox,
    partition,
    retry,
    speaks,
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


def words_of(drawing: Drawing) -> list[Label]:
    words = drawing.words
    along = [label for _, label in words.messages]
    return [*words.notes.values(), *along, *words.cuts]


def check_words(drawing: Drawing) -> None:
    """No two texts overlap, none covers an event or leaves the drawing."""
    words, layout = words_of(drawing), drawing.layout
    for one, other in combinations(words, 2):
        assert not overlap(one.corners(), other.corners()), (one, other)
    for label in words:
        for x, y in layout.at:
            dot = [(x - 3, y - 3), (x + 3, y - 3), (x + 3, y + 3), (x - 3, y + 3)]
            assert not overlap(label.corners(), dot), (label, x, y)
        for x, y in label.corners():
            assert layout.axis <= x <= layout.width + 0.5, label
            assert layout.box < y <= layout.bottom + 0.5, label


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
    layout = drawing.layout
    for one, other in combinations(trace.events, 2):
        upper, lower = layout.at[one.position][1], layout.at[other.position][1]
        if trace.before(one, other):
            assert upper < lower, (one.name, other.name)
    for arrow in drawing.arrows:
        assert arrow.start[1] < arrow.end[1]


def heights_of(svg: ElementTree.Element) -> dict[str, list[tuple[float, float]]]:
    """Of each node in a drawing, the time of each event in ms, and its height."""
    found: dict[str, list[tuple[float, float]]] = {}
    for event in classes(svg, "event"):
        place = re.fullmatch(r"translate\(\S+ (\S+)\)", event.get("transform", ""))
        assert place is not None
        mark = float(event.get("data-time", "nan")), float(place[1])
        found.setdefault(event.get("data-node", ""), []).append(mark)
    return found


def check_time(svg: ElementTree.Element) -> None:
    """A millisecond has one length in a drawing, but for what is torn out of it.

    A dot whose neighbors leave it no room stands beside its time; so many dots that
    touch stand around it.
    """
    tears = [
        (float(tear.get("data-from", "")), float(tear.get("data-to", "")))
        for tear in classes(svg, "torn")
    ]
    written = axis_of(svg)
    assert written == sorted(written)

    def drawn_ms(time: float) -> float:
        return time - sum(
            min(time, stop) - start for start, stop in tears if start < time
        )

    def torn(time: float) -> int:
        return sum(stop <= time for _, stop in tears)

    # Two times that are written fix the scale, and all others have to obey it.
    marks = [(drawn_ms(time), y - TEAR * torn(time)) for time, y in written]
    (t0, y0), (t1, y1) = marks[0], marks[-1]
    if len(marks) == 1:
        return
    scale = (y1 - y0) / (t1 - t0)
    rounded = 0.05 * scale + 0.15  # a time to a tenth of a ms, a height of a px
    for time, y in marks:
        assert y == pytest.approx(y0 + scale * (time - t0), abs=rounded)
    for events in heights_of(svg).values():
        for time, y in events:
            true = y0 + scale * (drawn_ms(time) - t0) + TEAR * torn(time)
            touching = run_of(y, [other for _, other in events])
            off = PITCH[1] * (touching - 1) / 2
            assert abs(y - true) <= min(off, 1.5 * STACK) + rounded, (time, y, true)


def run_of(y: float, others: list[float]) -> int:
    """How many dots touch each other, this one among them."""
    ordered = sorted(others)
    at = ordered.index(y)
    first = last = at
    while first and ordered[first] - ordered[first - 1] <= PITCH[1] + 0.2:
        first -= 1
    while last + 1 < len(ordered) and (
        ordered[last + 1] - ordered[last] <= PITCH[1] + 0.2
    ):
        last += 1
    return last - first + 1


def axis_of(svg: ElementTree.Element) -> list[tuple[float, float]]:
    """The times that are written beside the lifelines, in ms, and their heights."""
    group = classes(svg, "axis")[0]
    texts = [(e.text or "", float(e.get("y", "nan")) - 0.34 * 12.5) for e in group]
    return [(float(text), y) for text, y in texts if re.fullmatch(r"[\d.]+", text)]


def recorded_drawings() -> list[Path]:
    cards = [p for p in SNIPPETS.glob("*/*/*.md") if "spacetime" in p.read_text()]
    return [card.with_suffix(".svg") for card in cards]


@pytest.mark.parametrize("path", recorded_drawings(), ids=lambda path: path.stem)
def test_every_recorded_drawing_keeps_time(path: Path) -> None:
    svg = ElementTree.parse(path).getroot()
    if svg.find(f".//{SVG}g[@data-time]") is not None:
        check_time(svg)
    else:
        check_steps(svg)


def test_the_glob_finds_drawings() -> None:
    timed = ["data-time" in path.read_text() for path in recorded_drawings()]
    assert sum(timed) >= 30
    assert timed.count(False) >= 3  # orders that take other delays


@pytest.mark.parametrize("make", WORLDS, ids=lambda make: make.__name__)
def test_every_fault_keeps_time(make: Callable[[], World]) -> None:
    world = make()
    if world.trace.events:
        check_time(drawn(world))


async def waits(me: Node, *pauses: float) -> None:
    for pause in pauses:
        await me.sleep(pause)
        me.note("wakes")


def sleeper(*pauses: float) -> World:
    world = World()
    world.add(waits, *pauses)
    return world.run()


@pytest.mark.parametrize(
    "pauses",
    [(1, 700), (0.001, 0.001, 0.002), (1, 60_000, 1, 30_000), (5, 5, 90, 5, 7, 5, 9)],
)
def test_whatever_the_pauses_time_is_kept(pauses: tuple[float, ...]) -> None:
    check_time(drawn(sleeper(*pauses)))


def test_one_place_that_lies_would_be_found() -> None:
    text = draw(sleeper(5, 30, 60).trace, "", "")
    lies = re.sub(r"(data-time=\"35\".*?) (\d+)([\d.]*\)\")", r"\1 9\2\3", text)
    assert lies != text
    with pytest.raises(AssertionError):
        check_time(ElementTree.fromstring(lies))


def test_a_long_pause_is_torn_out_and_says_how_long_it_is() -> None:
    svg = drawn(sleeper(10, 10, 60_000, 10))
    (tear,) = classes(svg, "torn")
    out = float(tear.get("data-to", "")) - float(tear.get("data-from", ""))
    assert 59_900 < out < 60_000
    assert f"– {out / 1000:g} s" in [text.text for text in classes(svg, "axis")[0]]
    assert float(svg.get("height", "")) < 400


def test_what_is_torn_is_drawn_no_shorter_than_what_is_whole() -> None:
    layout = laid_out(sleeper(10, 20, 60_000, 10, 900).trace).layout
    assert isinstance(layout.time, Timeline)
    apart = [below - above for (_, above), (_, below) in pairwise(layout.at)]
    assert min(apart[1], apart[3]) > max(apart[0], apart[2])


def test_in_turn_is_three_times_as_long_as_at_once() -> None:
    """The page «Latency is zero» compares 240 ms with 80."""
    world = recorded(SNIPPETS / "fallacies/latency_is_zero/chatty_page.py")
    assert world is not None
    trace, layout = world.trace, laid_out(world.trace).layout
    y = {e.text: layout.time.height(layout.times[e.position]) for e in trace.events}
    start = layout.time.height(0)
    turn, six = y["in turn: 240 ms"], y["six at a time: 80 ms"]
    assert (turn - start) / (six - turn) == pytest.approx(3)


def test_dots_that_touch_stand_around_their_time() -> None:
    assert spread([0, 50, 50, 100], [0, 9, 9, 9]) == [0, 45.5, 54.5, 100]
    assert spread([5, 5, 5], [0, 9, 9]) == [-4, 5, 14]
    assert spread([], []) == []


def test_what_happens_at_one_instant_shares_a_height() -> None:
    world = recorded(FIGURE_1)
    assert world is not None
    drawing = laid_out(world.trace)
    height = {e.name: drawing.layout.at[e.position][1] for e in world.trace.events}
    assert height["q7"] == height["r4"]
    assert height["q5"] == height["r3"]
    assert height["p3"] != height["q4"]


def check_steps(svg: ElementTree.Element) -> None:
    """Without times, each step is as high as the next, and all are numbered."""
    rows = axis_of(svg)
    assert [number for number, _ in rows] == list(range(1, len(rows) + 1))
    apart = {round(below - above) for (_, above), (_, below) in pairwise(rows)}
    assert len(apart) <= 2
    assert max(apart, default=0) - min(apart, default=0) <= 1


def test_a_run_of_the_explorer_has_steps_and_says_so() -> None:
    world = recorded(SNIPPETS / "failure/ordering_matters/stale_update_wins.py")
    assert world is not None
    svg = drawn(world)
    check_steps(svg)
    text = " ".join(svg.itertext())
    assert "step" in text
    assert "only the order counts" in text.replace("\n", " ")
    assert " ms" not in text
    assert "shop7" in text  # what the text beside it calls its events
    assert not classes(svg, "torn")


def test_an_untimed_run_counts_the_steps_that_nobody_sees() -> None:
    trace = sleeper(10, 20).trace
    trace.timed, trace.steps = False, (5_000, 10_000, 20_000, 30_000)
    rows = axis_of(ElementTree.fromstring(draw(trace, "", "")))
    assert [number for number, _ in rows] == [1, 2, 3, 4]


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
            assert arrow.end[0] not in drawing.layout.columns.values()


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
    assert "ignored" in "".join(svg.itertext())


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
    layout = drawing.layout
    ((left, right),) = layout.walls(layout.cuts[0])
    assert layout.columns["b"] < left < right < layout.columns["c"]
    assert [label.lines for label in drawing.words.cuts] == [("cut", "a, b | c, d")]


def test_a_message_that_waits_in_the_mailbox_has_a_bar() -> None:
    svg = drawn(mailbox())
    waits = classes(svg, "wait")
    # Jobs 1 to 3 and the last wait while the worker works; the check is never read.
    assert len(waits) == 5
    heights = [re.findall(r"[\d.]+", bar.get("d", ""))[1:] for bar in waits]
    assert all(float(top) < float(bottom) for top, bottom in heights)


async def uploader(me: Node) -> None:
    me.send("server", "photo", size=500)
    me.send("server", "price", size=5)


async def reader(me: Node) -> None:
    await me.receive()
    await me.receive()


def busy_line() -> World:
    world = World()
    world.network(delay=20, bandwidth=5)
    world.add(uploader)
    world.add(reader, name="server")
    return world.run()


def test_a_message_that_takes_up_its_line_is_a_band_of_that_height() -> None:
    """500 bytes at 5 a ms take 100 ms, and the next message waits that long."""
    world = busy_line()
    photo, price = laid_out(world.trace).arrows
    scale = laid_out(world.trace).layout.time
    assert isinstance(scale, Timeline)
    ms_ = scale.scale * 1000
    assert photo.band is not None
    assert price.band is not None
    _, near, far = photo.band
    assert photo.start[1] - near == pytest.approx(100 * ms_, abs=10)
    assert photo.end[1] - far == pytest.approx(100 * ms_, abs=10)
    assert price.band[1] - price.band[0] == pytest.approx(100 * ms_, abs=10)
    svg = drawn(world)
    assert len(classes(svg, "bytes")) == 2
    assert len(classes(svg, "wait")) == 1


def test_a_wait_that_times_out_is_a_line_as_long_as_it_was() -> None:
    svg, layout = drawn(retry()), laid_out(retry().trace).layout
    (line,) = classes(svg, "patience")
    top, bottom = re.findall(r" ([\d.]+)V([\d.]+)h", line.get("d", ""))[0]
    assert float(top) == pytest.approx(layout.time.height(5_000), abs=0.06)
    assert float(bottom) == pytest.approx(layout.time.height(45_000), abs=PITCH[1])


def test_a_message_under_way_at_the_end_does_not_arrive() -> None:
    async def sender(me: Node) -> None:
        me.send("hearer", "hello", delay=90)
        await me.sleep(20)
        me.note("later")

    world = World()
    world.add(sender)
    world.add(reader, name="hearer")
    svg = drawn(world.run(until=50))
    (message,) = classes(svg, "open")
    assert not classes(message, "head")
    assert not classes(message, "wait")
    assert message[0].get("stroke-dasharray")


def test_an_arrow_goes_clear_of_the_events_of_others() -> None:
    world = recorded(SNIPPETS / "ordering/lamport_diagrams/read_a_diagram.py")
    assert world is not None
    drawing = laid_out(world.trace)
    layout = drawing.layout
    (slow,) = [arrow for arrow in drawing.arrows if arrow.bow]
    (x1, y1), (x2, y2) = slow.start, slow.end
    share = (layout.columns["b"] - x1) / (x2 - x1)
    straight = y1 + share * (y2 - y1)
    curved = straight + 4 * share * (1 - share) * slow.bow
    b2 = layout.at[world.trace.event("b2").position][1]
    assert abs(straight - b2) < 4
    assert abs(curved - b2) >= layout.dot + 5
    # It falls all the way.
    assert y1 < slow.control[1] < y2


def test_a_cut_of_the_run_is_a_line_between_what_is_in_and_what_is_out() -> None:
    world = recorded(SNIPPETS / "ordering/lamport_diagrams/read_a_diagram.py")
    assert world is not None
    trace = world.trace
    layout, svg = laid_out(trace).layout, drawn(world)
    lines = classes(svg, "frontier")
    texts = ["".join(line.itertext()).strip() for line in lines]
    assert texts == ["not a consistent cut", "a consistent cut"]
    assert [line.get("class") for line in lines] == ["frontier broken", "frontier"]
    for inside in trace.frontiers:
        heights = dict(zip(trace.nodes, layout.frontier(inside)[1:-1], strict=True))
        for event in trace.events:
            above = layout.at[event.position][1] < heights[event.node][1]
            assert above == (event.number <= inside[event.node])


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
    assert laid_out(world.trace).layout.width <= 328


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


# Any text -------------------------------------------------------------------


def written(element: ElementTree.Element) -> str:
    """The text of an element without any space, as lines break where they may."""
    return "".join("".join(element.itertext()).split())


def check_text(text: str) -> None:
    """The drawing is well-formed, and says the text as it is, in all three places."""
    trace = speaks(text).trace
    svg = ElementTree.fromstring(draw(trace, text, text))
    shown = "".join(visible(text).split())
    names = next(element for element in classes(svg, "names"))
    assert written(names[0]) == shown
    assert written(svg[0]) == written(svg[1]) == shown
    titles = [written(event[0]) for event in classes(svg, "event")]
    assert any(title.endswith(f":{shown}.Lamport2.") for title in titles)
    if shown and len(shown) < 60:
        along = [written(element) for element in classes(svg, "words")[0]]
        assert shown in along
        notes = [written(event) for event in classes(svg, "event")]
        assert any(note.endswith(f"Lamport2.{shown}") for note in notes)


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_texts_come_out_as_written(text: str) -> None:
    check_text(text)


@given(st.text(st.characters(exclude_characters="\r"), min_size=2))
@settings(max_examples=60)
def test_any_text_comes_out_as_written(text: str) -> None:
    check_text(text)


def test_what_cannot_be_shown_has_a_picture() -> None:
    assert visible("a\0b\a\x7f\x9f") == "a␀b␇␡\ufffd"
    assert visible("\ud83d \udfff \ufffe \U0001ffff") == "\ufffd \ufffd \ufffd \ufffd"
    plain = "tab\t, line\n, שלום \u202e, 😀, <&>"
    assert visible(plain) == plain


@pytest.mark.parametrize("path", sorted(SNIPPETS.rglob("*.svg")), ids=lambda p: p.stem)
def test_every_drawing_is_well_formed(path: Path) -> None:
    ElementTree.parse(path)


# What it costs --------------------------------------------------------------


def crossing(number: int) -> World:
    """Two nodes that send each other as many messages, which all cross."""

    async def talker(me: Node, other: str) -> None:
        for at in range(number):
            me.send(other, f"message number {at}")
            await me.sleep(7)

    world = World()
    world.add(talker, "b", name="a")
    world.add(talker, "a", name="b")
    return world.run()


def test_the_cost_of_a_drawing_grows_with_its_messages_only() -> None:
    """Not with the pairs of messages: the comparisons of two shapes are counted."""
    some, many = (laid_out(crossing(n).trace).words.sheet.looks for n in (100, 400))
    assert some < 200 * Sheet.MOST * 2
    assert many < 5 * some


def test_where_words_find_no_room_the_search_has_an_end() -> None:
    layouts: list[Layout] = []

    class Counted(Layout):
        def __init__(self, trace: Trace, more: float = 1.0) -> None:
            layouts.append(self)
            super().__init__(trace, more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.drawing.spacetime.Layout", Counted)
        draw(crossing(60).trace, "", "")
    assert len(layouts) <= 2
