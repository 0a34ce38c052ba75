"""Each further server costs the same, and buys less.

While failures are apart, the service is down only if every server is.
What brings all of them down at once, no further server helps against.
"""

from typing import Annotated

from sim import Plot, Range

YEAR = 365.25 * 24 * 60  # minutes
COPY = 0.02  # dollars to copy a gigabyte into another zone


def main(
    available: Annotated[float, Range(90, 99.9, 0.1, "%")] = 99,
    in_common: Annotated[int, Range(0, 600, 10, "min/year")] = 60,
    server: Annotated[int, Range(10, 500, 10, "$/month")] = 100,
    written: Annotated[int, Range(0, 5000, 100, "GB/month")] = 1000,
) -> Plot:
    hoped, met = [], []
    print("servers  $/month  apart: min/year  with a common cause")
    for servers in range(1, 5):
        dollars = servers * server + (servers - 1) * written * COPY
        down = (1 - available / 100) ** servers
        together = 1 - (1 - down) * (1 - in_common / YEAR)
        hoped.append((dollars, down * YEAR))
        met.append((dollars, together * YEAR))
        print(
            f"{servers:7}  {dollars:7,.0f}"
            f"  {down * YEAR:15,.2f}  {together * YEAR:19,.2f}"
        )
    plot = Plot(
        "Minutes down in a year, for money",
        x="dollars a month",
        y="minutes down a year",
        y_scale="log",
    )
    for name, points in (
        ("apart", hoped),
        ("with a common cause", met),
    ):
        plot.line(name, points)
        plot.dots(name, points)  # a dot for each number of servers
    for nines in (99.9, 99.99, 99.999):
        plot.mark(f"{nines} %", y=(1 - nines / 100) * YEAR)
    return plot
