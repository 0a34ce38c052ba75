"""Every run of a program, not one.

Where to begin reading:

1. `exploration`: what “every run” means, `explore`, and the words of its verdict.
2. `checker`: the search itself, forty lines, breadth first over a graph of states.
3. `machine`: a protocol as a state machine is such a graph; `search`.
4. `program/`: a program is one, too. `building` takes the world that it builds, `alone`
   hosts the process of one node (`sim.process` says what that does), `in_flight`
   counts what is under way, `model` puts both into the bits of one number, which its
   first page draws; `sharing` and `hidden` refuse what cannot be explored. `schedule`
   runs one path again, on the world itself, and `times` finds the times for it.
5. `orders` counts the interleavings in the graph; `dpor` those that really differ.
"""

from ..errors import Unexplorable
from .dpor import Counted, count
from .exploration import Exploration, Failure, explore
from .machine import Found, Machine, search
from .program.schedule import replay
from .state import State

__all__ = [
    "Counted",
    "Exploration",
    "Failure",
    "Found",
    "Machine",
    "State",
    "Unexplorable",
    "count",
    "explore",
    "replay",
    "search",
]
