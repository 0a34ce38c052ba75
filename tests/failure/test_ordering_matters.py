"""What docs/failure/ordering_matters.md says: a late update, and a version."""

import pytest

from sim import Node, World
from sim.explore import State, explore
from tests.programs import changed, program

PAGE = "failure/ordering_matters"
BROKEN = f"{PAGE}/stale_update_wins"
FIXED = f"{PAGE}/stale_update_wins_fixed"
EXERCISE = f"{PAGE}/exercises/deleted_stays_deleted"


# Without a version -----------------------------------------------------------------


def test_a_late_first_try_overwrites_what_was_confirmed() -> None:
    broken = program(BROKEN)
    found = explore(broken.build, always=broken.the_shop_has_what_is_shown)

    assert found.failure is not None
    assert found.failure.schedule == (
        ("timeout", "browser", 0),
        ("deliver", "browser", "shop", 2),
        ("deliver", "shop", "browser", 1),
        ("deliver", "browser", "shop", 3),
        ("deliver", "browser", "shop", 1),
        ("deliver", "shop", "browser", 2),
    )
    assert broken.main().trace.text() == found.failure.world.trace.text()


def test_the_moments_that_the_page_names() -> None:
    trace = program(BROKEN).main().trace
    gave_up = next(e for e in trace.events if e.kind == "timeout")
    noted = [(e.time, e.text) for e in trace.events if e.text]

    assert gave_up.time == 60
    assert noted == [
        (70, "has Elm St"),
        (90, "has Oak St"),
        (100, "has Elm St"),
        (110, "shows Oak St"),
    ]


def test_without_a_second_try_the_first_cannot_be_late() -> None:
    """The control: each request is sent once, after the one before it."""
    patient = changed(BROKEN, ("range(2)", "range(1)"))
    assert explore(patient.build, always=patient.the_shop_has_what_is_shown).ok


# With a version ---------------------------------------------------------------------


def test_no_older_version_is_taken_in_any_order() -> None:
    fixed = program(FIXED)
    found = explore(
        lambda: fixed.build(22),
        always=fixed.the_shop_has_what_is_shown,
        sometimes={
            "a late one is ignored": lambda s: "ignores Elm St" in s.notes("shop"),
            "it is shown": lambda s: s.result("browser") == "Oak St",
        },
        losses=1,
        duplicates=1,
    )
    assert found.ok


def test_the_page_prints_what_was_tried(capsys: pytest.CaptureFixture[str]) -> None:
    fixed = program(FIXED)
    found = explore(
        lambda: fixed.build(22), fixed.the_shop_has_what_is_shown, (), (),
        losses=1, duplicates=1,
    )  # fmt: skip
    assert (found.states, found.runs) == (1_557, 2_239_174)

    fixed.main()
    out = capsys.readouterr().out
    assert out.startswith("All 2,239,174 runs hold: the shop has what is shown.")


def test_it_holds_with_a_crash_as_well() -> None:
    fixed = program(FIXED)
    always = fixed.the_shop_has_what_is_shown
    assert explore(lambda: fixed.build(22), always, crashes=1, restarts=1).ok


def test_without_the_comparison_the_old_address_comes_back() -> None:
    careless = changed(FIXED, ('if version < me.disk["address"][0]:', "if False:"))
    always = careless.the_shop_has_what_is_shown
    found = explore(lambda: careless.build(22), always)

    assert found.failure is not None
    assert len(found.failure.schedule) == 6


def test_a_check_that_is_made_first_and_written_later_is_out_of_date() -> None:
    """Amazon, October 2025: the plan was newer when the worker looked."""

    async def worker(me: Node) -> None:
        me.disk.setdefault("address", (0, "none"))
        while True:
            me.spawn(serve, await me.receive())

    async def serve(me: Node, request: object) -> None:
        _, version, address = request.body  # type: ignore[attr-defined]
        newer = version >= me.disk["address"][0]
        await me.sleep(10)
        if newer:
            me.disk["address"] = version, address
        me.reply(request, "saved")  # type: ignore[arg-type]

    def build() -> World:
        world = World()
        world.add(program(FIXED).browser)
        world.add(worker, name="shop")
        return world

    found = explore(build, program(FIXED).the_shop_has_what_is_shown)
    assert found.failure is not None


