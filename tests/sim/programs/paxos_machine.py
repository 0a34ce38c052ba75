"""Paxos as a state machine, as in Lamport's TLA+ specification Paxos.tla.

State: for each acceptor (maxBal, maxVBal, maxVal), and the set of messages sent.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from sim.explore.machine import Machine

State = tuple[tuple[tuple[int, int, int], ...], frozenset[tuple[Any, ...]]]

ACCEPTORS = range(3)
QUORUMS = list(combinations(ACCEPTORS, 2))
VALUES = (0, 1)
NONE = -1


def machine(ballots: int) -> Machine[State]:
    def steps(state: State) -> Iterator[State]:
        acceptors, sent = state
        for ballot in range(ballots):
            yield acceptors, sent | {("1a", ballot)}
            if any(m[0] == "2a" and m[1] == ballot for m in sent):
                continue
            for value in VALUES:
                if any(safe(sent, quorum, ballot, value) for quorum in QUORUMS):
                    yield acceptors, sent | {("2a", ballot, value)}
        for a in ACCEPTORS:
            highest, voted, value = acceptors[a]
            for m in sent:
                if m[0] == "1a" and m[1] > highest:
                    promise = "1b", m[1], a, voted, value
                    yield put(acceptors, a, (m[1], voted, value)), sent | {promise}
                elif m[0] == "2a" and m[1] >= highest:
                    vote = "2b", m[1], a, m[2]
                    yield put(acceptors, a, (m[1], m[1], m[2])), sent | {vote}

    return Machine([(((NONE, NONE, NONE),) * 3, frozenset())], steps)


def put(acceptors: tuple[Any, ...], a: int, new: tuple[int, int, int]) -> Any:
    return (*acceptors[:a], new, *acceptors[a + 1 :])


def safe(sent: Any, quorum: tuple[int, ...], ballot: int, value: int) -> bool:
    promises = [m for m in sent if m[0] == "1b" and m[1] == ballot and m[2] in quorum]
    if {m[2] for m in promises} != set(quorum):
        return False
    votes = [m for m in promises if m[3] > NONE]
    latest = max((m[3] for m in votes), default=NONE)
    return not votes or any(m[3] == latest and m[4] == value for m in votes)


def chosen(state: State) -> set[int]:
    votes = [m for m in state[1] if m[0] == "2b"]
    return {
        m[3] for m in votes if sum(o[1] == m[1] and o[3] == m[3] for o in votes) >= 2
    }
