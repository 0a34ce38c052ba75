"""Two old questions about a graph of transactions: what order, and which cycles?"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush

from .verdict import Edge


def ordered(names: list[str], edges: Iterable[Edge]) -> list[str]:
    """As many of `names` as can stand in an order that follows all edges.

    Kahn's (1962): again and again take one that nothing left has to precede; of
    several, the one that is named first.
    """
    after: dict[str, list[str]] = {name: [] for name in names}
    waiting_for = dict.fromkeys(names, 0)
    for edge in edges:
        if edge.before in after and edge.after in after:
            after[edge.before].append(edge.after)
            waiting_for[edge.after] += 1
    rank = {name: place for place, name in enumerate(names)}
    ready = [rank[name] for name in names if not waiting_for[name]]
    order = []
    while ready:
        name = names[heappop(ready)]
        order.append(name)
        for other in after[name]:
            waiting_for[other] -= 1
            if not waiting_for[other]:
                heappush(ready, rank[other])
    return order


def strongly_connected(edges: Iterable[Edge]) -> dict[str, int]:
    """A number for each end of an edge: the same for those that reach each other.

    Tarjan's (1972), with a stack of its own instead of calls.
    """
    after: dict[str, list[str]] = {}
    for edge in edges:
        after.setdefault(edge.before, []).append(edge.after)
        after.setdefault(edge.after, [])
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    component: dict[str, int] = {}
    waiting: list[str] = []
    for root in after:
        if root in number:
            continue
        path = [(root, iter(after[root]))]
        number[root] = low[root] = len(number)
        waiting.append(root)
        while path:
            at, rest = path[-1]
            for to in rest:
                if to not in number:
                    number[to] = low[to] = len(number)
                    waiting.append(to)
                    path.append((to, iter(after[to])))
                    break
                if to not in component:
                    low[at] = min(low[at], number[to])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[at])
                if low[at] == number[at]:
                    while at not in component:
                        component[waiting.pop()] = number[at]
    return component
