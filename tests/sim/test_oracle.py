"""One run and every run: what `World` does and what `explore` says, side by side.

Programs are drawn at random (`programs.scripted`), and only what can be observed is
compared. The explorer's side is its graph; the other side is the world, as it runs.
"""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from sim import World
from sim.explore import State, explore, replay
from sim.explore.checker import Properties, Search
from sim.explore.program.model import KeepsMail, Model
from sim.explore.program.schedule import Schedule
from sim.explore.state import Explored
from sim.network import Route
from tests.sim.brute_force import of_state, of_world
from tests.sim.driven import run_by_times
from tests.sim.programs import scripted
from tests.sim.programs.scripted import NAMES, long_programs, programs

KINDS = ("losses", "duplicates", "crashes", "restarts")
PLANS = st.sampled_from(["", "", "cut", "crash", "down", "lose"])
BUDGETS = st.sampled_from(
    [(0, 0, 0, 0)] * 3 + [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 1, 1)]
)
CUT = [[("send", "b"), ("sleep", "a")] * 3, [("receive", "a")] * 3, []]
TIDY = [[("rest", "a")], [("hold", "a")], [("send", "b")]]
LIMIT = 3_000  # states
SLOW = [HealthCheck.filter_too_much, HealthCheck.too_slow]


def real_run(
    scripts: Any, fifo: bool, plan: str, disks: bool, budgets: Any, seed: int
) -> World | None:
    """A run under random delays, with faults; None if they went beyond the budgets."""
    losses, duplicates, crashes, restarts = budgets
    dice = Random(seed)
    world = scripted.main(scripts, fifo, seed, plan, disks)
    if losses:
        world.lose(dice.choice(NAMES), dice.choice(NAMES), dice.randint(1, 2))
    if duplicates:
        world.network(delay=world.links.default.delay, fifo=fifo, duplicate=0.3)
    if crashes:
        back = dice.uniform(20, 40) if restarts and seed % 3 else None
        world.crash(dice.choice(NAMES), dice.uniform(0, 20), back)
    world.run()
    copies = sum(line[2] == "duplicate" for line in world.log or ())
    return None if copies > duplicates else world


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(programs, st.booleans(), PLANS, st.booleans(), BUDGETS)
@example(
    [[("rest", "a")], [("hold", "a")], [("send", "b")]], False, "crash", True, (0,) * 4
)
def test_every_real_run_ends_in_an_explored_state(
    scripts: Any, fifo: bool, plan: str, disks: bool, budgets: Any
) -> None:
    ends: set[Any] = set()

    def collect(state: State) -> bool:
        ends.add(of_state(state, NAMES))
        return True

    within = dict(zip(KINDS, budgets, strict=True))
    build = partial(scripted.main, scripts, fifo, plan=plan, disks=disks)
    found = explore(build, at_rest=collect, limit=LIMIT, **within)
    assume(found.complete)
    for seed in range(20):
        world = real_run(scripts, fifo, plan, disks, budgets, seed)
        assert world is None or of_world(world) in ends


def every_end(build: Callable[[], World], budgets: Any) -> dict[Any, Schedule] | None:
    """What can be observed at each end of a run, with a schedule that leads there."""
    at_rest: dict[Any, int] = {}

    def collect(state: State) -> bool:
        at_rest.setdefault(of_state(state, NAMES), state._at)
        return True

    properties = Properties({}, {}, {"rest": collect})
    mail: set[str] = set()
    while True:
        model = Model(build, budgets, {"notes()"}, mail)
        view = Explored(model).at
        search = Search(model, properties, LIMIT, view, faulty=any(budgets))
        try:
            search.run()
        except KeepsMail as several:
            mail.add(several.args[0])
            at_rest.clear()
        else:
            break
    if not search.complete:
        return None
    number = {state: at for at, state in enumerate(search.states)}
    return {
        end: model.schedule(search.path(number[state]))
        for end, state in at_rest.items()
    }


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(programs, st.booleans(), PLANS, st.booleans(), BUDGETS)
@example(
    [[("rest", "a")], [("hold", "a")], [("send", "b")]], False, "crash", True, (0,) * 4
)
@example([*CUT[:1], [("receive", "a")], []], False, "cut", False, (0, 0, 0, 0))
def test_every_explored_end_is_one_of_a_real_run(
    scripts: Any, fifo: bool, plan: str, disks: bool, budgets: Any
) -> None:
    assume(not fifo or not budgets[1])  # a copy on a FIFO link has no place in line
    build = partial(scripted.main, scripts, fifo, plan=plan, disks=disks)
    ends = every_end(build, budgets)
    assume(ends is not None)
    assert ends
    for end, schedule in list(ends.items())[:25]:
        assert of_world(replay(build, schedule)) == end
        assert of_world(run_by_times(build, schedule)) == end


# A restart that finds something changed ----------------------------------------------


def refusal(world: World) -> str:
    """What the run of a world raises, or ""."""
    try:
        world.run()
    except RuntimeError as error:
        return str(error)
    return ""


forgetful = st.lists(
    st.lists(
        st.sampled_from(
            [("remember", "a"), ("send", "b"), ("listen", "a"), ("rest", "a")]
        ),
        max_size=3,
    ),
    min_size=3,
    max_size=3,
)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(forgetful, st.booleans())
def test_a_changed_argument_is_refused_in_the_same_words(
    scripts: Any, planned: bool
) -> None:
    build = partial(scripted.main, scripts, plan="crash" if planned else "")
    found = explore(build, limit=LIMIT, crashes=not planned, restarts=not planned)
    raised = {refusal(scripted.main(scripts, seed=n, plan="crash")) for n in range(10)}
    raised.discard("")
    if found.failure is None:
        assert not raised
        assert "remember" not in {kind for kind, _ in scripts[1]}
        return
    sentence = found.failure.what.partition(" raises RuntimeError: ")[2]
    assert "starts again, and its argument 'memory' has changed" in sentence
    assert raised <= {sentence} or not planned
    assert f"RuntimeError: {sentence}" in found.failure.world.trace.text()
    with pytest.raises(RuntimeError) as refused:
        run_by_times(build, found.failure.schedule)
    assert str(refused.value) == sentence


# The hot path -----------------------------------------------------------------------


class Steady(Random):
    """No chance: of every draw the least."""

    def random(self) -> float:
        return 0.0

    def getrandbits(self, count: int) -> int:
        return 0


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(
    long_programs,
    st.booleans(),
    PLANS,
    st.booleans(),
    st.lists(st.integers(0, 12), min_size=9, max_size=9),
)
@example(CUT, False, "cut", False, [12] * 9)  # sent, and coming, while it is cut
def test_the_hot_path_does_what_the_long_way_does(
    scripts: Any, fifo: bool, plan: str, disks: bool, delays: list[int]
) -> None:
    def run(hot: bool) -> World:
        world = scripted.spread(
            scripted.main(scripts, fifo, plan=plan, disks=disks), delays
        )
        world.random = Steady()
        world.bits = world.random.getrandbits
        if not hot:
            world.links.cuts["no", "one"] = 1  # so `World._run` looks at each link
        return world.run()

    hot = run(True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Route, "quick", lambda route: None)
        cold = run(False)
    assert hot.trace.text() == cold.trace.text()
    assert hot.trace.table() == cold.trace.table()
    assert of_world(hot) == of_world(cold)
    assert hot.standstill == cold.standstill
