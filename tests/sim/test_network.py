"""Every fault of the network, in a world in which it changes what happens."""

from random import Random

import pytest

from sim import Exponential, Link, Node, Uniform, World
from sim.link import sample


async def sender(me: Node, count: int, gap: float = 0) -> None:
    for number in range(1, count + 1):
        me.send("receiver", number, size=100)
        if gap:
            await me.sleep(gap)


async def receiver(me: Node, got: list[tuple[int, float]]) -> None:
    while True:
        message = await me.receive()
        got.append((message.body, me.monotonic()))


def received(count: int = 20, gap: float = 0, seed: int = 1, faults=None, **network):
    """What arrives of 1, 2, 3 … and when, over a network with these settings."""
    got: list[tuple[int, float]] = []
    world = World(seed)
    world.network(**network)
    world.add(sender, count, gap)
    world.add(receiver, got)
    if faults:
        faults(world)
    world.run()
    return got


def numbers(*arguments, **settings) -> list[int]:
    return [number for number, _ in received(*arguments, **settings)]


ALL = list(range(1, 21))


def test_without_a_fault_everything_arrives_once_in_order_and_in_time():
    assert received(3, delay=7) == [(1, 7.0), (2, 7.0), (3, 7.0)]


def test_loss():
    arrived = numbers(loss=0.5)
    assert 0 < len(arrived) < 20
    assert arrived == sorted(arrived)
    assert numbers(loss=0) == ALL
    assert numbers(loss=1) == []


def test_duplication():
    arrived = numbers(duplicate=0.5)
    assert sorted(set(arrived)) == ALL
    assert 20 < len(arrived) < 40
    assert len(numbers(duplicate=1)) == 40


def test_a_random_delay_reorders_and_fifo_does_not():
    even = Uniform(1, 100)
    assert numbers(delay=even) != ALL
    assert sorted(numbers(delay=even)) == ALL
    assert numbers(delay=even, fifo=True) == ALL


def test_on_a_fifo_link_a_copy_does_not_overtake_either():
    order = numbers(delay=Uniform(1, 100), fifo=True, duplicate=0.5, gap=10)
    firsts = list(dict.fromkeys(order))
    assert firsts == ALL
    assert len(order) > 20


def test_an_exponential_delay_has_a_least_value_and_a_long_tail():
    times = [time for _, time in received(20, delay=Exponential(mean=50, least=5))]
    assert min(times) >= 5
    assert max(times) > 100


def test_a_wide_uniform_delay_spreads_over_all_its_width():
    hour = 3_600_000
    times = [time for _, time in received(200, delay=Uniform(0, hour))]
    assert min(times) < 0.1 * hour
    assert max(times) > 0.9 * hour


def test_bandwidth_lets_messages_wait_for_each_other():
    arrivals = [time for _, time in received(3, delay=10, bandwidth=10)]
    assert arrivals == [20.0, 30.0, 40.0]  # 100 bytes at 10 bytes/ms, then 10 ms


def test_a_link_of_its_own_and_only_in_its_direction():
    def arrival(source: str, destination: str) -> float:
        return received(1, faults=lambda w: w.link(source, destination, delay=99))[0][1]

    assert arrival("sender", "receiver") == 99.0
    assert arrival("receiver", "sender") == 10.0


def test_settings_can_change_during_the_run():
    def worse(world: World) -> None:
        world.at(45, lambda: world.network(loss=1))
        world.at(85, lambda: world.network())

    assert numbers(10, gap=10, faults=worse) == [1, 2, 3, 4, 5, 10]


def test_lose_the_first_or_those_numbered():
    assert numbers(faults=lambda w: w.lose("sender", "receiver")) == ALL[1:]
    arrived = numbers(faults=lambda w: w.lose("sender", "receiver", 2, 20))
    assert arrived == [n for n in ALL if n not in (2, 20)]


def test_lose_during_the_run_counts_from_then_on():
    def later(world: World) -> None:
        world.at(35, lambda: world.lose("sender", "receiver", 2))

    assert numbers(8, gap=10, faults=later) == [1, 2, 3, 4, 5, 7, 8]


async def echo(me: Node) -> None:
    while True:
        request = await me.receive()
        me.reply(request, request.body)


async def asker(me: Node, log: list[str]) -> None:
    for number in range(1, 7):
        try:
            answer = await me.call("echo", number, timeout=30)
            log.append(f"{answer.body}")
        except TimeoutError:
            log.append(f"{number}?")


def asked(faults) -> tuple[list[str], World]:
    log: list[str] = []
    world = World()
    world.add(asker, log)
    world.add(echo)
    faults(world)
    return log, world.run()


def lost_of(world: World) -> list[tuple[str, str]]:
    incidents = world.trace.incidents
    return [(i.message.sender, i.message.to) for i in incidents if i.kind == "lose"]


