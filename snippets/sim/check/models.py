"""What the objects do when their operations come one at a time."""

from __future__ import annotations

from typing import Any, NoReturn

from .history import HistoryError, Operation
from .model import IMPOSSIBLE, Model
from .store import Transactions
from .values import FALSE, TRUE, listed, shown


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

    def notices(self, op: Operation, lost: Operation) -> bool:
        """Only a read that shows what was lost; a write puts its own in its place."""
        if lost.f != "write":
            return lost.f != "read"
        if op.f == "read":
            return op.answered and bool(op.result == lost.value)
        return op.f != "write"


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
        if op.result is FALSE:
            return IMPOSSIBLE if state == old else state
        return new if state == old else IMPOSSIBLE

    def only_reads(self, op: Operation) -> bool:
        """Nor does a `cas` write that was answered with false."""
        return op.f == "read" or (op.f == "cas" and op.answered and op.result is FALSE)

    def notices(self, op: Operation, lost: Operation) -> bool:
        """A `cas` that finds what was lost, or was told that it found another value."""
        if lost.f not in ("write", "cas"):
            return lost.f != "read"
        held = lost.value if lost.f == "write" else lost.value[1]
        if op.f == "read":
            return op.answered and bool(op.result == held)
        if op.f == "cas" and op.answered and op.result is FALSE:
            return bool(op.value[0] != held)
        return op.f != "write" and (op.f != "cas" or op.value[0] == held)

    def misuse(self, op: Operation) -> str:
        """`cas` has two values, and answers true, false, null or the two again."""
        if op.f != "cas":
            return ""
        if not isinstance(op.value, tuple) or len(op.value) != 2:
            return f"cas asks with [old, new], not with {shown(op.value)}"
        if op.answered and op.result not in (None, TRUE, FALSE, op.value):
            return f"cas is answered with true or false, not with {shown(op.result)}"
        return ""


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

    def needless(self, found: list[Operation]) -> set[Operation]:
        """To enqueue what no answer shows: it would only stand in the way."""
        came = {op.result for op in found if op.f == "dequeue" and op.answered}
        return {
            op
            for op in found
            if op.f == "enqueue" and not op.answered and op.value not in came
        }


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

    def notices(self, op: Operation, lost: Operation) -> bool:
        """Only who was told that it is there, or, after a `remove`, that it is not."""
        if lost.f not in ("add", "remove") or op.f not in self.knows:
            return lost.f not in self.knows or op.f not in self.knows
        if not op.answered or op.f in ("add", "remove"):
            return False
        if op.f == "contains":
            told = bool(op.result)
            return op.value == lost.value and told == (lost.f == "add")
        return (lost.value in (op.result or ())) == (lost.f == "add")

    def misuse(self, op: Operation) -> str:
        """`contains` is answered with true or false, `read` with a list."""
        if op.f == "contains" and op.answered and op.result not in (TRUE, FALSE):
            return f"contains is answered true or false, not {shown(op.result)}"
        kinds = (tuple, frozenset, type(None))
        if op.f == "read" and op.answered and not isinstance(op.result, kinds):
            return f"a read is answered with a list, not {shown(op.result)}"
        return ""


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

    def notices(self, op: Operation, lost: Operation) -> bool:
        """In what order numbers are added makes no difference."""
        return op.f != "add" or lost.f != "add"

    def misuse(self, op: Operation) -> str:
        """Only numbers are added."""
        if op.f == "add" and not isinstance(op.value, (int, float, type(None))):
            return f"a counter adds numbers, not {shown(op.value)}"
        return ""


class Mutex(Model):
    """A lock: `acquire` it if nobody holds it, `release` it if somebody does.

    As Knossos has it, nobody asks who holds it. An `acquire` that did not get the lock
    is of type `fail`, and so is a `release` of what was free.
    """

    name = "mutex"
    initial = "free"
    knows = ("acquire", "release")

    def step(self, state: Any, op: Operation) -> Any:
        """It is held by one at a time."""
        if op.f == "acquire":
            return "held" if state == "free" else IMPOSSIBLE
        return "free" if state == "held" else IMPOSSIBLE


MODELS: dict[str, type[Model]] = {
    "register": Register,
    "cas-register": CompareAndSet,
    "queue": Queue,
    "set": Set,
    "counter": Counter,
    "mutex": Mutex,
    "transactions": Transactions,
}


def model_of(model: Model | str, operations: list[Operation]) -> Model:
    """The model of that name, or `model` itself, if it knows all the operations.

    Raises HistoryError for an operation that the model does not have or that does not
    make sense for it, LookupError for a name that no model has.
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
                _unknown_operation(model, op)
    if type(model).misuse is not Model.misuse:
        for op in operations:
            if wrong := model.misuse(op):
                raise HistoryError(wrong, op.start)
    return model


def _unknown_operation(model: Model, op: Operation) -> NoReturn:
    fitting = [name for name, other in MODELS.items() if op.f in other.knows]
    cure = f"the model {listed(fitting)} has it" if fitting else "mend its f"
    raise HistoryError(
        f"the {model.name} has {listed(model.knows, 'and')}, not {op.f!r}; {cure}",
        op.start,
    )
