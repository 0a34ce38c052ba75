"""Judge a history: did a system keep its promise, and if not, where did it break it?

Every checker takes plain data and returns a `Verdict`: yes or no, and the reason.

- `linearizable`, `sequential`: one object, or several, and a model of what it does.
- `serializable`, `phenomena`: transactions over several items.
- `read_your_writes`, `monotonic_reads`, `monotonic_writes`, `writes_follow_reads`:
  what one client sees, whichever replica it asks.
- `convergent`: whether replicas agree.

On the command line: `python3 -m sim.check history.json --model register`.
"""

from .convergence import convergent
from .history import History, HistoryError, Operation, operations
from .linearizability import linearizable
from .models import IMPOSSIBLE, MODELS, Model
from .phenomena import PHENOMENA, phenomena
from .sequential_consistency import sequential
from .serializability import serializable
from .session_guarantees import (
    monotonic_reads,
    monotonic_writes,
    read_your_writes,
    writes_follow_reads,
)
from .verdict import Edge, Verdict

__all__ = [
    "IMPOSSIBLE",
    "MODELS",
    "PHENOMENA",
    "Edge",
    "History",
    "HistoryError",
    "Model",
    "Operation",
    "Verdict",
    "convergent",
    "linearizable",
    "monotonic_reads",
    "monotonic_writes",
    "operations",
    "phenomena",
    "read_your_writes",
    "sequential",
    "serializable",
    "writes_follow_reads",
]
