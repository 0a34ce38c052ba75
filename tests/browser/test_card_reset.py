"""Reset, Stop and the tabs at any moment: nothing a reader wrote or saw gets lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.desk import PATIENCE, WITH_CARD, Card, Desk, desk_at
from tests.published import Site

pytestmark = pytest.mark.browser

PATH = "ordering/happened_before/"
MINE = "print('mine')\nwhile True:\n    pass\n"
RESET = "Back to the recorded run."
WASM = re.compile(r"\.wasm\b")


def by_pointer(card: Card) -> None:
    card.element.get_by_role("button", name=f"Reset {card_file(card)}").click()


def by_key(card: Card) -> None:
    card.element.get_by_role("button", name=f"Reset {card_file(card)}").focus()
    card.page.keyboard.press("Enter")


def right_after_stop(card: Card) -> None:
    at_once(card, "run", "reset")


def at_once(card: Card, *deeds: str) -> None:
    """Do one thing after the other, before anything can come of the first."""
    card.element.evaluate(
        "(card, deeds) => Promise.all(deeds.map((deed) => cards.act(card, deed)))",
        [*deeds],
    )


def card_file(card: Card) -> str:
    return f"{card.element.get_attribute('id')}.py"


def tab(card: Card, name: str) -> None:
    card.element.locator(".tabbed-labels:visible").get_by_text(name).click()


def expect_the_recorded_run(card: Card, printed: str) -> None:
    expect(card.editor).to_have_count(0)
    expect(card.element.locator(".is-stale")).to_have_count(0)
    expect(card.run_button).to_have_text("Run")
    assert card.printed() == printed
    assert card.element.get_attribute("class") == "card is-live"


@pytest.mark.parametrize("reset", [by_pointer, by_key, right_after_stop])
def test_reset_during_a_run_takes_nothing_away(
    desk: Desk, reset: Callable[[Card], None]
) -> None:
    desk.visit(PATH)
    card, other = desk.card("merged_logs"), desk.card("figure_1")
    printed = card.printed()
    card.write(MINE)
    card.run_button.click()
    expect(card.run_button).to_have_text("Stop")
    expect(card.output).to_have_text("mine\n")
    reset(card)
    expect(card.says).to_have_text(RESET)

    # Its turn comes when the run of the first has ended.
    other.run()
    expect(card.says).to_have_text(RESET)
    expect_the_recorded_run(card, printed)

    card.act("undo")
    expect(card.says).to_have_text("As it was.")
    assert card.written() == MINE
    card.page.reload(wait_until="networkidle")
    expect(card.says).to_contain_text("Your program, as you left it.")
    assert card.written() == MINE


def test_reset_and_undo_while_another_program_has_its_turn(desk: Desk) -> None:
    desk.visit(PATH)
    first, second = desk.card("merged_logs"), desk.card("figure_1")
    first.run_without_end()
    second.write(MINE)
    second.run_button.click()
    expect(second.says).to_have_text("Another program is running: this one is next.")
    second.act("reset")
    expect(second.says).to_have_text(RESET)
    second.act("undo")
    first.act("reset")
    expect(first.says).to_have_text(RESET)
    # What was waiting left with Reset: Undo brings the text, and runs nothing.
    expect(second.says).to_have_text("As it was.")
    assert second.written() == MINE
    expect(second.run_button).to_have_text("Run")
    second.act("reset")
    second.run("The same as the recorded run.")


def test_a_run_right_after_reset_is_the_recorded_one(desk: Desk) -> None:
    desk.visit(PATH)
    card = desk.card("merged_logs")
    card.run_without_end("print('mine')\n")
    at_once(card, "reset", "run")
    expect(card.says).to_have_text("The same as the recorded run.", timeout=PATIENCE)
    assert "mine" not in card.printed()


def test_a_number_that_was_being_typed_does_not_run_after_reset(desk: Desk) -> None:
    path = next(p for p in WITH_CARD if 'name="seed"' in built(desk, p))
    desk.visit(path)
    card = Card(desk, desk.page.locator(".card:has([name=seed])").first)
    card.act("nextSeed")
    expect(card.command).to_contain_text("--seed")
    card.knob("seed").fill("77")
    card.act("reset")
    expect(card.says).to_have_text(RESET)
    desk.page.wait_for_timeout(600)  # a number is taken after 300 ms
    expect(card.says).to_have_text(RESET)
    expect(card.element.locator("[data-act=undo]")).to_have_count(1)
    assert "--seed" not in (card.command.text_content() or "")


def built(desk: Desk, path: str) -> str:
    return (desk.site.folder / path / "index.html").read_text("utf-8")


def test_while_python_and_the_editor_are_on_their_way(
    chromium: Browser, site: Site
) -> None:
    with desk_at(chromium, site, "ordering/lamport_clocks/") as desk:
        card = desk.card()
        printed = card.printed()
        recorded = card.element.locator("figure.sequence").evaluate(
            "(e) => e.innerHTML"
        )
        sequence = card.element.locator("figure.sequence > svg")

        # An editor that is still loading is taken back, too.
        at_once(card, "edit", "reset")
        expect_the_recorded_run(card, printed)

        # Before anything has run, each tab shows what was recorded.
        card.act("edit")
        for name in ("Sequence diagram", "Events", "Space-time diagram"):
            tab(card, name)
        tab(card, "Sequence diagram")
        expect(sequence).to_be_visible()
        expect(card.element.locator(".is-stale")).to_have_count(0)
        card.write(MINE)
        tab(card, "Events")
        expect(card.table.first).to_be_visible()
        tab(card, "Sequence diagram")
        expect(sequence).to_be_visible()

        held = []
        desk.page.route(WASM, lambda route: held.append(route))
        card.run_button.click()
        expect(card.says).to_contain_text("Getting Python")
        tab(card, "Space-time diagram")
        tab(card, "Sequence diagram")
        expect(sequence).to_be_visible()
        assert not any("mermaid" in url for url in desk.asked), "nothing to draw yet"
        by_pointer(card)
        expect(card.says).to_have_text(RESET)
        expect_the_recorded_run(card, printed)
        assert recorded == card.element.locator("figure.sequence").evaluate(
            "(e) => e.innerHTML"
        )

        card.act("undo")
        expect(card.says).to_have_text("As it was.")
        assert card.written() == MINE
        for route in held:
            route.continue_()
        desk.page.unroute(WASM)
        by_key(card)

        # What a run has for that tab waits there; Reset brings the recorded one back.
        tab(card, "Space-time diagram")
        card.write(f"{card.program()}\nprint('mine')\n")
        card.run("Changed from the recorded run.")
        by_pointer(card)
        expect_the_recorded_run(card, printed)
        tab(card, "Sequence diagram")
        expect(sequence).to_be_visible()
