"""What every judge returns: a verdict, with what shows that it is right."""

from __future__ import annotations

from typing import Any, NamedTuple


class Edge(NamedTuple):
    """One transaction must come before another one, and why.

    `kind`, after Adya (1999, section 3.1): `ww`, `after` overwrites what `before`
    wrote; `wr`, `after` reads what `before` wrote; `rw`, `before` read a version that
    `after` replaces. `predicate`: `item` is a search condition, not a single item.
    """

    before: str
    after: str
    kind: str
    item: str
    predicate: bool = False

    def __str__(self) -> str:
        first, second, item = self.before, self.after, self.item
        if self.kind == "ww":
            return f"{second} overwrites the {item} that {first} wrote"
        if self.kind == "wr":
            if self.predicate:
                return f"{second} searched {item} after {first} changed what it finds"
            return f"{second} reads the {item} that {first} wrote"
        if self.predicate:
            return f"{first} searched {item} before {second} changed what it finds"
        return f"{first} read the {item} that {second} replaced"


class Verdict(NamedTuple):
    """Yes, no or unknown, and the reason. `if verdict:` asks whether it is a yes."""

    ok: bool | None
    """None: unknown. The search came to its limit before it knew."""
    reason: str
    """One sentence."""
    order: tuple[Any, ...] = ()
    """For a yes, one order that explains every answer. For a no of `linearizable`
    or `sequential`, the longest beginning of such an order."""
    blocked: Any = None
    """The first operation that cannot be placed, or the read that shows the fault."""
    anomaly: str = ""
    """Its name by Adya: G0, G1a, G1b, G1c, G-single, G2-item or G2. By Elle, where Adya
    has none: internal, future-read, duplicate-elements, incompatible-order or
    garbage-read."""
    name: str = ""
    """What people call it: lost update, read skew, write skew …"""
    cycle: tuple[Edge, ...] = ()
    """Each of these transactions would have to come before itself."""
    phenomena: tuple[str, ...] = ()
    """What Berenson et al. (1995) find in a history in their notation: P0, A5B …"""

    def __bool__(self) -> bool:
        return self.ok is True

    def __str__(self) -> str:
        answer = {True: "yes", False: "no", None: "unknown"}[self.ok]
        lines = [f"{answer}: {self.reason}"]
        if self.order:
            title = "one order" if self.ok else "the longest order"
            steps = ", ".join(map(str, self.order[:50]))
            more = len(self.order) - 50
            lines.append(f"{title}: {steps}{f' and {more} more' if more > 0 else ''}")
        if self.phenomena:
            lines.append("phenomena: " + ", ".join(self.phenomena))
        return "\n".join(lines)

    def data(self) -> dict[str, Any]:
        """This verdict as plain data, for JSON; what is empty is left out."""
        plain: dict[str, Any] = {"reason": self.reason}
        plain["order"] = [str(step) for step in self.order]
        plain["blocked"] = None if self.blocked is None else str(self.blocked)
        plain["anomaly"], plain["name"] = self.anomaly, self.name
        plain["cycle"] = [str(edge) for edge in self.cycle]
        plain["phenomena"] = list(self.phenomena)
        full = {
            key: value for key, value in plain.items() if value not in ("", None, [])
        }
        return {"ok": self.ok, **full}


LIMIT = 1_000_000
"""How many steps a search may take before the answer is unknown, and at least 100 for
each operation. A step tries one operation, or one order of two versions."""


def limit_for(size: int, wanted: int | None) -> int:
    """The limit for so many operations, or the `wanted` one.

    Raises ValueError if that is below 1.
    """
    if wanted is not None and wanted < 1:
        raise ValueError(f"a limit is at least 1 step, not {wanted}")
    return max(LIMIT, 100 * size) if wanted is None else wanted


def unknown(limit: int, tried: str, order: tuple[Any, ...] = ()) -> Verdict:
    """The verdict of a search that came to its limit. `tried`: how far it came."""
    return Verdict(
        None, f"not decided in {limit:,} steps, which is the limit: {tried}", order
    )
