"""Is there one order that explains every answer, clocks aside?

Sequentially consistent (Lamport 1979): the answers are those of some one order of all
operations in which the operations of each process keep their own order. Unlike a
linearizable history it may be out of date: nothing says that an operation which was
answered before another one was invoked comes first. And it cannot be judged key by
key: two objects may each be sequentially consistent and not so together (Herlihy and
Wing 1990, section 3.3, history H8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .history import Entry, Operation, operations
from .linearizability import seen_or_answered
from .model import IMPOSSIBLE, Model
from .models import model_of
from .values import listed, shown
from .verdict import Verdict, limit_for, unknown
from .witness import confirm


class Configuration(NamedTuple):
    """How far each process is, and what each object has become."""

    done: tuple[int, ...]  # answered operations placed, for each process
    hanging: int  # bits: which operations without an answer are placed
    states: tuple[Any, ...]  # for each key


def sequential(
    history: Iterable[Entry], model: Model | str, limit: int | None = None
) -> Verdict:
    """Whether `history` is sequentially consistent, for objects like `model`.

    `limit`: how many times an operation may be tried before the answer is unknown
    (default: 1,000,000, and at least 100 for each operation). For a no, `order` is the
    longest order found, counted in answered operations, and `blocked` the earliest
    operation that would have to come next and cannot.

    Raises HistoryError for a history that makes no sense or does not fit the model.
    """
    found = operations(history)
    model = model_of(model, found)
    limit = limit_for(len(found), limit)
    search = _Search(seen_or_answered(found, model), model)
    start = Configuration(
        (0,) * len(search.programs), 0, (model.initial,) * len(search.keys)
    )
    path: list[Operation] = []
    longest, at = list(path), start
    trail = [search.moves(start)]
    seen = {start}
    while sum(at.done) < search.answered:
        for op, to in trail[-1]:
            if to not in seen:
                seen.add(to)
                path.append(op)
                trail.append(search.moves(to))
                if sum(to.done) > sum(at.done):
                    longest, at = list(path), to
                break
        else:
            trail.pop()
            if not trail:
                return search.no(longest, at)
            if path:
                path.pop()
        if search.steps >= limit:
            tried = (
                f"an order explains {sum(at.done)} of the {search.answered} answers, "
                "and not all orders of the others have been tried"
            )
            return unknown(limit, tried, tuple(longest))
    confirm(longest, found, model, real_time=False)
    return Verdict(
        True, "one order of the operations explains every answer", tuple(longest)
    )


class _Search:
    """The operations of each process, and which of them may come next."""

    def __init__(self, found: list[Operation], model: Model) -> None:
        self.model = model
        self.steps = 0  # how many operations have been tried
        processes = {op.process: None for op in found}
        self.programs = [
            [op for op in found if op.process == process and op.answered]
            for process in processes
        ]
        # One that was never answered may take effect at any later time: its process
        # need not wait for it. How many answered ones must come before it?
        self.hanging: list[tuple[int, int, Operation]] = []
        for number, process in enumerate(processes):
            earlier = 0
            for op in (op for op in found if op.process == process):
                if op.answered:
                    earlier += 1
                elif not model.only_reads(op):
                    self.hanging.append((number, earlier, op))
        self.keys = {key: i for i, key in enumerate({op.key: None for op in found})}
        self.answered = sum(map(len, self.programs))

    def moves(self, at: Configuration) -> Iterator[tuple[Operation, Configuration]]:
        """What may come next, and what it leads to."""
        fitting = []
        for number, program in enumerate(self.programs):
            if at.done[number] == len(program):
                continue
            op = program[at.done[number]]
            states = self.step(at.states, op)
            if states is None:
                continue
            done = (*at.done[:number], at.done[number] + 1, *at.done[number + 1 :])
            if self.model.only_reads(op):  # it could move forward to here anyway
                yield op, Configuration(done, at.hanging, states)
                return
            fitting.append((op, Configuration(done, at.hanging, states)))
        yield from fitting
        lost = [
            (bit, op)
            for bit, (number, earlier, op) in enumerate(self.hanging)
            if at.done[number] >= earlier and not at.hanging >> bit & 1
        ]
        heads = [
            program[done]
            for program, done in zip(self.programs, at.done, strict=True)
            if done < len(program)
        ]
        heads += [op for _, op in lost]
        tried = set()
        for bit, op in lost:
            if (op.f, op.value, op.key) in tried:
                continue  # of several that ask for the same, any one will do
            tried.add((op.f, op.value, op.key))
            if not any(
                self.model.notices(head, op)
                for head in heads
                if head is not op and head.key == op.key
            ):
                continue  # it can wait until somebody notices it
            states = self.step(at.states, op)
            if states is not None and states != at.states:
                yield op, Configuration(at.done, at.hanging | 1 << bit, states)

    def step(self, states: tuple[Any, ...], op: Operation) -> tuple[Any, ...] | None:
        """What the objects become; None if `op` cannot come now."""
        self.steps += 1
        place = self.keys[op.key]
        to = self.model.step(states[place], op)
        return None if to is IMPOSSIBLE else (*states[:place], to, *states[place + 1 :])

    def no(self, longest: list[Operation], at: Configuration) -> Verdict:
        """Why no order goes further than `longest`."""
        heads = [
            program[done]
            for program, done in zip(self.programs, at.done, strict=True)
            if done < len(program)
        ]
        heads.sort(key=lambda op: op.start)
        name = self.model.name
        holding = [
            f"the {name}{'' if key is None else f' {key}'} holding {shown(state)}"
            for key, state in zip(self.keys, at.states, strict=True)
        ]
        reason = (
            f"no order that keeps each process's own goes beyond {sum(at.done)} of the "
            f"{self.answered} answered operations; one of these leaves "
            f"{listed(holding[:3], 'and')}, and next would be "
            f"{listed([f'“{op}”' for op in heads])}"
        )
        return Verdict(False, reason, tuple(longest), heads[0])
