"""One attack on three networks of the same 36 stations."""

from random import Random
from typing import Annotated

from sim import Map, Range

NAMES = [f"{column}{row}" for column in range(6) for row in range(6)]
HUBS = ["22", "11", "14", "41", "44"]  # the first is linked to all


def links(kind: str, at: dict[str, complex]) -> list[tuple[str, str]]:
    if kind == "centralized":
        return [(HUBS[0], name) for name in NAMES]
    if kind == "decentralized":  # and one link that closes a loop
        found = [(HUBS[0], hub) for hub in HUBS] + [("14", "44")]
        for name in NAMES:
            hub = min(HUBS, key=lambda hub: abs(at[hub] - at[name]))
            found.append((hub, name))
        return found
    # "23" is in column 2, row 3: to the right is "33", and below "24".
    right = [(name, f"{int(name) + 10:02}") for name in NAMES]
    down = [(name, f"{int(name) + 1:02}") for name in NAMES]
    return [pair for pair in right + down if pair[1] in at]


def main(
    seed: int = 7,
    destroyed: Annotated[int, Range(0, 18)] = 3,
    aimed: bool = True,
) -> tuple[Map, ...]:
    random, maps = Random(seed), []
    places = {}
    for name in NAMES:  # each near its column and row
        x, y = (int(n) + random.uniform(0.2, 0.8) for n in name)
        places[name] = complex(x, y) / 6
    order = random.sample(NAMES, len(NAMES))
    for kind in ("centralized", "decentralized", "distributed"):
        drawn = Map(kind)
        for name, place in places.items():
            drawn.station(name, place.real, place.imag)
        for pair in links(kind, places):
            drawn.link(*pair)
        if aimed:  # at the stations with the most links
            ends = [name for pair in drawn.links for name in pair]
            order.sort(key=ends.count, reverse=True)
        drawn.destroy(*order[:destroyed])
        maps.append(drawn)
        print(drawn)
    return tuple(maps)
