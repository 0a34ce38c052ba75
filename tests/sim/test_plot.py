"""Plots: what they show, that their words have room, and that bad input is told."""

import ast
import sys
from collections.abc import Callable
from graphlib import TopologicalSorter
from hashlib import sha256
from itertools import combinations, pairwise
from math import isclose
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scripts.lib.card import card
from scripts.lib.record import ProgramError, record
from sim import Map, Plot
from sim.__main__ import main as command
from sim.drawing.labels import overlap
from sim.plot import picture
from sim.plot.ground import NARROW, WIDE, Width, spread, thinned
from sim.plot.layout import Panel, layout
from sim.plot.picture import picture_of
from sim.plot.scale import Scale, amount, scale, tick_texts, writer
from sim.plot.svg import draw
from sim.plot.words import table
from tests.sim import plots
from tests.sim.interpreters import interpreters, run, run_in_pyodide

PROGRAM = str(plots.__file__)
DIGEST = "66a8f83740fc80292614da2832aa3e1246ccff2c7bae56b316d1fec5e4aba3c2"
SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = [WIDE, NARROW]
both = pytest.mark.parametrize("width", WIDTHS, ids=["wide", "narrow"])
every = pytest.mark.parametrize("make", plots.ALL, ids=lambda make: make.__name__)


def drawn(*shown: Plot) -> ElementTree.Element:
    return ElementTree.fromstring(draw(shown, "Title"))


def wide(*shown: Plot) -> ElementTree.Element:
    found = drawn(*shown).find(f"{SVG}svg[@class='wide']")
    assert found is not None
    return found


def classes(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [e for e in svg.iter() if name in e.get("class", "").split()]


def words(svg: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def lines(*names: str) -> Plot:
    plot = Plot("Plot", x="time, s", y="ms")
    for height, name in enumerate(names):
        plot.line(name, [(0, 0), (10, height)])
    return plot


def panel_of(plot: Plot, width: Width = WIDE) -> Panel:
    return layout((plot,), width)[0]


# -- Ticks and scales ---------------------------------------------------------

finite = st.floats(-1e12, 1e12).filter(lambda x: x == 0 or abs(x) > 1e-9)
positive = st.floats(1e-9, 1e15)


@given(finite, finite, st.integers(2, 9))
def test_linear_ticks_are_round_even_few_and_inside(one, other, most):
    low, high = sorted((one, other))
    assume(high - low > 1e-6 * max(abs(low), abs(high), 1e-6))
    ticks = Scale(low, high).ticks(most)

    assert 2 <= len(ticks) <= max(most, 4)  # fewer would be one
    slack = (high - low) * 1e-6
    assert all(low - slack <= tick <= high + slack for tick in ticks)
    step = ticks[1] - ticks[0]
    assert all(isclose(b - a, step, rel_tol=1e-6) for a, b in pairwise(ticks))
    assert f"{step:.0e}"[0] in "125"


@given(positive, positive, st.integers(2, 9))
def test_logarithmic_ticks_are_few_and_inside(one, other, most):
    low, high = sorted((one, other))
    assume(high > low * 1.1)
    ticks = Scale(low, high, True).ticks(most)

    assert 2 <= len(ticks) <= max(most, 4)  # fewer would be one
    assert all(low * 0.999 <= tick <= high * 1.001 for tick in ticks)
    if high > low * 1e4:
        assert all(f"{tick:e}".startswith("1.000") for tick in ticks)


@given(st.lists(finite, min_size=1, max_size=5))
def test_a_linear_scale_holds_all_values(values):
    found = scale(values, False, True, True)

    assert all(-1e-6 <= found.share(value) <= 1 + 1e-6 for value in values)


@given(st.lists(positive, min_size=1, max_size=5), st.booleans())
def test_a_logarithmic_scale_holds_all_values_in_order(values, round_ends):
    found = scale(values, True, True, round_ends)
    shares = [found.share(value) for value in sorted(values)]

    assert shares == sorted(shares)
    assert all(-1e-6 <= share <= 1 + 1e-6 for share in shares)


def test_zero_is_shown_unless_it_wastes_the_room():
    assert scale([20, 97], False, True, True) == Scale(0, 100)
    assert scale([95, 97], False, True, True).low == 95
    assert scale([-30, -4], False, True, True).high == 0


def test_one_value_has_a_scale():
    assert scale([5], False, True, True).share(5) == 1
    assert scale([0], False, True, True).share(0) == 0
    assert 0 < scale([5], True, True, True).share(5) < 1


@pytest.mark.parametrize(
    ("ticks", "texts"),
    [
        ((0, 0.2, 0.4), ["0", "0.2", "0.4"]),
        ((0, 500, 1000), ["0", "500", "1,000"]),
        ((-5, 0, 5), ["−5", "0", "5"]),
        ((0, 5e5, 1e6), ["0", "0.5 million", "1.0 million"]),
        ((0, 2e9), ["0", "2 billion"]),
    ],
)
def test_the_ticks_of_an_axis_have_the_same_decimals(ticks, texts):
    assert tick_texts(ticks, False) == texts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0, "0"), (0.25, "0.25"), (0.1 + 0.2, "0.3"), (1234.56, "1,235")),
        *((-5, "−5"), (1e6, "1 million"), (2.5e9, "2.5 billion"), (1e-5, "10⁻⁵")),
        *((3.2e-7, "3.2×10⁻⁷"), (1e18, "10¹⁸"), (-0.00001234, "−1.234×10⁻⁵")),
    ],
)
def test_numbers_are_written_for_people(value, text):
    assert amount(value) == text


