"""Do transactions behave as if they had run one after the other?

Adya (1999, chapter 3) draws an arrow between two transactions wherever one must come
before the other: it wrote what the other one overwrote (ww) or read (wr), or it read
what the other one replaced (rw). If the arrows make a cycle, no serial order explains
what was read, and the kinds of arrows on the cycle give the anomaly its name:

- G0, dirty write: ww alone. G1c, circular information flow: ww and wr.
- G-single: just one rw. On one item it is a lost update (who read the old version
  overwrites the new one); over two items, read skew (who read the old version of one
  reads the new version of the other).
- G2-item: two rw or more; with two, write skew. G2: a search condition takes part, so
  what was missed may not have existed yet: a phantom.

Two more need no cycle. G1a, aborted read: somebody read what was never committed. G1b,
intermediate read: somebody read what the writer was yet to overwrite.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from heapq import heappop, heappush

from .history import Entry, HistoryError, listed, operations
from .models import Transactions
from .notation import parse
from .phenomena import phenomena
from .sequential_consistency import one_order
from .transactions import Execution, Versions, from_operations, from_text
from .verdict import Edge, Verdict


def serializable(history: str | Iterable[Entry], versions: Versions = None) -> Verdict:
    """Whether some serial order of the committed transactions explains every read.

    `history`: text such as `r1[x] w2[x] c2 w1[x] c1`, or operations `txn`. `versions`,
    for operations: the values of each item, the oldest first. Where nothing tells the
    order of the versions, some order has to fit: a no then means that none does.

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
        return judge(from_text(text))._replace(phenomena=phenomena(text))
    history = list(history)
    execution = from_operations(history, versions)
    verdict = judge(execution)
    if verdict or execution.certain or not verdict.cycle:
        return verdict
    # The cycle may only show that the versions came in another order than assumed.
    alone = [
        replace(op, process=number) for number, op in enumerate(operations(history))
    ]
    exact = one_order(alone, Transactions())
    if exact:
        names = dict(zip(range(len(alone)), execution.names, strict=True))
        return exact._replace(
            reason=SERIAL, order=tuple(names[op.process] for op in exact.order)
        )
    return verdict._replace(
        reason=f"{verdict.reason} (no other order of the versions helps)"
    )


SERIAL = "one after the other, in the order shown, they would read the same"


def judge(execution: Execution) -> Verdict:
    """The verdict on an execution whose order of versions is as it says."""
    edges = execution.edges()
    order, caught = _serial_order(execution.committed, edges)
    if not caught and not execution.faults:
        return Verdict(True, SERIAL, tuple(order))
    edges = [edge for edge in edges if edge.before in caught and edge.after in caught]
    items = [edge for edge in edges if not edge.predicate]
    flow = [edge for edge in items if edge.kind != "rw"]
    writes = [edge for edge in flow if edge.kind == "ww"]
    faults = sorted(execution.faults, key=lambda fault: fault.anomaly or "G1c")
    if cycle := _shortest(writes, writes, "ww"):
        return _no("G0", "dirty write", cycle)
    if faults:
        anomaly, name, reason = faults[0]
        title = f"{name} ({anomaly})" if anomaly else name
        return Verdict(False, f"{title}: {reason}", anomaly=anomaly, name=name)
    if cycle := _shortest(flow, flow, "wr"):
        return _no("G1c", "circular information flow", cycle)
    if cycle := _shortest(items, flow, "rw"):
        return _no("G-single", _single(cycle), cycle)
    if cycle := _shortest(items, items, "rw"):
        skew = "write skew" if len(cycle) == 2 else "anti-dependency cycle"
        return _no("G2-item", skew, cycle)
    cycle = _shortest(edges, edges, "rw") or _shortest(edges, edges, "wr")
    return _no("G2", "phantom", cycle)


def _serial_order(
    committed: list[str], edges: list[Edge]
) -> tuple[list[str], set[str]]:
    """An order that follows all edges, and what could not be ordered.

    Kahn's (1962): again and again take one that nothing left has to precede; of
    several, the one that committed first.
    """
    after: dict[str, list[str]] = {name: [] for name in committed}
    waiting_for = dict.fromkeys(committed, 0)
    for edge in edges:
        if edge.before in after and edge.after in after:
            after[edge.before].append(edge.after)
            waiting_for[edge.after] += 1
    rank = {name: place for place, name in enumerate(committed)}
    ready = [rank[name] for name in committed if not waiting_for[name]]
    order = []
    while ready:
        name = committed[heappop(ready)]
        order.append(name)
        for other in after[name]:
            waiting_for[other] -= 1
            if not waiting_for[other]:
                heappush(ready, rank[other])
    return order, set(committed) - set(order)


def _shortest(starts: list[Edge], through: list[Edge], kind: str) -> tuple[Edge, ...]:
    """The shortest cycle that begins with an edge of that kind; empty if none does."""
    onward: dict[str, list[Edge]] = {}
    for edge in through:
        onward.setdefault(edge.before, []).append(edge)
    best: tuple[Edge, ...] = ()
    for start in starts:
        if start.kind != kind:
            continue
        came: dict[str, Edge] = {start.after: start}
        queue = deque([start.after])
        while queue and start.before not in came:
            for edge in onward.get(queue.popleft(), []):
                if edge.after not in came:
                    came[edge.after] = edge
                    queue.append(edge.after)
        if start.before in came:
            cycle = [came[start.before]]
            while cycle[-1] is not start:
                cycle.append(came[cycle[-1].before])
            if not best or len(cycle) < len(best):
                best = tuple(reversed(cycle))
                if len(best) == 2:
                    break
    return best


def _single(cycle: tuple[Edge, ...]) -> str:
    """What people call a cycle with one rw, which comes first."""
    if len({edge.item for edge in cycle}) > 1:
        return "read skew" if cycle[-1].kind == "wr" else "single anti-dependency cycle"
    return "lost update" if cycle[-1].kind == "ww" else "non-repeatable read"


def _no(anomaly: str, name: str, cycle: tuple[Edge, ...]) -> Verdict:
    story = ", and ".join(map(str, cycle))
    order = listed([f"{edge.before} before {edge.after}" for edge in cycle], "and")
    reason = f"{name} ({anomaly}): {story}; a serial order would need {order}"
    return Verdict(False, reason, anomaly=anomaly, name=name, cycle=cycle)
