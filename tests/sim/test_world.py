"""Running a world: crashes, the end of a run, and what is refused."""

import gc

import pytest

from sim import Node, Uniform, World


async def counter(me: Node) -> None:
    in_memory = 0
    while True:
        await me.receive()
        in_memory += 1
        me.disk["count"] = me.disk.get("count", 0) + 1
        me.note(f"{in_memory} in memory, {me.disk['count']} on disk")


async def clicker(me: Node, count: int = 4) -> None:
    for _ in range(count):
        me.send("counter", "click")
        await me.sleep(10)


def clicked(*crash: float, **crashes: float) -> tuple[list[str], World]:
    world = World()
    world.network(delay=1)
    world.add(counter)
    world.add(clicker)
    if crash:
        world.crash("counter", *crash, **crashes)
    return counted(world.run()), world


def counted(world: World) -> list[str]:
    return [event.text for event in world.trace.events if event.kind == "note"]


def test_a_crash_loses_the_memory_and_keeps_the_disk():
    assert clicked()[0][-1] == "4 in memory, 4 on disk"
    assert clicked(15, restart=17)[0][-1] == "2 in memory, 4 on disk"


def test_what_arrives_at_a_crashed_node_is_lost():
    log, world = clicked(15, restart=25)
    assert log == [
        "1 in memory, 1 on disk",
        "2 in memory, 2 on disk",
        "1 in memory, 3 on disk",
    ]
    lost = [i for i in world.trace.incidents if i.kind == "lose"]
    assert [i.time for i in lost] == [21.0]


def test_without_a_restart_it_stays_down():
    log, world = clicked(5)
    assert log == ["1 in memory, 1 on disk"]
    kinds = [e.kind for e in world.trace.events if e.node == "counter"]
    assert kinds == ["receive", "note", "crash"]


async def dozer(me: Node, got: list[str]) -> None:
    me.send("helper", "started")
    await me.sleep(100)
    while True:
        got.append((await me.receive()).body)


async def helper(me: Node) -> None:
    await me.receive()
    me.send("dozer", "early")
    await me.sleep(60)
    me.send("dozer", "late")


def test_a_crash_loses_the_mailbox():
    def got(*crash: float) -> list[str]:
        bodies: list[str] = []
        world = World()
        world.add(dozer, bodies)
        world.add(helper)
        if crash:
            world.crash("dozer", crash[0], restart=crash[1])
        world.run(until=1000)
        return bodies

    assert got() == ["early", "late"]
    assert got(50, 51) == ["late"]


def test_a_crash_ends_sleeps_calls_and_spawned_tasks():
    log: list[str] = []

    async def beside(me: Node) -> None:
        await me.sleep(20)
        log.append("beside")

    async def main(me: Node) -> None:
        me.spawn(beside)
        try:
            await me.call("nobody_home", "?", timeout=20)
        except TimeoutError:
            log.append("timeout")

    async def nobody_home(me: Node) -> None:
        await me.receive()

    def run(*crash: float) -> list[str]:
        log.clear()
        world = World()
        world.add(main)
        world.add(nobody_home)
        for at in crash:
            world.crash("main", at)
        world.run()
        return list(log)

    assert run() == ["beside", "timeout"]
    assert run(10) == []


def test_a_crash_runs_no_finally():
    log: list[str] = []

    async def careful(me: Node) -> None:
        try:
            await me.sleep(20)
        finally:
            log.append("cleaned up")
            me.disk["clean"] = True

    world = World()
    node = world.add(careful)
    world.crash("careful", 10)
    world.run()
    assert log == []
    assert not node.disk


def test_a_node_that_is_down_sends_nothing():
    world = World()
    world.add(counter)
    node = world.add(clicker, 1)
    world.crash("clicker", 5)
    world.at(10, lambda: node.send("counter", "ghost"))
    world.at(11, lambda: node.note("ghost"))
    world.run()
    assert "ghost" not in world.trace.text()


def test_a_second_crash_and_a_second_restart_change_nothing():
    world = World()
    world.add(counter)
    world.crash("counter", 5, restart=20)
    world.crash("counter", 10, restart=30)
    world.run()
    assert [e.kind for e in world.trace.events] == ["crash", "restart"]


