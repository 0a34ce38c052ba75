"""Safety alone proves nothing: a page that explores shows what does happen, too.

A lock that never opens is never held by two, and a shop that never charges charges
nobody twice. So every exploration on a page that finds an `always` true has, beside
it, a `sometimes` or an `at_rest`; and the program whose working part does nothing
must fail. What a judge asks of a reader's program is held to the same.

A program whose point is a counterexample shows one failing run. It claims nothing about
the others, so there is nothing that idleness could fake: if it did nothing, the search
would find no failure, and its `assert` would say so.
"""

import io
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from scripts.lib.paths import SNIPPETS
from sim import hooks
from sim.program.exercise import judged
from sim.program.find import load, programs
from sim.program.knobs import knobs
from tests.programs import changed

# What does the work in a program, and words with which it does none.
IDLE = {
    "contemporaries/caitie_mccaffrey/saga": (
        'if (await me.call(name, "book")).body != "booked":',
        'if (await me.call(name, "book")).body:',  # never books
    ),
    "contemporaries/caitie_mccaffrey/exercises/go_on_booking_answer": (
        'if answer.body != "booked":',
        "if answer.body:",
    ),
    "contemporaries/camille_fournier/lock_with_fencing": (
        "elif token == latest:",
        "elif token < 0:",  # storage refuses everything
    ),
    "contemporaries/camille_fournier/exercises/only_the_newest_answer": (
        "if version != current:",
        "if True:",
    ),
    "contemporaries/christopher_meiklejohn/two_carts": (
        "cart, waiting = Cart(), list(edits)",
        "cart, waiting = Cart(), []",  # nobody puts anything into a cart
    ),
    "contemporaries/christopher_meiklejohn/exercises/escrow_answer": (
        'elif item != "voucher" or me.name == "phone":',
        'elif item != "voucher":',  # the voucher is never used
    ),
    "failure/idempotency/charged_twice_fixed": (
        'if key not in dict(me.disk["charges"]):',
        "if not key:",  # says “paid” and never charges
    ),
    "failure/idempotency/exercises/serve_at_once_answer": (
        "        # Meanwhile another task may have written the row.\n"
        '        if key not in dict(me.disk["charges"]):',
        "        if not key:",
    ),
    "failure/ordering_matters/stale_update_wins_fixed": (
        "request = await me.receive()",
        "request = await me.receive(); continue",  # the shop never answers
    ),
    "failure/ordering_matters/exercises/deleted_stays_deleted_answer": (
        "request = await me.receive()",
        "request = await me.receive(); continue",
    ),
    "fallacies/network_is_reliable/reliable_delivery": (
        "if number >= len(word):",
        "if number < 0:",  # reads no letter
    ),
    "fallacies/network_is_secure/replayed_request": (
        "if not hmac.compare_digest(signed, signature(text, euros)):",
        "if signed:",  # refuses every message
    ),
    "fallacies/network_is_secure/replayed_request_fixed": (
        "if not hmac.compare_digest(signed, signature(*message)):",
        "if signed:",
    ),
    "fallacies/network_is_secure/exercises/survive_a_restart_answer": (
        "if not hmac.compare_digest(signed, signature(*message)):",
        "if signed:",
    ),
    "ordering/total_order/mutual_exclusion": (
        "inside = me.name in queue and all(",
        "inside = bool(not queue) and all(",  # never opens
    ),
    "ordering/total_order/exercises/order_by_numbers_answer": (
        "inside = me.name in queue and all(",
        "inside = bool(not queue) and all(",
    ),
}

Finding = dict[str, Any]


def name(path: Path) -> str:
    return path.relative_to(SNIPPETS).with_suffix("").as_posix()


def explores(path: Path) -> bool:
    return "explore(" in path.read_text("utf-8")


ANSWERS = sorted(SNIPPETS.glob("*/*/exercises/*_answer.py"))
PROGRAMS = [path for path in (*programs().values(), *ANSWERS) if explores(path)]
JUDGES = [
    path
    for path in sorted(SNIPPETS.glob("*/*/exercises/*.py"))
    if path not in ANSWERS and explores(path)
]


def found(run: Callable[[], object]) -> list[Finding]:
    """What the explorations of a run find, in their order."""
    with hooks.findings() as every, redirect_stdout(io.StringIO()):
        run()
    return [finding for finding in every if finding["by"] == "explore"]


@cache
def found_by(path: Path) -> list[Finding]:
    return found(load(path).main)


def proves_nothing(every: list[Finding]) -> list[str]:
    """What passes, and a program that does nothing would pass as well."""
    return [
        finding["verdict"]
        for finding in every
        if finding["ok"] and not finding["happened"] and not finding["at_rest"]
    ]


def test_the_globs_find_something() -> None:
    assert len(PROGRAMS) >= 20
    assert len(JUDGES) >= 8


@pytest.mark.parametrize("path", PROGRAMS, ids=name)
def test_what_never_happens_stands_beside_what_does(path: Path) -> None:
    every = found_by(path)

    assert every, f"{name(path)} explores, and main does not"
    assert not proves_nothing(every), f"{name(path)}: add sometimes= or at_rest="


@pytest.mark.parametrize("path", PROGRAMS, ids=name)
def test_every_exploration_of_a_page_has_a_verdict(path: Path) -> None:
    """With any switch in any position: all holds, or there is a failing run to see."""
    module = load(path)
    switches = [knob for knob in knobs(module.main) if knob.kind is bool]
    for values in product((True, False), repeat=len(switches)):
        settings = {
            knob.name: value for knob, value in zip(switches, values, strict=True)
        }
        every = found(partial(module.main, **settings))
        for finding in every:
            assert finding["ok"] or finding["failure"], f"{settings}: {finding['text']}"


@pytest.mark.parametrize("path", JUDGES, ids=name)
def test_a_judge_asks_for_what_happens_too(path: Path) -> None:
    answer = path.with_name(f"{path.stem}_answer.py")

    every = found(lambda: judged(answer.read_text("utf-8"), name(path)))

    assert every
    assert not proves_nothing(every), f"{name(path)}: add sometimes= or at_rest="


@pytest.mark.parametrize("path", PROGRAMS, ids=name)
def test_every_program_that_claims_something_has_an_idle_twin_here(path: Path) -> None:
    claims = any(finding["ok"] for finding in found_by(path))
    broken = (load(path).__doc__ or "").startswith("Broken: ")

    assert claims or broken, f"{name(path)} fails. If that is its point, say «Broken: »"
    assert claims == (name(path) in IDLE), f"{name(path)}: tell in IDLE what works"


@pytest.mark.parametrize("program", IDLE)
def test_a_program_that_does_nothing_fails(program: str) -> None:
    idle = changed(program, IDLE[program])

    try:
        every = found(idle.main)
    except AssertionError:  # the failing run that the program should show is not there
        return
    assert not all(finding["ok"] for finding in every), [f["text"] for f in every]


def test_a_proof_of_nothing_is_noticed() -> None:
    lock = "contemporaries/camille_fournier/lock_with_fencing"
    blind = changed(lock, ("no_saved_line_is_lost, both))", "no_saved_line_is_lost))"))

    assert proves_nothing(found(blind.main)) == [
        "All 295,152 runs hold: no saved line is lost."
    ]
