"""What docs/fallacies/bandwidth_is_infinite.md says: a busy line, a truck of disks."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programs import changed, program

PAGE = "fallacies/bandwidth_is_infinite"
SMALL = f"{PAGE}/big_response_blocks_small_ones"
line = program(SMALL)
truck = program(f"{PAGE}/truck_or_wire")


def notes(**settings: str | int) -> list[str]:
    trace = line.main(**settings).trace
    return [event.text for event in trace.events if event.kind == "note"]


# One byte after the other ----------------------------------------------------


def test_the_price_waits_for_the_photo_then_for_one_frame() -> None:
    assert notes() == [
        "photo after 1,150 ms",
        "price after 1,052 ms",  # both at the same moment
        "price after 302 ms",
        "photo after 1,152 ms",
    ]


def test_broadband_shortens_the_wait_to_a_tenth() -> None:
    before, after = notes(network="broadband")[1:3]

    assert (before, after) == ("price after 100 ms", "price after 60 ms")


@given(
    frame=st.integers(1, 20).map(lambda tens: tens * 10),
    network=st.sampled_from(["slow mobile", "broadband"]),
)
def test_the_price_waits_for_at_most_one_frame(frame: int, network: str) -> None:
    """A way there and back, one frame in front, and its own bytes."""
    speed, delay = line.NETWORKS[network]
    longest = 2 * delay + (frame * 1000 + line.SIZES["price"]) / speed
    took = {}
    for text in notes(frame=frame, network=network)[2:]:
        name, ms = re.fullmatch(r"(\w+) after ([\d,]+) ms", text).groups()  # type: ignore[union-attr]
        took[name] = int(ms.replace(",", ""))

    assert took["price"] <= longest + 1
    assert took["photo"] >= line.SIZES["photo"] / speed  # frames save no byte


def test_frames_without_patience_help_nothing() -> None:
    """The exercise, and bufferbloat (Gettys and Nichols 2011) in small."""
    pause = "        await me.sleep(size / speed)  # until the line has taken it\n"
    trace = changed(SMALL, (pause, "")).main().trace
    prices = [e.text for e in trace.events if e.text.startswith("price")]

    assert prices == ["price after 1,052 ms"] * 2


# The truck -----------------------------------------------------------------------


def wins(out: str) -> dict[str, float | None]:
    """For each wire the TB above which the truck wins; None: never."""
    return {
        wire: None if above is None else float(above.replace(",", ""))
        for wire, above in re.findall(
            r"^(.+): the (?:truck wins above ([\d,.]+) TB|wire always wins)$",
            out,
            re.M,
        )
        for above in [above or None]
    }


def test_the_truck_wins_above_a_size(capsys: pytest.CaptureFixture[str]) -> None:
    truck.main()

    assert wins(capsys.readouterr().out) == {
        "100 Mb/s": 1.1,
        "1 Gb/s": 11.4,
        "10 Gb/s": 216.0,
        "100 Gb/s": None,
    }


def test_two_copies_slower_than_the_wire_never_win(
    capsys: pytest.CaptureFixture[str],
) -> None:
    truck.main(copying=10)

    assert wins(capsys.readouterr().out)["10 Gb/s"] is None


@pytest.mark.parametrize(("drive", "copying"), [(1, 1), (24, 40), (72, 1000)])
def test_at_the_break_even_both_take_as_long(
    drive: int, copying: int, capsys: pytest.CaptureFixture[str]
) -> None:
    truck.main(drive=drive, copying=copying)
    found = wins(capsys.readouterr().out)

    assert any(found.values())
    for wire, above in found.items():
        if above is not None and above > 5:  # what is printed is rounded
            by_wire = truck.hours(above, truck.WIRES[wire])
            by_truck = drive + 2 * truck.hours(above, copying)
            assert by_wire == pytest.approx(by_truck, rel=0.01)


def test_ten_times_the_wire_takes_more_than_ten_times_the_data(
    capsys: pytest.CaptureFixture[str],
) -> None:
    truck.main(copying=1000)
    found = list(wins(capsys.readouterr().out).values())

    for slow, fast in pairwise(found):
        assert slow is not None and fast is not None
        assert fast >= 10 * slow * 0.95  # rounded, too


def test_published_times_to_send() -> None:
    """1 TB at 100 Mb/s 22 h; 100 TB at 1 Gb/s 9.3 days; 100 PB at 1 Gb/s 25 years."""
    assert truck.hours(1, 0.1) == pytest.approx(22.2, abs=0.1)
    assert truck.hours(100, 1) / truck.DAY == pytest.approx(9.26, abs=0.01)
    assert truck.hours(100_000, 1) / truck.YEAR == pytest.approx(25.4, abs=0.1)


def test_snowmobile_by_its_own_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """100 PB, filled at 1 Tb/s in about ten days; 100 Gb/s was first for less."""
    truck.main(load=100_000, copying=1000)
    out = capsys.readouterr().out

    assert truck.hours(100_000, 1000) / truck.DAY == pytest.approx(9.3, abs=0.1)
    assert "100,000 TB by truck: 19.5 days" in out
    assert wins(out)["100 Gb/s"] == 1350.0


def test_tanenbaums_box_of_tapes() -> None:
    """1000 tapes of 200 GB within 24 hours: he rounds 18.5 Gb/s to 19."""
    assert truck.hours(1000 * 0.2, 18.5) == pytest.approx(24, abs=0.1)