def test_a_cut_works_in_one_direction():
    log, world = asked(lambda w: w.cut("asker", "echo", 35, 75))
    assert log == ["1", "2", "3?", "4?", "5", "6"]
    assert set(lost_of(world)) == {("asker", "echo")}
    log, world = asked(lambda w: w.cut("echo", "asker", 35, 75))
    assert log == ["1", "2?", "3?", "4", "5", "6"]
    assert set(lost_of(world)) == {("echo", "asker")}


def test_a_cut_for_good_never_heals():
    log, world = asked(lambda w: w.cut("echo", "asker", 35))
    assert log == ["1", "2?", "3?", "4?", "5?", "6?"]
    assert [i.kind for i in world.trace.incidents if i.kind != "lose"] == ["cut"]


def test_a_partition_heals():
    log, world = asked(lambda w: w.partition({"echo"}, start=35, stop=75))
    assert log == ["1", "2?", "3?", "4", "5", "6"]
    assert [i.text for i in world.trace.incidents if i.kind in ("cut", "heal")] == [
        "the network is cut: echo | asker",
        "healed: echo | asker",
    ]


def test_a_cut_takes_what_arrives_during_it_and_spares_what_arrives_later():
    def cut(stop: float) -> list[int]:
        return numbers(
            1, delay=50, faults=lambda w: w.cut("sender", "receiver", 20, stop)
        )

    assert cut(60) == []
    assert cut(40) == [1]


def test_what_is_sent_into_a_cut_is_lost_even_if_the_cut_heals_before_the_arrival():
    def cut(world: World) -> None:
        world.cut("sender", "receiver", 15, 25)

    assert numbers(4, gap=10, delay=50, faults=cut) == [1, 2, 4]


def test_a_partition_never_cuts_a_node_from_itself():
    async def alone(me: Node, got: list[object]) -> None:
        me.send("a", "note to self")
        got.append((await me.receive()).body)

    got: list[object] = []
    world = World()
    world.add(alone, got, name="a")
    world.add(echo)
    world.partition(["a", "echo"], ["a"])
    world.run()
    assert got == ["note to self"]


def test_of_two_cuts_both_must_end():
    def cuts(world: World) -> None:
        world.cut("sender", "receiver", 5, 35)
        world.partition(["sender"], ["receiver"], 25, 55)

    assert numbers(8, gap=10, delay=1, faults=cuts) == [1, 7, 8]


def test_a_partition_has_the_same_text_for_every_order_of_its_names():
    def text(side) -> str:
        world = World()
        for name in ("a", "b", "c", "d"):
            world.add(echo, name=name)
        world.partition(side, start=1)
        return world.run().trace.text()

    assert text({"c", "a"}) == text(["a", "c"]) == text(("c", "a"))
    assert "a, c | b, d" in text({"c", "a"})


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"loss": 1.5}, "loss=1.5: a share lies between 0 and 1"),
        ({"loss": float("nan")}, "loss=nan: a share"),
        ({"duplicate": -0.1}, "duplicate=-0.1: a share lies between 0 and 1"),
        ({"bandwidth": 0}, "bandwidth=0: must be above 0 bytes/ms"),
        ({"delay": -1}, "a delay cannot be -1 ms: it must be 0 or more"),
        ({"delay": float("inf")}, "a delay cannot be inf ms"),
        ({"delay": Uniform(9, 1)}, "high is below low"),
        ({"delay": Uniform(-1, 1)}, "a delay cannot be -1 ms"),
        ({"delay": Exponential(-5)}, "a delay cannot be -5 ms"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(settings, says):
    with pytest.raises(ValueError, match=says.replace("(", r"\(")) as network:
        World().network(**settings)
    with pytest.raises(ValueError) as link:
        World().link("a", "b", **settings)
    assert str(network.value) == str(link.value)
    assert len(str(network.value).splitlines()) == 1


def test_an_unknown_setting_is_refused():
    with pytest.raises(TypeError, match="lost"):
        World().network(lost=0.5)


def test_draws_keep_their_bounds():
    random = Random(4)
    fixed = {sample(2.5, random) for _ in range(10)}
    even = [sample(Uniform(1, 2), random) for _ in range(1000)]
    tail = [sample(Exponential(10, 3), random) for _ in range(1000)]
    assert fixed == {2500}
    assert 1000 <= min(even) < 1050 < 1950 < max(even) <= 2000
    assert min(tail) >= 3000
    assert 12_000 < sum(tail) / 1000 < 14_000


def test_the_quick_draw_of_send_is_as_even_as_the_slow_one():
    def mean(**more) -> float:
        times = [time for _, time in received(4000, delay=Uniform(10, 20), **more)]
        assert 10 <= min(times) < 10.1 < 19.9 < max(times) <= 20
        return sum(times) / len(times)

    assert mean() == pytest.approx(15, abs=0.2)
    assert mean(bandwidth=1e9) == pytest.approx(15, abs=0.2)


def test_a_link_is_plain_by_default():
    assert Link() == Link(10.0, 0.0, 0.0, False, None)
