"""How many stations can still reach each other after an attack."""

from random import Random

from sim import Plot

ROW = range(18)  # Baran's array: 18 x 18 stations, at x + yj
ATTACKS = 50
KING = [1, 1j, 1 + 1j, 1 - 1j]  # links to the right, down, diagonal
LINKS = {1: KING[:2], 1.5: KING[:2], 2: KING[:2], 3: KING[:3], 4: KING}
LINKS[6] = [*KING, 2, 2j]
LINKS[8] = [*KING, 1 + 2j, 1 - 2j, 2 + 1j, 2 - 1j]
COLUMNS = {1: 18, 1.5: 2}  # only so many have links down: one in …

Array = dict[complex, list[complex]]  # each station's neighbors


def array(level: float) -> Array:
    near: Array = {x + y * 1j: [] for x in ROW for y in ROW}
    for one in near:
        for step in LINKS[level]:
            left_out = step == 1j and one.real % COLUMNS.get(level, 1)
            if one + step in near and not left_out:
                near[one].append(one + step)
                near[one + step].append(one)
    return near


def largest(near: Array, random: Random) -> list[int]:
    """The size of the largest group if 0, 1, 2 … stations are left."""
    group: dict[complex, list[complex]] = {}
    sizes = [0]
    for station in random.sample(list(near), len(near)):
        mine = group[station] = [station]  # it comes back
        for other in near[station]:
            theirs = group.get(other, mine)
            if theirs is not mine:
                theirs, mine = sorted((theirs, mine), key=len)
                mine += theirs
                group.update(dict.fromkeys(theirs, mine))
        sizes.append(max(sizes[-1], len(mine)))
    return sizes


def main(seed: int = 7) -> Plot:
    plot = Plot("", x="destroyed, %", y="in the largest group, %")
    for level in LINKS:
        near, random = array(level), Random(seed)
        runs = [largest(near, random) for _ in range(ATTACKS)]
        rows = []  # an unlucky attack, a middling one, a lucky one
        for percent in range(0, 101, 5):
            left = len(near) * (100 - percent) // 100
            sizes = sorted(100 * run[left] / len(near) for run in runs)
            rows.append((percent, sizes[5], sizes[25], sizes[45]))
        plot.band(str(level), [(x, a, b) for x, a, _, b in rows])
        plot.line(str(level), [(x, m) for x, _, m, _ in rows])
        # Nine attacks of ten leave nine survivors of ten together.
        whole = max(x for x, low, *_ in rows if low > 0.9 * (100 - x))
        print(f"redundancy {level}: together up to {whole} % destroyed")
    return plot
