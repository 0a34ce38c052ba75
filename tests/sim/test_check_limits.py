"""Every search ends: what nobody saw is left out, and at a limit it is unknown."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from sim.check import (
    IMPOSSIBLE,
    History,
    HistoryError,
    Model,
    Operation,
    WrongWitness,
    linearizable,
    sequential,
    serializable,
)

SECONDS = 0.1


def lost(f: str, values: list[Any], key: Any = None) -> History:
    """Operations that nobody answered."""
    history = History()
    for number, value in enumerate(values):
        history.invoke(f"lost {number}", f, value, key)
        history.info(f"lost {number}")
    return history


def done(history: History, *calls: tuple[str, Any, Any], key: Any = None) -> History:
    """What one client does after that, one operation after the other."""
    for f, value, answer in calls:
        history.invoke("client", f, value, key)
        history.ok("client", answer)
    return history


STALE = (("write", 100, None), ("write", 200, None), ("read", None, 100))
TWENTY = list(range(20))
SEEN = [("read", None, value) for value in TWENTY]

NO = {
    "writes": ("register", done(lost("write", TWENTY), *STALE)),
    "one value": ("register", done(lost("write", [7] * 20), *STALE)),
    "each was read": ("register", done(lost("write", TWENTY), *SEEN, *STALE)),
    "each is yet to be read": ("register", done(lost("write", TWENTY), *STALE, *SEEN)),
    "a chain of cas": (
        "cas-register",
        done(lost("cas", [[n, n + 1] for n in TWENTY]), *STALE),
    ),
    "cas from what is there": (
        "cas-register",
        done(lost("cas", [[200, n] for n in TWENTY]), *STALE),
    ),
    "cas to what is read": (
        "cas-register",
        done(lost("cas", [[n, 100] for n in TWENTY]), *STALE),
    ),
    "cas that failed": (
        "cas-register",
        done(lost("write", TWENTY), *STALE, ("cas", [5, 6], False)),
    ),
    "enqueue": (
        "queue",
        done(
            lost("enqueue", TWENTY),
            ("enqueue", 100, None),
            ("enqueue", 200, None),
            ("dequeue", None, 200),
        ),
    ),
    "add to a set": (
        "set",
        done(lost("add", TWENTY), ("add", 100, None), ("read", None, [])),
    ),
    "remove": (
        "set",
        done(lost("remove", TWENTY), ("add", 100, None), ("read", None, [])),
    ),
    "count": (
        "counter",
        done(lost("add", [1] * 20), ("add", 100, None), ("read", None, 3)),
    ),
    "acquire": (
        "mutex",
        done(lost("acquire", TWENTY), ("acquire", None, None), ("acquire", None, None)),
    ),
    "transactions": (
        "transactions",
        done(
            lost("txn", [[["w", "x", n], ["w", "y", n]] for n in TWENTY]),
            ("txn", [["w", "x", 100]], [["w", "x", 100]]),
            ("txn", [["r", "x", None]], [["r", "x", None]]),
        ),
    ),
}


@pytest.mark.parametrize("case", NO)
def test_twenty_operations_that_nobody_answered(case: str) -> None:
    model, history = NO[case]
    start = process_time()
    verdict = linearizable(history, model)
    assert verdict.ok is False
    assert sequential(history, model).ok is not None
    assert process_time() - start < SECONDS


def test_what_was_lost_is_still_there_if_somebody_sees_it() -> None:
    late = done(lost("write", [1, 2]), ("read", None, None), ("read", None, 2))
    assert linearizable(done(late, ("read", None, 1)), "register")
    chain = done(lost("cas", [[3, 4], [2, 3], [1, 2]]), ("write", 1, None))
    assert linearizable(done(chain, ("read", None, 4)), "cas-register")
    other = done(lost("write", [9]), ("write", 1, None), ("cas", [1, 2], False))
    assert linearizable(other, "cas-register")
    gone = done(lost("dequeue", [None]), ("enqueue", 1, None), ("dequeue", None, None))
    assert linearizable(gone, "queue")
    held = done(lost("release", [None]), ("acquire", None, None))
    assert linearizable(done(held, ("acquire", None, None)), "mutex")


def at_once(f: str, values: list[Any]) -> History:
    history = History()
    for process, value in enumerate(values):
        history.invoke(process, f, value)
    for process in range(len(values)):
        history.ok(process)
    return history


@pytest.mark.parametrize("checker", [linearizable, sequential])
def test_at_the_limit_it_is_unknown(checker: Any) -> None:
    history = done(at_once("enqueue", TWENTY), ("dequeue", None, 99))
    verdict = checker(history, "queue", limit=3000)
    assert (verdict.ok, bool(verdict)) == (None, False)
    assert verdict.reason == (
        "not decided in 3,000 steps, which is the limit: an order explains 20 of the "
        "21 answers, and not all orders of the others have been tried"
    )
    assert str(verdict).startswith("unknown: not decided")
    assert verdict.data()["ok"] is None


def test_a_key_that_is_wrong_is_found_before_the_limit() -> None:
    history = History()
    for process, value in enumerate(TWENTY):
        history.invoke(process, "enqueue", value, "hard")
    for process in range(20):
        history.ok(process)
    done(history, ("dequeue", None, 99), key="hard")
    unknown = linearizable(history, "queue", limit=10_000)
    assert unknown.ok is None
    assert "answers of key hard" in unknown.reason
    done(history, ("dequeue", None, 5), key="easy")
    assert linearizable(history, "queue", limit=10_000).ok is False


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_of_no_steps(limit: int) -> None:
    for checker in (linearizable, sequential):
        with pytest.raises(ValueError, match=f"at least 1 step, not {limit}"):
            checker([], "register", limit=limit)


def test_the_limit_grows_with_the_history() -> None:
    history = done(History(), *[("write", 1, None)] * 10_001)
    assert linearizable(history, "register").ok
    assert sequential(history, "register").ok


def transactions(count: int) -> list[dict[str, Any]]:
    """So many that write without reading, three at a time and everywhere."""
    history = []
    for process in range(count):
        steps = [["w", item, process] for item in ("x", "y", "z")]
        history.append({"process": process, "type": "invoke", "value": steps})
        history.append({"process": process, "type": "ok", "value": steps})
    return history


def reader(name: str, **found: Any) -> list[dict[str, Any]]:
    steps = [["r", item, value] for item, value in found.items()]
    asked = [["r", item, None] for item in found]
    return [
        {"process": name, "type": "invoke", "value": asked},
        {"process": name, "type": "ok", "value": steps},
    ]


def test_versions_in_an_order_that_nobody_knows() -> None:
    start = process_time()
    plain = transactions(32)
    skew = [
        ("A", [["r", "u", None], ["r", "v", None], ["w", "u", 1]]),
        ("B", [["r", "u", None], ["r", "v", None], ["w", "v", 1]]),
    ]
    for name, steps in skew:
        plain.append({"process": name, "type": "invoke", "value": steps})
        plain.append({"process": name, "type": "ok", "value": steps})
    verdict = serializable(plain)
    assert (verdict.anomaly, verdict.name) == ("G2-item", "write skew")
    assert process_time() - start < SECONDS
    # Which of 3 and 5 came last? x says the one, y the other.
    mixed = serializable([*transactions(32), *reader("A", x=3, y=5)])
    assert mixed.anomaly == "G-single"
    assert mixed.reason.endswith("(no other order of the versions helps)")
    assert serializable([*transactions(32), *reader("A", x=3, y=3, z=3)])


def test_too_many_orders_of_versions_are_unknown() -> None:
    history = [*transactions(32), *reader("A", x=3, y=5)]
    verdict = serializable(history, limit=100)
    assert verdict.ok is None
    assert verdict.reason == (
        "not decided in 100 steps, which is the limit: of 1,488 pairs of versions, 0 "
        "could be ordered at once without a cycle, and not all orders of the others "
        "have been tried"
    )


class Fickle(Model):
    """Does not say the same twice, so that its witness cannot be confirmed."""

    def __init__(self) -> None:
        self.asked = 0

    def step(self, state: Any, op: Operation) -> Any:
        """The first answer is the only good one."""
        self.asked += 1
        return state if self.asked == 1 else IMPOSSIBLE


@pytest.mark.parametrize("checker", [linearizable, sequential])
def test_no_yes_leaves_before_its_witness_explains_the_answers(checker: Any) -> None:
    with pytest.raises(WrongWitness, match="does not explain “client read → nothing”"):
        checker(done(History(), ("read", None, None)), Fickle())


@pytest.mark.parametrize(
    ("model", "call", "message"),
    [
        ("cas-register", ("cas", 1, None), r"cas asks with \[old, new\], not with 1"),
        ("cas-register", ("cas", [1, 2], 0), "cas is answered with true or false, not"),
        ("set", ("contains", 1, 1), "contains is answered true or false, not 1"),
        ("set", ("read", None, "ab"), "a read is answered with a list, not ab"),
        ("counter", ("add", "1", None), 'a counter adds numbers, not "1"'),
        ("counter", ("add", True, None), "a counter adds numbers, not true"),
        (
            "mutex",
            ("read", None, None),
            "the mutex has acquire and release, not 'read'",
        ),
        ("transactions", ("txn", 5, 5), "a transaction is "),
    ],
)
def test_operations_that_make_no_sense_for_a_model(
    model: str, call: Any, message: str
) -> None:
    for checker in (linearizable, sequential):
        with pytest.raises(HistoryError, match=f"entry 0: {message}"):
            checker(done(History(), call), model)
