"""What a program can do: wait, call, answer, spawn, and share nothing."""

import pytest

from sim import Node, Uniform, World


def run(*programs, **network) -> World:
    world = World()
    world.network(**network)
    for program in programs:
        world.add(program)
    return world.run()


async def silent(me: Node) -> None:
    while True:
        await me.receive()


def test_messages_wait_in_order_for_a_busy_node():
    got: list[str] = []

    async def writer(me: Node) -> None:
        for word in "abc":
            me.send("reader", word)

    async def reader(me: Node) -> None:
        await me.sleep(50)
        for _ in range(3):
            message = await me.receive()
            got.append(f"{message.body} from {message.sender} at {me.monotonic():g}")

    run(writer, reader)
    assert got == ["a from writer at 50", "b from writer at 50", "c from writer at 50"]


def test_receive_with_a_time_out():
    log: list[object] = []

    async def waiter(me: Node) -> None:
        for timeout in (5, 20, 5):
            try:
                log.append((await me.receive(timeout)).body)
            except TimeoutError:
                log.append(me.monotonic())

    async def other(me: Node) -> None:
        me.send("waiter", "hello")

    world = run(waiter, other, delay=10)
    assert log == [5.0, "hello", 15.0]
    assert [e.kind for e in world.trace.events] == [
        "send",
        "timeout",
        "receive",
        "timeout",
    ]


def test_a_time_out_at_the_instant_of_the_arrival_is_decided_by_who_was_first():
    """The earlier wish wins: here the timer was set after the message was sent."""
    log: list[str] = []

    async def other(me: Node) -> None:
        me.send("waiter", "hello")

    async def waiter(me: Node) -> None:
        try:
            await me.receive(timeout=10)
            log.append("message")
        except TimeoutError:
            log.append("timeout")

    run(other, waiter, delay=10)
    run(waiter, other, delay=10)
    assert log == ["message", "timeout"]


async def server(me: Node) -> None:
    while True:
        request = await me.receive()
        if request.body == "slow":
            await me.sleep(100)
        me.reply(request, f"{request.body} done")


def test_call_and_reply():
    log: list[object] = []

    async def client(me: Node) -> None:
        answer = await me.call("server", "work")
        log.extend([answer.body, answer.sender, me.monotonic()])

    run(client, server, delay=10)
    assert log == ["work done", "server", 20.0]


def test_a_late_answer_is_ignored():
    log: list[str] = []

    async def client(me: Node) -> None:
        try:
            await me.call("server", "slow", timeout=50)
        except TimeoutError:
            log.append("timeout")
        answer = await me.call("server", "quick")
        log.append(answer.body)
        try:
            log.append((await me.receive(timeout=500)).body)
        except TimeoutError:
            log.append("nothing else")

    world = run(client, server, delay=10)
    assert log == ["timeout", "quick done", "nothing else"]
    ignored = [e for e in world.trace.events if e.kind == "ignore"]
    assert [str(e.received) for e in ignored] == ["slow done"]


def test_an_answer_finds_its_call_and_not_who_waits_for_a_message():
    log: list[str] = []

    async def client(me: Node) -> None:
        me.spawn(listener)
        first, second = me.spawn(ask, "slow"), me.spawn(ask, "quick")
        log.append(await second)
        log.append(await first)

    async def listener(me: Node) -> None:
        log.append((await me.receive()).body)

    async def ask(me: Node, what: str) -> str:
        return (await me.call(what, what)).body

    async def other(me: Node) -> None:
        await me.sleep(300)
        me.send("client", "news")

    world = World()
    world.add(client)
    world.add(server, name="slow")
    world.add(server, name="quick")
    world.add(other)
    world.run()
    assert log == ["quick done", "slow done", "news"]


def test_an_answer_to_a_plain_message_is_a_message():
    log: list[str] = []

    async def client(me: Node) -> None:
        me.send("server", "work")
        log.append((await me.receive()).body)

    run(client, server)
    assert log == ["work done"]


def test_sleep_and_nothing_else_lets_time_pass():
    times: list[float] = []

    async def sleeper(me: Node) -> None:
        for ms in (0, 0.5, 100):
            await me.sleep(ms)
            times.append(me.monotonic())

    run(sleeper)
    assert times == [0.0, 0.5, 100.5]


def test_spawned_tasks_take_turns_and_can_be_awaited():
    log: list[str] = []

    async def worker(me: Node, name: str, ms: float) -> str:
        log.append(f"{name} starts")
        await me.sleep(ms)
        log.append(f"{name} ends")
        return name.upper()

    async def boss(me: Node) -> None:
        slow = me.spawn(worker, "slow", 20)
        quick = me.spawn(worker, "quick", 10)
        log.append("spawned")
        log.append(await slow)
        log.append(await quick)  # it has ended long since

    run(boss)
    assert log == [
        "slow starts",
        "quick starts",
        "spawned",
        "quick ends",
        "slow ends",
        "SLOW",
        "QUICK",
    ]


