"""A small simulator of distributed systems: nodes, messages, faults, clocks.

A program is an `async def` that gets its `Node` as `me`; a `World` runs some of them
over a network, in virtual time, from one seed. What happened is in `World.trace`.
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