# -- Words have room ----------------------------------------------------------


def check_room(panel: Panel, width: Width) -> None:
    """No two texts overlap, and none leaves the drawing."""
    for one, other in combinations(panel.labels, 2):
        assert not overlap(one.corners(), other.corners()), (one, other)
    for label in panel.labels:
        for x, y in label.corners():
            assert -0.5 <= x <= width.whole + 0.5, label
            assert -0.5 <= y <= panel.height + 0.5, label


@both
@every
def test_the_words_of_a_plot_have_room(make, width):
    for panel in layout(make(3), width):
        check_room(panel, width)


name = st.text("abn mW i", min_size=1, max_size=40).filter(str.strip)
heights = st.lists(st.integers(0, 1000), min_size=1, max_size=8)


@st.composite
def any_plot(draw_one: Callable) -> Plot:
    """Lines that begin, cross and end anywhere, marks anywhere, names of any length."""
    log = draw_one(st.sampled_from(["linear", "log"]))
    plot = Plot(draw_one(name), x=draw_one(name), y=draw_one(name), y_scale=log)
    unit = 10 ** draw_one(st.integers(0, 9))
    for text in draw_one(st.lists(name, min_size=1, max_size=8, unique=True)):
        start = draw_one(st.integers(0, 20))
        ys = draw_one(heights)
        kind = draw_one(st.sampled_from([plot.line, plot.steps, plot.dots]))
        kind(text, [((start + x) * unit, y + 1) for x, y in enumerate(ys)])
    for text in draw_one(st.lists(name, max_size=4)):
        plot.mark(text, x=draw_one(st.integers(0, 30)) * unit)
    for text in draw_one(st.lists(name, max_size=4)):
        plot.mark(text, y=draw_one(st.integers(1, 1000)))
    return plot


@both
@given(plot=any_plot())
def test_no_words_of_any_plot_overlap(width, plot):
    check_room(panel_of(plot, width), width)


@both
@given(
    st.lists(st.tuples(name, st.floats(-1e7, 1e7)), min_size=1, max_size=6),
    st.integers(1, 3),
    st.lists(st.tuples(name, st.floats(-1e7, 1e7)), max_size=2),
)
def test_no_words_of_any_bars_overlap(width, rows, series, marks):
    plot = Plot("Bars", x="city", y="ms")
    for number in range(series):
        plot.bars(f"series {number}", list(dict(rows).items()))
    for text, value in marks:
        plot.mark(text, y=value)

    check_room(panel_of(plot, width), width)


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(5, 20)), max_size=7).map(sorted),
)
def test_texts_that_move_apart_keep_their_order(wanted):
    places = spread(wanted, 0, 120)
    if places is None:
        assert sum(height + 1 for _, height in wanted) > 120
        return
    for (at, (_, one)), (below, (_, other)) in pairwise(
        zip(places, wanted, strict=True)
    ):
        assert at + one / 2 < below - other / 2
    for at, (_, height) in zip(places, wanted, strict=True):
        assert height / 2 - 0.01 <= at <= 120 - height / 2 + 0.01


def test_texts_with_room_stay_where_they_are_wanted():
    assert spread([(20, 10), (50, 10)], 0, 100) == [20, 50]


