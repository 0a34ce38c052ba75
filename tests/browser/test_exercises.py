"""Exercises answer back: choices with their reasons, programs that the page judges."""

import json
import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from scripts.lib.paths import SNIPPETS
from tests.browser.desk import PATIENCE, Desk, desk_at
from tests.published import Site

pytestmark = pytest.mark.browser

PATH = "ordering/total_order/"
ANSWER = (
    SNIPPETS / "ordering/total_order/exercises/order_by_numbers_answer.py"
).read_text()


@pytest.fixture
def choices(desk: Desk) -> Locator:
    """A question of which the third choice is right."""
    desk.visit(PATH)
    return desk.page.locator("#equal_stamps")


@pytest.fixture
def task(desk: Desk) -> Locator:
    """A program to change: that of the card mutual_exclusion_without_fifo."""
    desk.visit(PATH)
    return desk.page.locator("#order_by_numbers")


def test_a_wrong_choice_says_why_and_the_right_one_explains_them_all(
    choices: Locator,
) -> None:
    buttons, whys = choices.locator(".choice"), choices.locator(".why")
    expect(buttons).to_have_count(3)
    expect(whys).to_have_count(0)

    buttons.nth(0).click()
    expect(whys).to_have_count(1)
    expect(whys).to_contain_text("No. Order on the links does not help")
    expect(buttons.nth(0)).to_have_attribute("aria-pressed", "true")
    expect(choices.locator("[aria-live]")).to_contain_text("No. Order on the links")
    expect(choices.get_by_text("A tie has to be broken")).not_to_be_visible()

    buttons.nth(2).click()
    expect(whys).to_have_count(3)
    expect(choices.locator("[aria-live]")).to_contain_text("Right. Both requests")
    expect(choices.get_by_text("A tie has to be broken")).to_be_visible()
    expect(choices.locator("details.answer")).not_to_be_visible()


def test_what_was_tried_is_there_after_a_reload_until_it_is_given_up(
    choices: Locator,
) -> None:
    choices.locator(".choice").nth(2).click()
    choices.page.reload(wait_until="networkidle")
    expect(choices.locator(".why")).to_have_count(3)

    choices.get_by_role("button", name="Start again").click()
    expect(choices.locator(".why")).to_have_count(0)
    expect(choices.locator(".choice").first).to_be_focused()
    expect(choices.locator("details.answer")).to_be_visible()
    choices.page.reload(wait_until="networkidle")
    expect(choices.locator(".choice")).to_have_count(3)
    expect(choices.locator(".why")).to_have_count(0)


def test_the_answer_can_be_had_without_a_try(choices: Locator) -> None:
    choices.locator("details.answer summary").click()
    expect(
        choices.get_by_text("Right. Both requests have the number 1")
    ).to_be_visible()


def test_hints_come_one_by_one(task: Locator) -> None:
    hints = task.locator("details.hint")
    expect(hints.nth(0).locator("summary")).to_have_text("Hint 1 of 2")
    expect(hints.nth(1)).not_to_be_visible()
    hints.nth(0).locator("summary").click()
    expect(hints.nth(1)).to_be_visible()


def test_the_page_judges_the_readers_program(desk: Desk, task: Locator) -> None:
    says = task.locator(".exercise-says")
    check = task.get_by_role("button", name="Check my program")
    check.click()
    expect(says).to_contain_text(
        re.compile(r"^Not yet\. Broken after \d+ steps.*never two inside"),
        timeout=PATIENCE,
    )
    expect(check).to_be_enabled()

    task.get_by_role("button", name="Edit the program").click()
    card = desk.card("mutual_exclusion_without_fifo")
    expect(card.editor).to_be_visible()
    card.write(ANSWER)
    check.click()
    expect(says).to_contain_text("Solved", timeout=PATIENCE)
    expect(task.locator("details.answer")).to_have_attribute("open", "")

    desk.page.reload(wait_until="networkidle")
    expect(says).to_have_text("You have solved this.")


def test_a_program_that_breaks_down_is_told_in_pythons_words(
    desk: Desk, task: Locator
) -> None:
    card = desk.card("mutual_exclusion_without_fifo")
    card.write(card.program() + "\nraise ValueError('mine')\n")
    task.get_by_role("button", name="Check my program").click()
    says = task.locator(".exercise-says")
    expect(says).to_contain_text("Not yet.", timeout=PATIENCE)
    expect(says.locator("pre")).to_contain_text("ValueError: mine")


