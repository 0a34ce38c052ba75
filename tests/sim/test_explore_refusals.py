"""What cannot be explored is refused with one sentence that names the variable.

And what can be mistaken for it is not refused.
"""

import itertools
import random
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime
from random import Random, randrange
from typing import Any

import pytest

from sim import Node, World
from sim.explore import Unexplorable, explore
from sim.explore.program.building import Build

LOG: list[int] = []
TOTAL = 0
TABLE = {"read": 1, "written": [2]}


class Account:
    opened = 0


def pair(program: Any, *arguments: Any) -> Build:
    """Two nodes of one program, with the same arguments."""

    def main() -> World:
        world = World()
        for name in ("one", "two"):
            world.add(program, *arguments, name=name)
        return world

    return main


async def exchange(me: Node) -> None:
    me.broadcast("hello")
    await me.receive()


async def appends_to_a_module_variable(me: Node) -> None:
    await exchange(me)
    LOG.append(1)


async def sets_a_module_variable(me: Node) -> None:
    global TOTAL
    await exchange(me)
    TOTAL += 1


async def changes_a_class(me: Node) -> None:
    await exchange(me)
    Account.opened += 1


async def changes_a_default(me: Node, seen: list[int] = []) -> None:  # noqa: B006
    await exchange(me)
    seen.append(1)


async def counts_on_its_function(me: Node) -> None:
    await exchange(me)
    counts_on_its_function.__dict__["calls"] = 1


@pytest.mark.parametrize(
    ("program", "named"),
    [
        (appends_to_a_module_variable, "the module variable 'LOG'"),
        (sets_a_module_variable, "the module variable 'TOTAL'"),
        (changes_a_class, "the class variable Account.opened"),
        (changes_a_default, "a default of changes_a_default"),
        (counts_on_its_function, "an attribute of counts_on_its_function"),
    ],
)
def test_what_nodes_share_must_not_change(program: Any, named: str) -> None:
    try:
        with pytest.raises(Unexplorable) as refused:
            explore(pair(program))
    finally:
        LOG.clear()
        Account.opened = 0
        counts_on_its_function.__dict__.clear()
    assert named in str(refused.value)
    assert "node 'two' changes something that is not its own" in str(refused.value)


def test_a_variable_of_the_enclosing_function_must_not_change() -> None:
    total = 0

    async def adds(me: Node) -> None:
        nonlocal total
        await exchange(me)
        total += 1

    with pytest.raises(Unexplorable, match="the variable 'total'"):
        explore(pair(adds))


class Ledger:
    def write(self) -> None:
        LOG.append(1)


class Book(Ledger):
    pass


async def changes_through_an_object(me: Node, book: Book) -> None:
    await exchange(me)
    book.write()


HANDLERS = {"hello": lambda: LOG.append(1)}


async def changes_through_a_table(me: Node) -> None:
    await exchange(me)
    HANDLERS["hello"]()


async def changes_through_an_argument(me: Node, handler: Any) -> None:
    await exchange(me)
    handler()


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        (changes_through_an_object, (Book(),)),
        (changes_through_a_table, ()),
        (changes_through_an_argument, (lambda: LOG.append(1),)),
    ],
)
def test_code_that_is_found_through_values_is_followed(
    program: Any, arguments: Any
) -> None:
    try:
        with pytest.raises(Unexplorable, match="the module variable 'LOG'"):
            explore(pair(program, *arguments))
    finally:
        LOG.clear()


def test_two_variables_of_one_name_are_both_watched() -> None:
    def part(nodes: list[Any]) -> None:
        total = 0

        async def adds(me: Node) -> None:
            nonlocal total
            await me.sleep(1)
            total += 1

        nodes.append(adds)

    def main() -> World:
        nodes: list[Any] = []
        part(nodes)
        part(nodes)
        world = World()
        for number, program in enumerate(nodes):
            world.add(program, name=f"n{number}")
        return world

    with pytest.raises(Unexplorable, match=r"'n0' changes .* the variable 'total'"):
        explore(main)


def test_an_argument_that_two_nodes_got_must_not_change() -> None:
    async def adds(me: Node, shared: list[str]) -> None:
        await exchange(me)
        shared.append(me.name)

    with pytest.raises(Unexplorable, match="argument 'shared' of node 'one'"):
        explore(pair(adds, []))


