"""What the transactions of a text in the papers' notation did to each other."""

from __future__ import annotations

from collections import Counter

from .execution import Execution
from .history import HistoryError
from .notation import INITIAL, Step, Text
from .text_reads import BEFORE, NOBODY, writes_seen
from .verdict import Edge


def from_text(text: Text) -> Execution:
    """The execution that a text tells. What it does not end commits at the end."""
    done = Execution()
    ends = {s.transaction: s.kind for s in text.steps if s.kind in ("c", "a")}
    aborted = {f"T{number}" for number, kind in ends.items() if kind == "a"}
    commits = [step.transaction for step in text.steps if step.kind == "c"]
    commits += [step.transaction for step in text.steps if step.transaction not in ends]
    done.committed = [f"T{number}" for number in dict.fromkeys(commits)]
    done.programs = {name: [] for name in done.committed}
    seen = writes_seen(text)
    totals = Counter(
        (s.transaction, s.item) for s in text.steps if s.kind in ("w", "wc")
    )
    written: dict[str, list[Step]] = {}  # so far, of each item
    for place, step in enumerate(text.steps):
        me = f"T{step.transaction}"
        if step.kind in ("w", "wc"):
            written.setdefault(step.item, []).append(step)
            if me not in aborted:
                done.programs[me].append(("w", step.item, step.at))
        elif place in seen and me not in aborted:
            source = seen[place]
            found = None if source is BEFORE else source.at
            done.programs[me].append(("r", step.item, found))
            _read(done, step, source, written.get(step.item, []), aborted, totals)
    for item, steps in written.items():
        done.versions[item] = _order(item, steps, text, done.committed)
    done.predicates = _searches(text.steps, aborted)
    return done


def _read(
    done: Execution,
    step: Step,
    seen: Step,
    written: list[Step],
    aborted: set[str],
    totals: Counter[tuple[str, str]],
) -> None:
    me = f"T{step.transaction}"
    if seen is NOBODY:
        done.garbage(me, f"{step.item}={step.value}")
        return
    own = [each for each in written if each.transaction == step.transaction]
    if own and seen is not own[-1]:
        done.internal(me, step.item)
    if seen is BEFORE:
        done.read(me, step.item, INITIAL, aborted, True)
        return
    so_far = [each for each in written if each.transaction == seen.transaction]
    last = totals[seen.transaction, step.item] == so_far.index(seen) + 1
    done.read(me, step.item, f"T{seen.transaction}", aborted, last)


def _order(item: str, steps: list[Step], text: Text, committed: list[str]) -> list[str]:
    """Whose versions of the item came one after the other."""
    final = {step.transaction: None for step in reversed(steps)}
    writers = [number for number in reversed(final) if f"T{number}" in committed]
    given = text.versions.get(item)
    if given is None:
        return [f"T{number}" for number in writers]
    if set(given) < set(writers) or not set(writers) <= set(given):
        missing = ", ".join(item + each for each in writers if each not in given)
        raise HistoryError(f"the order of the versions of {item} lacks {missing}")
    for place, number in enumerate(given):
        if number not in final and (number != INITIAL or place):
            raise HistoryError(
                f"the order of the versions of {item} has {item}{number}, which "
                + ("comes before all others" if number == INITIAL else "nobody wrote")
            )
    return [f"T{number}" for number in given if number in writers]


def _searches(steps: list[Step], aborted: set[str]) -> list[Edge]:
    """Which searches found, or missed, what others changed in what they look for."""
    edges = []
    for i, search in enumerate(steps):
        if search.kind not in ("r", "rc") or not search.predicate:
            continue
        for j, write in enumerate(steps):
            if write.kind in ("w", "wc") and write.predicate == search.predicate:
                reader, writer = f"T{search.transaction}", f"T{write.transaction}"
                if {reader, writer} & aborted:
                    continue
                if j < i and not missed(steps, search, j):
                    edges.append(Edge(writer, reader, "wr", search.predicate, True))
                else:
                    edges.append(Edge(reader, writer, "rw", search.predicate, True))
    return edges


def missed(steps: list[Step], search: Step, write: int) -> bool:
    """Whether a search found just what it would have found before that write."""
    return search.value is not None and any(
        step.value == search.value
        for step in steps[:write]
        if step.kind in ("r", "rc") and step.predicate == search.predicate
    )
