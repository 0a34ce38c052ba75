"""What record.py costs when nothing has changed, beside Python's own start.

  .venv/bin/python benchmarks/record.py

It is part of every start of the preview. The unit is a Python that imports the
simulator and ends. In each round both take turns; the table has medians.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
IMPORT = "import sys; sys.path.insert(0, 'snippets'); import sim"
CONTESTANTS = {
    "Python alone": [sys.executable, "-c", "pass"],
    "Python, with sim imported": [sys.executable, "-c", IMPORT],
    "record.py, nothing changed": [sys.executable, "scripts/record.py"],
}
UNIT = "Python, with sim imported"
ROUNDS = 21


def seconds(command: list[str]) -> float:
    """How long a command takes, start to end."""
    started = perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - started


def main() -> None:
    """Measure and print."""
    subprocess.run(CONTESTANTS["record.py, nothing changed"], cwd=ROOT, check=True)
    rounds = [
        {name: seconds(command) for name, command in CONTESTANTS.items()}
        for _ in range(ROUNDS)
    ]
    for name in CONTESTANTS:
        ms = median(taken[name] for taken in rounds) * 1000
        ratio = median(taken[name] / taken[UNIT] for taken in rounds)
        print(f"{name:28} {ms:6.1f} ms  {ratio:5.2f}")


if __name__ == "__main__":
    main()
