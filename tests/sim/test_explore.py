"""Explore: everything that a program can do is tried, and nothing else."""

import contextlib
import subprocess
import sys
from functools import partial
from typing import Any

import pytest

from sim import Node, World
from sim.drawing import sequence, spacetime
from sim.explore import State, explore
from sim.explore.machine import Machine, search
from sim.explore.program.building import Build
from sim.explore.program.schedule import replay
from tests.sim.programs import double_submit, lost_update, paxos


def world(*nodes: Any, **network: Any) -> Build:
    """A main with a node for each program, or each (program, *arguments)."""

    def main() -> World:
        made = World()
        made.network(**network)
        for node in nodes:
            made.add(*node) if isinstance(node, tuple) else made.add(node)
        return made

    return main


# Counts ------------------------------------------------------------------------


@pytest.mark.parametrize(("clients", "states"), [(2, 37), (3, 345), (4, 3_657)])
def test_lost_update_has_as_many_states_as_its_state_machine(
    clients: int, states: int
) -> None:
    def steps(state: Any) -> Any:
        # Each client: 0 asked, 1 to read (value), 2 wrote (value), 3 told, 4 done.
        value, all_ = state
        for at, (place, held) in enumerate(all_):
            after, new = value, held
            if place == 0:
                new = value
            elif place == 1:
                new = held + 1
            elif place == 2:
                after, new = held, 0
            elif place == 4:
                continue
            yield after, (*all_[:at], (place + 1, new), *all_[at + 1 :])

    machine = Machine([(0, ((0, 0),) * clients)], steps)
    found = explore(partial(lost_update.main, clients))
    assert found.states == search(machine).states == states
    assert found.steps == search(machine).steps
    assert found.ok


def test_paxos_in_full() -> None:
    found = explore(
        paxos.main,
        always={"at most one value is chosen": lambda s: len(paxos.chosen(s)) < 2},
        sometimes={
            value: lambda s, value=value: paxos.chosen(s) == {value} for value in "xy"
        },
    )
    assert found.ok
    assert str(found) == (
        "All 41,517,243,236,700 runs hold: at most one value is chosen.\n"
        "It happens: x; y.\n"
        "Tried: 101,857 states, 520,116 steps: that was all of them."
    )


def test_that_an_exception_was_once_handled_is_no_part_of_a_state() -> None:
    def swallow() -> None:
        with contextlib.suppress(KeyError):
            raise KeyError

    async def hears(me: Node) -> None:
        heard = False
        while True:
            message = await me.receive()
            if message.body == "one" and not heard:
                swallow()
            heard = True

    async def says(me: Node, word: str) -> None:
        me.send("hears", word)

    def main() -> World:
        made = World()
        made.add(hears)
        made.add(says, "one", name="a")
        made.add(says, "two", name="b")
        return made

    # Both are under way, one of them, the other, none.
    assert explore(main).states == 4


def test_paxos_with_one_proposer() -> None:
    assert explore(partial(paxos.main, 1)).states == 209


# Smallest failing runs -----------------------------------------------------------


@pytest.mark.parametrize("clients", [2, 3])
def test_the_smallest_lost_update(clients: int) -> None:
    def kept(state: State) -> bool:
        """No update is lost."""
        ended = all(state.ended(f"c{number}") for number in range(clients))
        return not ended or state.node("db").value == clients

    found = explore(partial(lost_update.main, clients), kept)
    assert not found.ok
    assert found.failure is not None
    assert len(found.failure.schedule) == 4 * clients
    assert found.failure.what == "No update is lost"


def test_the_smallest_double_submit_and_its_replay() -> None:
    def once(state: State) -> bool:
        return state.node("shop").orders <= 1

    found = explore(double_submit.main, {"the shop takes one order": once})
    failure = found.failure
    assert failure is not None
    assert failure.schedule == (
        ("deliver", "browser 0", "shop", 1),
        ("timeout", "browser 0", 0),
        ("deliver", "browser 0", "shop", 2),
    )
    assert str(found) == (
        "Broken after 3 steps: the shop takes one order.\n"
        "At shop3, shop receives order from browser 0.\n"
        "It takes other delays than the program sets: only the order counts.\n"
        "Tried: 10 states, 10 steps."
    )
    again = replay(double_submit.main, failure.schedule).trace
    assert again.text() == failure.world.trace.text()
    times = [event.time for event in again.events]
    assert times == sorted(times)
    assert next(e.time for e in again.events if e.kind == "timeout") >= 100
    # It counts steps wherever it is shown.
    shown = list(dict.fromkeys(when for _, when, *_ in again.table()))
    assert (again.unit, shown) == ("step", ["start", "1", "2", "3"])
    assert "order" in sequence.draw(again, "a", "b")
    assert "<svg" in spacetime.draw(again, "a", "b")


