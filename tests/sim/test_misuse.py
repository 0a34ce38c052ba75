"""What programs get wrong: one sentence that names the place and the cure."""

import asyncio
import gc
import subprocess
import textwrap
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

import sim.__main__
from scripts.lib.record import ProgramError, record
from sim import Exponential, Node, Uniform, World
from sim.explore import count, explore, replay
from sim.program.show import run_text
from tests.sim.interpreters import SNIPPETS, interpreters

Build = Callable[[], World]
OFFERS = "await me.receive(), me.call(), me.sleep(), or a task that was spawned"


def world(*programs: Any) -> Build:
    def build() -> World:
        made = World()
        for program in programs:
            made.add(program)
        return made

    return build


async def server(me: Node) -> None:
    while True:
        me.reply(await me.receive(), "200 OK")


def line_of(program: Any, after: int = 1) -> int:
    return int(program.__code__.co_firstlineno) + after


# A forgotten await --------------------------------------------------------------------


async def helper(me: Node) -> None:
    await me.sleep(1)


async def forgets_sleep(me: Node) -> None:
    me.sleep(500)


async def forgets_receive(me: Node) -> None:
    me.receive()


async def forgets_call(me: Node) -> None:
    me.call("server", "GET /")


async def forgets_helper(me: Node) -> None:
    helper(me)


FORGETFUL = {
    forgets_sleep: "me.sleep",
    forgets_receive: "me.receive",
    forgets_call: "me.call",
    forgets_helper: "helper",
}


@pytest.mark.parametrize("program", FORGETFUL)
@pytest.mark.parametrize(
    "do",
    [
        lambda build: build().run(),
        lambda build: build().run(until=5),
        explore,
        count,
        lambda build: replay(build, ()),
    ],
    ids=["run", "until", "explore", "count", "replay"],
)
def test_a_forgotten_await_is_an_error(program: Any, do: Any) -> None:
    call = FORGETFUL[program]
    with pytest.raises(TypeError) as raised:
        do(world(program, server))
    assert str(raised.value) == (
        f"test_misuse.py, line {line_of(program)}: {call}(…) is called and not "
        f"awaited, so it does nothing: write `await {call}(…)`"
    )


def test_a_forgotten_await_is_a_note_on_what_it_led_to() -> None:
    async def breaks(me: Node) -> None:
        answer: Any = me.call("server", "GET /")
        me.note(answer.body)

    sentence = (
        f"test_misuse.py, line {line_of(breaks, 2)}: answer is what me.call(…) gives "
        "if it is not awaited: write `await me.call(…)`"
    )
    with pytest.raises(AttributeError) as raised:
        world(breaks, server)().run()
    assert raised.value.__notes__ == ["in node 'breaks', at 0.0 ms", sentence]

    async def breaks_later(me: Node) -> None:
        me.sleep(5)
        await me.sleep(1)
        raise KeyError("cart")

    with pytest.raises(KeyError) as broken:
        world(breaks_later)().run()
    assert broken.value.__notes__ == [
        "in node 'breaks_later', at 1.0 ms",
        f"test_misuse.py, line {line_of(breaks_later)}: me.sleep(…) is called and not "
        "awaited, so it does nothing: write `await me.sleep(…)`",
    ]


def test_what_is_awaited_later_is_not_forgotten() -> None:
    async def later(me: Node) -> None:
        pause = me.sleep(5)
        await me.sleep(1)
        gc.collect()  # of the nodes that were explored before
        await pause
        me.disk["slept"] = True

    assert explore(world(later), crashes=1).ok
    assert world(later)().run().nodes["later"].disk["slept"]
    made = world(later)()
    made.crash("later", at=0.5)
    made.run()
    del made
    gc.collect()


PROGRAM = '''"""A browser that forgets a word."""

from sim import Node, World


async def browser(me: Node) -> None:
    me.sleep(500)
    me.send("server", "GET /")


async def server(me: Node) -> None:
    await me.receive()


def main() -> World:
    world = World()
    world.add(browser)
    world.add(server)
    return world.run()
'''
SENTENCE = (
    "line 7: me.sleep(…) is called and not awaited, so it does nothing: "
    "write `await me.sleep(…)`"
)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    folder = tmp_path / "section" / "page"
    folder.mkdir(parents=True)
    path = folder / "browser.py"
    path.write_text(PROGRAM, encoding="utf-8")
    return path


