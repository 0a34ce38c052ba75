"""What one client may count on, whichever replica it happens to ask.

The four session guarantees of Terry et al. (1994, section 3). There a replica holds
the ordered list of the writes that it has received, and a read shows that list. Here
it is taken from what the reads answered:

- a read answered with a list (a feed, a log) saw just these writes, in this order;
- a read answered with a single value saw the write of that value and, before it, all
  older versions of that key. What is older, `versions` says; without it, the writes
  count as ordered by their invocations.

So each write to a key needs a value of its own, and a read of what nobody wrote breaks
every guarantee. Operations are `read` and, for the
writes, any other name: `write`, `append`, `add` … A process of the history is one
session. What was never answered promises nothing: only what others see of it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from .history import Entry, HistoryError, Operation, paired
from .values import frozen, shown
from .verdict import Verdict

Versions: TypeAlias = Mapping[Any, Sequence[Any]] | Sequence[Any] | None
"""The values of each key, the oldest first; a plain list if there are no keys."""


def read_your_writes(history: Iterable[Entry], versions: Versions = None) -> Verdict:
    """Each read of a session shows the writes that the session made before."""
    sessions = _Sessions(history, versions)
    if sessions.fault is not None:
        return sessions.fault
    for read, shows in sessions.shows.items():
        for write in sessions.earlier(read):
            if write.f != "read" and write.key == read.key and write not in shows:
                return _no(
                    read,
                    f"does not show {_named(write)} of the same session",
                )
    return Verdict(True, "every read shows what its own session had written before")


def monotonic_reads(history: Iterable[Entry], versions: Versions = None) -> Verdict:
    """Each read of a session shows all that the session's earlier reads showed."""
    sessions = _Sessions(history, versions)
    if sessions.fault is not None:
        return sessions.fault
    for read, shows in sessions.shows.items():
        for before in sessions.earlier(read):
            if before.f != "read" or before.key != read.key:
                continue
            for write in sessions.shows[before]:
                if write not in shows:
                    return _no(
                        read,
                        f"does not show {_named(write)}, which {_named(before)} of the "
                        "same session had shown",
                    )
    return Verdict(True, "no read shows less than an earlier read of its session")


def monotonic_writes(history: Iterable[Entry], versions: Versions = None) -> Verdict:
    """Whoever sees a write sees, before it, the earlier writes of its session."""
    sessions = _Sessions(history, versions)
    if sessions.fault is not None:
        return sessions.fault
    needs = {
        write: {each for each in sessions.earlier(write) if each.f != "read"}
        for write in sessions.writes
    }
    return sessions.judge(
        needs,
        "which its session had written first",
        "every read shows the writes of a session in the session's order",
    )


def writes_follow_reads(history: Iterable[Entry], versions: Versions = None) -> Verdict:
    """Whoever sees a write sees, before it, what its session had read by then."""
    sessions = _Sessions(history, versions)
    if sessions.fault is not None:
        return sessions.fault
    needs: dict[Operation, set[Operation]] = {}
    for write in sessions.writes:  # in the order of time, so that causes come first
        needs[write] = set()
        for read in sessions.earlier(write):
            for cause in sessions.shows.get(read, {}):
                needs[write] |= {cause} | needs[cause]
    return sessions.judge(
        needs,
        "which its session had read when it wrote",
        "every read shows, before each write, what the writer had read",
    )