def test_names_stand_at_the_ends_of_their_lines():
    panel = panel_of(lines("low", "middle", "high"))

    for named in panel.names:
        assert not named.sample
        assert named.label.x > panel.ground.box.right
        end = panel.ground.vertices(named.series[0])[-1]
        assert abs(named.label.y - end[1]) < 20


def early() -> Plot:
    plot = lines("low", "high")
    plot.line("crashed", [(0, 0), (5, 1)])
    return plot


@pytest.mark.parametrize("plot", [plots.survivors()[0], early()], ids=["end", "early"])
def test_lines_that_end_together_or_early_are_named_above(plot):
    panel = panel_of(plot)

    assert all(named.sample for named in panel.names)
    assert all(named.label.y < panel.ground.box.top for named in panel.names)


def test_the_marks_of_samples_do_not_hide_each_other():
    plot = Plot("Together")
    for name in "abcdefgh":
        plot.line(name, [(x, 100 - x) for x in range(101)])
    svg = wide(plot)
    places = []
    for style in range(8):
        paths = [path.get("d", "") for path in classes(svg, f"s{style + 1}")]
        dots = max(paths, key=lambda path: path.count("M"))  # the other: the sample
        places += [part.partition("m")[0] for part in dots.split("M")[1:-1]]

    assert len(set(places)) == len(places) == 24


def test_the_words_of_levels_stand_at_the_right_beside_samples():
    plot = plots.survivors()[0]
    plot.mark("half", y=50)
    *above, level = panel_of(plot).names

    assert all(named.sample for named in above)
    assert level.label.x > panel_of(plot).ground.box.right


@both
@every
def test_every_name_and_every_mark_is_there_once(make, width):
    for panel in layout(make(3), width):
        shown = [" ".join(label.lines) for label in panel.labels]
        for series in panel.plot.series if not panel.plot.labels else ():
            assert shown.count(series.name) == 1
        words = " ".join(shown)
        for mark in panel.plot.marks:
            assert all(word in words for word in mark.text.split())


def test_two_marks_may_have_the_same_words():
    plot = lines("low", "high")
    plot.mark("limit", y=0.2)
    plot.mark("limit", y=0.7)

    assert sum(label.lines == ("limit",) for label in panel_of(plot).labels) == 2


def test_names_without_room_stand_above_with_a_sample():
    long = "Donaudampfschifffahrtsgesellschaftskapitän"
    panel = panel_of(lines(*(f"{long}{number}" for number in range(8))), NARROW)

    assert all(named.sample for named in panel.names)
    assert len({dash.get("stroke-dasharray") for dash in dashes(panel)}) == 8


def dashes(panel: Panel) -> list[ElementTree.Element]:
    return classes(wide(panel.plot), "line")


def test_panels_begin_and_end_below_each_other():
    first, second = layout(plots.panels(), WIDE)

    assert first.ground.box.left == second.ground.box.left
    assert first.ground.box.right == second.ground.box.right


# -- What is drawn ------------------------------------------------------------


@every
def test_a_drawing_has_classes_and_no_colors(make):
    svg = drawn(*make(3))
    for element in svg.iter():
        for attribute in ("fill", "stroke"):
            assert element.get(attribute) in (None, "none", "currentColor")
        assert set(element.get("style", "").replace("--", "")) <= set(
            "wide:narow.;0123456789"
        )


