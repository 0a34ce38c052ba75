"""What docs/fallacies/network_is_reliable.md says: faults, their repair, its limits."""

import socket
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Node, Uniform, World
from sim.explore import Exploration, State, explore
from sim.program.find import find, load

PAGE = "fallacies/network_is_reliable"
lossy = load(find(f"{PAGE}/lossy_network"))
delivery = load(find(f"{PAGE}/reliable_delivery"))
acknowledged = load(find(f"{PAGE}/acknowledged_is_not_processed"))
exercise = load(find(f"{PAGE}/exercises/wait_for_the_shop"))
answer = load(find(f"{PAGE}/exercises/wait_for_the_shop_answer"))


# The network ---------------------------------------------------------------


def test_one_run_drops_reorders_and_duplicates(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The three faults of the talk, in the run on the page."""
    trace = lossy.main().trace
    faults = [(i.kind, i.message.body) for i in trace.incidents if i.message]
    read = [e.received.body for e in trace.events if e.node == "shop" and e.received]

    assert faults == [("lose", "B"), ("duplicate", "Y")]
    assert read == ["Y", "U", "Y"]
    assert "YUY" in capsys.readouterr().out


@given(st.integers(0, 9999))
def test_a_network_without_faults_delivers_the_word(seed: int) -> None:
    """The control: without loss, doubles and jitter, the word arrives."""
    trace = lossy.main(seed, loss=0, duplicate=0, slowest=20).trace
    read = [e.received.body for e in trace.events if e.node == "shop" and e.received]

    assert "".join(read) == lossy.WORD


# Number, acknowledge, send again ------------------------------------------------


def in_order(state: State) -> bool:
    return str(delivery.WORD).startswith(state.node("shop").word)


def all_there(state: State) -> bool:
    return bool(state.node("shop").word == delivery.WORD)


def explored(build: Any, losses: int, duplicates: int = 1) -> Exploration:
    def something_is_read(state: State) -> bool:
        return state.node("shop").word != ""

    return explore(
        build,
        always=in_order,
        sometimes=something_is_read,
        at_rest=all_there,
        losses=losses,
        duplicates=duplicates,
    )


@pytest.mark.parametrize(
    ("tries", "losses", "states", "runs"),
    [
        (1, 0, 517, 25_254),
        (2, 0, 4_755, 2_192_112_466),
        (2, 1, 10_422, 37_368_609_932),
    ],
)
def test_the_word_arrives_whole_with_more_tries_than_losses(
    tries: int, losses: int, states: int, runs: int
) -> None:
    """Over every order, time-out, loss and duplicate within the budget."""
    found = explored(partial(delivery.build, tries), losses)

    assert found.ok
    assert (found.states, found.runs) == (states, runs)


def test_the_page_prints_what_was_tried(capsys: pytest.CaptureFixture[str]) -> None:
    delivery.main()

    out = capsys.readouterr().out
    assert out.startswith("All 37,368,609,932 runs hold: ")
    assert "at most 1 loss and 1 duplicate" in out


@pytest.mark.parametrize(("tries", "shortest"), [(1, 4), (2, 7)])
def test_with_as_many_losses_as_tries_it_may_stop_too_early(
    tries: int, shortest: int
) -> None:
    """The exercise: what is missing is missing at the end; the order still holds."""
    found = explored(partial(delivery.build, tries), losses=tries)

    assert found.failure is not None
    assert found.failure.what == "all there"
    assert len(found.failure.schedule) == shortest


def test_in_order_whatever_is_lost() -> None:
    found = explore(
        partial(delivery.build, 2),
        always=in_order,
        losses=4,
        duplicates=1,
    )

    assert found.ok


async def reads_all_that_comes(me: Node) -> None:
    """The shop without the numbers: it acknowledges and reads each letter."""
    word = ""
    while True:
        _, letter = (await me.receive()).body
        word += letter
        me.send("browser", ("read", len(word)))


async def keeps_nothing_early(me: Node) -> None:
    """The shop that takes any new number for the next."""
    word, known = "", set()
    while True:
        number, letter = (await me.receive()).body
        if number not in known:
            known.add(number)
            word += letter
        me.send("browser", ("read", len(word)))


@pytest.mark.parametrize("shop", [reads_all_that_comes, keeps_nothing_early])
def test_without_the_repair_the_bad_state_is_reachable(shop: Any) -> None:
    """Resending alone doubles; numbers without waiting keep the wrong order."""

    def build() -> World:
        world = World()
        world.network(delay=Uniform(20, 80))
        world.add(delivery.browser, 2)
        world.add(shop, name="shop")
        return world

    found = explored(build, losses=0, duplicates=0)

    assert found.failure is not None
    assert found.failure.what == "in order"
    assert len(found.failure.schedule) == 1  # U or Y comes first


def test_the_recorded_run_is_told_as_it_happens() -> None:
    """Y comes early, U is lost, and only U and Y are sent again."""
    trace = delivery.main().trace
    sent = [m.body for e in trace.events if e.node == "browser" for m in e.sent]
    read = [e.received.body for e in trace.events if e.node == "shop" and e.received]
    lost = [i.message.body for i in trace.incidents if i.kind == "lose" and i.message]

    assert read[0] == (2, "Y")
    assert lost == [(1, "U")]
    assert read[2:] == [(1, "U"), (1, "U"), (2, "Y")]
    assert [body for body in sent if body == (0, "B")] == [(0, "B")]


# What TCP does not do ------------------------------------------------------------


def test_acknowledged_by_the_kernel_and_lost_by_the_program() -> None:
    """RFC 793, section 2.6: an acknowledgment says nothing about the program."""
    found = explore(
        acknowledged.build,
        at_rest=acknowledged.what_is_shown_as_taken_is_stored,
    )

    assert found.failure is not None
    assert len(found.failure.schedule) == 5
    trace = found.failure.world.trace
    assert [e.text for e in trace.events if e.kind == "note"] == ["order taken"]
    assert acknowledged.main().trace.text() == trace.text()


def test_without_a_crash_the_broken_shop_keeps_its_word() -> None:
    """The control: it takes the crash."""

    def build() -> World:
        world = World()
        for program in (acknowledged.browser, acknowledged.kernel, acknowledged.shop):
            world.add(program)
        return world

    assert explore(build, at_rest=acknowledged.what_is_shown_as_taken_is_stored).ok


def test_real_tcp_takes_an_order_that_no_program_will_read() -> None:
    """POSIX: `send` guarantees no delivery. Here nobody ever calls `accept`."""
    order = b"POST /orders HTTP/1.1\r\n\r\n"
    with (
        socket.create_server(("127.0.0.1", 0)) as shop,
        socket.create_connection(shop.getsockname(), timeout=5) as browser,
    ):
        assert browser.send(order) == len(order)


def test_linux_tries_for_about_a_quarter_of_an_hour() -> None:
    """ip-sysctl: tcp_retries2 = 15; first after 0.2 s, doubled up to 120 s."""
    waits = [min(0.2 * 2**attempt, 120) for attempt in range(16)]

    assert sum(waits) == pytest.approx(924.6)


# The exercise ---------------------------------------------------------------------


def judged(browser: Any) -> str | None:
    verdict: str | None = exercise.judge(SimpleNamespace(browser=browser))
    return verdict


def test_the_exercise_starts_unsolved_and_has_an_answer() -> None:
    assert "stored" in (judged(acknowledged.browser) or "")
    assert judged(answer.browser) is None


async def shows_nothing(me: Node) -> None:
    me.send("kernel", "POST order")
    me.note("not known")


async def waits_for_ever(me: Node) -> None:
    me.send("kernel", "POST order")
    while (await me.receive()).body == "ACK":
        pass
    me.note("order taken")


async def trusts_the_second_message(me: Node) -> None:
    me.send("kernel", "POST order")
    await me.receive()
    try:
        await me.receive(timeout=1000)
        me.note("order taken")
    except TimeoutError:
        me.note("order taken")


async def asks_again_and_again(me: Node) -> None:
    while True:
        me.send("kernel", "POST order")
        try:
            while (await me.receive(timeout=1000)).body == "ACK":
                pass
        except TimeoutError:
            continue
        me.note("order taken")
        return


@pytest.mark.parametrize(
    ("browser", "says"),
    [
        (shows_nothing, "In no run"),
        (waits_for_ever, "In the end"),
        (trusts_the_second_message, "stored"),
        (asks_again_and_again, "go on and on"),
    ],
)
def test_the_exercise_knows_wrong_ideas(browser: Any, says: str) -> None:
    assert says in (judged(browser) or "")


def test_the_shop_that_judges_is_the_shop_on_the_page() -> None:
    def codes(module: ModuleType) -> list[tuple[str, ...]]:
        return [p.__code__.co_names for p in (module.browser, module.kernel)]

    assert codes(answer)[1] == codes(acknowledged)[1]
    assert exercise.kernel.__code__.co_code == acknowledged.kernel.__code__.co_code
