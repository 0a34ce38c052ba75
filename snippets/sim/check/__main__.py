"""Judge a history in a file: `python3 -m sim.check history.json --model register`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from . import (
    MODELS,
    HistoryError,
    Verdict,
    convergent,
    linearizable,
    monotonic_reads,
    monotonic_writes,
    read_your_writes,
    sequential,
    serializable,
    writes_follow_reads,
)
from .document import TOO_DEEP, Document, FormError, decoded, read
from .history import is_transaction
from .values import listed
from .verdict import LIMIT

WITH_MODEL = {"linearizable": linearizable, "sequential": sequential}
SESSIONS = {
    "read-your-writes": read_your_writes,
    "monotonic-reads": monotonic_reads,
    "monotonic-writes": monotonic_writes,
    "writes-follow-reads": writes_follow_reads,
}
CHECKS = (*WITH_MODEL, "serializable", *SESSIONS, "convergent")


EXITS = """\
Ends with 0 for yes, 1 for no, 3 if the limit was reached before it was known (unknown),
and 2 for a history that makes no sense and for any other error."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python3 -m sim.check", description=__doc__, epilog=EXITS
    )
    made.add_argument(
        "file", help="a history in JSON, JSON lines or EDN; - for the standard input"
    )
    made.add_argument(
        "--is",
        dest="check",
        choices=CHECKS,
        metavar="WHAT",
        help=f"{', '.join(CHECKS)} (default: what the file suggests)",
    )
    made.add_argument(
        "--model",
        choices=tuple(MODELS),
        metavar="MODEL",
        help=f"what the object is: {', '.join(MODELS)}",
    )
    made.add_argument(
        "--limit",
        type=int,
        metavar="STEPS",
        help="how many steps a search may take before the answer is unknown "
        f"(default: {LIMIT:,}, and at least 100 for each operation)",
    )
    made.add_argument("--json", action="store_true", help="print the verdict as JSON")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Print the verdict that the command line asks for, and return the exit code."""
    wanted = parser().parse_args(argv)
    document: Document | None = None
    if wanted.limit is not None and wanted.limit < 1:
        return _wrong(f"--limit {wanted.limit}: a limit is at least 1 step")
    try:
        document = read(decoded(_raw(wanted.file)), wanted.file.endswith(".edn"))
        verdict = judge(document, wanted.check, wanted.model, wanted.limit)
        told = str(verdict)
        if wanted.json:
            told = json.dumps(verdict.data(), indent=2, ensure_ascii=False)
        print(told.encode("utf-8", "backslashreplace").decode())  # half a character
    except BrokenPipeError:
        return 2  # whoever reads this has stopped
    except OSError as wrong:
        return _wrong(f"{wanted.file}: {wrong.strerror}; is the name right?")
    except FormError as wrong:
        return _wrong(f"{wanted.file}{_line(wrong.line)}: {wrong}")
    except HistoryError as wrong:
        lines = document.lines if document else []
        line = lines[wrong.entry] if lines and wrong.entry is not None else 0
        return _wrong(f"{wanted.file}{_line(line)}: {wrong}")
    except RecursionError:
        return _wrong(f"{wanted.file}: {TOO_DEEP}")
    except MemoryError:
        return _wrong(f"{wanted.file}: the memory is used up; try a smaller --limit")
    except Exception as wrong:  # 1 would mean no
        return _wrong(
            f"{wanted.file}: the checker broke down ({type(wrong).__name__}: {wrong}); "
            "please report it with this history"
        )
    return {True: 0, False: 1, None: 3}[verdict.ok]


def _raw(name: str) -> bytes:
    if name != "-":
        return Path(name).read_bytes()
    stream = getattr(sys.stdin, "buffer", None)
    return stream.read() if stream else sys.stdin.read().encode()


def _line(number: int) -> str:
    return f", line {number}" if number else ""


def judge(
    document: Document,
    check: str | None = None,
    model: str | None = None,
    limit: int | None = None,
) -> Verdict:
    """The verdict on a document. Without `check`, on what its form suggests.

    Raises HistoryError.
    """
    model = model or document.model
    if check is None:
        check = _suggested(document, model)
    if check == "convergent":
        if document.replicas is None:
            raise HistoryError(
                'there are no replicas; add "replicas": {"a": …, "b": …}'
            )
        return convergent(document.replicas)
    if check == "serializable":
        return serializable(document.history, document.versions, limit)
    if isinstance(document.history, str):
        raise HistoryError("text in this notation can only be judged serializable")
    if check in SESSIONS:
        return SESSIONS[check](document.history, document.versions)
    if model is None:
        raise HistoryError(f"say what the object is: --model {' or '.join(MODELS)}")
    checker: Callable[..., Verdict] = WITH_MODEL[check]
    if isinstance(model, str) and model not in MODELS:
        raise HistoryError(f"there is no model {model!r}; there is {listed([*MODELS])}")
    return checker(document.history, model, limit)


def _suggested(document: Document, model: str | None) -> str:
    if document.replicas is not None and not document.history:
        return "convergent"
    if isinstance(document.history, str):
        return "serializable"
    transactions = any(map(is_transaction, document.history))
    return "serializable" if transactions and model is None else "linearizable"


def _wrong(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
