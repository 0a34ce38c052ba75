"""The network: the links in use, what is in force on them, and what travels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any, Protocol

from .faults import Loss, Pair
from .link import Exponential, Link, Uniform, microseconds, sample
from .message import Message, copied
from .node import Node
from .process import Process

QUICK = 1_000_000  # microseconds: the widest span that the quick draw is even over


class Carrier(Protocol):
    """What the network asks of the world that it belongs to."""

    microsecond: int
    random: Random
    bits: Callable[[int], int]
    next_id: Callable[[], int]
    nodes: dict[str, Node]

    def node(self, name: str, prefix: str = "") -> Node:
        """The node with that name, or LookupError."""

    def record(self, node: str | None, kind: str, what: Any) -> None:
        """Write a line of the log."""

    def post(self, message: Message) -> None:
        """Have a message arrive when it says."""


class Route:
    """A link in use, from one node to another: its settings and its state."""

    __slots__ = (
        "busy_until",
        "cuts",
        "last_arrival",
        "link",
        "lost_numbers",
        "receiver",
        "sender",
        "sent",
    )

    def __init__(self, sender: Node, receiver: Process, link: Link) -> None:
        self.sender = sender
        self.receiver = receiver
        self.link = link
        self.cuts = 0  # how many cuts are in force
        self.sent = 0  # messages, counted as long as something can happen to them
        self.lost_numbers: set[int] = set()
        self.last_arrival = 0  # in microseconds, for a fifo link
        self.busy_until = 0  # in microseconds, for a link with a bandwidth

    def quick(self) -> tuple[int, int] | None:
        """The least delay in microseconds, and below how many more it stays.

        None if `Node.send` may not take this route by itself, because something can
        happen on it. It may with a fixed delay, and with an even one whose span is a
        second at most: up to there the quick draw of `send` is even to one part in a
        thousand.
        """
        delay, *faults = self.link
        if self.cuts or self.lost_numbers or tuple(faults) != Link()[1:]:
            return None
        if isinstance(delay, Exponential):
            return None
        low, high = map(
            microseconds, delay if isinstance(delay, Uniform) else (delay, delay)
        )
        span = max(1, high - low)
        return (low, span) if span <= QUICK else None


class Network:
    """All links of a world."""

    def __init__(self, world: Carrier) -> None:
        self.world = world
        self.default = Link()
        self.own: dict[Pair, Link] = {}  # links with settings of their own
        self.lost_numbers: dict[Pair, set[int]] = {}
        # How many cuts are in force; an empty one keeps delivery short.
        self.cuts: dict[Pair, int] = {}
        # False: no node sends by itself, not even where nothing can happen.
        self.quick = True
        self._routes: dict[Pair, Route] = {}
        self._originals: dict[int, int] = {}  # of the copies, by their ids

    def by_hand(self) -> None:
        """Leave nothing to chance: no random loss or duplicate, and no quick route.

        For whoever decides what happens to each message.
        """
        self.default = self.default._replace(loss=0.0, duplicate=0.0)
        for pair, link in self.own.items():
            self.own[pair] = link._replace(loss=0.0, duplicate=0.0)
        self.quick = False

    def link(self, source: str, destination: str) -> Link:
        """The settings of one direction."""
        return self.own.get((source, destination), self.default)

    def sent(self, pair: Pair) -> int:
        """How many messages of a link have been counted."""
        return self._routes[pair].sent if pair in self._routes else 0

    def lose(self, loss: Loss) -> None:
        """Lose messages by their numbers."""
        self.lost_numbers.setdefault(loss.pair, set()).update(loss.numbers)
        self.settle()

    def settle(self, *pairs: Pair) -> None:
        """Tell the routes what is in force now: all of them, or those named."""
        for pair in pairs or self._routes:
            route = self._routes[pair]
            route.link = self.link(*pair)
            route.lost_numbers = self.lost_numbers.get(pair, set())
            route.cuts = self.cuts.get(pair, 0)
            routes = route.sender.routes
            quick = route.quick() if self.quick and route.sender.process.up else None
            if quick is not None:
                routes[pair[1]] = *quick, route.receiver
            else:
                routes.pop(pair[1], None)

    def change_cuts(self, pairs: Iterable[Pair], by: int) -> None:
        """Put one more cut in force on each of the pairs, or one less."""
        for pair in pairs:
            self.cuts[pair] = self.cuts.get(pair, 0) + by
            if not self.cuts[pair]:
                del self.cuts[pair]
        self.settle()

    def is_cut(self, message: Message) -> bool:
        """Whether the link of a message carries nothing now."""
        return (message.sender, message.to) in self.cuts

    def transmit(
        self,
        sender: Node,
        names: Iterable[str],
        body: Any,
        answers: int | None,
        delay: float | None,
        size: int,
    ) -> int:
        """Send one body to some nodes as one event, with all that can go wrong.

        Returns the id of the first message. `Node.send` is the public way.
        """
        world = self.world
        if answers is not None:  # an answer to a copy answers the original
            answers = self._originals.get(answers, answers)
        routes = [self._route(sender, name) for name in names]
        if not sender.process.up or not routes:
            return 0  # what is left of a crashed program reaches nobody
        messages = []
        for route in routes:
            arrives, number = self.arrival(route, delay, size), world.next_id()
            if size and route.link.bandwidth is not None:
                took = round(size / route.link.bandwidth * 1000)
                span = route.busy_until - took, route.busy_until
                world.record(None, "transmit", (number, *span))
            who = route.receiver, sender.name
            now = world.microsecond
            messages.append(Message(arrives, number, *who, copied(body), now, answers))
        if len(messages) == 1:
            world.record(sender.name, "send", messages[0])
        else:
            world.record(sender.name, "broadcast", tuple(messages))
        for route, message in zip(routes, messages, strict=True):
            self._launch(route, message)
        return messages[0].id

    def _route(self, sender: Node, to: str) -> Route:
        """The link in use from a node to another. LookupError if there is none."""
        pair = sender.name, to
        if pair not in self._routes:
            prefix = f"{sender.name!r} sends to {to!r}, but "
            receiver = self.world.node(to, prefix).process
            self._routes[pair] = Route(sender, receiver, self.default)
            self.settle(pair)
        return self._routes[pair]

    def arrival(self, route: Route, delay: float | None, size: int) -> int:
        """When a message arrives that is sent now, if nothing happens to it."""
        world, link = self.world, route.link
        leaves = world.microsecond
        if link.bandwidth is not None:
            leaves = max(leaves, route.busy_until) + round(size / link.bandwidth * 1000)
            route.busy_until = leaves
        way = link.delay if delay is None else delay
        arrives = leaves + sample(way, world.random, "a delay")
        if link.fifo:
            arrives = route.last_arrival = max(arrives, route.last_arrival)
        return arrives

    def _launch(self, route: Route, message: Message) -> None:
        """Put a message on its way, or lose it, or duplicate it."""
        world = self.world
        route.sent += 1
        if (
            route.cuts
            or route.sent in route.lost_numbers
            or self._happens(route.link.loss)
        ):
            world.record(None, "lose", message)
            return
        self._post(message)
        if self._happens(route.link.duplicate):
            copy = message._replace(
                arrives=self.arrival(route, None, 0), id=world.next_id()
            )
            self.duplicate(message, copy)

    def duplicate(self, message: Message, copy: Message) -> None:
        """Put a second copy of a message on its way."""
        self._originals[copy.id] = message.id
        self.world.record(None, "duplicate", (message.id, copy))
        self._post(copy)

    def _post(self, message: Message) -> None:
        """The log keeps a copy that no reader changes."""
        self.world.post(message._replace(body=copied(message.body)))

    def _happens(self, share: float) -> bool:
        return share > 0 and self.world.random.random() < share
