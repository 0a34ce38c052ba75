"""A small simulator of distributed systems: nodes, messages, faults, clocks.

A program is an `async def` that gets its `Node` as `me`; a `World` runs some of them
over a network, in virtual time, from one seed. What happened is in `World.trace`.

Read one run in this order:

1. `process.py`: what `await`, a timeout and a crash mean.
2. `node.py`: what a program can do. `message.py`, `link.py`, `clock.py`, `disk.py`,
   `faults.py` are what it meets.
3. `network.py`: what travels, and what happens to it on the way.
4. `world.py`: virtual time, chance, and the queue of what comes next.
5. `trace.py`: what happened, and what could have caused what.

Around it are rooms, each with a guide in its `__init__.py`:

- `program/`: a program as pages, recorder and command line see it.
- `drawing/`: a run as a picture. `plot/`: numbers as a picture.
- `explore/`: every run of a program. `check/`: judges of histories.
- `memory/`: what a suspended program holds, as values that compare.

`given.py` and `misuse.py` say what programs get wrong, `values.py` puts variables into
words, and `hooks.py` is where code outside can listen. `pyproject.toml` has the order
in which these may import each other.
"""

from .clock import Clock
from .disk import Disk
from .link import Exponential, Link, Uniform
from .message import Message
from .node import Node
from .plot.data import Plot
from .plot.map import Map
from .process import Task
from .program.knobs import Range
from .trace import Event, Trace
from .world import World

__all__ = [
    "Clock",
    "Disk",
    "Event",
    "Exponential",
    "Link",
    "Map",
    "Message",
    "Node",
    "Plot",
    "Range",
    "Task",
    "Trace",
    "Uniform",
    "World",
]
