"""A small simulator of distributed systems: nodes, messages, faults, clocks.

A program is an `async def` that gets its `Node` as `me`; a `World` runs some of them
over a network, in virtual time, from one seed. What happened is in `World.trace`.
"""

from .clock import Clock
from .disk import Disk
from .knobs import Range
from .message import Message
from .network import Exponential, Link, Uniform
from .node import Node, Task
from .plot.data import Plot
from .plot.map import Map
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