@pytest.mark.parametrize("bug", ["forgetful", "stubborn"])
def test_planted_bugs_in_paxos_need_twelve_deliveries(bug: str) -> None:
    one = {"one value": lambda state: len(paxos.chosen(state)) < 2}
    failure = explore(partial(paxos.main, **{bug: True}), one).failure
    assert failure is not None
    assert len(failure.schedule) == 12
    assert {step[0] for step in failure.schedule} == {"deliver"}


async def two_alike(me: Node) -> None:
    for word in ("m", "x", "m"):
        me.send("takes", word)


async def takes(me: Node) -> None:
    while True:
        me.note((await me.receive()).body)


def test_the_last_of_two_equal_messages_is_lost_in_a_queue() -> None:
    def not_it(state: State) -> bool:
        return [message.body for message in state.messages] != ["m", "x"]

    main = world(two_alike, takes, fifo=True)
    failure = explore(main, {"not it": not_it}, losses=1).failure
    assert failure is not None
    assert failure.schedule == (("lose", "two_alike", "takes", 3),)


def test_a_failing_run_in_which_main_lost_an_equal_message() -> None:
    def main() -> World:
        made = World()
        made.network(fifo=True)
        made.add(two_alike)
        made.add(takes)
        made.lose("two_alike", "takes", 1)
        return made

    failure = explore(main, {"no m": lambda s: "m" not in s.notes("takes")}).failure
    assert failure is not None
    assert failure.schedule == (
        ("deliver", "two_alike", "takes", 2),
        ("deliver", "two_alike", "takes", 3),
    )


def test_of_two_shortest_runs_the_one_with_fewer_faults() -> None:
    async def asks(me: Node) -> None:
        me.send("hears", "a")
        me.send("hears", "b")

    async def hears(me: Node) -> None:
        for _ in range(2):
            me.note(await me.receive())

    never = {"not b": lambda state: state.notes("hears")[:1] != ("b",)}
    failure = explore(world(asks, hears), never, losses=1, duplicates=1).failure
    assert failure is not None
    assert failure.schedule == (("deliver", "asks", "hears", 2),)

    failure = explore(world(asks, hears, fifo=True), never, losses=1).failure
    assert failure is not None
    assert failure.schedule == (
        ("lose", "asks", "hears", 1),
        ("deliver", "asks", "hears", 2),
    )
    assert "a from asks to hears is lost" in failure.world.trace.text()


def test_of_equally_long_runs_the_one_with_fewest_faults() -> None:
    def under_way(state: State) -> bool:
        return len(state.messages) > 0

    async def asks(me: Node) -> None:
        me.send("hears", "a")
        me.send("hears", "b")

    async def hears(me: Node) -> None:
        while True:
            await me.receive()

    failure = explore(world(asks, hears), under_way, losses=2).failure
    assert failure is not None
    assert [step[0] for step in failure.schedule] == ["deliver", "deliver"]


def test_main_may_explore_by_itself() -> None:
    def main() -> World:
        assert explore(lost_update.main).states == 37
        return lost_update.main(3)

    assert explore(main).states == 345
    assert main().run().trace.events


def test_a_program_that_breaks_down_is_a_failure() -> None:
    async def asks(me: Node) -> None:
        me.send("divides", 0)

    async def divides(me: Node) -> None:
        print(1 / (await me.receive()).body)

    failure = explore(world(asks, divides)).failure
    assert failure is not None
    assert (
        failure.what
        == "the program of divides raises ZeroDivisionError: division by zero"
    )
    assert "ZeroDivisionError" in failure.world.trace.text()


# What counts as proof --------------------------------------------------------------


def test_a_limit_is_not_a_proof() -> None:
    found = explore(partial(lost_update.main, 3), limit=100)
    assert not found.ok
    assert not found.complete
    assert "stopped there, that was not all of them" in str(found)


def test_what_must_happen_sometimes_and_never_does() -> None:
    found = explore(
        lost_update.main,
        sometimes={"pigs fly": lambda state: state.node("db").value > 2},
    )
    assert found.complete
    assert not found.ok
    assert str(found).startswith("It never happened: pigs fly.\nTried: ")
    assert str(found).endswith("that was all of them.")


def test_at_rest_is_judged_at_rest() -> None:
    def done(state: State) -> bool:
        return state.node("db").value == 2

    found = explore(lost_update.main, at_rest=done)
    assert found.failure is not None
    assert len(found.failure.schedule) == 8
    alone = explore(
        partial(lost_update.main, 1),
        at_rest={"1": lambda s: s.node("db").value == 1},
    )
    assert alone.ok