@every
def test_it_is_one_picture_with_a_title_and_a_description(make):
    svg = drawn(*make(3))

    assert svg.get("role") == "img"
    assert [child.tag for child in svg][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert svg[0].text == "Title"
    kinds = [(child.get("class"), child.get("display")) for child in svg[2:]]
    assert kinds == [("wide", None), ("narrow", "none")]


def test_the_description_says_what_it_shows():
    plot = Plot("Plot", x="time, s", y="ms", y_scale="log")
    plot.line("wait", [(0, 5), (1, 2), (2, 900), (3, 80)])
    plot.mark("limit", y=100)

    assert drawn(plot)[1].text == (
        "Across: time, s, from 0 to 3. Up: ms, from 2 to 900, on a logarithmic scale. "
        "wait, a line: first 5 at 0, last 80 at 3, lowest 2 at 1, highest 900 at 2. "
        "A line at y = 100: limit. The table gives the numbers."
    )


def test_every_value_is_where_it_belongs():
    panel = panel_of(lines("low", "high"))
    path = classes(wide(panel.plot), "line")[1].get("d")

    left, top, right, bottom = panel.ground.box
    assert panel.ground.across(0) == round(left, 2)
    assert panel.ground.across(10) == round(right, 2)
    assert panel.ground.up(0) == bottom
    assert panel.ground.up(1) == top
    assert path is not None
    width, height = path.rpartition("l")[2].split("-")
    assert path.startswith(f"M{left:.1f} {bottom:.1f}".replace(".0", ""))
    assert isclose(float(width), right - left, abs_tol=0.11)
    assert isclose(float(height), bottom - top, abs_tol=0.11)


def test_steps_are_level_and_upright():
    plot = Plot("Plot")
    plot.steps("queue", [(0, 0), (1, 2), (2, 1)])
    path = classes(wide(plot), "line")[0].get("d", "")

    assert "l" not in path
    assert path.count("h") == 2
    assert path.count("v") == 2


def test_dots_are_not_joined():
    plot = Plot("Plot")
    plot.dots("runs", [(2, 1), (0, 3), (1, 1)])
    svg = wide(plot)

    assert not classes(svg, "line")
    assert [dots.get("d", "").count("M") for dots in classes(svg, "dots")] == [3]


def test_steps_keep_the_peaks_when_they_are_thinned():
    corners = [(x / 50, (x * 37) % 101) for x in range(20_000)]
    kept = thinned(corners)

    assert len(kept) < 2000
    assert max(y for _, y in kept) == 100
    assert min(y for _, y in kept) == 0
    assert kept[0] == corners[0]
    assert kept[-1] == corners[-1]


def test_series_differ_in_more_than_color():
    plot = lines(*"abcdefgh")
    paths = classes(wide(plot), "line")

    assert len({path.get("stroke-dasharray") for path in paths}) == 8
    assert len({path.get("class") for path in paths}) == 8


def test_the_bars_of_a_row_differ_in_more_than_color():
    svg = wide(plots.bars()[0])

    full, light = "bar s1", "bar open s2"
    assert all(e.get("fill") == "currentColor" for e in svg if e.get("class") == full)
    assert {e.get("fill-opacity") for e in svg.iter() if e.get("class") == light}
    assert classes(svg, "hatch")


def test_bars_begin_at_zero_and_end_at_their_value():
    plot = Plot("Bars", y="ms")
    plot.bars("ms", [("up", 50), ("down", -25), ("nothing", 0)])
    panel = panel_of(plot)
    up, down, nothing = panel.bars  # type: ignore[attr-defined]

    assert up.start == down.start == nothing.end == panel.ground.across(0)
    assert isclose(up.end - up.start, 2 * (down.start - down.end), abs_tol=0.1)
    assert [bar.value.lines for bar in (up, down, nothing)] == [
        ("50",),
        ("−25",),
        ("0",),
    ]
    assert len(classes(wide(plot), "bar")) == 2


def test_texts_are_escaped():
    plot = Plot("<b> & </b>", x="<x>", y="<y>")
    plot.line("<script>", [(0, 1), (1, 2)])
    plot.mark("a < b", x=0.5)
    svg = drawn(plot)

    assert {"<b> & </b>", "<x>", "<y>", "<script>", "a < b"} <= set(words(svg))


def test_an_axis_shows_at_least_its_range():
    plot = Plot("Plot", x_range=(0, 100), y_range=(0, 100))
    plot.line("short", [(10, 5), (20, 120)])
    panel = panel_of(plot)

    assert (panel.ground.x.low, panel.ground.x.high) == (0, 100)
    assert (panel.ground.y.low, panel.ground.y.high) == (0, 120)


# -- The table ----------------------------------------------------------------


def test_series_with_the_same_points_share_the_rows():
    found = table(lines("low", "high"))

    assert found.head == ["time, s", "low", "high"]
    assert found.rows == [["0", "0", "0"], ["10", "0", "1"]]


def test_series_with_other_points_come_one_by_one():
    plot = lines("low")
    plot.steps("other", [(3, 4)])

    assert table(plot).rows == [
        ["low", "0", "0"],
        ["low", "10", "0"],
        ["other", "3", "4"],
    ]


def test_many_points_are_thinned_and_the_table_says_so():
    plot = Plot("Plot", x="n", y="square")
    plot.line("squares", [(n, n * n) for n in range(1000)])
    found = table(plot)

    assert [row[0] for row in found.rows[:3]] == ["0", "50", "100"]
    assert found.rows[-1] == ["999", "998,001"]
    assert found.note == "Every 50th of 1,000 points, and the last."


def test_a_line_and_its_band_share_a_column():
    plot = Plot("Plot", x="n", y="ms")
    plot.line("wait", [(0, 5), (1, 6)])
    plot.band("wait", [(0, 4, 7), (1, 5, 8.5)])

    assert table(plot).head == ["n", "ms"]
    assert table(plot).rows == [["0", "5.0 (4.0 to 7.0)"], ["1", "6.0 (5.0 to 8.5)"]]


def test_numbers_to_compare_have_the_same_decimals():
    assert written(25.871, 38, 166.1) == ["25.9", "38.0", "166.1"]
    assert written(1, 20, 300) == ["1", "20", "300"]
    assert written(0, 2.5, 12345.6) == ["0", "2", "12,346"]
    assert written(0.001, 1500) == ["0", "1,500"]
    assert written(0.001, 1500, bars=True) == ["0.001", "1,500"]
    assert written(0.001, 1234.56, log=True) == ["0.001", "1,235"]


def written(*values, log=False, bars=False):
    return list(map(writer(values, log, bars), values))


@every
def test_no_table_is_too_long(make):
    for plot in make(3):
        found = table(plot)
        assert 2 <= len(found.rows) <= 40
        assert {len(row) for row in found.rows} == {len(found.head)}
        assert all(found.head)


def test_the_marks_stand_below_the_table():
    note = table(plots.percentiles()[0]).note
    assert "Lines: one in 100 (x = 100), time-out (y = 1,000)." in note


# -- Bad input ----------------------------------------------------------------


def linear() -> Plot:
    return Plot("P")


def log() -> Plot:
    return Plot("P", y_scale="log")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: linear().line("a", []), "line 'a' has no points: give at least one"),
        (
            lambda: linear().line("a", [(0, 1), (1, float("nan"))]),
            "line 'a', point 2: y is nan: leave out what has no finite value",
        ),
        (
            lambda: log().dots("a", [(0, 0)]),
            "dots 'a', point 1: y is 0, and a log scale has no such place: "
            'leave it out, or take y_scale="linear"',
        ),
        (
            lambda: linear().steps("a", [(0, 1), (1, 2, 3)]),
            "steps 'a', point 2 is (1, 2, 3): give (x, y)",
        ),
        (
            lambda: linear().band("a", [(0, 2, 1)]),
            "band 'a', point 1: low is above high in (0, 2, 1): give (x, low, high)",
        ),
        (
            lambda: linear().line("a", [(1, 1), (0, 1)]),
            "line 'a' goes back from x = 1 to 0: sort its points by x",
        ),
        (lambda: linear().line("a", [(0, "1")]), "y is '1': give a number"),
        (lambda: linear().line("a", ...), "line 'a' gets Ellipsis: give a list of"),
        (lambda: linear().line("a", [5]), "line 'a', point 1 is 5: give (x, y)"),
        (lambda: linear().bars("a", [("x", True)]), "y is True: give a number"),
        (lambda: linear().bars("a", [("x", 1), ("x", 2)]), "two rows are called 'x'"),
        (lambda: linear().line(" ", [(0, 1)]), "has no name"),
        (lambda: lines("a").line("a", [(0, 1)]), "line 'a' is there already"),
        (lambda: lines("a").bars("b", [("x", 1)]), "does not go with other kinds"),
        (lambda: lines(*"abcdefghi"), "line 'i' is one too many to tell apart"),
        (lambda: linear().mark("m"), "mark 'm' is not at one place: give either x= or"),
        (lambda: linear().mark("m", x=1, y=1), "mark 'm' is not at one place"),
        (lambda: log().mark("m", y=-1), "mark 'm': y is -1, and a log scale"),
        (lambda: Plot("P", x_scale="cubic"), "x_scale is 'cubic'"),  # type: ignore
        (lambda: Plot("P", y_range=(0, 10**400)), "y_range"),
        (lambda: log().bars("a", [("x", 1)]), "bars 'a' begin at zero, which has no"),
        (lambda: picture_of(linear()), "plot 'P' has nothing to draw: give it a line"),
    ],
)
def test_bad_input_is_told_with_its_place_and_a_cure(wrong, told):
    with pytest.raises(ValueError, match=r"^plot 'P") as error:
        wrong()

    assert told in str(error.value)


