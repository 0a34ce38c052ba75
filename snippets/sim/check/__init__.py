"""Judge a history: did a system keep its promise, and if not, where did it break it?

A history is plain data. Each judge takes one and returns a `Verdict`.

What a verdict holds
--------------------

`ok` is True (yes), False (no) or None (unknown: a search came to its limit), `reason`
one sentence. A yes of the first three has a witness in `order`: the operations in an
order that explains every answer. It has been run anew before you see it. A no names
what shows the fault: `blocked`, an operation; or `anomaly` and `name`, with a `cycle`
of transactions. `if verdict:` asks whether it is a yes.

Which judge answers which question
----------------------------------

- `linearizable`: does each operation take effect at one moment between its invocation
  and its answer? With the model `transactions` that is strict serializability.
- `sequential`: is there one order that keeps each process's own?
- `serializable`: do transactions behave as if they had run one after the other?
- `phenomena`: which patterns of Berenson et al. does a text such as `r1[x] w2[x]` have?
- `read_your_writes`, `monotonic_reads`, `monotonic_writes`, `writes_follow_reads`: what
  one client sees, whichever replica it asks.
- `convergent`: do replicas that received the same hold the same?

On the command line: `python3 -m sim.check history.json --model register`.

In which order to read the files
--------------------------------

1. `values.py`, `ordering.py`, `history.py`: entries, and the operations they make.
   `verdict.py`: what every judge returns.
2. `model.py`, `models.py`: what an object does when operations come one at a time;
   `steps.py`, `store.py`: the same for transactions.
3. `linearizability.py`, then `sequential_consistency.py`: the search for an order.
   `witness.py`: the order that was found is run.
4. Transactions come as operations (`transactions.py`) or as text (`notation.py`,
   `text_reads.py`, `text_execution.py`). Both become an `Execution` (`execution.py`),
   which `serializability.py` judges with `graph.py`, `version_order.py` where the order
   of versions is not known, and `anomalies.py` for the name of a fault. `phenomena.py`
   looks at the text alone.
5. `session_guarantees.py`, `convergence.py`: each by itself.
6. `document.py`, `edn.py`, `independent.py`, `__main__.py`: files and the command
   line.
"""

from .convergence import convergent
from .history import History, HistoryError, Operation, operations
from .linearizability import linearizable
from .model import IMPOSSIBLE, Model
from .models import MODELS
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
from .witness import WrongWitness

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
    "WrongWitness",
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