def test_an_object_whose_method_two_nodes_run_must_not_change() -> None:
    class Server:
        requests = 0

        async def run(self, me: Node) -> None:
            await exchange(me)
            self.requests += 1

    with pytest.raises(Unexplorable, match="argument 'self' of node 'one'"):
        explore(pair(Server().run))


def test_one_node_must_not_hold_another_or_the_world() -> None:
    async def holds(me: Node, other: object) -> None:
        await me.sleep(1)

    def main(of_world: bool) -> World:
        world = World()
        first = world.add(exchange)
        world.add(holds, world if of_world else first)
        return world

    with pytest.raises(Unexplorable, match="argument 'other' of node 'holds' holds"):
        explore(lambda: main(False))
    with pytest.raises(Unexplorable, match="holds the world, which no node can see"):
        explore(lambda: main(True))


async def reads_the_time(me: Node) -> None:
    await me.sleep(1)
    me.note(time.monotonic())


async def reads_the_date(me: Node) -> None:
    await me.sleep(1)
    me.note(datetime.now())


async def draws(me: Node) -> None:
    await me.sleep(randrange(5))


async def draws_from_the_module(me: Node) -> None:
    await me.sleep(random.random())


async def takes_an_address(me: Node) -> None:
    await me.sleep(1)
    me.note(id(me))


async def takes_a_hash(me: Node) -> None:
    await inner_hash(me)


async def inner_hash(me: Node) -> None:
    await me.sleep(1)
    me.note([hash(text) for text in "ab"])


@pytest.mark.parametrize(
    ("program", "named"),
    [
        (reads_the_time, "uses 'time' in reads_the_time"),
        (reads_the_date, "uses 'datetime.now' in reads_the_date"),
        (draws, "uses 'randrange' in draws"),
        (draws_from_the_module, "uses 'random' in draws_from_the_module"),
        (takes_an_address, "uses 'id' in takes_an_address"),
        (takes_a_hash, "uses 'hash' in "),
    ],
)
def test_hidden_time_and_chance(program: Any, named: str) -> None:
    with pytest.raises(Unexplorable) as refused:
        explore(pair(program))
    assert "node 'one' " + named in str(refused.value)


def test_the_clock_and_the_dice_of_a_node() -> None:
    async def looks(me: Node) -> None:
        await me.sleep(1)
        me.note(me.wall())

    async def rolls(me: Node) -> None:
        await me.sleep(me.random.randrange(6))

    with pytest.raises(Unexplorable, match="node 'one' reads its clock"):
        explore(pair(looks))
    with pytest.raises(Unexplorable, match=r"node 'one' draws from me\.random"):
        explore(pair(rolls))


def test_chance_that_no_name_gives_away() -> None:
    async def rolls(me: Node) -> None:
        dice = Random()
        await me.sleep(1)
        await me.sleep(dice.random())

    with pytest.raises(Unexplorable, match="node 'one' does not do the same thing"):
        explore(pair(rolls))


def test_a_class_that_a_program_makes_is_named_as_a_cause() -> None:
    async def keeps(me: Node) -> None:
        class Box:
            held = 0

        box = Box()
        while box.held < 3:
            await me.receive()
            box.held += 1

    async def sends(me: Node) -> None:
        for _ in range(3):
            me.send("keeps")

    def build() -> World:
        world = World()
        world.add(keeps)
        world.add(sends)
        return world

    with pytest.raises(Unexplorable, match="makes anew each time; define that outside"):
        explore(build)


def test_values_that_cannot_be_compared() -> None:
    async def opens(me: Node) -> None:
        with (lambda: open)()("/dev/null") as file:
            await me.sleep(1)
            file.read()

    async def counts(me: Node) -> None:
        for number in itertools.count():
            await me.sleep(number)

    async def loops(me: Node) -> None:
        for name in {"a", "b"}:
            await me.sleep(len(name))

    with pytest.raises(
        Unexplorable, match="node 'one', variable 'numbers', is a count"
    ):

        async def holds(me: Node, numbers: Any = None) -> None:
            numbers = itertools.count()
            await me.sleep(1)
            me.note(next(numbers))

        explore(pair(holds))
    with pytest.raises(Unexplorable, match="what its `for` or `with` works on is"):
        explore(pair(counts))
    with pytest.raises(Unexplorable, match="works on is a set_iterator"):
        explore(pair(loops))
    with pytest.raises(Unexplorable, match=r"'open' in|TextIOWrapper"):
        explore(pair(opens))


