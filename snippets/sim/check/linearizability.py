"""Is there one order of all operations that explains every answer?

Linearizable (Herlihy and Wing 1990, section 2.2): each operation seems to take effect
at one moment between its invocation and its answer. So an order is sought in which
the object, used by one client at a time, gives the same answers, and in which an
operation that was answered before another one was invoked comes first.

The search is Wing and Gong's (1993) with Lowe's (2017) memory: try as next any
operation that was invoked before the first answer still missing from the order; go
back when none fits; and never try twice from the same **configuration**, which is the
set of operations placed so far and the state that they lead to.

Four things make it fast without changing any verdict.

- A history about several keys is linearizable if and only if it is so for each key
  (Theorem 1 of the paper: locality). The keys take turns, each turn twice as long as
  the one before, and the first key that fails ends the search: a hard key cannot keep
  an easy one from saying no.
- An operation that can never write is placed as soon as it fits, and nothing else is
  tried instead: in any order that works, it could move forward to here. This holds for
  `Model.only_reads` alone. For a write that happens to change nothing it is wrong.
- Which operations are placed is a pair of small numbers. Operations are counted in the
  order of their answers; all of the first `base` ones are placed, and the bits of
  `window` tell which of the later ones are. Few clients make a narrow window, however
  long the history.

- What nobody answered is left out if no answer can depend on it (`Model.needless`), and
  tried only where an operation that may come next notices it (`Model.notices`):
  anywhere else it could be left out or moved on without changing a thing.

It may take very long all the same: the question is NP-complete (Gibbons and Korach
1997). What makes it hard is one key with many writes at once, or many that nobody
answered, and states that tell each of their orders from the others. So there is a
limit: where that many operations have been tried, the answer is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

from .history import Entry, Operation, operations
from .model import IMPOSSIBLE, Model
from .models import model_of
from .values import listed, shown
from .verdict import LIMIT, Verdict, limit_for, unknown
from .witness import confirm

FIRST_TURN = 1000
"""How many operations a key may try in its first turn."""


class Found(NamedTuple):
    """How the search for one key ended."""

    complete: bool
    order: list[Operation]  # of everything, or of all that was asked for
    placed: int  # how many of the answered operations can be placed, by their answers
    states: list[Any]  # the states in which the next one would have to be placed
    blocked: Operation | None  # that next one
    steps: int  # how many operations the last turn tried


Search: TypeAlias = Generator[int, int, Found]
"""It is sent how many operations it may try in its next turn. If that is 0, it yields
how many of the answered ones it has placed."""


def linearizable(
    history: Iterable[Entry], model: Model | str, limit: int | None = None
) -> Verdict:
    """Whether `history` is linearizable, for objects that behave as `model` says.

    `model`: register, cas-register, queue, set, counter, mutex, transactions or a Model
    of your own. `limit`: how many times an operation may be tried before the answer is
    unknown (default: 1,000,000, and at least 100 for each operation).

    The verdict has an order if the answer is yes, over all keys. If it is no, `blocked`
    is the first operation, by the time of its answer, that cannot be placed together
    with all those that were answered before it.

    Raises HistoryError for a history that makes no sense or does not fit the model.
    """
    found = operations(history)
    model = model_of(model, found)
    keys = set(map(attrgetter("key"), found))
    by_key: dict[Any, list[Operation]] = dict.fromkeys(keys, found)
    if len(keys) > 1:
        by_key = defaultdict(list)
        for op in found:
            by_key[op.key].append(op)
    limit = limit_for(len(found), limit)
    left, turn = limit, FIRST_TURN
    done: list[Found] = []
    waiting = {key: _search(ops, model) for key, ops in by_key.items()}
    for search in waiting.values():
        next(search)
    while waiting:
        for key, search in list(waiting.items()):
            granted = min(turn, left)
            if not granted:
                return _unknown(limit, key, search.send(0), by_key[key])
            try:
                search.send(granted)
                left -= granted
            except StopIteration as end:
                if not end.value.complete:
                    return _no(end.value, by_key, model)
                done.append(end.value)
                left -= end.value.steps
                del waiting[key]
        turn *= 2
    order = done[0].order if len(done) == 1 else _merged([each.order for each in done])
    confirm(order, found, model, real_time=True)
    return Verdict(
        True, "one order of the operations explains every answer", tuple(order)
    )


def _unknown(limit: int, key: Any, placed: int, every: list[Operation]) -> Verdict:
    of = "" if key is None else f" of key {shown(key)}"
    answered = sum(op.answered for op in every)
    return unknown(
        limit,
        f"an order explains {placed} of the {answered} answers{of}, and not all "
        "orders of the others have been tried",
    )


def _search(every: list[Operation], model: Model, wanted: int | None = None) -> Search:
    """Look for an order of the operations of one key; yield at the end of each turn.

    `wanted`: an order of that many answered operations is enough.
    """
    end_of = list(map(attrgetter("end"), every))  # -1: it was never answered
    if -1 in end_of:
        every = seen_or_answered(every, model)
        end_of = list(map(attrgetter("end"), every))
    only_reads = list(map(model.only_reads, every))
    size = len(every)
    answered = sorted(range(size), key=end_of.__getitem__)
    del answered[: end_of.count(-1)]
    ends = list(map(end_of.__getitem__, answered))
    wanted = len(ends) if wanted is None else wanted
    ends.append(-1)  # when all are placed, there is nothing more to wait for
    starts = list(map(attrgetter("start"), every))
    starts.append(1 << 62)  # the sentinel: no operation, and never invoked
    rank = [0] * size  # the place among the answered ones; below 0: no answer
    for place, i in enumerate(answered):
        rank[i] = place
    twin = _twins(every, rank) if len(answered) < size else []
    # The operations not yet placed, in the order of their invocations: a ring of
    # neighbors through the sentinel. It is Knuth's dancing list: what was taken out
    # goes back to where it was.
    after = [*range(1, size + 1), 0]
    before = [size, *range(size)]
    step = model.step
    state = model.initial
    base = window = hanging = 0  # hanging: which of those without an answer are placed
    deadline = ends[0]
    seen = {(0, 0, 0, state)}
    known = 1
    placed: list[tuple[int, int, int, int, Any]] = []  # what, and where to go back to
    i = after[size]
    steps = 0
    turn = yield 0
    while base < wanted:
        for steps in range(turn):
            if starts[i] < deadline:
                to = step(state, every[i])
                if to is IMPOSSIBLE:
                    i = after[i]
                    continue
                place = rank[i]
                if place == base:
                    b, w, h = base + 1, window >> 1, hanging
                    while w & 1:
                        b, w = b + 1, w >> 1
                elif place > base:
                    b, w, h = base, window | 1 << (place - base), hanging
                else:  # nobody answered it
                    if to == state or hanging & twin[~place] != twin[~place]:
                        i = after[i]  # may as well not happen, or leave it to its twin
                        continue
                    j, lost = after[size], every[i]
                    while starts[j] < deadline and (
                        j == i or not model.notices(every[j], lost)
                    ):
                        j = after[j]
                    if starts[j] >= deadline:
                        i = after[i]  # nobody notices it now
                        continue
                    b, w, h = base, window, hanging | 1 << ~place
                seen.add((b, w, h, to))
                if len(seen) > known:
                    known += 1
                    placed.append((i, base, window, hanging, state))
                    base, window, hanging, state = b, w, h, to
                    deadline = ends[base]
                    left, right = before[i], after[i]
                    after[left], before[right] = right, left
                    if base >= wanted:
                        break
                    i = after[size]
                    continue
                if not only_reads[i]:
                    i = after[i]
                    continue
            # Nothing more to try from here: take back the last choice.
            while placed:
                i, base, window, hanging, state = placed.pop()
                after[before[i]] = before[after[i]] = i
                if not only_reads[i]:
                    deadline = ends[base]
                    break
            else:
                most = max(each[0] for each in seen)
                states = {to: None for b, _, _, to in seen if b == most}
                first = every[answered[most]]
                return Found(False, [], most, list(states), first, steps)
            i = after[i]
        else:
            turn = yield 0 if turn else max(each[0] for each in seen)
    order = [every[frame[0]] for frame in placed]
    return Found(True, order, base, [state], None, steps)


def seen_or_answered(every: list[Operation], model: Model) -> list[Operation]:
    """The operations without those that nobody answered and that change no answer.

    Whether an unanswered read happened, nobody will ever know or care.
    """
    every = [op for op in every if op.answered or not model.only_reads(op)]
    needless = model.needless(every)
    return [op for op in every if op not in needless]


def _twins(every: list[Operation], rank: list[int]) -> list[int]:
    """Number the operations without an answer; which earlier one is each the same as?

    Of several that ask for the same it is enough to place them in their order. Numbers
    go into `rank` as -1, -2 …; what comes back is a bit for the twin, 0 for none.
    """
    twins: list[int] = []
    latest: dict[tuple[str, Any], int] = {}
    for i, op in enumerate(every):
        if not op.answered:
            rank[i] = ~len(twins)
            twins.append(latest.get((op.f, op.value), 0))
            latest[op.f, op.value] = 1 << ~rank[i]
    return twins


def _merged(orders: list[list[Operation]]) -> list[Operation]:
    """One order of all keys from one of each, as in the proof of locality.

    Each order is spread over real time: an operation goes to the earliest moment that
    its invocation and its forerunners allow.
    """
    moments: list[tuple[int, int, int, Operation]] = []
    for number, order in enumerate(orders):
        moment = -1
        for place, op in enumerate(order):
            moment = max(moment, op.start)
            moments.append((moment, number, place, op))
    moments.sort(key=lambda each: each[:3])
    return [op for _, _, _, op in moments]


def _no(found: Found, by_key: dict[Any, list[Operation]], model: Model) -> Verdict:
    """Why the first operation that cannot be placed cannot be placed."""
    blocked = found.blocked
    assert blocked is not None
    search = _search(by_key[blocked.key], model, found.placed)
    next(search)
    while True:  # the same search again, as far as it came
        try:
            search.send(LIMIT)
        except StopIteration as end:
            order: list[Operation] = end.value.order
            end_state = end.value.states[0]
            break
    # Sorted: states come in the order of their hashes, which differ from run to run.
    values = sorted(shown(state) for state in found.states)
    leaves = f"leaves the {model.name} holding {listed(values[:4])}"
    if len(values) > 4:
        leaves += f" or one of {len(values) - 4} more"
    reason = f"no place for “{blocked}” (entries {blocked.start} and {blocked.end}): "
    if found.placed:
        reason += f"every order that fits what was answered before it {leaves}"
    else:
        reason += f"whatever may come before it {leaves}"
    if order:
        last = ", ".join(f"“{op}”" for op in order[-3:])
        last = f"after {'… ' if len(order) > 3 else ''}{last}"
        reason += f", as {last}" if len(values) == 1 else f"; {shown(end_state)} {last}"
    if not all(op.answered for op in by_key[blocked.key]):
        reason += "; what was never answered does not help"
    return Verdict(False, reason, tuple(order), blocked)