def test_in_the_recorded_run_the_late_request_is_ignored() -> None:
    trace = program(FIXED).main().trace
    ignored = next(e for e in trace.events if e.text == "ignores Elm St")

    assert round(ignored.time) == 144
    assert [e.text for e in trace.events if e.text] == [
        "has Elm St",
        "has Oak St",
        "shows Oak St",
        "ignores Elm St",
    ]


# What a version does not do --------------------------------------------------------


async def tab(me: Node, address: str) -> str:
    answer = await me.call("shop", ("PUT", 2, address))
    return str(answer.body)


def two_tabs(shop: object) -> World:
    world = World()
    world.add(tab, "Oak St", name="one")
    world.add(tab, "Fir St", name="other")
    world.add(shop, name="shop")  # type: ignore[arg-type]
    return world


def test_two_tabs_with_one_number_are_both_told_saved_and_one_is_lost() -> None:
    fixed = program(FIXED)
    kept = set()

    def both_are_told_saved(state: State) -> bool:
        kept.add(state.disk("shop")["address"][1])
        return state.result("one") == state.result("other") == "saved"

    found = explore(lambda: two_tabs(fixed.shop), at_rest=both_are_told_saved)
    assert found.ok
    assert kept == {"Oak St", "Fir St"}


def test_a_stricter_comparison_tells_a_retry_that_it_is_too_old() -> None:
    strict = changed(FIXED, ("if version < me", "if version <= me"))

    async def asks_twice(me: Node) -> list[str]:
        request = "PUT", 1, "Elm St"
        return [(await me.call("shop", request)).body for _ in range(2)]

    def build() -> World:
        world = World()
        world.add(asks_twice)
        world.add(strict.shop)
        return world

    def is_told(state: State) -> bool:
        return state.result("asks_twice") == ["saved", "too old"]

    assert explore(build, at_rest=is_told).ok


def test_what_is_skipped_is_missing_if_updates_bring_only_a_part() -> None:
    async def partial(me: Node) -> None:
        record: dict[str, str] = {}
        latest = 0
        while True:
            version, part = (await me.receive()).body
            if version > latest:
                latest, record = version, record | part

    async def client(me: Node) -> None:
        me.send("partial", (1, {"street": "Oak St"}))
        me.send("partial", (2, {"town": "Salem"}))

    def build() -> World:
        world = World()
        world.add(client)
        world.add(partial)
        return world

    def all_is_there(state: State) -> bool:
        return len(state.node("partial").record) == 2

    found = explore(build, at_rest=all_is_there)
    assert found.failure is not None
    assert len(found.failure.schedule) == 2


# The exercise -----------------------------------------------------------------------


def test_the_answer_is_taken() -> None:
    assert program(EXERCISE).judge(program(f"{EXERCISE}_answer")) is None


STORE = '            me.disk["address"] = version, address\n'


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        # It forgets the version with the address.
        (
            (
                STORE,
                '            version = 0 if verb == "DELETE" else version\n' + STORE,
            ),
            "the old address is gone",
        ),
        # It ignores the request.
        (('if version < me.disk["address"][0]:', 'if verb == "DELETE":'), "gone"),
        # It takes no address any more.
        (
            (
                'if version < me.disk["address"][0]:',
                'if version < me.disk["address"][0] or '
                'me.disk["address"] == (2, "none"):',
            ),
            "the new address is there",
        ),
        # It takes none at all.
        (("rest[0] if", '"none" if'), "the new address is there"),
        # It keeps the address beside a mark.
        (
            (
                STORE,
                '            if verb == "DELETE":\n'
                '                address = "deleted: " + me.disk["address"][1]\n'
                + STORE,
            ),
            "the old address is gone",
        ),
    ],
    ids=["forgets", "ignores", "takes no new one", "takes none", "marks"],
)
def test_wrong_ideas_are_not(change: tuple[str, str], complaint: str) -> None:
    wrong = changed(f"{EXERCISE}_answer", change)
    assert complaint in program(EXERCISE).judge(wrong)


def test_a_version_kept_in_memory_is_not_enough() -> None:
    wrong = changed(
        f"{EXERCISE}_answer",
        ("    while True:\n        request = await me.receive()\n",
         "    latest = 0\n    while True:\n        request = await me.receive()\n"),
        ('if version < me.disk["address"][0]:', "if version < latest:"),
        (STORE, STORE + "            latest = version\n"),
    )  # fmt: skip
    assert "the old address is gone" in program(EXERCISE).judge(wrong)