# -- Everywhere the same ------------------------------------------------------


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_the_pinned_digest():
    """If it changes, recorded plots change: say so, and pin the new one."""
    assert digest(plots.text(3)) == DIGEST


def test_two_processes_with_two_hash_seeds():
    one, other = (run(sys.executable, PROGRAM, "4", hash_seed=s) for s in ("1", "2"))
    assert one == other == plots.text(4) + "\n"


def test_other_values_give_other_drawings():
    """The control: a comparison that could not fail would prove nothing."""
    assert len({plots.text(seed) for seed in range(1, 5)}) == 4


@pytest.mark.parametrize("version", interpreters())
def test_every_python_on_this_machine(version: str):
    assert (
        digest(run(interpreters()[version], PROGRAM, "3").removesuffix("\n")) == DIGEST
    )


def test_the_python_of_the_browser():
    (answer,) = run_in_pyodide(("../tests/sim/plots.py", "3"))
    assert digest(answer.removesuffix("\n")) == DIGEST


# -- On a card and on the command line ----------------------------------------

SOURCE = '''"""Two lines."""

from sim import Plot


def main(slope: bool = True) -> {promise}:
    plot = Plot("A line", x="n", y="twice")
    plot.line("twice", [(n, (1 + slope) * n) for n in range(5)])
    return {returned}
'''