def test_a_forgotten_await_on_the_command_line(program: Path) -> None:
    with pytest.raises(TypeError) as raised:
        sim.__main__.main([str(program)])
    assert str(raised.value) == f"browser.py, {SENTENCE}"


def test_a_forgotten_await_while_recording(program: Path) -> None:
    with pytest.raises(ProgramError) as refused:
        record(program)
    assert str(refused.value).startswith(f"{program}:7: TypeError: ")
    assert SENTENCE in str(refused.value)


def test_a_forgotten_await_in_the_page() -> None:
    ran: Any = run_text(PROGRAM, "section/page/browser")
    assert ran["shown"] is None
    assert ran["line"] == 7
    assert SENTENCE in ran["what"]


# What is foreign ----------------------------------------------------------------------


class Other:
    def __await__(self) -> Generator[Any, Any, Any]:
        yield

    def __repr__(self) -> str:
        return "<other>"


async def timeout() -> None:
    async with asyncio.timeout(1):
        pass


async def gather() -> None:
    pause = asyncio.sleep(0)
    try:
        await asyncio.gather(pause)
    finally:
        pause.close()


FOREIGN = {
    "sleep 0": lambda: asyncio.sleep(0),
    "sleep": lambda: asyncio.sleep(1),
    "gather": gather,
    "timeout": timeout,
    "queue": lambda: asyncio.Queue().get(),
    "bare yield": Other,
}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_is_foreign_is_named_and_no_message_is_lost(what: str) -> None:
    async def takes(me: Node) -> None:
        try:
            await FOREIGN[what]()
        except TypeError as error:
            me.note(error)
        except Exception as error:
            me.note(f"not this: {error!r}")
        for _ in range(2):
            me.note((await me.receive()).body)

    async def sends(me: Node) -> None:
        me.send("takes", "first")
        me.send("takes", "second")

    notes = [e.text for e in world(takes, sends)().run().trace.events if e.text]
    assert notes[-2:] == ["first", "second"]

    async def stumbles(me: Node) -> None:
        await FOREIGN[what]()

    with pytest.raises(TypeError) as raised:
        world(stumbles)().run()
    sentence = str(raised.value)
    within = {"timeout": (timeout, 1), "gather": (gather, 3)}
    line = line_of(*within.get(what, (stumbles, 1)))
    assert sentence.startswith(f"node 'stumbles', line {line}, ")
    assert sentence.endswith(OFFERS)


@pytest.mark.parametrize("what", ["sleep 0", "bare yield"])
def test_what_is_foreign_in_every_run(what: str) -> None:
    made = FOREIGN[what]()

    async def stumbles(me: Node) -> None:
        await me.sleep(1)
        await Other()

    failure = explore(world(stumbles)).failure
    assert failure is not None
    assert failure.what == (
        "the program of stumbles raises TypeError: node 'stumbles', "
        f"line {line_of(stumbles, 2)}, awaits something else: {OFFERS}"
    )
    getattr(made, "close", str)()


@pytest.mark.parametrize(
    ("misuse", "sentence"),
    [
        (
            lambda me: me.spawn(helper(me)),
            "node 'errs' spawns helper(…): pass the function and its arguments, "
            "spawn(ask, 3), and not the result of a call, spawn(ask(3))",
        ),
        (lambda me: me.spawn(print), "print is not an `async def` function"),
    ],
    ids=["called", "plain"],
)
def test_spawning_what_is_no_program(misuse: Any, sentence: str) -> None:
    async def errs(me: Node) -> None:
        misuse(me)

    with pytest.raises(TypeError) as raised:
        world(errs)().run()
    assert str(raised.value) == sentence
    assert raised.value.__notes__ == ["in node 'errs', at 0.0 ms"]


def test_adding_what_is_no_program() -> None:
    made = World()
    with pytest.raises(TypeError) as raised:
        made.add(helper(None))  # type: ignore[arg-type]
    assert str(raised.value) == (
        "this world adds helper(…): pass the function and its arguments, add(ask, 3), "
        "and not the result of a call, add(ask(3))"
    )


# Standing still -----------------------------------------------------------------------


async def one(me: Node) -> None:
    await me.call("other", "after you")


async def other(me: Node) -> None:
    await me.call("one", "after you")


async def waits_for_one(me: Node) -> None:
    await me.receive()


async def waits_too(me: Node) -> None:
    await me.receive()