def test_links_with_chance_need_a_budget() -> None:
    def main() -> World:
        world = World()
        world.network(loss=0.1)
        world.add(exchange, name="one")
        world.add(exchange, name="two")
        return world

    with pytest.raises(Unexplorable, match=r"from one to two loses messages.*losses=1"):
        explore(main)
    assert explore(main, losses=1).ok


def test_main_must_run_a_world_and_plan_nothing_unknown() -> None:
    with pytest.raises(Unexplorable, match="end in `return world`"):
        explore(lambda: None)

    def main() -> World:
        world = World()
        world.add(exchange)
        world.at(5, lambda: None)
        return world

    with pytest.raises(Unexplorable, match=r"world\.at"):
        explore(main)


def test_a_flood_is_refused() -> None:
    async def floods(me: Node) -> None:
        while True:
            me.send("two", "again")
            await me.sleep(1)

    with pytest.raises(Unexplorable, match="messages alike are under way at once"):
        explore(pair(floods))


def test_a_world_runs_as_ever_after_a_refusal() -> None:
    with pytest.raises(Unexplorable):
        explore(pair(draws))
    assert pair(exchange)().run().trace.events


# What may look shared or hidden, and is fine ----------------------------------------


@dataclass
class Basket:
    items: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def put(self, item: str) -> None:
        self.items.append(item)
        self.counts[item] += 1


async def uses_much(me: Node, names: list[str]) -> tuple[int, ...]:
    basket = Basket()
    same = basket
    recent: deque[str] = deque(maxlen=2)
    dice = Random(7)
    total = 0

    def add(amount: int) -> None:
        nonlocal total
        total += amount

    for place, name in enumerate(names):
        for key, value in TABLE.items():
            me.send(me.name, (place, name, key, value))
            message = await me.receive()
            same.put(message.body[2])
            recent.append(name)
            add(dice.randrange(3))
            try:
                await me.receive(timeout=1)
            except TimeoutError as error:
                await me.sleep(len(str(error)))
    task = me.spawn(exchange_with_nobody)
    await task
    return total, len(basket.items), basket.counts["read"], len(recent)


async def exchange_with_nobody(me: Node) -> None:
    await me.sleep(1)


def test_much_that_a_program_does_is_no_obstacle() -> None:
    names = ["x", "y"]  # shared and only read

    found = explore(pair(uses_much, names))
    assert found.ok

    async def alone(me: Node) -> None:
        me.note(await uses_much(me, names))

    def main() -> World:
        world = World()
        world.add(alone)
        return world

    [note] = [event.text for event in main().run().trace.events if event.kind == "note"]
    at_rest = {"as in a run": lambda state: state.notes("alone") == (note,)}
    assert explore(main, at_rest=at_rest).ok


def test_an_argument_of_its_own_may_change() -> None:
    async def adds(me: Node, own: list[str]) -> None:
        for _ in range(2):
            await me.sleep(1)
            own.append(me.name)
        me.note(len(own))

    def main() -> World:
        world = World()
        world.add(adds, [], name="one")
        world.add(adds, [], name="two")
        return world

    both = {"2 each": lambda s: s.notes("one") == s.notes("two") == ("2",)}
    found = explore(main, at_rest=both)
    assert found.ok
    assert found.states == 9


def test_one_list_under_two_names_is_not_two_lists() -> None:
    async def aliases(me: Node) -> None:
        message = await me.receive()
        first: list[int] = []
        second = first if message.body else []
        await me.sleep(1)
        first.append(1)
        me.note(len(second))

    async def asks(me: Node) -> None:
        me.send("aliases", True)

    async def asks_not(me: Node) -> None:
        me.send("aliases", False)

    def main() -> World:
        world = World()
        for program in (aliases, asks, asks_not):
            world.add(program)
        return world

    seen = set()

    def look(state: Any) -> bool:
        seen.add(state.notes("aliases"))
        return True

    explore(main, at_rest=look)
    assert seen == {("0",), ("1",)}