@pytest.fixture
def program(tmp_path):
    def write(promise="Plot", returned="plot"):
        path = tmp_path / "page" / "lines.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(SOURCE.format(promise=promise, returned=returned), "utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("promise", "returned"), [("Plot", "plot"), ("tuple[Plot, ...]", "(plot, plot)")]
)
def test_the_card_has_the_plot_and_its_numbers(program, promise, returned):
    path = program(promise, returned)
    files = record(path)
    text = files[path.with_suffix(".md")]

    assert files[path.with_suffix(".svg")].startswith("<svg ")
    for part in ("code", "knobs", "output", "diagram", "plot", "data"):
        assert text.count(f"[start:{part}]") == text.count(f"[end:{part}]") == 1
    assert "/// tab | Plot" in text
    assert "/// tab | Data" in text
    assert "Sequence diagram" not in text
    assert text.count("<caption>A line</caption>") == len(returned.split(","))
    assert "<tr><td>4</td><td>8</td></tr>" in text


def test_who_promises_a_plot_must_keep_it(program):
    with pytest.raises(ProgramError, match="promises a diagram"):
        record(program("Plot", "None"))


def test_the_numbers_of_a_card_are_escaped():
    data = {"title": "<a>", "head": ["<b>"], "rows": [["<c>"]], "note": "<d>"}
    text = card("a/b/c", {"knobs": [], "output": "", "svg": "", "data": [data]})

    for name in "abcd":
        assert f"&lt;{name}&gt;" in text


def test_the_command_line_shows_both(program, capsys):
    assert command([str(program()), "--table", "--svg"]) == 0
    shown = capsys.readouterr().out

    assert "n  twice\n0      0\n" in shown
    assert shown.rstrip().endswith("</svg>")


def test_a_plot_has_no_trace_and_says_so(program, capsys):
    assert command([str(program()), "--trace"]) == 0
    assert "A plot has no events: --table" in capsys.readouterr().err


def test_what_is_neither_plots_nor_maps_gives_no_picture():
    mixed = (lines("a"), Map("m"))
    for returned in (None, (), (1, 2), mixed, [lines("a")]):
        assert picture_of(returned) is None


# -- One way in ----------------------------------------------------------------


def test_what_draws_plots_is_imported_one_way():
    """No circle, not even one hidden in a function or from the type checker."""
    room = Path(picture.__file__).parent
    uses = {}
    for file in sorted(room.glob("[!_]*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        every = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert all(node in tree.body for node in every), file.name
        uses[file.stem] = {
            name
            for node in every
            if node.level == 1
            for name in ([node.module] if node.module else [a.name for a in node.names])
        }
    assert uses["data"] == uses["scale"] == set()
    TopologicalSorter(uses).prepare()  # raises CycleError
    for file in room.parent.glob("drawing/*.py"):
        assert "import plot" not in (text := file.read_text("utf-8")), file.name
        assert "from ..plot" not in text, file.name
