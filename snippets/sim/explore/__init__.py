"""Every run of a program, not one.

`explore` searches all of them and gives the smallest that fails; `replay` runs one of
them again; `count` says how many there are that really differ; `search` does the same
for a protocol that is written as a state machine.
"""

from .count import Counted, count
from .frames import Unexplorable
from .replay import replay
from .search import Found, Machine, search
from .states import Exploration, Failure, State, explore

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