def test_the_way_to_the_program_leads_back(desk: Desk, task: Locator) -> None:
    card = desk.card("mutual_exclusion_without_fifo")
    back = card.element.get_by_role("button", name="Check the exercise")
    expect(back).to_have_count(0)
    edit = task.get_by_role("button", name="Edit the program")
    edit.click()
    edit.click()  # and once more
    card.write(ANSWER)
    back.click()
    expect(task.locator(".exercise-says")).to_contain_text("Solved", timeout=PATIENCE)
    expect(task.locator(".exercise-says")).to_be_in_viewport()
    expect(task.get_by_role("button", name="Check my program")).to_be_focused()


def test_a_check_that_does_not_end_can_be_stopped(desk: Desk, task: Locator) -> None:
    card = desk.card("mutual_exclusion_without_fifo")
    recorded = card.program()
    card.write("while True:\n    pass\n")
    check = task.get_by_role("button", name="Check my program")
    check.click()
    # A program that is run meanwhile waits, and its reader may give it up.
    desk.card("mutual_exclusion").run("Another program is running")
    task.get_by_role("button", name="Stop").click()
    expect(task.locator(".exercise-says")).to_have_text("Stopped.")
    expect(desk.card("mutual_exclusion").says).to_contain_text("recorded run")

    card.write(recorded)
    check.click()
    expect(task.locator(".exercise-says")).to_contain_text("Not yet. Broken")


def test_a_check_can_be_given_up_while_python_is_on_its_way(
    chromium: Browser, site: Site
) -> None:
    with desk_at(chromium, site, PATH) as desk:
        held = []
        desk.page.route("**/wasm.*.zst", lambda route: held.append(route))
        task = desk.page.locator("#order_by_numbers")
        says = task.locator(".exercise-says")
        task.get_by_role("button", name="Check my program").click()
        expect(says).to_contain_text("Getting Python")
        task.get_by_role("button", name="Stop").click()
        expect(says).to_have_text("Stopped.")

        for route in held:
            route.continue_()
        desk.page.unroute("**/wasm.*.zst")
        task.get_by_role("button", name="Check my program").click()
        expect(says).to_contain_text("Not yet. Broken", timeout=PATIENCE)


def test_a_check_ends_with_its_page(desk: Desk, task: Locator) -> None:
    desk.card("mutual_exclusion_without_fifo").write("while True:\n    pass\n")
    task.get_by_role("button", name="Check my program").click()
    expect(task.get_by_role("button", name="Stop")).to_be_visible()
    desk.visit("ordering/happened_before/")
    desk.card("merged_logs").run()


def test_the_verdict_is_read_out_and_its_progress_is_not(task: Locator) -> None:
    heard = task.locator("[aria-live]")
    expect(heard).to_be_empty()
    task.get_by_role("button", name="Check my program").click()
    expect(heard).to_contain_text("Not yet. Broken", timeout=PATIENCE)
    expect(task.locator(".exercise-says[aria-live]")).to_have_count(0)


def test_a_new_reader_has_python_loaded_by_the_check(
    chromium: Browser, site: Site
) -> None:
    with desk_at(chromium, site, PATH) as desk:
        task = desk.page.locator("#order_by_numbers")
        assert not [url for url in desk.asked if url.endswith(".wasm")]
        task.get_by_role("button", name="Check my program").click()
        expect(task.locator(".exercise-says")).to_contain_text(
            "Not yet.", timeout=PATIENCE
        )


def test_it_works_where_nothing_can_be_kept(chromium: Browser, site: Site) -> None:
    with desk_at(chromium, site, "") as desk:
        desk.page.add_init_script(
            "Object.defineProperty(window, 'localStorage', {get() { throw Error() }})"
        )
        desk.open(PATH)
        choices = desk.page.locator("#equal_stamps")
        choices.locator(".choice").nth(1).click()
        expect(choices.locator(".why")).to_have_count(1)
        desk.faults.clear()  # the theme's own complaints about that


def test_progress_stays_on_the_device(desk: Desk, choices: Locator) -> None:
    desk.asked.clear()
    choices.locator(".choice").nth(2).click()
    expect(choices.locator(".why")).to_have_count(3)
    assert desk.asked == []
    kept = desk.page.evaluate("localStorage.getItem('/ exercise equal_stamps')")
    assert json.loads(kept) == {"tried": [2]}


def test_without_scripts_the_question_and_its_answer_are_there(
    chromium: Browser, site: Site
) -> None:
    with desk_at(chromium, site, PATH, java_script_enabled=False) as desk:
        choices = desk.page.locator("#equal_stamps")
        expect(choices.locator("ol").first.locator("li")).to_have_count(3)
        expect(choices.get_by_text("Right. Both")).not_to_be_visible()
        choices.locator("details.answer summary").click()
        expect(choices.get_by_text("Right. Both")).to_be_visible()
