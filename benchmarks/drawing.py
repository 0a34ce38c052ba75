"""What a space-time diagram costs, as a ratio to the run that it shows.

  .venv/bin/python benchmarks/drawing.py              one table
  .venv/bin/python benchmarks/drawing.py --rounds 7   steadier

The run is two nodes that send each other messages which all cross, the hardest that
there is for the words along the arrows. Both are timed side by side in one process, so
a busy machine slows both. «per message» is the cost of a drawing's message, in parts of
what it is with 40 messages: 1 if the cost grows with the messages alone.
"""

import argparse
import sys
from pathlib import Path
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1] / "snippets"))

from sim import Node, World
from sim.drawing.spacetime import draw


async def talker(me: Node, other: str, number: int) -> None:
    """Send a message every 7 ms, and read none."""
    for at in range(number):
        me.send(other, f"message number {at}")
        await me.sleep(7)


def crossing(messages: int) -> World:
    """A run with so many messages."""
    world = World()
    world.add(talker, "b", messages // 2, name="a")
    world.add(talker, "a", messages // 2, name="b")
    return world.run()


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    print("| messages | drawing / run | per message |\n|---|---|---|")
    unit = 0.0
    for messages in (40, 200, 1000):
        ratios, costs = [], []
        for _ in range(rounds):
            start = process_time()
            world = crossing(messages)
            ran = process_time()
            draw(world.trace, "Crossing", "Messages that cross.")
            costs.append((process_time() - ran) / messages)
            ratios.append((process_time() - ran) / (ran - start))
        unit = unit or median(costs)
        print(f"| {messages} | {median(ratios):.0f} | {median(costs) / unit:.2f} |")


if __name__ == "__main__":
    main()
