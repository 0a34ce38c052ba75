"""No answer from far away can be sooner than light allows.

There and back along the shortest line on the globe. Real cables are
longer than this line, and routers and servers take time as well.
"""

from math import asin, cos, radians, sin, sqrt
from typing import Annotated, Literal

from sim import Plot, Range

C = 299_792.458  # km/s: light in a vacuum
FIBER = C / 1.468  # km/s: light in common glass fiber
EARTH = 6371.0  # km: mean radius
CITIES = {  # degrees north and east
    "Amsterdam": (52.37, 4.90),
    "Ashburn, Virginia": (39.04, -77.49),
    "Johannesburg": (-26.20, 28.05),
    "London": (51.51, -0.13),
    "Mumbai": (19.08, 72.88),
    "New York": (40.71, -74.01),
    "San Francisco": (37.77, -122.42),
    "São Paulo": (-23.55, -46.63),
    "Singapore": (1.35, 103.82),
    "Sydney": (-33.87, 151.21),
    "Tokyo": (35.68, 139.65),
}
City = Literal[tuple(CITIES)]


def distance(one: str, other: str) -> float:
    """The great circle between two cities in km, by the haversine."""
    (n1, e1), (n2, e2) = CITIES[one], CITIES[other]
    part = cos(radians(n1)) * cos(radians(n2))
    part *= sin(radians(e2 - e1) / 2) ** 2
    part += sin(radians(n2 - n1) / 2) ** 2
    return 2 * EARTH * asin(sqrt(part))


def main(
    start: City = "San Francisco",
    end: City = "Amsterdam",
    round_trips: Annotated[int, Range(1, 5)] = 1,
) -> Plot:
    km = distance(start, end)
    print(f"{start} to {end}: {km:,.0f} km")
    plot = Plot(f"From {start} and back", y="ms, at least")
    ways = {city: distance(start, city) for city in CITIES}
    near = sorted(ways, key=ways.__getitem__)[1:]  # without the start
    for where, speed in (("in a vacuum", C), ("in fiber", FIBER)):
        there_and_back = 2 * round_trips / speed * 1000  # ms for a km
        ms = {city: ways[city] * there_and_back for city in near}
        plot.bars(where, [(city, round(ms[city], 1)) for city in near])
        cm = speed * 1e5 / 1e9  # in a nanosecond
        print(
            f"{where:12}{km * there_and_back:5.1f} ms, "
            f"at {cm:.1f} cm ({cm / 2.54:.1f} inches) a nanosecond"
        )
    return plot