def test_the_time_of_a_crash_can_be_drawn():
    def crash(seed: int) -> float:
        world = World(seed)
        world.add(counter)
        world.crash("counter", Uniform(10, 20), restart=Uniform(30, 40))
        down, up = world.run().trace.events
        assert 10 <= down.time <= 20 < 30 <= up.time <= 40
        return down.time

    assert crash(1) == crash(1) != crash(2)


def test_until_stops_the_clock_there_and_the_run_can_go_on():
    world = World()
    world.add(counter)
    world.add(clicker)
    world.run(until=25)
    assert (len(counted(world)), world.now) == (2, 25.0)
    world.run(until=24)
    assert world.now == 25.0
    world.run(until=30)
    assert (len(counted(world)), world.now) == (3, 30.0)
    world.run()
    assert len(counted(world)) == 4


def test_what_happens_at_the_last_moment_happens():
    ticks: list[float] = []

    async def clock(me: Node) -> None:
        while True:
            await me.sleep(10)
            ticks.append(me.monotonic())

    world = World()
    world.add(clock)
    world.run(until=30)
    assert ticks == [10.0, 20.0, 30.0]


def test_actions_at_a_time():
    seen: list[float] = []
    world = World()
    world.add(counter)
    world.at(12.5, lambda: seen.append(world.now))
    world.run()
    assert seen == [12.5]


def test_a_thousand_waiting_messages_are_no_problem():
    async def flood(me: Node) -> None:
        for number in range(5000):
            me.send("slow", number)

    async def slow(me: Node) -> int:
        await me.sleep(1000)
        return sum([(await me.receive()).body for _ in range(5000)])

    world = World()
    world.add(flood)
    world.add(slow)
    world.run()
    assert sum(e.kind == "receive" for e in world.trace.events) == 5000


def test_nothing_is_recorded_without_a_trace():
    async def logger(me: Node, log: list[str]) -> None:
        while True:
            log.append((await me.receive()).body + f" at {me.monotonic()}")

    def bodies(trace: bool) -> list[str]:
        log: list[str] = []
        world = World(trace=trace)
        world.network(delay=Uniform(1, 50), loss=0.3, duplicate=0.3)
        world.add(logger, log, name="counter")
        world.add(clicker, 20)
        world.run()
        assert (world.log is None) is not trace
        return log

    assert bodies(True) == bodies(False)
    with pytest.raises(RuntimeError, match="nothing was recorded"):
        _ = World(trace=False).trace


# What is refused ------------------------------------------------------------


def one_sentence(raised: pytest.ExceptionInfo[BaseException]) -> str:
    text = str(raised.value)
    assert len(text.splitlines()) == 1
    assert len(text) < 160
    return text


def test_a_world_without_nodes():
    with pytest.raises(RuntimeError) as raised:
        World().run()
    assert one_sentence(raised) == "this world has no nodes: call add before run"


@pytest.mark.parametrize("seed", [3.5, "three", None])
def test_a_seed_that_is_no_whole_number(seed):
    with pytest.raises(TypeError) as raised:
        World(seed)
    assert one_sentence(raised) == f"seed={seed!r}: a seed is a whole number"


def test_two_nodes_of_one_name():
    world = World()
    world.add(clicker)
    with pytest.raises(ValueError) as raised:
        world.add(clicker)
    assert one_sentence(raised) == (
        "there is a node called 'clicker' already: pass name="
    )


def test_a_program_that_is_not_async():
    def plain(me: Node) -> None:
        """Forgot a word."""

    world = World()
    world.add(plain)
    with pytest.raises(TypeError) as raised:
        world.run()
    assert one_sentence(raised) == "plain is not an `async def` function"


def test_a_message_to_nobody():
    async def lost(me: Node) -> None:
        me.send("bb", "hello")

    world = World()
    world.add(lost, name="a")
    world.add(counter, name="b")
    with pytest.raises(LookupError) as raised:
        world.run()
    assert one_sentence(raised) == (
        "'a' sends to 'bb', but there is no node 'bb', only: a, b"
    )
    assert raised.value.__notes__ == ["in node 'a', at 0.0 ms"]