def test_tasks_that_receive_take_turns():
    log: list[str] = []

    async def worker(me: Node, name: str, timeout: float | None) -> None:
        while True:
            log.append(f"{name}{(await me.receive(timeout)).body}")

    async def boss(me: Node) -> None:
        await me.receive()
        me.spawn(worker, "a", None)
        me.spawn(worker, "b", 1000)
        while True:
            log.append(f"c{(await me.receive()).body}")

    async def source(me: Node) -> None:
        for number in range(8):
            me.send("boss", number)

    with pytest.raises(TimeoutError):
        run(boss, source)
    assert log == ["a1", "b2", "c3", "a4", "b5", "c6", "a7"]


def test_an_awaited_task_that_fails_is_the_programs_failure():
    async def bad(me: Node) -> None:
        await me.sleep(5)
        raise RuntimeError("no stock")

    async def boss(me: Node) -> None:
        await me.spawn(bad)

    with pytest.raises(RuntimeError, match="no stock"):
        run(boss)


def test_what_a_message_holds_is_copied():
    cart = ["book"]
    seen: list[object] = []

    async def browser(me: Node) -> None:
        me.send("shop", cart)
        me.send("shop", cart)
        me.broadcast(cart)
        cart.append("pen")
        await me.sleep(50)
        seen.append(("browser", list(cart)))

    async def shop(me: Node) -> None:
        for _ in range(3):
            got = (await me.receive()).body
            got.append("bag")
            seen.append(("shop", got))

    world = run(browser, shop)
    assert seen == [
        *[("shop", ["book", "bag"])] * 3,
        ("browser", ["book", "pen"]),
    ]
    assert "bag" not in world.trace.text()


def test_a_duplicate_is_a_copy_too():
    seen: list[list[str]] = []

    async def browser(me: Node) -> None:
        me.send("shop", ["book"])

    async def shop(me: Node) -> None:
        while True:
            got = (await me.receive()).body
            got.append("bag")
            seen.append(got)

    run(browser, shop, duplicate=1)
    assert seen == [["book", "bag"], ["book", "bag"]]


def test_broadcast_is_one_event_and_reaches_all_or_those_named():
    async def source(me: Node, to) -> None:
        me.broadcast("hello", to)

    def reached(to) -> list[str]:
        world = World()
        world.add(source, to)
        for name in "fedcba":
            world.add(silent, name=name)
        events = world.run().trace.events
        assert [e.kind for e in events].count("send") == (1 if to != [] else 0)
        return [e.node for e in events if e.kind == "receive"]

    assert reached(None) == list("fedcba")
    assert reached(["c", "a"]) == ["c", "a"]
    assert reached(set("abcdef")) == list("abcdef")
    assert reached([]) == []


def test_a_node_can_send_to_itself():
    async def alone(me: Node) -> None:
        me.send("alone", "later")
        message = await me.receive()
        me.note(f"{message.body} at {me.monotonic():g}")

    assert "later at 10" in run(alone).trace.text()


def test_others_and_random():
    async def curious(me: Node) -> None:
        me.note(f"{me.others} {me.random.random():.3f}")

    def text(seed: int) -> str:
        world = World(seed)
        world.add(curious)
        world.add(silent)
        return world.run().trace.events[0].text

    assert text(1).startswith("['silent'] 0.")
    assert text(1) == text(1) != text(2)


def test_a_delay_of_its_own():
    async def source(me: Node) -> None:
        me.send("silent", "slow", delay=30)
        me.send("silent", "quick", delay=3)

    received = [e for e in run(source, silent).trace.events if e.received]
    assert [(str(e.received), e.time) for e in received] == [("quick", 3), ("slow", 30)]


@pytest.mark.parametrize(
    "misuse",
    [
        lambda me: me.send("silent", delay=-1),
        lambda me: me.receive(timeout=-1),
        lambda me: me.call("silent", timeout=-1),
        lambda me: me.sleep(-1),
        lambda me: me.sleep(float("nan")),
    ],
    ids=["send", "receive", "call", "sleep", "sleep nan"],
)
def test_negative_times_are_refused(misuse):
    async def hasty(me: Node) -> None:
        await misuse(me)

    with pytest.raises(
        ValueError, match=r"cannot be (-1|nan) ms: it must be 0 or more"
    ):
        run(hasty, silent)


def test_a_run_does_not_depend_on_the_short_way_that_plain_messages_take():
    """An ordinary message and one that takes the long way fare alike."""

    def text(**more) -> str:
        async def source(me: Node) -> None:
            for number in range(5):
                me.send("silent", number, **more)

        return run(source, silent, delay=7).trace.text()

    assert text() == text(delay=7)
    assert Uniform(7, 7) == (7, 7)
    assert text() == text(size=3)


@pytest.mark.parametrize("twice", ["request", "answer"])
def test_of_two_answers_the_second_is_ignored(twice):
    """Whichever way it came to two: a call is answered once."""
    log: list[str] = []

    async def client(me: Node) -> None:
        log.append((await me.call("server", "one")).body)
        try:
            log.append((await me.receive(timeout=100)).body)
        except TimeoutError:
            log.append("nothing else")

    for seed in range(5):  # whichever copy of the request is first
        log.clear()
        world = World(seed)
        way = ("client", "server") if twice == "request" else ("server", "client")
        world.link(*way, delay=Uniform(5, 15), duplicate=1)
        world.add(client)
        world.add(server)
        trace = world.run().trace
        assert log == ["one done", "nothing else"]
        assert [e.kind for e in trace.events].count("ignore") == 1
