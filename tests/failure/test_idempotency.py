"""What docs/failure/idempotency.md says: a retry, a key, and one transaction."""

from types import ModuleType

import pytest

from sim import World
from sim.explore import Exploration, State, explore
from tests.programs import changed, program

PAGE = "failure/idempotency"
BROKEN = f"{PAGE}/charged_twice"
LATE = f"{PAGE}/key_after_charge"
FIXED = f"{PAGE}/charged_twice_fixed"
EXERCISE = f"{PAGE}/exercises/serve_at_once"

CHARGES = '            me.disk["charges"] += [(key, euros)]\n'
A_CRASH = "            await me.sleep(5)  # ms: a crash can come here\n"


def paid_without_a_row(state: State) -> bool:
    return state.result("browser") == "paid" and not state.disk("shop")["charges"]


def searched(module: ModuleType, losses: int = 0, duplicates: int = 0) -> Exploration:
    """All runs with a crash and a restart, and with what is lost or doubled."""
    return explore(
        module.build,
        always={
            "never charged twice": module.never_charged_twice,
            "nobody is told «paid» for nothing": lambda s: not paid_without_a_row(s),
        },
        losses=losses,
        duplicates=duplicates,
        crashes=1,
        restarts=1,
    )


# No key ------------------------------------------------------------------------


def test_without_a_key_a_late_answer_is_enough() -> None:
    """No fault is needed: the browser gives up, and both requests are served."""
    broken = program(BROKEN)
    found = explore(broken.build, always=broken.never_charged_twice)

    assert found.failure is not None
    assert found.failure.schedule == (
        ("deliver", "browser", "shop", 1),
        ("timeout", "browser", 0),
        ("timeout", "shop", 0),
        ("timeout", "shop", 0),
        ("deliver", "browser", "shop", 2),
        ("timeout", "shop", 0),
    )
    assert broken.main().trace.text() == found.failure.world.trace.text()


def test_the_moments_that_the_page_names() -> None:
    broken, late = (program(name).main().trace for name in (BROKEN, LATE))
    gave_up = next(e for e in broken.events if e.kind == "timeout")
    charged, crashed = (
        next(e for e in late.events if what in (e.text, e.kind))
        for what in ("charges 20", "crash")
    )
    assert gave_up.time == 60
    assert not [i for i in broken.incidents if i.kind == "lose"]
    assert charged.time == 65 < crashed.time


def test_a_browser_that_never_asks_again_may_pay_never_or_once() -> None:
    """The other half of the trouble: without a retry, a lost order stays lost."""
    once = changed(BROKEN, ("range(2)", "range(1)"))
    found = explore(
        once.build,
        always=once.never_charged_twice,
        at_rest={"it is charged": lambda s: len(s.disk("shop")["charges"]) == 1},
        losses=1,
    )
    assert found.failure is not None
    assert found.failure.what == "it is charged"


# A key in the wrong place ---------------------------------------------------------


def test_a_key_written_after_the_charge_is_lost_in_a_crash() -> None:
    late = program(LATE)
    found = searched(late)

    assert found.failure is not None
    assert [step[0] for step in found.failure.schedule] == [
        "deliver",
        "timeout",
        "timeout",
        "crash",
        "restart",
        "deliver",
        "timeout",
    ]
    assert late.main().trace.text() == found.failure.world.trace.text()


def test_without_a_crash_that_key_is_enough() -> None:
    late = program(LATE)
    assert explore(late.build, always=late.never_charged_twice, losses=1).ok


def test_a_key_written_before_the_charge_is_paid_for_nothing() -> None:
    charge = '            me.disk["charges"] += [euros]\n'
    key = '            me.disk["keys"] += [key]\n'
    early = changed(LATE, (charge, "CHARGE\n"), (key, charge), ("CHARGE\n", key))
    found = searched(early)

    assert found.failure is not None
    assert found.failure.what == "nobody is told «paid» for nothing"
    assert found.failure.world.nodes["shop"].disk["keys"] == ["k7"]


# One row ------------------------------------------------------------------------


def test_one_row_holds_whatever_is_lost_and_whenever_it_crashes() -> None:
    fixed = program(FIXED)
    found = explore(
        fixed.build,
        always=fixed.never_charged_twice,
        sometimes={
            "it crashes before the row": lambda s: (
                not s.up("shop") and not s.disk("shop")["charges"]
            ),
            "it crashes between the row and the answer": lambda s: (
                not s.up("shop")
                and bool(s.disk("shop")["charges"])
                and not any(m.sender == "shop" for m in s.messages)
                and not s.ended("browser")
            ),
            "it is paid": lambda s: s.result("browser") == "paid",
        },
        losses=1,
        crashes=1,
        restarts=1,
    )
    assert found.ok
    assert found.states == 816
    assert found.runs == 8_699_973


