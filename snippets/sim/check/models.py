"""What an object does when its operations come one at a time.

A model of your own is a class with two members:

    class Door(Model):
        initial = "shut"

        def step(self, state, op):
            if op.f == "open" and state == "shut":
                return "open"
            return IMPOSSIBLE

`step` gets a state and an `Operation` (`op.f`, `op.value` asked, `op.result`
answered, `op.answered`) and returns the next state, or IMPOSSIBLE if the object would
not have given this answer in this state. States are compared and hashed: take
numbers, strings, tuples, frozensets. If `op.answered` is false, any answer will do.
"""

from __future__ import annotations

from typing import Any

from .history import HistoryError, Operation, listed

IMPOSSIBLE: Any = type("Impossible", (), {"__repr__": lambda self: "IMPOSSIBLE"})()
"""What `step` returns for an answer that the object would not give."""


class Model:
    """One kind of object."""

    name = "object"
    """What to call it in a sentence."""

    initial: Any = None
    """Its state before the first operation."""

    knows: tuple[str, ...] = ()
    """The names of its operations. Empty: `step` looks after that itself."""

    def step(self, state: Any, op: Operation) -> Any:
        """The state after `op`, or IMPOSSIBLE."""
        raise NotImplementedError(f"{type(self).__name__} needs: step(self, state, op)")

    def only_reads(self, op: Operation) -> bool:
        """Whether `op` can never change any state. It makes the search faster.

        Say so only if it holds in every state. An operation that changes nothing just
        now, such as writing the value that is already there, is another matter: its
        place decides what may come after it.
        """
        return False


class Register(Model):
    """A value that is read and written."""

    name = "register"
    knows: tuple[str, ...] = ("read", "write")

    def __init__(self, initial: Any = None) -> None:
        self.initial = initial

    def step(self, state: Any, op: Operation) -> Any:
        """A read gives what was written last."""
        if op.f == "write":
            return op.value
        return state if op.result == state or not op.answered else IMPOSSIBLE

    def only_reads(self, op: Operation) -> bool:
        """A read never writes."""
        return op.f == "read"


class CompareAndSet(Register):
    """A register that can also be told: if you hold `old`, take `new`.

    `cas` asks with `[old, new]`. Answered with false, it found something else. In
    histories of Jepsen's it is then of type `fail` instead, and not looked at.
    """

    knows = ("read", "write", "cas")

    def step(self, state: Any, op: Operation) -> Any:
        """`cas` succeeds if and only if the register holds `old`."""
        if op.f != "cas":
            return Register.step(self, state, op)
        old, new = op.value
        if not op.answered:
            return new if state == old else state
        if op.result is False:
            return IMPOSSIBLE if state == old else state
        return new if state == old else IMPOSSIBLE

    def only_reads(self, op: Operation) -> bool:
        """Nor does a `cas` write that was answered with false."""
        return op.f == "read" or (op.f == "cas" and op.answered and op.result is False)


class Queue(Model):
    """First in, first out: `enqueue` a value, `dequeue` the oldest one.

    A `dequeue` that is answered with null found the queue empty.
    """

    name = "queue"
    initial = ()
    knows = ("enqueue", "dequeue")

    def step(self, state: Any, op: Operation) -> Any:
        """The oldest value leaves first."""
        if op.f == "enqueue":
            return (*state, op.value)
        if not op.answered:
            return state[1:]
        if op.result is None:
            return IMPOSSIBLE if state else state
        return state[1:] if state and state[0] == op.result else IMPOSSIBLE

    def only_reads(self, op: Operation) -> bool:
        """A `dequeue` that found nothing took nothing."""
        return op.f == "dequeue" and op.answered and op.result is None


class Set(Model):
    """`add`, `remove`, `contains` (answered true or false) and `read` (all of it)."""

    name = "set"
    initial: Any = frozenset()
    knows = ("add", "remove", "contains", "read")

    def step(self, state: Any, op: Operation) -> Any:
        """Adding twice is as good as adding once."""
        if op.f == "add":
            return state | {op.value}
        if op.f == "remove":
            return state - {op.value}
        if not op.answered:
            return state
        if op.f == "contains":
            return state if (op.value in state) == bool(op.result) else IMPOSSIBLE
        return state if frozenset(op.result or ()) == state else IMPOSSIBLE

    def only_reads(self, op: Operation) -> bool:
        """`contains` and `read` never write."""
        return op.f in ("contains", "read")


class Counter(Model):
    """`add` a number (1 if none is given), `read` the sum."""

    name = "counter"
    initial = 0
    knows = ("add", "read")

    def step(self, state: Any, op: Operation) -> Any:
        """A read gives the sum of what was added before."""
        if op.f == "add":
            return state + (1 if op.value is None else op.value)
        return state if op.result == state or not op.answered else IMPOSSIBLE

    def only_reads(self, op: Operation) -> bool:
        """A read never writes."""
        return op.f == "read"


class Transactions(Model):
    """A store that runs each transaction as a whole: linearizable over this model is
    what databases call strictly serializable.

    One operation, `txn`, whose value is a list of `["r", item, null]`, `["w", item,
    value]` and `["append", item, value]`; the answer is the same list with what the
    reads found. Items start out as null, which is also the empty list.
    """

    name = "store"
    initial = ()
    knows = ("txn",)

    def step(self, state: Any, op: Operation) -> Any:
        """All of its steps, one after the other."""
        store = dict(state)
        for kind, item, value in op.result if op.answered else op.value:
            if kind == "w":
                store[item] = value
            elif kind == "append":
                store[item] = (*(store.get(item) or ()), value)
            elif op.answered and store.get(item) != (None if value == () else value):
                return IMPOSSIBLE
        return tuple(sorted(store.items(), key=str))

    def only_reads(self, op: Operation) -> bool:
        """If all that it does is to read."""
        return all(kind == "r" for kind, _, _ in op.value)


MODELS: dict[str, type[Model]] = {
    "register": Register,
    "cas-register": CompareAndSet,
    "queue": Queue,
    "set": Set,
    "counter": Counter,
    "transactions": Transactions,
}


def model_of(model: Model | str, operations: list[Operation]) -> Model:
    """The model of that name, or `model` itself, if it knows all the operations.

    Raises HistoryError for an operation that the model does not have, LookupError for
    a name that no model has.
    """
    if isinstance(model, str):
        if model not in MODELS:
            raise LookupError(
                f"there is no model {model!r}; there is: {', '.join(MODELS)}"
            )
        model = MODELS[model]()
    if model.knows:
        for op in operations:
            if op.f not in model.knows:
                fitting = [
                    name for name, other in MODELS.items() if op.f in other.knows
                ]
                cure = (
                    f"the model {listed(fitting)} has it" if fitting else "mend its f"
                )
                raise HistoryError(
                    f"the {model.name} has {listed(model.knows, 'and')}, "
                    f"not {op.f!r}; {cure}",
                    op.start,
                )
    return model
