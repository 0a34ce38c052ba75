"""Run, knobs, Stop: what a card shows is what its program does now."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.desk import WITH_CARD, Card, Desk, desk_at, ran
from tests.published import Site

pytestmark = pytest.mark.browser

# What a card shows, without what the scripts of the page add to a drawing. The
# builder writes attributes in another order.
SHOWN = """(card) => {
  const ADDED = /^(role|tabindex|data-search-exclude|xmlns.*)$/;
  const compact = (value) => value.replace(/([:;]) /g, "$1").replace(/;$/, "");
  const told = (node) => {
    if (node.nodeType !== 1) return node.textContent.trim();
    const attributes = [...node.attributes]
      .filter(({ name }) => !ADDED.test(name))
      .map(({ name, value }) => `${name}=${compact(value)}`)
      .sort();
    const children = [...node.childNodes]
      .filter((child) => !child.matches?.(".life.is-past, .life.is-future"))
      .map(told);
    return `<${node.localName} ${attributes}>${children.filter(Boolean).join("")}`;
  };
  const text = (selector) => card.querySelector(selector)?.textContent.trimEnd();
  const drawings = card.querySelectorAll("figure:is(.spacetime, .plot) > svg");
  const rows = card.querySelectorAll(":is(.events, .data) tr");
  return {
    output: text(".output code"),
    command: text(".command code"),
    drawings: [...drawings].map(told),
    rows: [...rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
  };
}"""
AS_BUILT = f"""async ([address, id]) => {{
  const text = await (await fetch(address)).text();
  const page = new DOMParser().parseFromString(text, "text/html");
  return ({SHOWN})(page.getElementById(id));
}}"""
SEQUENCE = """(card) => [...card.querySelectorAll("figure.sequence *")]
  .filter((shape) => /^(path|line|rect|text)$/.test(shape.localName))
  .map((shape) => ["class", "x", "y", "y1"].map((name) => shape.getAttribute(name))
    .concat(shape.localName, shape.textContent).join())"""


WASM = re.compile(r"\.wasm\b")


def test_there_are_pages_with_cards() -> None:
    assert len(WITH_CARD) >= 12


@pytest.mark.parametrize("path", WITH_CARD, ids=lambda path: path or "/")
def test_the_first_program_of_a_page_runs_as_it_was_recorded(
    desk: Desk, path: str
) -> None:
    desk.visit(path)
    card = desk.card()
    card.run()
    name = card.element.get_attribute("id")
    built = desk.page.evaluate(AS_BUILT, [desk.site.address + path, name])

    expect(card.says).to_have_text("The same as the recorded run.")
    assert card.element.evaluate(SHOWN) == built
    assert built["output"] or built["drawings"]


def test_nothing_is_fetched_before_it_is_asked_for(
    chromium: Browser, site: Site
) -> None:
    with desk_at(chromium, site, "ordering/happened_before/") as desk:
        wanted = re.compile(r"/run[./-]|pyodide|python|codemirror|mermaid|\.wasm|\.zip")
        assert [url for url in desk.asked if wanted.search(url)] == []

        desk.card("merged_logs").run()
        assert [url for url in desk.asked if ".wasm" in url]
        assert [url for url in desk.asked if "codemirror" in url] == []
        assert [url for url in desk.asked if "mermaid" in url] == []


def test_python_tells_how_far_it_is_and_can_be_given_up(
    chromium: Browser, site: Site
) -> None:
    with desk_at(chromium, site, "ordering/happened_before/") as desk:
        held = []
        desk.page.route(WASM, lambda route: held.append(route))
        card = desk.card("merged_logs")
        card.run_button.click()
        expect(card.says).to_have_text(
            re.compile(r"Getting Python: \d+\.\d of \d+\.\d MB, once")
        )
        expect(card.run_button).to_have_text("Stop")
        card.run_button.click()
        expect(card.says).to_have_text("Stopped.")
        expect(card.run_button).to_have_text("Run")

        for route in held:
            route.continue_()
        desk.page.unroute(WASM)
        card.run()


def test_who_gives_up_at_once_has_nothing_to_reset(
    chromium: Browser, site: Site
) -> None:
    with desk_at(chromium, site, "ordering/happened_before/") as desk:
        card = desk.card("merged_logs")
        desk.page.route("**/*.wasm.zst", lambda route: None)  # it does not come
        card.run_button.click()
        expect(card.run_button).to_have_text("Stop")
        card.run_button.click()
        expect(card.says).to_have_text("Stopped.")
        expect(card.element.get_by_role("button", name="Reset")).to_have_count(0)


def test_without_a_connection_it_says_so(chromium: Browser, site: Site) -> None:
    with desk_at(chromium, site, "ordering/happened_before/") as desk:
        desk.page.route(WASM, lambda route: route.abort())
        card = desk.card("merged_logs")
        card.run_button.click()
        expect(card.says).to_contain_text("without a connection", timeout=20_000)
        assert card.printed() == ran("ordering/happened_before/merged_logs")

        desk.page.unroute(WASM)
        card.act("run")
        expect(card.says).to_contain_text("recorded run", timeout=60_000)
        desk.faults.clear()  # the browser's own word for the failed request


def test_what_does_not_load_is_asked_for_again(chromium: Browser, site: Site) -> None:
    with desk_at(chromium, site, "ordering/happened_before/") as desk:
        desk.page.route("**/live.*.mjs", lambda route: route.abort())
        card = desk.card("merged_logs")
        card.run_button.click()
        expect(card.says).to_have_text(
            "This did not load. Try again when there is a connection."
        )
        desk.page.unroute("**/live.*.mjs")
        card.run("The same as the recorded run.")
        desk.faults.clear()  # the browser's own words for the failed request


def test_a_knob_runs_the_program_with_its_value(desk: Desk) -> None:
    desk.visit("intro/distributed_systems_are_hard/")
    card = desk.card("two_generals")
    recorded = card.element.evaluate(SHOWN)
    card.knob("messengers").fill("7")
    expect(card.says).to_have_text("Changed from the recorded run.")

    name = "intro/distributed_systems_are_hard/two_generals"
    assert card.printed() == ran(name, messengers=7)
    expect(card.command).to_have_text(f"python3 -m sim {name} --messengers 7")
    expect(card.element.locator(".knobs output").first).to_have_text("7")
    assert desk.page.url.endswith("#two_generals?messengers=7")
    assert card.element.evaluate(SHOWN)["drawings"] != recorded["drawings"]

    card.knob("last_is_caught").click()
    expect(card.command).to_have_text(
        f"python3 -m sim {name} --messengers 7 --last-is-caught no"
    )
    assert card.printed() == ran(name, messengers=7, last_is_caught=False)

    card.act("reset")
    expect(card.says).to_have_text("Back to the recorded run.")
    assert card.element.evaluate(SHOWN) == recorded
    expect(card.knob("messengers")).to_have_value("4")
    expect(card.knob("last_is_caught")).to_be_checked()
    assert "?" not in desk.page.url

    card.act("undo")
    expect(card.says).to_have_text("Changed from the recorded run.")
    expect(card.knob("messengers")).to_have_value("7")
    assert card.printed() == ran(name, messengers=7, last_is_caught=False)


def test_of_many_moves_the_last_one_counts(desk: Desk) -> None:
    desk.visit("intro/distributed_systems_are_hard/")
    card = desk.card("two_generals")
    for value in "1827364512345678":
        card.knob("messengers").fill(value)
    expect(card.command).to_contain_text("--messengers 8")
    name = "intro/distributed_systems_are_hard/two_generals"
    expect(card.output).to_contain_text(ran(name, messengers=8))
    expect(card.knob("messengers")).to_have_value("8")


def a_card_with_a_seed(desk: Desk) -> Card:
    for path in WITH_CARD:
        desk.visit(path)
        if desk.page.locator(".knobs [name=seed]").count():
            return Card(desk, desk.page.locator(".card:has([name=seed])").first)
    raise AssertionError("no program has a seed")


def test_the_next_seed_is_another_run(desk: Desk) -> None:
    card = a_card_with_a_seed(desk)
    seed = int(card.knob("seed").input_value())
    card.element.get_by_role("button", name="Next seed").click()
    expect(card.command).to_contain_text(f"--seed {seed + 1}")
    card.knob("seed").fill("12345678")
    expect(card.says).to_have_text("seed is a whole number from 0 to 9999")
    card.knob("seed").fill("")
    expect(card.says).to_have_text("seed is a whole number from 0 to 9999")
    card.knob("seed").fill("77")
    expect(card.command).to_contain_text("--seed 77")


def test_a_knob_that_moves_while_it_runs_stays(desk: Desk) -> None:
    card = a_card_with_a_seed(desk)
    card.write(card.program() + "\nimport time\n\ntime.sleep(1)\n")
    card.run_button.click()
    expect(card.run_button).to_have_text("Stop")
    before = int(card.knob("seed").input_value())
    desk.page.wait_for_timeout(600)  # the run ends soon
    card.act("nextSeed")
    expect(card.command).to_contain_text(f"--seed {before + 1}", timeout=60_000)
    expect(card.knob("seed")).to_have_value(f"{before + 1}")


def test_an_endless_loop_stops_and_the_next_run_works(desk: Desk) -> None:
    desk.visit("ordering/happened_before/")
    card = desk.card("merged_logs")
    recorded = card.program()
    card.run_without_end(recorded + "\nprint('so far')\n")
    expect(card.output).to_contain_text("so far")
    card.run_button.click()
    expect(card.says).to_have_text("Stopped.")
    assert "so far" in card.printed()
    assert "while True" in card.written()

    card.write(recorded)
    card.run("The same as the recorded run.")


def test_control_enter_runs_what_stands_there_now(desk: Desk) -> None:
    desk.visit("ordering/happened_before/")
    card = desk.card("merged_logs")
    card.write("while True:\n    pass\n")
    desk.page.keyboard.press("Control+Enter")
    expect(card.run_button).to_have_text("Stop")
    card.write("def main():\n    print('better')\n")
    desk.page.keyboard.press("Control+Enter")
    expect(card.says).to_have_text("Changed from the recorded run.", timeout=60_000)
    assert card.printed() == "better"


def test_who_edits_while_it_runs_is_told(desk: Desk) -> None:
    desk.visit("ordering/happened_before/")
    card = desk.card("merged_logs")
    card.run_without_end("print('old')\n")
    card.write("def main():\n    print('new')\n")
    card.run_button.click()
    expect(card.says).to_have_text("Edited, and not run yet.")
    card.run("Changed from the recorded run.")
    assert card.printed() == "new"


def test_a_flood_is_cut_and_says_so(desk: Desk) -> None:
    desk.visit("ordering/happened_before/")
    card = desk.card("merged_logs")
    card.write("def main():\n    for n in range(1_000_000):\n        print(n)\n")
    card.run("Changed from the recorded run.")
    expect(card.output).to_contain_text("more characters are not shown")
    # It scrolls in a box of its own.
    box = card.output.bounding_box()
    assert box is not None
    assert box["height"] < 600


def test_two_cards_take_turns(desk: Desk) -> None:
    desk.visit("ordering/happened_before/")
    first, second = desk.card("merged_logs"), desk.card("figure_1")
    first.run_without_end()
    second.run_button.click()
    expect(second.says).to_have_text("Another program is running: this one is next.")
    first.run_button.click()
    expect(first.says).to_have_text("Stopped.")
    expect(second.says).to_contain_text("recorded run", timeout=60_000)


def test_who_waits_can_leave(desk: Desk) -> None:
    desk.visit("ordering/happened_before/")
    first, second = desk.card("merged_logs"), desk.card("figure_1")
    first.run_without_end()
    second.run_button.click()
    expect(second.run_button).to_have_text("Stop")
    second.run_button.click()
    expect(second.says).to_have_text("Stopped.")
    expect(first.run_button).to_have_text("Stop")
    first.run_button.click()
    expect(first.says).to_have_text("Stopped.")


def test_a_run_ends_with_its_page_and_python_stays(desk: Desk) -> None:
    desk.visit("ordering/happened_before/")
    card = desk.card("merged_logs")
    card.run_without_end()
    waiting = desk.card("figure_1")
    waiting.run_button.click()
    expect(waiting.run_button).to_have_text("Stop")
    desk.page.evaluate("window.stillHere = true")
    desk.visit("ordering/lamport_clocks/")
    desk.card().run()
    desk.visit("ordering/happened_before/")
    desk.card("merged_logs").run("The same as the recorded run.")
    assert desk.page.evaluate("window.stillHere") is True


def test_a_sequence_diagram_is_drawn_when_it_is_looked_at(desk: Desk) -> None:
    desk.visit("ordering/happened_before/")
    card = desk.card("figure_1")
    recorded = card.element.evaluate(SEQUENCE)
    card.run()
    asked = len(desk.asked)
    card.element.get_by_text("Sequence diagram").click()
    expect(card.element.locator("[id^=live-]").first).to_be_attached(timeout=30_000)

    assert len(recorded) > 30
    assert card.element.evaluate(SEQUENCE) == recorded
    assert any("mermaid" in url for url in desk.asked[asked:])


def test_a_program_that_explores_says_what_holds(desk: Desk) -> None:
    desk.visit("ordering/total_order/")
    card = desk.card("mutual_exclusion")
    expect(card.run_button).to_have_text("Try every run")
    card.run()
    # The whole verdict, in one line: what never happens, and what does.
    expect(card.verdict).to_have_text(
        "All 4,344 runs hold: one at a time in order. "
        "At rest: every request was granted."
    )
    expect(card.verdict).to_have_class("verdict holds")

    recorded = card.program()
    wrong = recorded.replace(
        "(stamp, name) >= (queue[me.name], me.name)", "stamp >= queue[me.name]"
    )
    assert wrong != recorded
    card.write(wrong)
    card.run("Changed from the recorded run.")
    expect(card.verdict).to_have_text("Broken after 1 step: one at a time in order.")
    expect(card.verdict).to_have_class("verdict fails")


def test_an_exploration_tells_how_far_it_is(desk: Desk) -> None:
    desk.visit("ordering/total_order/")
    card = desk.card("mutual_exclusion")
    heard = card.element.locator(".card-aloud").first
    long = card.program().replace('("p", "q")', '("p", "q", "r")')
    assert long != card.program()
    card.write(long)
    card.run_button.click()
    expect(card.says).to_have_text(re.compile(r"^[\d,]+ states so far$"))
    # Not said aloud with every number.
    assert "states" not in (heard.text_content() or "")
    card.run_button.click()
    expect(card.says).to_have_text("Stopped.")
