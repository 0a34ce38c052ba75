"""What docs/fallacies/network_is_secure.md says: tampering, replay, and a nonce."""

import pytest

from sim.explore import explore
from tests.programs import changed, program

PAGE = "fallacies/network_is_secure"
BROKEN = f"{PAGE}/replayed_request"
FIXED = f"{PAGE}/replayed_request_fixed"
EXERCISE = f"{PAGE}/exercises/survive_a_restart"


# A signature ------------------------------------------------------------------


def test_a_signature_stops_every_change() -> None:
    broken = program(BROKEN)
    found = explore(
        broken.build,
        always=broken.no_sum_is_changed,
        sometimes={
            "a change is tried": lambda s: "refuses: changed" in s.notes("shop")
        },
    )
    assert found.ok


def test_without_the_signature_another_sum_gets_through() -> None:
    broken = changed(BROKEN, ("if not hmac.", "if False and hmac."))
    found = explore(broken.build, always=broken.no_sum_is_changed)
    assert found.failure is not None
    assert len(found.failure.schedule) == 2


def test_a_signature_does_not_stop_a_copy() -> None:
    broken = program(BROKEN)
    found = explore(broken.build, always=broken.no_credit_comes_twice)
    assert found.failure is not None
    assert found.failure.schedule == (
        ("deliver", "bank", "proxy", 1),
        ("deliver", "proxy", "shop", 1),
        ("deliver", "proxy", "shop", 2),
    )
    assert found.failure.world.nodes["shop"].disk["Ann"] == (50, 50)
    assert found.failure.world.trace.text() == broken.main().trace.text()


def test_the_events_that_the_page_names_are_the_copy_and_its_receipt() -> None:
    trace = program(BROKEN).main().trace
    first, second = (trace.event(name).sent[0] for name in ("proxy2", "proxy3"))
    assert first.body == second.body
    for name, message in (("shop1", first), ("shop3", second)):
        received = trace.event(name).received
        assert received is not None
        assert received.id == message.id


# A nonce ----------------------------------------------------------------------


def test_a_nonce_stops_both_in_every_order() -> None:
    fixed = program(FIXED)
    found = explore(
        fixed.build,
        always=fixed.at_most_one_credit_of_50,
        sometimes={
            "Ann gets it": lambda s: s.disk("shop").get("Ann") == (50,),
            "a copy is refused": lambda s: "refuses: repeated" in s.notes("shop"),
        },
    )
    assert found.ok


@pytest.mark.parametrize(
    "changes",
    [
        [("seen.add(nonce)", "pass")],  # nobody remembers
        [  # it is not signed
            ("(*message, signature(*message))", "(*message, signature(*message[:2]))"),
            ("(signed, signature(*message))", "(signed, signature(*message[:2]))"),
        ],
    ],
)
def test_it_takes_the_list_and_the_signature(changes: list[tuple[str, str]]) -> None:
    without = changed(FIXED, *changes)
    found = explore(without.build, always=without.at_most_one_credit_of_50)
    assert found.failure is not None
    assert len(found.failure.schedule) == 3


def test_the_recorded_run_refuses_three_of_the_four() -> None:
    trace = program(FIXED).main().trace
    assert [event.text for event in trace.events if event.text] == [
        "Ann gets 50",
        "refuses: repeated",
        "refuses: changed",
        "refuses: changed",
    ]


def test_the_output_is_what_the_search_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    program(BROKEN).main()
    program(FIXED).main()
    lines = capsys.readouterr().out
    assert "All 6 runs hold: no sum is changed." in lines
    assert "Broken after 3 steps" in lines
    assert "All 24 runs hold: at most one credit of 50." in lines


# The exercise -----------------------------------------------------------------


def test_a_list_in_memory_does_not_survive_a_restart() -> None:
    fixed = program(FIXED)
    found = explore(fixed.build, fixed.at_most_one_credit_of_50, crashes=1, restarts=1)
    assert found.failure is not None
    kinds = [step[0] for step in found.failure.schedule]
    assert kinds == ["deliver", "deliver", "crash", "restart", "deliver"]

    assert "no credit comes twice" in program(EXERCISE).judge(fixed)


def test_the_answer_is_taken() -> None:
    assert program(EXERCISE).judge(program(f"{EXERCISE}_answer")) is None


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("elif nonce in me.disk", "elif False"), "no credit comes twice"),
        (("if not hmac.", "if False and hmac."), "no sum is changed"),
        # It refuses all, or all but the first.
        (("if not hmac.", "if True or hmac."), "Ann gets all three"),
        (("elif nonce in me.disk", 'elif "Ann" in me.disk'), "Ann gets all three"),
        # Two equal sums are no copy.
        (
            ("elif nonce in me.disk", 'elif euros in me.disk.get("Ann", ())'),
            "Ann gets all three",
        ),
        # The money is kept first, and the number after the next wait.
        (
            ('            me.disk[nonce] = "taken"\n', "            later = nonce\n"),
            "no credit comes twice",
        ),
        # The number is kept first, and the money after the next wait.
        (
            (' = "taken"\n', ' = "taken"\n            await me.sleep(1)\n'),
            "Ann gets nothing",
        ),
        # It ends, and what comes later waits for nobody.
        (('Ann gets {euros}")\n', 'Ann gets")\n            return\n'), "Too many runs"),
    ],
)
def test_wrong_ideas_are_not(change: tuple[str, str], complaint: str) -> None:
    wrong = changed(f"{EXERCISE}_answer", change)
    assert complaint in program(EXERCISE).judge(wrong)
