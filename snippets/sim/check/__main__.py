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
from .document import Document, line_of, read

WITH_MODEL = {"linearizable": linearizable, "sequential": sequential}
SESSIONS = {
    "read-your-writes": read_your_writes,
    "monotonic-reads": monotonic_reads,
    "monotonic-writes": monotonic_writes,
    "writes-follow-reads": writes_follow_reads,
}
CHECKS = (*WITH_MODEL, "serializable", *SESSIONS, "convergent")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python3 -m sim.check",
        description=__doc__,
        epilog="Ends with 0 for yes, 1 for no, 2 for a history that makes no sense.",
    )
    made.add_argument("file", help="a history in JSON; - for the standard input")
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
    made.add_argument("--json", action="store_true", help="print the verdict as JSON")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Print the verdict that the command line asks for."""
    wanted = parser().parse_args(argv)
    text = ""
    try:
        path = Path(wanted.file)
        text = sys.stdin.read() if wanted.file == "-" else path.read_text("utf-8")
        verdict = judge(read(text), wanted.check, wanted.model)
    except OSError as wrong:
        return _wrong(f"{wanted.file}: {wrong.strerror}; is the name right?")
    except UnicodeDecodeError:
        return _wrong(f"{wanted.file}: this is no text in UTF-8; save it as that")
    except json.JSONDecodeError as wrong:
        place = f"{wanted.file}, line {wrong.lineno}"
        return _wrong(f"{place}: this is no JSON: {wrong.msg}; mend it there")
    except HistoryError as wrong:
        line = "" if wrong.entry is None else f", line {line_of(text, wrong.entry)}"
        return _wrong(f"{wanted.file}{line}: {wrong}")
    if wanted.json:
        print(json.dumps(verdict.data(), indent=2, ensure_ascii=False))
    else:
        print(verdict)
    return 0 if verdict else 1


def judge(
    document: Document, check: str | None = None, model: str | None = None
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
        return serializable(document.history, document.versions)
    if isinstance(document.history, str):
        raise HistoryError("text in this notation can only be judged serializable")
    if check in SESSIONS:
        return SESSIONS[check](document.history, document.versions)
    if model is None:
        raise HistoryError(f"say what the object is: --model {' or '.join(MODELS)}")
    checker: Callable[..., Verdict] = WITH_MODEL[check]
    return checker(document.history, model)


def _suggested(document: Document, model: str | None) -> str:
    if document.replicas is not None and not document.history:
        return "convergent"
    if isinstance(document.history, str):
        return "serializable"
    transactions = any(
        isinstance(entry, dict) and entry.get("f") == "txn"
        for entry in document.history
    )
    return "serializable" if transactions and model is None else "linearizable"


def _wrong(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