def test_nodes_that_wait_for_each_other_say_so() -> None:
    made = world(one, other)().run()
    text = (
        "nothing is left to happen, and one waits for an answer from other; "
        "other waits for an answer from one"
    )
    assert made.standstill == text
    assert f"{made.now} ms  ({text})\n" in made.trace.text()
    made.run()
    assert made.trace.text().count(text) == 1

    made = world(waits_for_one, waits_too)().run()
    assert made.standstill == (
        "nothing is left to happen, and waits_for_one waits for a first message; "
        "waits_too waits for a first message"
    )


def test_an_idle_server_says_nothing() -> None:
    async def client(me: Node) -> None:
        await me.call("server", "GET /")

    assert world(client, server)().run().standstill == ""
    assert world(server)().run().standstill == ""
    assert world(one, server, other)().run(until=1).standstill == ""


def test_who_no_longer_stands_still_says_nothing() -> None:
    made = world(one, server)()
    made.add(server, name="other")
    made.crash("other", at=5, restart=500)
    made.run(until=400)
    assert made.standstill == ""  # the restart is still to come
    made.run()
    assert "one waits for an answer from other" in made.standstill
    made.at(600, lambda: made.nodes["other"].reply(call_of(made)))
    made.run()
    assert made.standstill == ""


def call_of(made: World) -> Any:
    return next(e.sent[0] for e in made.trace.events if e.kind == "send")


DEADLOCK = '''"""Two that wait for each other."""

from sim import Node, World


async def one(me: Node) -> None:
    await me.call("two")


async def two(me: Node) -> None:
    await me.call("one")


def main() -> World:
    world = World()
    world.add(one)
    world.add(two)
    return world.run()
'''


def test_a_standstill_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "deadlock.py"
    path.write_text(DEADLOCK, encoding="utf-8")
    assert sim.__main__.main([str(path)]) == 0
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        "nothing is left to happen, and one waits for an answer from two; "
        "two waits for an answer from one\n"
    )
    path.write_text(DEADLOCK.replace("await me.call", "me.send"), encoding="utf-8")
    assert sim.__main__.main([str(path)]) == 0
    assert capsys.readouterr().err == ""


# The end of a run ---------------------------------------------------------------------

AT_THE_END = """
    import gc
    from contextlib import contextmanager
    from sim import Node, World

    def said(what):
        print("closing", what)

    @contextmanager
    def closing(what):
        try:
            yield
        finally:
            said(what)

    async def client(me: Node) -> None:
        for name in me.others:
            me.send(name, "hello")

    async def plain(me: Node) -> None:
        try:
            while True:
                await me.receive()
        finally:
            said("plain")

    async def awaits(me: Node) -> None:
        try:
            while True:
                await me.receive()
        finally:
            await me.sleep(1)
            said("awaits")

    async def both(me: Node) -> None:
        try:
            while True:
                await me.receive()
        except TimeoutError:
            pass
        finally:
            said("both")

    async def block(me: Node) -> None:
        with closing("block"):
            await me.call("client")

    async def inner(me: Node) -> None:
        await block(me)

    async def generator(me: Node) -> None:
        def numbers():
            try:
                yield 1
                yield 2
            finally:
                said("generator")

        every = numbers()
        next(every)
        await me.call("client")
        next(every)

    async def ticks(me: Node):
        try:
            while True:
                yield await me.receive()
        finally:
            said("ticks")

    async def ticking(me: Node) -> None:
        async for tick in ticks(me):
            await me.sleep(1)

    def main() -> World:
        world = World()
        for program in (client, plain, awaits, both, block, inner, generator, ticking):
            world.add(program)
        world.crash("both", at=15)
        world.run()
        print("main: the run has ended")
        return world

    if {keep}:
        kept = main()
    else:
        main()
        gc.collect()
    print("after main")
"""


