"""What a property reads: a state of the explorer, or the world after a run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ..world import World
from .program.alone import Envelope
from .program.model import (
    FIELD,
    WIDTH,
    Global,
    Local,
    Model,
    ReadsMore,
    Variables,
    local_of,
)


class State:
    """What a property reads. It stands for another state at every call."""

    def _seen(self, name: str) -> Local:
        """What is known of a node. Raises LookupError if there is none."""
        raise LookupError(f"there is no node {name!r}")

    def _names(self) -> Iterable[str]:
        return ()

    def node(self, name: str) -> Variables:
        """A node's variables: `state.node("p").holds`."""
        return self._seen(name).variables

    @property
    def nodes(self) -> list[Variables]:
        """The variables of every node, in the order in which they were added."""
        return [self._seen(name).variables for name in self._names()]

    def disk(self, name: str) -> dict[str, Any]:
        """What is on a node's disk."""
        return self._seen(name).disk

    def notes(self, name: str) -> tuple[str, ...]:
        """What a node noted so far. Reading it makes notes part of every state."""
        return self._seen(name).notes

    def up(self, name: str) -> bool:
        """False while a node is down."""
        return self._seen(name).up

    def ended(self, name: str) -> bool:
        """True once a node's program has returned."""
        return self._seen(name).ended

    def result(self, name: str) -> Any:
        """What a node's program returned; None before."""
        return self._seen(name).result

    @property
    def messages(self) -> list[Envelope]:
        """What was sent and has not been received: `sender`, `to`, `body`."""
        return []


class Explored(State):
    """A state of the explorer."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._at: Global = 0

    def at(self, state: Global) -> Explored:
        """Itself, for another state from now on."""
        self._at = state
        return self

    def _names(self) -> Iterable[str]:
        return self._model.names

    def _seen(self, name: str) -> Local:
        model = self._model
        try:
            return model.locals[self._at >> WIDTH * model.place[name] & FIELD]
        except KeyError:
            known = ", ".join(model.place)
            raise LookupError(f"there is no node {name!r}, only: {known}") from None

    def notes(self, name: str) -> tuple[str, ...]:
        """What a node noted so far. Reading it makes notes part of every state."""
        if "notes()" not in self._model.read:
            raise ReadsMore("notes()")
        return self._seen(name).notes

    @property
    def messages(self) -> list[Envelope]:
        """What was sent and has not been received: `sender`, `to`, `body`."""
        in_flight = self._model.in_flight
        under_way = in_flight.under_way(*self._model.parts(self._at))
        return [in_flight.envelopes[m] for m in under_way]


class Ran(State):
    """The world after a run. `read`: the variables that properties read."""

    def __init__(self, world: World, read: Collection[str]) -> None:
        self._world = world
        self._read = read

    def _names(self) -> Iterable[str]:
        return self._world.nodes

    def _seen(self, name: str) -> Local:
        events = self._world.trace.events
        notes = (e.text for e in events if e.node == name and e.kind == "note")
        return local_of(self._world.node(name).process, notes, self._read)

    @property
    def messages(self) -> list[Envelope]:
        """What was sent and has not been received: `sender`, `to`, `body`."""
        trace = self._world.trace
        lost = {i.message.id for i in trace.incidents if i.kind == "lose" and i.message}
        return [
            Envelope(m.sender, m.to, m.body, 0, m.answers)
            for event in trace.events
            for m in event.sent
            if m.id not in trace.receipt_of and m.id not in lost
        ]