def test_it_holds_with_a_duplicate_as_well_and_tells_nobody_a_lie() -> None:
    assert searched(program(FIXED), losses=1, duplicates=1).ok


def test_the_page_prints_what_was_tried(capsys: pytest.CaptureFixture[str]) -> None:
    program(FIXED).main()

    out = capsys.readouterr().out
    assert out.startswith("All 8,699,973 runs hold: never charged twice.")
    assert "at most 1 loss and 1 crash and 1 restart" in out


def test_without_the_look_for_the_key_it_is_charged_twice() -> None:
    careless = changed(FIXED, ('if key not in dict(me.disk["charges"]):', "if True:"))
    found = searched(careless)

    assert found.failure is not None
    assert found.failure.what == "never charged twice"
    assert len(found.failure.schedule) == 6


def test_a_new_key_for_each_try_is_no_key(capsys: pytest.CaptureFixture[str]) -> None:
    world = program(FIXED).main(new_key_each_try=True)

    assert capsys.readouterr().out.startswith("Broken after 6 steps")
    assert world.nodes["shop"].disk["charges"] == [("k7", 20), ("k8", 20)]


# A mail is outside ---------------------------------------------------------------


@pytest.mark.parametrize("inside", [True, False], ids=["inside the if", "below it"])
def test_a_receipt_is_sent_at_most_or_at_least_once(inside: bool) -> None:
    """However many were sent when the browser was told «paid»."""
    line = '            me.note("sends a receipt")\n'
    shop = changed(FIXED, (A_CRASH, A_CRASH + (line if inside else line[4:]))).shop
    seen = set()

    def build() -> World:
        world = World()
        world.add(program(FIXED).browser, False)
        world.add(shop)
        return world

    def look(state: State) -> bool:
        if state.result("browser") == "paid":
            seen.add(state.notes("shop").count("sends a receipt"))
        return True

    assert explore(build, always=look, crashes=1, restarts=1).ok
    assert seen == {0, 1} if inside else seen >= {1, 2} and 0 not in seen


# The exercise ---------------------------------------------------------------------


def test_the_answer_is_taken() -> None:
    assert program(EXERCISE).judge(program(f"{EXERCISE}_answer")) is None


def test_one_after_the_other_is_not_at_once() -> None:
    assert "for two at once" in program(EXERCISE).judge(program(FIXED))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        # It looks once: the race.
        (
            ('        if key not in dict(me.disk["charges"]):\n', "        if True:\n"),
            "no click is charged twice",
        ),
        # It looks again, and then waits.
        (
            (CHARGES, "            await me.sleep(1)\n" + CHARGES),
            "no click is charged twice",
        ),
        # It answers first.
        (
            (
                "        await me.sleep(50)",
                '        me.reply(request, "paid")\n' * 1
                + "        await me.sleep(50)",
            ),
            "whoever is told «paid» has a row",
        ),
        # It answers nobody.
        (('    me.reply(request, "paid")\n', ""), "both are told «paid»"),
    ],
    ids=["looks once", "waits before it writes", "answers first", "is silent"],
)
def test_wrong_ideas_are_not(change: tuple[str, str], complaint: str) -> None:
    wrong = changed(f"{EXERCISE}_answer", change)
    assert complaint in program(EXERCISE).judge(wrong)


def test_keys_in_work_may_be_kept_in_memory_beside_the_row() -> None:
    """The answer's last paragraph: 409, and a set that a crash may take."""
    other = changed(
        f"{EXERCISE}_answer",
        ("async def serve(me: Node, request", "async def serve(me, working, request"),
        (
            ": Message) -> None:\n    _, euros, key = request.body\n",
            "):\n"
            "    _, euros, key = request.body\n"
            "    if key in working:\n"
            '        me.reply(request, "409")\n'
            "        return\n"
            "    working.add(key)\n",
        ),
        (
            '    me.reply(request, "paid")\n',
            '    working.discard(key)\n    me.reply(request, "paid")\n',
        ),
        (
            '    me.disk.setdefault("charges", [])\n',
            '    me.disk.setdefault("charges", [])\n    working = set()\n',
        ),
        ("me.spawn(serve, await", "me.spawn(serve, working, await"),
    )
    assert program(EXERCISE).judge(other) is None
