"""Maps: who still reaches whom, checked against a slow search, and the drawing."""

import itertools
import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Map
from sim.plot.map import draw, table
from sim.plot.picture import picture_of

NAMES = "abcdefg"
PAIRS = list(itertools.combinations(NAMES, 2))


def drawn(links: list[tuple[str, str]], destroyed: str = "") -> Map:
    one = Map("net")
    for at, name in enumerate(NAMES):
        one.station(name, at / 10, 1 - at / 10)
    for pair in links:
        one.link(*pair)
    one.destroy(*destroyed)
    return one


def reach(links: list[tuple[str, str]], left: set[str]) -> int:
    """The size of the largest group, the slow way: join until nothing changes."""
    groups = [{name} for name in left]
    for one, other in links * len(NAMES):
        if {one, other} <= left:
            joined = [g for g in groups if one in g or other in g]
            groups = [g for g in groups if g not in joined] + [set().union(*joined)]
    return max(map(len, groups), default=0)


@given(st.lists(st.sampled_from(PAIRS)), st.sets(st.sampled_from(NAMES)))
def test_the_largest_group_is_what_a_slow_search_finds(
    links: list[tuple[str, str]], destroyed: set[str]
) -> None:
    one = drawn(links, "".join(sorted(destroyed)))

    assert len(one.largest) == reach(links, set(NAMES) - destroyed)
    assert not destroyed & set(one.largest)


def test_a_link_has_no_direction_and_counts_once() -> None:
    one = drawn([("a", "b"), ("b", "a"), ("a", "b"), ("c", "c")])

    assert one.links == [("a", "b")]


def shapes(svg: str) -> dict[str, int]:
    """How many shapes of each class the wide drawing has."""
    root = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    wide = next(
        part for part in root.iter(f"{space}svg") if part.get("class") == "wide"
    )
    found: dict[str, int] = {}
    for shape in wide.iter():
        kind = shape.get("class", "")
        found[kind] = found.get(kind, 0) + 1
    return found


def test_every_station_is_drawn_once_and_by_its_fate() -> None:
    one = drawn([("a", "b"), ("b", "c"), ("d", "e"), ("c", "g")], "g")
    found = shapes(draw([one, one], "title"))

    assert found["station"] == 2 * 3  # a b c
    assert found["cut-off"] == 2 * 3  # d e f
    assert found["destroyed"] == found["lost"] == found["link"] == 2


def test_the_drawing_says_in_words_what_it_shows() -> None:
    svg = draw([drawn([("a", "b")], "g")], "An <attack>")

    assert "<title>An &lt;attack&gt;</title>" in svg
    assert "1 links, 1 of 7 stations destroyed; net: 2 of 6 together." in svg


def test_nothing_lies_outside_the_drawing() -> None:
    one = Map("corners")
    for name, x, y in (("a", 0, 0), ("b", 1, 0), ("c", 0, 1), ("d", 1, 1)):
        one.station(name, x, y)
    svg = draw([one] * 4, "t")
    for part in svg.split("<svg class=")[1:]:
        width, height = map(float, re.search(r'0 0 ([\d.]+) ([\d.]+)"', part).groups())  # type: ignore[union-attr]
        spots = re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', part)
        assert len(spots) == 16
        assert all(5 < float(x) < width - 5 for x, _ in spots)
        assert all(5 < float(y) < height - 5 for _, y in spots)


def test_the_table_has_a_row_for_each_map() -> None:
    shown = table([drawn([("a", "b")], "g")])

    assert shown.rows == [["net", "1", "7", "1", "2"]]


def test_main_can_return_one_map_or_some() -> None:
    one = drawn([])
    for returned, count in ((one, 1), ((one, one), 2)):
        picture = picture_of(returned)
        assert picture is not None
        assert picture.svg("t") == draw([one] * count, "t")
        assert picture.tables == [table([one] * count)]


def test_mistakes_name_the_map_and_the_cure() -> None:
    one = drawn([])
    with pytest.raises(ValueError, match="map 'net': there is a station 'a' already"):
        one.station("a", 0, 0)
    with pytest.raises(ValueError, match=r"station 'z': \(2, 0\) is off the map"):
        one.station("z", 2, 0)
    with pytest.raises(LookupError, match="no station 'z', only: a, b"):
        one.link("a", "z")
    with pytest.raises(LookupError, match="no station 'y'"):
        one.destroy("y")