@pytest.mark.parametrize("keep", [True, False])
def test_no_finally_of_a_waiting_node_runs_not_even_at_the_end(keep: bool) -> None:
    code = textwrap.dedent(AT_THE_END.format(keep=keep))
    for python in interpreters().values():
        ran = subprocess.run(
            [python, "-c", code],
            env={"PYTHONPATH": str(SNIPPETS), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
        )
        assert ran.stdout == "main: the run has ended\nafter main\n"
        assert ran.stderr == ""


def test_a_finally_of_a_node_that_comes_to_its_end_runs() -> None:
    async def ends(me: Node) -> None:
        try:
            await me.receive(timeout=5)
        except TimeoutError:
            me.note("late")
        finally:
            await me.sleep(1)
            me.note("closed")

    notes = [e.text for e in world(ends)().run().trace.events if e.kind == "note"]
    assert notes == ["late", "closed"]


# Odd times ----------------------------------------------------------------------------

ODD: dict[str, tuple[Any, type[Exception], str]] = {
    "text": ("soon", TypeError, "cannot be 'soon': it is a number of milliseconds"),
    "list": ([1], TypeError, "cannot be [1]: it is a number of milliseconds"),
    "true": (True, TypeError, "cannot be True: it is a number of milliseconds"),
    "nan": (float("nan"), ValueError, "cannot be nan ms: it must be 0 or more"),
    "below": (-1, ValueError, "cannot be -1 ms: it must be 0 or more"),
    "huge": (
        1e308,
        ValueError,
        "cannot be 1e+308 ms: it must be 0 or more, and at most 9e+12",
    ),
}
NONE = (None, TypeError, "cannot be None: it is a number of milliseconds")


async def waits(me: Node, wait: Any) -> None:
    await wait(me)


async def sends(me: Node, send: Any) -> None:
    send(me)


def in_a_node(use: Any, value: Any) -> None:
    """Use a time in a program, in one run; and the same in every run."""
    said: list[str] = []

    async def node(me: Node) -> None:
        coroutine = use(me, value)
        if coroutine is not None:
            await coroutine

    def build() -> World:
        made = World()
        made.add(node)
        made.add(server)
        return made

    failure = explore(build).failure
    said.append(failure.what if failure else "")
    try:
        build().run()
    except (TypeError, ValueError) as error:
        assert said == [f"the program of node raises {type(error).__name__}: {error}"]
        raise
    assert said == [""]


IN_A_NODE = {
    "a delay": [
        lambda me, ms: me.send("server", delay=ms),
        lambda me, ms: me.broadcast(delay=ms),
        lambda me, ms: me.send("server", delay=Uniform(0, ms)),
    ],
    "a wait": [
        lambda me, ms: me.sleep(ms),
        lambda me, ms: me.receive(timeout=ms),
        lambda me, ms: me.call("server", timeout=ms),
    ],
}


def of_a_world(use: Any, value: Any) -> None:
    made = World()
    made.add(server)
    made.add(server, name="other")
    use(made, value)


OF_A_WORLD = {
    "a delay": [
        lambda made, ms: made.network(delay=ms),
        lambda made, ms: made.link("server", "other", delay=Uniform(0, ms)),
        lambda made, ms: made.link("server", "other", delay=Exponential(5, ms)),
        lambda made, ms: made.link("server", "other", delay=Exponential(ms)),
    ],
    "the time of a crash": [lambda made, ms: made.crash("server", at=ms)],
    "the start of a cut": [
        lambda made, ms: made.cut("server", "other", start=ms),
        lambda made, ms: made.partition(["server"], start=ms),
    ],
    "the end of a cut": [lambda made, ms: made.cut("server", "other", stop=ms)],
    "the time of a restart": [lambda made, ms: made.crash("server", 1, restart=ms)],
    "a time": [
        lambda made, ms: made.at(ms, print),
        lambda made, ms: made.run(until=ms),
    ],
}
OPTIONAL = {"the end of a cut", "the time of a restart"}  # None: there is none
USES = [
    *((in_a_node, what, use) for what, uses in IN_A_NODE.items() for use in uses),
    *((of_a_world, what, use) for what, uses in OF_A_WORLD.items() for use in uses),
]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_time_is_refused_everywhere(odd: str) -> None:
    value, kind, says = ODD[odd]
    for where, what, use in USES:
        with pytest.raises(kind) as raised:
            where(use, value)
        assert str(raised.value) == f"{what} {says}"


def test_no_time_is_refused_where_one_is_needed() -> None:
    value, kind, says = NONE
    needed = [
        *((in_a_node, "a wait", IN_A_NODE["a wait"][0]),),
        *((of_a_world, "a delay", use) for use in OF_A_WORLD["a delay"]),
        (of_a_world, "the time of a crash", OF_A_WORLD["the time of a crash"][0]),
        (of_a_world, "the start of a cut", OF_A_WORLD["the start of a cut"][0]),
        (of_a_world, "a time", OF_A_WORLD["a time"][0]),
    ]
    for where, what, use in needed:
        with pytest.raises(kind) as raised:
            where(use, value)
        assert str(raised.value) == f"{what} {says}"


def test_a_run_with_an_odd_end_has_not_begun() -> None:
    made = world(server)()
    with pytest.raises(TypeError):
        made.run(until="noon")  # type: ignore[arg-type]
    assert not made.started
