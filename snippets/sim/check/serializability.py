"""Do transactions behave as if they had run one after the other?

The versions that they read and wrote tell who must come before whom; `anomalies.py`
says how. Where nothing closes a cycle there is a serial order, and it is run before it
is believed. Where the order of some versions is not known, one is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .anomalies import GRAVEST_FIRST, name_anomaly
from .execution import Execution
from .graph import ordered
from .history import Entry, HistoryError
from .notation import parse
from .phenomena import phenomena
from .steps import APPEND, NOTHING, READ
from .text_execution import from_text
from .transactions import Versions, from_operations
from .verdict import Verdict, limit_for, unknown
from .version_order import find_order
from .witness import WrongWitness

SERIAL = "one after the other, in the order shown, they would read the same"


def serializable(
    history: str | Iterable[Entry],
    versions: Versions = None,
    limit: int | None = None,
) -> Verdict:
    """Whether some serial order of the committed transactions explains every read.

    `history`: text such as `r1[x] w2[x] c2 w1[x] c1`, or operations `txn`. `versions`,
    for operations: the values of each item, the oldest first. Where nothing tells the
    order of the versions, some order has to fit: a no then means that none does.
    `limit`: how many orders of two versions may be looked at before the answer is
    unknown (default: 1,000,000, and at least 100 for each transaction).

    For a yes, `order` is a serial order. For a no there are `anomaly`, `name` and the
    `cycle`, of the gravest anomaly found: G0, G1a, G1b, G1c, G-single, G2-item, G2.

    Raises HistoryError for a history that makes no sense.
    """
    if isinstance(history, str):
        text = parse(history)
        if versions is not None:
            raise HistoryError(
                "in a text, put the order of the versions at its end: [x1 << x2]"
            )
        execution = from_text(text)
        return _confirmed(judge(execution), execution)._replace(
            phenomena=phenomena(text)
        )
    if not isinstance(versions, (Mapping, type(None))):
        raise HistoryError('versions of transactions name the items: {"x": [1, 2]}')
    execution = from_operations(history, versions)
    return _confirmed(judge(execution, limit), execution)


def judge(execution: Execution, limit: int | None = None) -> Verdict:
    """The verdict on an execution."""
    edges = execution.edges()
    order = ordered(execution.committed, edges)
    if execution.faults or len(order) < len(execution.committed):
        verdict = name_anomaly(execution, edges)
        return _whatever_order(verdict) if execution.assumed else verdict
    if not execution.loose:
        return Verdict(True, SERIAL, tuple(order))
    limit = limit_for(len(order), limit)
    found = find_order(execution, edges, limit)
    if found.order is not None:
        return Verdict(True, SERIAL, tuple(found.order))
    if not found.complete:
        tried = (
            f"of {found.pairs:,} pairs of versions, {found.decided:,} could be ordered "
            "at once without a cycle, and not all orders of the others have been tried"
        )
        return unknown(limit, tried)
    verdicts = [name_anomaly(execution, each) for each in found.contradiction]
    mildest = max(verdicts, key=lambda verdict: GRAVEST_FIRST.index(verdict.anomaly))
    return _whatever_order(mildest)


def _whatever_order(verdict: Verdict) -> Verdict:
    if not verdict.cycle:
        return verdict
    reason = f"{verdict.reason} (no other order of the versions helps)"
    return verdict._replace(reason=reason)


def _confirmed(verdict: Verdict, execution: Execution) -> Verdict:
    """Run the order of a yes; raise WrongWitness unless it explains every read."""
    if not verdict:
        return verdict
    if sorted(verdict.order) != sorted(execution.programs):
        raise WrongWitness("the order that was found is not one of all transactions")
    store: dict[object, object] = {}
    for name in verdict.order:
        for kind, item, value in execution.programs[name]:
            held = store.get(item)
            if kind in APPEND:
                store[item] = (*(held if isinstance(held, tuple) else ()), value)
            elif kind not in READ:
                store[item] = value
            elif held != value and not (held in NOTHING and value in NOTHING):
                raise WrongWitness(f"the order that was found does not explain {name}")
    return verdict