def test_a_program_that_never_rests() -> None:
    async def ping(me: Node) -> None:
        me.send("pong")
        while True:
            me.reply(await me.receive())

    async def pong(me: Node) -> None:
        while True:
            me.reply(await me.receive())

    found = explore(world(ping, pong), at_rest={"it ends": lambda state: True})
    assert found.failure is not None
    assert found.failure.what == "every run can come to rest"
    assert explore(world(ping, pong)).ok


# What a property reads ---------------------------------------------------------------


def test_variables_that_nothing_reads_are_no_part_of_a_state() -> None:
    async def asks(me: Node) -> None:
        for number in range(3):
            me.send("hears", number)

    async def hears(me: Node) -> None:
        for _ in range(4):
            unread = (await me.receive()).body
        print(unread)

    def any_(state: State) -> bool:
        return state.node("hears").unread in (None, 0, 1, 2)

    assert explore(world(asks, hears)).states == 8
    assert explore(world(asks, hears), any_).states == 1 + 3 * 1 + 3 * 2 + 1 * 3


def test_a_variable_that_only_a_handler_reads_matters() -> None:
    async def asks(me: Node) -> None:
        me.send("waits", "a")
        me.send("waits", "b")

    async def waits(me: Node) -> None:
        for _ in range(2):
            heard = (await me.receive()).body
            try:
                await me.receive(timeout=1)
                await me.sleep(1)
                heard = "more"
            except TimeoutError:
                me.note(heard)

    seen = set()

    def look(state: State) -> bool:
        seen.add(state.notes("waits"))
        return True

    explore(world(asks, waits), look)
    assert seen == {(), ("a",), ("b",), ("a", "b"), ("b", "a")}


def test_a_property_reads_notes_disks_messages_and_results() -> None:
    async def works(me: Node) -> int:
        me.disk["at"] = 1
        me.note("begins")
        me.send("idles", "hello")
        await me.sleep(1)
        me.disk["at"] = 2
        me.note("ends")
        return 7

    async def idles(me: Node) -> None:
        await me.receive()

    seen: set[Any] = set()

    def reads(state: State) -> bool:
        seen.add(
            (state.notes("works"), state.disk("works")["at"], state.result("works"))
        )
        for message in state.messages:
            assert (message.sender, message.to, message.body) == (
                "works",
                "idles",
                "hello",
            )
        return state.up("works")

    assert explore(world(works, idles), reads).ok
    assert seen == {(("begins",), 1, None), (("begins", "ends"), 2, 7)}


def test_a_name_that_no_program_has() -> None:
    with pytest.raises(
        AttributeError, match="no program has a variable 'amount', only: me"
    ):
        explore(lost_update.main, lambda state: state.node("db").amount)
    with pytest.raises(LookupError, match="no node 'dB', only: c0, c1, db"):
        explore(lost_update.main, lambda state: state.node("dB").value)


# Time ------------------------------------------------------------------------------


def test_a_wait_may_end_before_or_after_any_message_and_any_other_wait() -> None:
    async def asks(me: Node) -> None:
        me.send("waits", "late", delay=1_000)

    async def waits(me: Node) -> None:
        me.spawn(slow)
        try:
            await me.receive(timeout=10)
            me.note("message")
        except TimeoutError:
            me.note("nothing")

    async def slow(me: Node) -> None:
        await me.sleep(500)
        me.note("slow")

    seen = set()

    def collect(state: State) -> bool:
        seen.add(state.notes("waits"))
        return True

    explore(world(asks, waits), at_rest=collect)
    assert seen == {
        (a, b)
        for one in ("message", "nothing")
        for a, b in ((one, "slow"), ("slow", one))
    }


def test_on_a_fifo_link_nothing_overtakes() -> None:
    async def asks(me: Node) -> None:
        for number in range(3):
            me.send("hears", number)

    async def hears(me: Node) -> None:
        for _ in range(3):
            me.note(await me.receive())

    def ends(main: Build) -> set[Any]:
        seen = set()

        def collect(state: State) -> bool:
            seen.add(state.notes("hears"))
            return True

        explore(main, at_rest=collect)
        return seen

    assert ends(world(asks, hears, fifo=True)) == {("0", "1", "2")}
    assert len(ends(world(asks, hears))) == 6


# Faults ----------------------------------------------------------------------------


async def stores(me: Node, first: str) -> None:
    while True:
        request = await me.receive()
        if first == "write":
            me.disk["value"] = request.body
        me.reply(request, "stored")
        if first == "reply":
            await me.sleep(1)
            me.disk["value"] = request.body


async def asks(me: Node) -> None:
    told = False
    try:
        await me.call("stores", "x", timeout=50)
        told = True
    except TimeoutError:
        pass
    await me.receive()
    print(told)


def kept(state: State) -> bool:
    return not state.node("asks").told or state.disk("stores").get("value") == "x"


