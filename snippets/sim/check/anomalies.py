"""What an execution that is not serializable is called, after Adya and Elle.

Adya (1999, chapter 3) draws an arrow between two transactions wherever one must come
before the other: it wrote what the other one overwrote (ww) or read (wr), or it read
what the other one replaced (rw). If the arrows make a cycle, no serial order explains
what was read, and the kinds of arrows on the cycle give the anomaly its name:

- G0, dirty write: ww alone. G1c, circular information flow: ww and wr.
- G-single: just one rw. On one item it is a lost update (who read the old version
  overwrites the new one); over two items, read skew (who read the old version of one
  reads the new version of the other); on a search condition, a phantom.
- G2-item: two rw or more, all on items; with two, write skew. G2: a search condition
  takes part, so what was missed may not have existed yet: a phantom.

Others need no cycle. G1a, aborted read: somebody read what was never committed. G1b,
intermediate read: somebody read what the writer was yet to overwrite, or a part of what
it wrote. Elle (Kingsbury and Alvaro 2020) has more names: internal, if a transaction
contradicts itself; future-read, if it reads what it writes only later; garbage-read,
duplicate-elements and incompatible-order for lists that no appends can give.
"""

from __future__ import annotations

from collections import deque

from .execution import Execution, Fault
from .graph import strongly_connected
from .values import listed
from .verdict import Edge, Verdict

GRAVEST_FIRST = (
    *("G0", "G1a", "G1b", "internal", "future-read", "garbage-read"),
    *("duplicate-elements", "incompatible-order", "G1c", "G-single", "G2-item", "G2"),
)
WORK = 5_000_000
"""How many arrows may be followed to find the shortest cycle of one kind. After that
the shortest one so far has to do."""


def name_anomaly(execution: Execution, edges: list[Edge]) -> Verdict:
    """The verdict no with the gravest anomaly of an execution that has some."""
    edges = _on_cycles(edges)
    flow = [edge for edge in edges if edge.kind != "rw"]
    writes = [edge for edge in flow if edge.kind == "ww"]
    items = [edge for edge in edges if not edge.predicate]
    if cycle := _shortest(writes, writes, "ww"):
        return _no("G0", "dirty write", cycle)
    if execution.faults:
        return _faulty(min(execution.faults, key=_gravity))
    if cycle := _shortest(flow, flow, "wr"):
        return _no("G1c", "circular information flow", cycle)
    if cycle := _shortest(edges, flow, "rw"):
        return _no("G-single", _single(cycle), cycle)
    if cycle := _shortest(items, items, "rw"):
        skew = "write skew" if len(cycle) == 2 else "anti-dependency cycle"
        return _no("G2-item", skew, cycle)
    return _no("G2", "phantom", _shortest(edges, edges, "rw"))


def _gravity(fault: Fault) -> int:
    return GRAVEST_FIRST.index(fault.anomaly)


def _faulty(fault: Fault) -> Verdict:
    anomaly, name, reason = fault
    title = f"{name} ({anomaly})" if anomaly.startswith("G") else name
    return Verdict(False, f"{title}: {reason}", anomaly=anomaly, name=name)


def _on_cycles(edges: list[Edge]) -> list[Edge]:
    """The edges that stand on some cycle."""
    component = strongly_connected(edges)
    return [edge for edge in edges if component[edge.before] == component[edge.after]]


def _shortest(starts: list[Edge], through: list[Edge], kind: str) -> tuple[Edge, ...]:
    """The shortest cycle that begins with an edge of that kind; empty if none does."""
    onward: dict[str, list[Edge]] = {}
    for edge in through:
        onward.setdefault(edge.before, []).append(edge)
    best: tuple[Edge, ...] = ()
    work = WORK
    for start in starts:
        if start.kind != kind:
            continue
        if work < 0 and best:
            break
        came: dict[str, Edge] = {start.after: start}
        queue = deque([start.after])
        while queue and start.before not in came:
            further = onward.get(queue.popleft(), [])
            work -= len(further)
            for edge in further:
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
    if any(edge.predicate for edge in cycle):
        return "phantom"
    if len({edge.item for edge in cycle}) > 1:
        return "read skew" if cycle[-1].kind == "wr" else "single anti-dependency cycle"
    return "lost update" if cycle[-1].kind == "ww" else "non-repeatable read"


def _no(anomaly: str, name: str, cycle: tuple[Edge, ...]) -> Verdict:
    story = ", and ".join(map(str, cycle))
    order = listed([f"{edge.before} before {edge.after}" for edge in cycle], "and")
    reason = f"{name} ({anomaly}): {story}; a serial order would need {order}"
    return Verdict(False, reason, anomaly=anomaly, name=name, cycle=cycle)
