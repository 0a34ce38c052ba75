"""Transactions as the papers write them: `r1[x=50] w1[x=10] r2[x] c1 a2`.

Berenson et al. (1995, section 2.1): `r1[x]` and `w1[x]`, transaction 1 reads and writes
item x; `c1`, it commits; `a1`, it aborts; `rc1[x]`, it reads through a cursor; `r1[P]`,
it reads all that fits the condition P; `w2[y in P]` and `w2[insert y to P]`, this write
changes what fits. A value may follow: `r1[x=50]`. Such a history is of one version: a
read finds what was written last, if its value does not say otherwise.

Versions can be named, as Adya (1999, section 2.2) and Berenson et al. (section 4.2) do:
`x2` is the x that transaction 2 wrote, `x0` the one from before. Round brackets and a
comma do as well: `w2(x2, 5) r1(x2, 5)`. The order of the versions may stand at the end,
`[x1 << x2, y2 << y1]`; without it, it is the order of the writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .history import HistoryError

INITIAL = "0"
"""The transaction that wrote what was there before."""


@dataclass(slots=True)
class Step:
    """One step of one transaction."""

    kind: str  # r, w, rc, wc, c or a
    transaction: str
    item: str = ""  # also for a predicate
    writer: str | None = None  # whose version; None: not said
    value: str | None = None
    predicate: str = ""  # the condition that it reads, or changes the answer of
    at: int = 0  # which character of the text


@dataclass(slots=True)
class Text:
    """A history in this notation, taken apart."""

    steps: list[Step] = field(default_factory=list)
    versions: dict[str, list[str]] = field(default_factory=dict)  # from «x1 << x2»

    @property
    def single_version(self) -> bool:
        """Whether no step names a version."""
        return all(step.writer is None for step in self.steps) and not self.versions


STEP = re.compile(
    r"(?P<kind>(?i:rc|wc|r|w))(?P<by>\d+)\s*[\[(]\s*(?:insert\s+|update\s+|delete\s+)?"
    r"(?P<item>[A-Za-z_]+)(?P<writer>\d+)?\s*(?:(?:in|to|from)\s+(?P<predicate>[A-Z]\w*)\s*)?"
    r"(?:[=,]\s*(?P<value>[^\])]*?)\s*)?[\])]"
)
END = re.compile(r"(?P<kind>[caCA])(?P<by>\d+)")
ORDER = re.compile(r"\[(?P<chains>[^\]]*<<[^\]]*)\]")
GAP = re.compile(r"(?:\s|,|;|\.\.\.|…)+")


def parse(text: str) -> Text:
    """Take `text` apart. Raises HistoryError that shows the place it cannot read."""
    found = Text()
    ended: dict[str, str] = {}
    at = 0
    while at < len(text):
        if gap := GAP.match(text, at):
            at = gap.end()
        elif order := ORDER.match(text, at):
            for chain in order["chains"].split(","):
                _add_chain(found.versions, chain)
            at = order.end()
        elif match := STEP.match(text, at) or END.match(text, at):
            step = Step(match["kind"].lower(), match["by"], at=at)
            if match.re is STEP:
                step.item, step.writer = match["item"], match["writer"]
                step.value, step.predicate = match["value"], match["predicate"] or ""
            _check(step, ended, match[0])
            if step.kind in "ca":
                ended[step.transaction] = match[0]
            found.steps.append(step)
            at = match.end()
        else:
            raise HistoryError(
                f"character {at + 1}, {text[at : at + 12]!r}: not a step; write r1[x], "
                "w1[x=10], r1[P], w2[y in P], c1 or a1"
            )
    conditions = {step.predicate for step in found.steps if step.predicate} | {"P"}
    for step in found.steps:
        if step.kind in ("r", "rc") and step.item in conditions:
            step.predicate = step.item
    return found


def _check(step: Step, ended: dict[str, str], text: str) -> None:
    if step.transaction in ended:
        raise HistoryError(
            f"character {step.at + 1}, {text}: {step.transaction} has ended "
            f"with {ended[step.transaction]}; give the later one another number"
        )
    if step.kind in ("w", "wc") and step.writer not in (None, step.transaction):
        raise HistoryError(
            f"character {step.at + 1}, {text}: transaction {step.transaction} writes "
            f"version {step.item}{step.transaction}, not {step.item}{step.writer}"
        )


def _add_chain(versions: dict[str, list[str]], chain: str) -> None:
    names = [name.strip() for name in chain.split("<<")]
    parts = [re.fullmatch(r"([A-Za-z_]+)(\d+)", name) for name in names]
    items = {part[1] for part in parts if part}
    if not all(parts) or len(items) != 1:
        raise HistoryError(
            f"{chain.strip()!r}: write the versions of one item, as x1 << x2"
        )
    versions[items.pop()] = [part[2] for part in parts if part]