def test_a_crash_between_the_answer_and_the_disk() -> None:
    def durable(first: str, **faults: int) -> Any:
        return explore(world((stores, first), asks), kept, **faults)

    assert durable("write", crashes=1, restarts=1).ok
    assert str(durable("write", crashes=1, restarts=1)).splitlines()[1:-1] == [
        "Allowed: at most 1 crash and 1 restart."
    ]
    found = durable("reply", crashes=1, restarts=1)
    # Told before it was written: no crash is needed to see that.
    assert len(found.failure.schedule) == 2

    def lost(state: State) -> bool:
        return kept(state) or state.up("stores")

    failure = explore(world((stores, "reply"), asks), lost, crashes=1).failure
    assert failure is not None
    assert sorted(step[0] for step in failure.schedule) == [
        "crash",
        "deliver",
        "deliver",
    ]
    assert "stores: crashes" in failure.world.trace.text()


def test_budgets_bound_the_faults() -> None:
    async def sends(me: Node) -> None:
        me.send("counts", "m")

    async def counts(me: Node) -> None:
        got = 0
        while True:
            await me.receive()
            got += 1

    main = world(sends, counts)

    def most(**faults: int) -> int:
        seen = set()

        def look(state: State) -> bool:
            seen.add(state.node("counts").got)
            return True

        explore(main, look, **faults)
        return max(seen)

    assert [most(), most(duplicates=1), most(duplicates=2)] == [1, 2, 3]
    assert explore(main).states == 2
    assert explore(main, losses=1).states == 3
    assert explore(main, at_rest={"got": lambda s: s.node("counts").got == 1}).ok
    assert explore(
        main, at_rest={"got": lambda s: s.node("counts").got == 1}, losses=1
    ).failure


def planned(cut: bool) -> World:
    async def sends(me: Node) -> None:
        for number in range(2):
            me.send("hears", number)
            await me.sleep(5)

    async def hears(me: Node) -> None:
        got = ""
        while True:
            got += str((await me.receive()).body)

    made = World()
    made.add(sends)
    made.add(hears)
    if cut:
        made.cut("sends", "hears", start=2, stop=8)
    else:
        made.lose("sends", "hears", 2)
        made.crash("hears", at=20, restart=30)
    return made


def test_faults_that_main_plans_happen_at_any_moment() -> None:
    def got(main: Build) -> set[str]:
        seen = set()

        def look(state: State) -> bool:
            seen.add(state.node("hears").got)
            return True

        found = explore(main, at_rest=look)
        assert found.complete
        return seen

    assert got(partial(planned, True)) == {"", "0", "1", "01", "10"}
    # The second message is lost; the first arrives before the crash, or after it.
    assert got(partial(planned, False)) == {"", "0"}


def test_what_arrived_before_a_cut_is_read_after_it() -> None:
    async def sends(me: Node) -> None:
        me.send("busy", "early")

    async def busy(me: Node) -> None:
        await me.call("alarm")
        me.note(await me.receive())

    async def alarm(me: Node) -> None:
        if "again" in me.disk:  # it answers in its second life, after the cut
            me.reply(await me.receive())
        me.disk["again"] = True

    def main() -> World:
        made = World()
        for program in (sends, busy, alarm):
            made.add(program)
        made.cut("sends", "busy", start=2)
        made.crash("alarm", at=3, restart=4)
        return made

    def read(state: State) -> bool:
        return state.notes("busy") == ("early",)

    assert explore(main, sometimes=read).ok


def test_planned_faults_replay() -> None:
    def calm(state: State) -> bool:
        return state.up("hears")

    found = explore(partial(planned, False), calm)
    assert found.failure is not None
    assert found.failure.schedule == (("planned",),)
    assert "hears: crashes" in found.failure.world.trace.text()

    def all_(state: State) -> bool:
        return state.node("hears").got != ""

    failure = explore(partial(planned, True), at_rest={"something": all_}).failure
    assert failure is not None
    text = failure.world.trace.text()
    assert "cut" in text
    assert text.count("is lost") == 2


def test_replay_refuses_what_is_not_possible() -> None:
    with pytest.raises(ValueError, match="not under way"):
        replay(lost_update.main, [("deliver", "c0", "db", 2)])
    with pytest.raises(ValueError, match="no such timer"):
        replay(double_submit.main, [("timeout", "browser 0", 1)])


def test_the_same_answer_whatever_the_hash_seed() -> None:
    code = (
        "from tests.sim.programs import paxos; from sim.explore import explore;"
        "f = explore(lambda: paxos.main(forgetful=True),"
        "{'one': lambda s: len(paxos.chosen(s)) < 2}); print(f, f.failure.schedule)"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "snippets:."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert "Broken after 12 steps" in said.pop()