class _Sessions:
    """The reads and writes of each session, and which writes each read shows."""

    def __init__(self, history: Iterable[Entry], versions: Versions) -> None:
        every, failed = paired(history)
        found = [op for op in every if op not in failed]
        self.failed = {(op.key, op.value) for op in failed if op.f != "read"}
        self.fault: Verdict | None = None
        """What a read shows that no write can have put there."""
        self.writes = [op for op in found if op.f != "read"]
        self.of: dict[Any, list[Operation]] = {}
        for op in found:
            self.of.setdefault(op.process, []).append(op)
        self.wrote: dict[tuple[Any, Any], Operation] = {}
        for op in self.writes:
            if op.value is None:
                raise HistoryError("a write needs a value, and null is none", op.start)
            first = self.wrote.setdefault((op.key, op.value), op)
            if first is not op:
                raise HistoryError(
                    f"{shown(op.value)} was written in entry {first.start} too; write "
                    "each value only once, so that a read shows which write it saw",
                    op.start,
                )
        self.chains = self._chains(versions)
        self.shows = {
            op: self._shown(op) for op in found if op.f == "read" and op.answered
        }

    def earlier(self, op: Operation) -> Iterator[Operation]:
        """What the session of `op` had been answered before it."""
        for other in self.of[op.process]:
            if other is op:
                return
            if other.answered:
                yield other

    def judge(
        self, needs: dict[Operation, set[Operation]], why: str, yes: str
    ) -> Verdict:
        """Whether each read shows before each write all that the write `needs`."""
        for read, shows in self.shows.items():
            so_far: set[Operation] = set()
            for write in shows:
                missing = [m for m in needs[write] - so_far if m.key == read.key]
                if missing:
                    first = min(missing, key=lambda op: op.start)
                    without = f"without {_named(first)} before it, {why}"
                    return _no(read, f"shows {_named(write)} {without}")
                so_far.add(write)
        return Verdict(True, yes)

    def _chains(self, versions: Versions) -> dict[Any, list[Operation]]:
        """The writes of each key, the oldest version first."""
        chains: dict[Any, list[Operation]] = {}
        if versions is None:
            for op in self.writes:
                chains.setdefault(op.key, []).append(op)
            return chains
        by_key = versions if isinstance(versions, Mapping) else {None: versions}
        for key, values in by_key.items():
            for value in map(frozen, values):
                if (key, value) not in self.wrote:
                    raise HistoryError(
                        f"versions: no write gives {shown(value)} to {key}"
                    )
                chains.setdefault(key, []).append(self.wrote[key, value])
        return chains

    def _shown(self, read: Operation) -> dict[Operation, None]:
        """The writes that `read` shows, the oldest first."""
        if read.result is None:
            return {}
        values = [read.result]
        if (read.key, read.result) not in self.wrote and isinstance(read.result, tuple):
            values = list(read.result)
        shows: dict[Operation, None] = {}
        for value in values:
            write = self.wrote.get((read.key, value))
            if write is None:
                self._refuse(read, value)
                return {}
            if write.start > read.end:
                what = f"shows {shown(value)} before it is written"
                self._note(_no(read, what, "future-read", "future read"))
                return {}
            if write in shows:
                what = f"shows {shown(value)} twice"
                self._note(_no(read, what, "duplicate-elements", "duplicate elements"))
            shows[write] = None
        if values != [read.result]:
            return shows
        chain = self.chains.get(read.key, [])
        if write not in chain:
            raise HistoryError(
                f"versions of {read.key}: {shown(read.result)} is missing"
            )
        older = chain[: chain.index(write) + 1]
        return {op: None for op in older if op.start < read.end}

    def _refuse(self, read: Operation, value: Any) -> None:
        """Note that `read` shows what no write that happened has put there."""
        if (read.key, value) in self.failed:
            what = f"shows {shown(value)}, and that write failed"
            self._note(_no(read, what, "G1a", "aborted read"))
        else:
            what = f"shows {shown(value)}, which nobody wrote"
            self._note(_no(read, what, "garbage-read", "garbage read"))

    def _note(self, fault: Verdict) -> None:
        if self.fault is None:
            self.fault = fault


def _named(op: Operation) -> str:
    return f"“{op}” (entry {op.start})"


def _no(read: Operation, what: str, anomaly: str = "", name: str = "") -> Verdict:
    title = f"{name}: " if name else ""
    reason = f"{title}{_named(read)} {what}"
    return Verdict(False, reason, blocked=read, anomaly=anomaly, name=name)