def test_faults_of_unknown_nodes():
    world = World()
    world.add(clicker)
    for fault in (
        lambda: world.crash("clickr", 1),
        lambda: world.cut("clicker", "clickr"),
        lambda: world.partition(["clickr"]),
        lambda: world.clock("clickr", offset=1),
    ):
        with pytest.raises(LookupError) as raised:
            fault()
        assert one_sentence(raised) == "there is no node 'clickr', only: clicker"
    with pytest.raises(LookupError, match="only: no node yet"):
        World().crash("a", 1)


@pytest.mark.parametrize("setting", ["link", "lose"])
def test_a_link_of_unknown_nodes_is_found_at_the_start(setting):
    world = World()
    world.add(counter)
    getattr(world, setting)("counter", "clickr")
    with pytest.raises(LookupError) as raised:
        world.run()
    assert one_sentence(raised) == (
        "the link from 'counter' to 'clickr': there is no node 'clickr', only: counter"
    )


def test_a_run_that_never_ends():
    async def ping(me: Node, other: str) -> None:
        me.send(other, "ping")
        while True:
            await me.receive()
            me.send(other, "ping")

    world = World()
    world.add(ping, "b", name="a")
    world.add(ping, "a", name="b")
    with pytest.raises(RuntimeError) as raised:
        world.run(limit=500)
    assert one_sentence(raised).startswith(
        "still running after 500 steps, at 2500.0 ms"
    )


def test_a_run_may_take_exactly_its_limit():
    world = World()
    world.add(counter)
    for at in range(5):
        world.at(at, lambda: None)
    world.run(limit=5)


def test_times_that_make_no_sense():
    world = World()
    world.add(counter)
    world.add(clicker)
    for fault, says in (
        (lambda: world.at(-1, print), "a time cannot be -1 ms"),
        (lambda: world.crash("counter", -1), "the time of a crash cannot be -1 ms"),
        (lambda: world.crash("counter", 5, restart=5), "restarts at 5 ms: that is not"),
        (lambda: world.cut("counter", "clicker", -3), "the start of a cut cannot"),
        (lambda: world.cut("counter", "clicker", 9, 8), "ends at 8 ms: that is not"),
        (lambda: world.lose("counter", "clicker", 0), "the first message has the"),
        (lambda: world.run(until=-1), "a time cannot be -1 ms"),
    ):
        with pytest.raises(ValueError, match=says) as raised:
            fault()
        one_sentence(raised)


def test_a_fault_in_the_past():
    world = World()
    world.add(counter)
    world.at(10, lambda: world.crash("counter", 5))
    with pytest.raises(ValueError) as raised:
        world.run()
    assert one_sentence(raised) == "5.0 ms is past: it is 10.0 ms already"


def test_an_error_in_a_program_says_where_and_when():
    async def broken(me: Node) -> None:
        await me.sleep(12)
        raise KeyError("cart")

    world = World()
    world.add(broken)
    with pytest.raises(KeyError) as raised:
        world.run()
    assert raised.value.__notes__ == ["in node 'broken', at 12.0 ms"]


def test_what_a_program_cannot_await():
    class Other:
        def __await__(self):
            yield self

        def __repr__(self) -> str:
            return "<something else>"

    async def confused(me: Node) -> None:
        await Other()

    world = World()
    world.add(confused)
    with pytest.raises(TypeError) as raised:
        world.run()
    line = confused.__code__.co_firstlineno + 1
    assert one_sentence(raised) == (
        f"node 'confused', line {line}, awaits <something else>: await me.receive(), "
        "me.call(), me.sleep(), or a task that was spawned"
    )


def test_a_run_leaves_the_search_for_garbage_as_it_was():
    async def fails(me: Node) -> None:
        raise ValueError("on purpose")

    world = World()
    world.add(fails)
    with pytest.raises(ValueError, match="on purpose"):
        world.run()
    assert gc.isenabled()

    async def late(me: Node) -> None:
        await me.sleep(1)
        assert not gc.isenabled()
        raise ValueError("later")

    world = World()
    world.add(late)
    with pytest.raises(ValueError, match="later"):
        world.run()
    assert gc.isenabled()
