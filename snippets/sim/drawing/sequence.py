"""A run as a Mermaid sequence diagram.

Mermaid draws every message as a level arrow, as if it took no time. So that the
order along each lifeline is still true, an arrow stands where the message is
received; if its sender did something else meanwhile, or a message that was sent
later has arrived before, a note marks where it was sent.
"""

from __future__ import annotations

import re

from ..message import Message
from ..trace import Event, Incident, Trace
from .signs import visible

# What Mermaid, or the HTML that it makes, would read as more than a sign: the ends of
# statements, directives (`%%`), formulas (`$$`), entities, and the three signs that
# Mermaid puts in place of an entity meanwhile.
_MEANT = frozenset("#;<>&%$\ufb02\u00b6\u00b0")
_ORDER = re.compile(r"(:?(?:no)?wrap):", re.IGNORECASE)  # at the beginning of a text


def escape(text: str) -> str:
    """`text` as Mermaid shows it sign by sign. Any space is one space."""
    signs = " ".join(visible(text).split())
    safe = "".join(f"#{ord(sign)};" if sign in _MEANT else sign for sign in signs)
    if order := _ORDER.match(safe):
        safe = f"{order[1].replace(':', '#58;')}#58;{safe[order.end() :]}"
    return safe or "#8203;"


def travels_visibly(trace: Trace, message: Message) -> bool:
    """True if one level arrow would hide that the message was under way.

    That is so when its sender or its receiver had an event between the sending and
    the receipt.
    """
    start = trace.send_of[message.id]
    end = trace.receipt_of.get(message.id)
    if end is None:
        return False
    between = trace.events[start + 1 : end]
    return any(event.node in (message.sender, message.to) for event in between)


def draw(trace: Trace, title: str, description: str) -> str:
    """The Mermaid text for a run. `title` and `description` are for screen readers."""
    alias = {name: f"n{index}" for index, name in enumerate(trace.nodes)}
    lines = [
        "sequenceDiagram",
        f"  accTitle: {escape(title)}",
        f"  accDescr: {escape(description)}",
    ]
    lines += [f"  participant {alias[name]} as {escape(name)}" for name in trace.nodes]
    for moment in trace.moments:
        if isinstance(moment, Event):
            lines += [f"  {line}" for line in _event(trace, moment, alias)]
        else:
            lines += [f"  {line}" for line in _incident(moment, alias)]
    return "\n".join(lines)


def _event(trace: Trace, event: Event, alias: dict[str, str]) -> list[str]:
    me = alias[event.node]
    if event.kind == "send":
        hidden = [m for m in event.sent if travels_visibly(trace, m)]
        texts = dict.fromkeys(f"sends {m} to {m.to}" for m in hidden)
        return [f"Note over {me}: {escape(text)}" for text in texts]
    if event.received is not None:
        message = event.received
        arrow = "--)" if event.kind == "ignore" else "->>"
        late = " (ignored)" if event.kind == "ignore" else ""
        sender = alias[message.sender]
        return [f"{sender}{arrow}{me}: {escape(str(message) + late)}"]
    return [f"Note over {me}: {escape(trace.describe(event))}"]


def _incident(incident: Incident, alias: dict[str, str]) -> list[str]:
    message = incident.message
    if incident.kind == "lose" and message is not None:
        ends = f"{alias[message.sender]}--x{alias[message.to]}"
        return [f"{ends}: {escape(f'{message} (lost)')}"]
    if incident.kind in ("unread", "under way") and message is not None:
        ends = f"{alias[message.sender]}--){alias[message.to]}"
        fate = "not read" if incident.kind == "unread" else "still under way"
        return [f"{ends}: {escape(f'{message} ({fate})')}"]
    if incident.kind == "duplicate":
        return []  # its second arrival is drawn, which says enough
    if incident.kind == "standstill":
        return []  # the trace says it; nothing happened that could be drawn
    names = dict.fromkeys(alias[name] for pair in incident.pairs for name in pair)
    order = [name for name in alias.values() if name in names]
    over = ",".join(dict.fromkeys((order[0], order[-1])))
    return [f"Note over {over}: {escape(incident.text)}"]
