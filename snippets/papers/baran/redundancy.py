"""How many stations can still reach each other after an attack."""

from random import Random

from sim import Plot

ROW = range(18)  # Baran's array: 18 x 18 stations
# Where the links of a station lead; their number makes the level.
KING = [(1, 0), (0, 1), (1, 1), (1, -1)]
LINKS = {1: KING[:2], 1.5: KING[:2], 2: KING[:2], 3: KING[:3], 4: KING}
LINKS[6] = [*KING, (2, 0), (0, 2)]
LINKS[8] = [*KING, (1, 2), (1, -2), (2, 1), (2, -1)]
ONE_IN = {1: 18, 1.5: 2}  # so few columns have links down; else all


def array(level: float) -> dict:  # each station's neighbors
    near = {(x, y): [] for x in ROW for y in ROW}
    for x, y in near:
        for right, down in LINKS[level]:
            there = x + right, y + down
            left_out = down and x % ONE_IN.get(level, 1)
            if there in near and not left_out:
                near[x, y].append(there)
                near[there].append((x, y))
    return near


def largest(near: dict, random: Random) -> list[int]:
    """The size of the largest group if 0, 1, 2 … stations are left."""
    group, sizes = {}, [0]
    # Backwards, as joining is easier: one after the other comes back.
    for station in random.sample(list(near), len(near)):
        mine = group[station] = [station]
        for other in near[station]:
            if other in group and group[other] is not mine:
                smaller, mine = sorted((group[other], mine), key=len)
                mine += smaller
                group.update(dict.fromkeys(smaller, mine))
        sizes.append(max(sizes[-1], len(mine)))
    return sizes


def main(seed: int = 7) -> Plot:
    plot = Plot("By redundancy", x="destroyed, %", y="largest group, %")
    for level in LINKS:
        near, random = array(level), Random(seed)
        attacks = [largest(near, random) for _ in range(50)]
        band, line, whole = [], [], 0
        for percent in range(0, 101, 5):
            left = len(near) * (100 - percent) // 100
            shares = sorted(100 * n[left] / len(near) for n in attacks)
            unlucky, middle, lucky = shares[5], shares[25], shares[45]
            band.append((percent, unlucky, lucky))
            line.append((percent, middle))
            if unlucky > 0.9 * (100 - percent):  # nearly all survivors
                whole = percent
        plot.band(str(level), band)
        plot.line(str(level), line)
        print(f"redundancy {level}: together up to {whole} % destroyed")
    return plot
