"""A truck full of disks overtakes the wire, if there is much to move.

Copying onto the disks and off again takes time for each terabyte. The
drive in between takes as long for one as for a thousand.
"""

from typing import Annotated

from sim import Plot, Range

WIRES = {"100 Mb/s": 0.1, "1 Gb/s": 1, "10 Gb/s": 10, "100 Gb/s": 100}
DAY, YEAR = 24, 24 * 365.25  # hours
SIZES = [10 ** (n / 4) for n in range(-4, 21)]  # TB, to 100,000


def hours(terabytes: float, rate: float) -> float:
    """How long `terabytes` take at `rate` Gb/s, with no overhead."""
    return terabytes * 8000 / rate / 3600


def main(
    drive: Annotated[int, Range(2, 72, 1, "h")] = 24,
    copying: Annotated[int, Range(1, 1000, 1, "Gb/s")] = 40,
    load: Annotated[int, Range(1000, 100_000, 1000, "TB")] = 1000,
) -> Plot:
    def truck(terabytes: float) -> float:
        return 2 * hours(terabytes, copying) + drive

    plot = Plot(
        "From disk to disk",
        x="data, TB",
        y="hours",
        x_scale="log",
        y_scale="log",
    )
    for wire, rate in WIRES.items():
        plot.line(wire, [(tb, hours(tb, rate)) for tb in SIZES])
        ahead = hours(1, rate) - 2 * hours(1, copying)  # for each TB
        if ahead > 0:
            even = drive / ahead
            print(f"{wire}: the truck wins above {even:,.1f} TB")
        else:
            print(f"{wire}: the wire always wins")
    plot.line("truck", [(tb, truck(tb)) for tb in SIZES])
    plot.mark("a day", y=DAY)
    plot.mark("a year", y=YEAR)
    took = truck(load)
    print(f"{load:,} TB by truck: {took / DAY:.1f} days,")
    print(f"as much as {load * 8000 / took / 3600:.1f} Gb/s,")
    wait = hours(load, copying) + drive
    print(f"and the first byte after {wait / DAY:.1f} days")
    return plot
