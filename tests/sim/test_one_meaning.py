"""What a program means is the same in one run and in every run.

Each test here is a program for which `World` and `explore` could have meant different
things: what it says in a run must be among what `explore` finds, or `explore` must
refuse it with a sentence.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from sim import Message, Node, World
from sim.explore import State, Unexplorable, explore, replay
from tests.sim.brute_force import of_state, of_world

Build = Callable[[], World]


def world(*nodes: Any, crash: str = "", restart: bool = True) -> Build:
    """A build with a node for each program, or (program, *arguments)."""

    def build() -> World:
        made = World()
        for node in nodes:
            program, *arguments = node if isinstance(node, tuple) else (node,)
            name = getattr(program, "__name__", None) or "node"
            made.add(program, *arguments, name=name)
        if crash:
            made.crash(crash, at=15, restart=30 if restart else None)
        return made

    return build


def ends(build: Build, **budgets: int) -> set[Any]:
    """What can be observed at the ends of all runs; the real run must be among it."""
    found: set[Any] = set()
    one = of_world(build().run())
    names = list(build().nodes)

    def collect(state: State) -> bool:
        found.add(of_state(state, names))
        return True

    assert explore(build, at_rest=collect, **budgets).ok
    assert one in found
    return found


def disks(build: Build, **budgets: int) -> set[str]:
    """What is on the disk of the first node at the ends of all runs."""
    return {end[0][1] for end in ends(build, **budgets)}


# A crash: no cleaning up ------------------------------------------------------------


async def with_finally(me: Node) -> None:
    me.disk["lock"] = "held"
    try:
        await me.sleep(50)
    finally:
        me.disk["lock"] = "released"
        me.note("cleaned up")


async def with_except_and_finally(me: Node) -> None:
    me.disk["lock"] = "held"
    try:
        await me.receive(timeout=50)
    except TimeoutError:
        pass
    finally:
        me.disk["lock"] = "released"
        me.note("cleaned up")


async def with_finally_that_awaits(me: Node) -> None:
    me.disk["lock"] = "held"
    try:
        await me.sleep(50)
    finally:
        await me.sleep(1)
        me.disk["lock"] = "released"
        me.note("cleaned up")


async def with_bare_except(me: Node) -> None:
    me.disk["lock"] = "held"
    try:
        await me.sleep(50)
    except:  # noqa: E722
        me.disk["lock"] = "released"
    me.disk["lock"] = "released"
    me.note("cleaned up")


@contextmanager
def locked(me: Node) -> Iterator[None]:
    me.disk["lock"] = "held"
    try:
        yield
    finally:
        me.disk["lock"] = "released"
        me.note("cleaned up")


async def with_block(me: Node) -> None:
    with locked(me):
        await me.sleep(50)


class Locked:
    def __init__(self, me: Node) -> None:
        self.me = me

    async def __aenter__(self) -> None:
        self.me.disk["lock"] = "held"
        await self.me.sleep(1)

    async def __aexit__(self, *_: object) -> None:
        await self.me.sleep(1)
        self.me.disk["lock"] = "released"
        self.me.note("cleaned up")


async def with_async_block(me: Node) -> None:
    async with Locked(me):
        await me.sleep(50)


async def with_a_helper(me: Node) -> None:
    await with_block(me)


async def with_a_task(me: Node) -> None:
    await me.spawn(with_finally)


TIDY = [
    with_finally,
    with_except_and_finally,
    with_finally_that_awaits,
    with_bare_except,
    with_block,
    with_async_block,
    with_a_helper,
    with_a_task,
]


@pytest.mark.parametrize("program", TIDY)
def test_a_crash_runs_no_cleaning_up(program: Any) -> None:
    build = world(program, crash=program.__name__, restart=False)
    assert dict(build().run().nodes[program.__name__].disk) == {"lock": "held"}
    # It is released only by a program that comes to its end before the crash.
    for (node,) in ends(build):
        notes, disk, up, ended, _ = node
        assert not up
        assert not ended
        assert (disk == "{'lock': 'released'}") == ("cleaned up" in notes)

    def crashed_in_it(state: State) -> bool:
        name = program.__name__
        return state.up(name) or "cleaned up" in state.notes(name)

    failure = explore(build, crashed_in_it).failure
    assert failure is not None
    assert "cleaned up" not in failure.world.trace.text()
    assert dict(failure.world.nodes[program.__name__].disk) == {"lock": "held"}


def ticking(me: Node) -> AsyncIterator[int]:
    async def ticks() -> AsyncIterator[int]:
        try:
            for number in range(3):
                await me.sleep(10)
                yield number
        finally:
            me.disk["ticks"] = "closed"

    return ticks()


async def with_an_async_generator(me: Node) -> None:
    async for number in ticking(me):
        me.disk["ticks"] = number
        await me.sleep(1)


@pytest.mark.parametrize("at", [5, 10.5])  # within the generator, within the loop
def test_an_async_generator_runs_and_cannot_be_explored(at: float) -> None:
    def build(crash: bool) -> World:
        made = World()
        made.add(with_an_async_generator)
        if crash:
            made.crash("with_an_async_generator", at=at)
        return made

    def left(crash: bool) -> Any:
        made = build(crash).run()
        return made.nodes["with_an_async_generator"].disk.get("ticks")

    assert left(False) == "closed"
    assert left(True) == (0 if at > 10 else None)
    with pytest.raises(Unexplorable, match=r"async_generator.* cannot be compared"):
        explore(partial(build, False))


# A restart: nothing is remembered ---------------------------------------------------


async def counts_in_an_argument(me: Node, memory: list[int]) -> None:
    memory.append(1)
    me.disk["seen"] = len(memory)
    await me.receive()


async def counts_in_a_keyword(me: Node, *, memory: list[int]) -> None:
    await counts_in_an_argument(me, memory)


class Shop:
    def __init__(self) -> None:
        self.visits = 0

    async def run(self, me: Node) -> None:
        self.visits += 1
        me.disk["seen"] = self.visits
        await me.receive()

    async def __call__(self, me: Node) -> None:
        await self.run(me)


def kept_in_a_partial() -> Any:
    return partial(counts_in_a_keyword, memory=[])


def kept_first_in_a_partial() -> Any:
    async def counts(memory: list[int], me: Node) -> None:
        await counts_in_an_argument(me, memory)

    return partial(counts, [])


@pytest.mark.parametrize(
    ("make", "arguments", "what"),
    [
        (lambda: counts_in_an_argument, ([],), "argument 'memory'"),
        (lambda: Shop().run, (), "argument 'self'"),
        (Shop, (), "program"),
        (kept_in_a_partial, (), "argument 'memory'"),
        (kept_first_in_a_partial, (), "argument 'memory'"),
    ],
)
def test_what_was_given_must_not_have_changed(
    make: Any, arguments: Any, what: str
) -> None:
    def build(planned: bool = True) -> World:
        made = World()
        made.add(make(), *(list(a) for a in arguments), name="node")
        if planned:
            made.crash("node", at=15, restart=30)
        return made

    sentence = (
        f"node 'node' starts again, and its {what} has changed since its first start. "
        "A crash loses the memory: what should survive belongs on me.disk, the rest is "
        "made inside the program"
    )
    with pytest.raises(RuntimeError) as refused:
        build().run()
    assert str(refused.value) == sentence
    assert refused.value.__notes__ == ["in node 'node', at 30.0 ms"]
    for found in (
        explore(build),
        explore(partial(build, False), crashes=1, restarts=1),
    ):
        assert found.failure is not None
        assert found.failure.what == (
            f"the program of node raises RuntimeError: {sentence}"
        )
        assert f"RuntimeError: {sentence}" in found.failure.world.trace.text()
        steps = [step[0] for step in found.failure.schedule]
        assert steps in (["planned", "planned"], ["crash", "restart"])


def test_a_variable_around_and_a_default_must_not_change_either() -> None:
    def around() -> World:
        visits: list[int] = []

        async def node(me: Node) -> None:
            visits.append(1)
            await me.receive()

        made = World()
        made.add(node)
        made.crash("node", at=15, restart=30)
        return made

    def default(keyword: bool) -> World:
        async def plain(me: Node, seen: list[int] = []) -> None:  # noqa: B006
            await counts_in_an_argument(me, seen)

        async def named(me: Node, *, seen: list[int] = []) -> None:  # noqa: B006
            await counts_in_an_argument(me, seen)

        made = World()
        made.add(named if keyword else plain, name="node")
        made.crash("node", at=15, restart=30)
        return made

    for build, one, every in (
        (around, "variable 'visits'", "the variable 'visits'"),
        (partial(default, False), "default", "a default of"),
        (partial(default, True), "default of 'seen'", "a default of"),
    ):
        with pytest.raises(RuntimeError, match=f"its {one} has changed since"):
            build().run()
        with pytest.raises(Unexplorable, match=f"not its own: {every}"):
            explore(build)


def test_what_is_given_and_not_changed_is_given_again() -> None:
    async def node(me: Node, names: list[str], *, more: dict[str, int]) -> None:
        mine = [*names, *more]
        mine.append("own")
        me.disk["lives"] = me.disk.get("lives", 0) + 1
        me.disk["mine"] = mine
        await me.receive()

    build = world((partial(node, more={"b": 1}), ["a"]), crash="node")
    assert disks(build) == {"{'lives': 2, 'mine': ['a', 'b', 'own']}"}


async def caller(me: Node) -> None:
    number = me.disk.get("number", 0) + 1
    me.disk["number"] = number
    answer = await me.call("serves", number)
    me.disk["answer"] = number, answer.body


async def serves(me: Node) -> None:
    while True:
        request = await me.receive()
        await me.sleep(20)
        me.reply(request, request.body)


def test_an_answer_to_a_call_before_the_crash_is_ignored() -> None:
    def own(state: State) -> bool:
        answer = state.disk("caller").get("answer", (0, 0))
        return answer[0] == answer[1]

    build = world(caller, serves, crash="caller")
    assert dict(build().run().nodes["caller"].disk) == {"number": 2, "answer": (2, 2)}
    assert explore(build, own, crashes=1, restarts=1).ok
    assert disks(build) == {"{'number': 2, 'answer': (2, 2)}"}


@pytest.mark.parametrize("fault", ["crash", "timeout", "duplicate"])
def test_an_answer_that_no_call_waits_for_is_no_message(fault: str) -> None:
    async def asks(me: Node) -> None:
        if "asked" not in me.disk:
            me.disk["asked"] = True
            try:
                await me.call("slow", "?", timeout=5 if fault == "timeout" else 90)
            except TimeoutError:
                me.note("timeout")
        me.disk["heard"] = (await me.receive()).body

    async def slow(me: Node) -> None:
        request = await me.receive()
        me.reply(request, "answer")
        if fault == "duplicate":
            me.reply(request, "answer")

    async def says(me: Node) -> None:
        await me.sleep(100)
        me.send("asks", "message")

    build = world(asks, slow, says, crash="asks" if fault == "crash" else "")
    assert build().run().nodes["asks"].disk["heard"] == "message"
    heard = {disk for disk in disks(build) if "heard" in disk}
    assert heard == {"{'asked': True, 'heard': 'message'}"}


def test_a_crash_loses_what_waits_to_be_received() -> None:
    async def busy(me: Node) -> None:
        await me.sleep(25)
        me.disk["heard"] = (await me.receive()).body

    async def says(me: Node) -> None:
        me.send("busy", "early")
        await me.sleep(50)
        me.send("busy", "late")

    build = world(busy, says, crash="busy")
    assert build().run().nodes["busy"].disk["heard"] == "late"
    assert disks(build) >= {"{'heard': 'early'}", "{'heard': 'late'}", "{}"}


# The disk ---------------------------------------------------------------------------


async def sells(me: Node) -> None:
    stock = me.disk.get("stock", [])
    stock.append("not written back")
    me.disk["sold"] = len(stock) - 1
    await me.sleep(1)
    me.disk["left"] = me.disk["stock"]


@pytest.mark.parametrize("crash", ["", "sells"])
def test_a_disk_that_was_filled_before_the_run(crash: str) -> None:
    books = ["one", "two"]

    def build() -> World:
        made = World()
        for name in ("sells", "other"):
            made.add(sells, name=name).disk["stock"] = books
        if crash:
            made.crash(crash, at=15, restart=30)
        return made

    full = "{'stock': ['one', 'two'], 'sold': 2, 'left': ['one', 'two']}"
    assert disks(build) == {full}
    assert ends(build)
    assert books == ["one", "two"]


def test_what_main_does_to_a_list_after_it_wrote_it_is_not_on_the_disk() -> None:
    def build() -> World:
        made = World()
        stock = ["one"]
        made.add(sells).disk["stock"] = stock
        stock.append("two")
        return made

    assert disks(build) == {"{'stock': ['one'], 'sold': 1, 'left': ['one']}"}


# Several tasks, and messages to itself ----------------------------------------------


def test_a_message_that_waits_goes_to_a_task_before_its_spawner_goes_on() -> None:
    async def takes(me: Node) -> None:
        await me.sleep(50)
        me.spawn(beside)
        me.disk["order"] = [*me.disk.get("order", []), "spawner"]

    async def beside(me: Node) -> None:
        await me.receive()
        me.disk["order"] = [*me.disk.get("order", []), "task"]

    async def sends(me: Node) -> None:
        me.send("takes", "m")

    assert disks(world(takes, sends)) == {
        "{'order': ['task', 'spawner']}",
        "{'order': ['spawner', 'task']}",
    }


def test_two_tasks_that_receive_take_turns() -> None:
    async def takes(me: Node) -> None:
        me.spawn(beside)
        me.disk["main"] = (await me.receive()).body

    async def beside(me: Node) -> None:
        me.disk["beside"] = (await me.receive()).body

    async def sends(me: Node) -> None:
        me.send("takes", 1)
        me.send("takes", 2)

    assert disks(world(takes, sends)) == {
        "{'beside': 1, 'main': 2}",
        "{'beside': 2, 'main': 1}",
    }


def test_a_node_may_send_to_itself_what_can_change() -> None:
    async def alone(me: Node) -> None:
        mine = ["x"]
        me.send("alone", mine)
        mine.append("y")
        message = await me.receive()
        me.disk["got"] = message.body
        me.disk["text"] = str(message)

    assert disks(world(alone)) == {"{'got': ['x'], 'text': 'x'}"}


def test_a_request_that_is_passed_on_is_answered_to_who_asked() -> None:
    async def asks(me: Node) -> None:
        answer = await me.call("front", ["question"])
        me.disk["answer"] = f"{answer.body} by {answer.sender}"

    async def front(me: Node) -> None:
        me.send("back", await me.receive())

    async def back(me: Node) -> None:
        message = await me.receive()
        request: Message = message.body
        request.body.append(request.sender)
        me.reply(request, " ".join(request.body))

    assert disks(world(asks, front, back)) == {"{'answer': 'question asks by back'}"}


# Times and ids of messages ----------------------------------------------------------


async def sends_two(me: Node) -> None:
    for word in "ab":
        me.send("reads", word)
    await me.call("reads", "call")


def reader(use: Callable[[Node, Message, Message], object]) -> Any:
    """A node that does something with two messages, and keeps no exception."""

    async def reads(me: Node) -> None:
        first, second = await me.receive(), await me.receive()
        try:
            me.disk["used"] = str(use(me, first, second))
        except Exception:  # a refusal, too: explore tells it all the same
            me.disk["used"] = "caught"
        await me.sleep(1)
        me.reply(await me.receive())

    return reads


def matched(of: object) -> str:
    match of:
        case int():
            return "a number"
    return "no number"


READS = {
    "compared": lambda me, a, b: a.id < b.id,
    "equal": lambda me, a, b: a.id == b.id,
    "messages equal": lambda me, a, b: a == b,
    "in a set": lambda me, a, b: a.id in {b.id},
    "message in a set": lambda me, a, b: a in {b},
    "sorted": lambda me, a, b: sorted([a, b]),
    "formatted": lambda me, a, b: f"{a.sent}",
    "formatted by hand": lambda me, a, b: "%s" % a.sent,  # noqa: UP031
    "noted": lambda me, a, b: me.note(a.arrives),
    "shown": lambda me, a, b: repr(a),
    "took": lambda me, a, b: a.arrives - a.sent,
    "late": lambda me, a, b: 3 + a.arrives,
    "truth": lambda me, a, b: bool(a.id),
    "number": lambda me, a, b: int(a.id),
    "index": lambda me, a, b: range(9)[a.id],
    "is it": lambda me, a, b: isinstance(a.id, int),
    "match": lambda me, a, b: matched(a.id),
    "attribute": lambda me, a, b: a.id.bit_length(),
}


@pytest.mark.parametrize("use", READS)
def test_a_time_or_an_id_of_a_message_is_refused_even_if_caught(use: str) -> None:
    build = world(reader(READS[use]), sends_two)
    used = build().run().nodes["reads"].disk["used"]
    assert used != "caught"
    with pytest.raises(Unexplorable, match=r"node 'reads' reads (the id|when a) "):
        explore(build)


def test_what_can_be_known_of_a_message_is_not_refused() -> None:
    def knows(me: Node, first: Message, second: Message) -> object:
        found = first in [first]
        return found, first.sender, first.to, first.answers is None, len(first.body)

    # The call may come before the words.
    assert disks(world(reader(knows), sends_two)) == {
        f"{{'used': \"(True, 'sends_two', 'reads', True, {length})\"}}"
        for length in (1, 4)
    }


def test_an_id_that_is_kept_and_not_read_is_no_obstacle() -> None:
    async def reads(me: Node) -> None:
        number = (await me.receive()).id
        await me.sleep(1)
        me.disk["read"] = me.disk.get("never") is not None and number

    async def sends(me: Node) -> None:
        me.send("reads", "x")

    assert disks(world(reads, sends)) == {"{'read': False}"}


def test_an_id_that_another_node_reads_is_refused_there() -> None:
    async def passes(me: Node) -> None:
        message = await me.receive()
        me.send("reads", [message.id])
        me.send("reads", message)

    async def reads(me: Node) -> None:
        for _ in range(2):
            body = (await me.receive()).body
            try:
                me.note(body[0] if isinstance(body, list) else body.id)
            except Exception:
                me.note("caught")

    async def sends(me: Node) -> None:
        me.send("passes", "x")

    build = world(reads, passes, sends)
    assert "reads: 1" in build().run().trace.text()
    with pytest.raises(Unexplorable, match="node 'reads' reads the id of a message"):
        explore(build)


def test_clocks_and_chance_are_refused_even_if_caught() -> None:
    def looking(look: Callable[[Node], object]) -> Any:
        async def looks(me: Node) -> None:
            await me.sleep(1)
            try:
                look(me)
            except Exception:
                me.note("caught")

        return looks

    for look, why in (
        (lambda me: me.wall(), "reads its clock"),
        (lambda me: me.monotonic(), "reads its clock"),
        (lambda me: me.random.random(), r"draws from me\.random"),
    ):
        with pytest.raises(Unexplorable, match=f"node 'looks' {why}"):
            explore(world(looking(look)))


# The same mistakes ------------------------------------------------------------------


MISTAKES = {
    "to nobody": lambda me: me.send("nobody"),
    "to all and nobody": lambda me: me.broadcast("x", to=["other", "nobody"]),
    "too early": lambda me: me.send("other", delay=-1),
    "a word": lambda me: me.broadcast("x", delay="soon"),
    "no program": lambda me: me.spawn(3),
    "a call": lambda me: me.spawn(other(me)),
    "no coroutine": lambda me: me.spawn(len),
    "division": lambda me: 1 / 0,
}


async def other(me: Node) -> None:
    pass


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_has_the_same_words(mistake: Any) -> None:
    async def errs(me: Node) -> None:
        await me.sleep(1)
        MISTAKES[mistake](me)

    build = world(errs, other)
    with pytest.raises(Exception) as raised:
        build().run()
    failure = explore(build).failure
    assert failure is not None
    kind = type(raised.value).__name__
    assert failure.what == f"the program of errs raises {kind}: {raised.value}"
    text = f"{kind}: {raised.value}"
    assert text in replay(build, failure.schedule).trace.text()
