"""The editor: what a reader writes runs, stays, and can be taken back."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import Card, Desk, desk_at
from tests.published import Site

pytestmark = pytest.mark.browser

PATH = "ordering/happened_before/"


@pytest.fixture
def card(desk: Desk) -> Card:
    desk.visit(PATH)
    return desk.card("merged_logs")


def stored(page: Page) -> list[str]:
    keys: list[str] = page.evaluate(
        "Object.keys(localStorage).filter((key) => key.includes(' program '))"
    )
    return keys


def test_an_edited_program_runs(card: Card) -> None:
    recorded = card.program()
    card.act("edit")
    assert card.written() == recorded
    card.write(recorded.replace("by the messages", "by all messages"))
    expect(card.says).to_have_text("Edited, and not run yet.")
    card.page.keyboard.press("Control+Enter")
    expect(card.says).to_have_text("Changed from the recorded run.")
    expect(card.command).to_have_text(
        "python3 -m sim merged_logs.py  # your program, saved in this folder"
    )

    card.write(recorded + "\n# No difference.\n")
    card.run("Your program does the same as the recorded run.")


def test_control_enter_runs_from_anywhere_in_a_card(card: Card) -> None:
    card.knob("behind").focus()
    card.page.keyboard.press("Control+Enter")
    expect(card.says).to_have_text("The same as the recorded run.")


def test_what_was_written_is_there_after_a_reload(card: Card) -> None:
    recorded = card.program()
    card.write(recorded + "\nprint('mine')\n")
    card.page.reload(wait_until="networkidle")
    expect(card.says).to_contain_text("Your program, as you left it.")
    # The drawing is that of the page's program.
    expect(card.element.locator(".tabbed-set.is-stale")).to_have_count(1)
    assert card.written().endswith("print('mine')\n")
    card.run("Changed from the recorded run.")
    expect(card.output).to_contain_text("mine")

    card.act("reset")
    expect(card.editor).to_have_count(0)
    card.page.reload(wait_until="networkidle")
    expect(card.editor).to_have_count(0)
    assert stored(card.page) == []


def test_a_program_that_changed_on_the_page_does_not_take_it_away(card: Card) -> None:
    card.write("print('mine')\n")
    card.page.evaluate(
        """() => {
          const isProgram = (key) => key.includes(" program ");
          const key = Object.keys(localStorage).find(isProgram);
          const kept = JSON.parse(localStorage.getItem(key));
          localStorage.setItem(key, JSON.stringify({ ...kept, base: "older" }));
        }"""
    )
    card.page.reload(wait_until="networkidle")
    expect(card.says).to_contain_text("The one on this page has changed since.")
    assert card.written() == "print('mine')\n"


def test_reset_can_be_undone(card: Card) -> None:
    recorded = card.program()
    mine = recorded + "\nprint('mine')\n"
    card.write(mine)
    card.run("Changed from the recorded run.")
    card.act("reset")
    expect(card.says).to_have_text("Back to the recorded run.")
    assert "mine" not in card.printed()
    assert stored(card.page) == []

    card.act("undo")
    expect(card.says).to_have_text("Changed from the recorded run.")
    assert card.written() == mine
    assert "mine" in card.printed()
    assert len(stored(card.page)) == 1


def test_close_leaves_no_trace(card: Card) -> None:
    card.act("edit")
    expect(card.editor).to_be_focused()
    card.element.get_by_role("button", name="Close merged_logs.py").click()
    expect(card.editor).to_have_count(0)
    expect(card.says).to_have_text("")
    expect(card.element.locator("[data-act=edit]")).to_be_focused()


def test_an_error_is_told_in_pythons_words_and_its_line_is_marked(card: Card) -> None:
    recorded = card.program()
    card.write(recorded.replace("World(", "Wrold("))
    line = recorded.split("World(")[0].count("\n") + 1
    card.run("NameError: name 'Wrold' is not defined")
    expect(card.output).to_contain_text(f'File "merged_logs.py", line {line}, in')
    expect(card.output.locator(".traceback strong")).to_contain_text("NameError")
    marked = card.element.locator(".cm-fault")
    expect(marked).to_contain_text("Wrold(")

    card.element.get_by_role("button", name=f"Show line {line}").click()
    expect(card.editor).to_be_focused()
    card.page.keyboard.type("#")
    expect(marked).to_have_count(0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def main():\nprint(1)\n", "IndentationError"),
        ("def main():\n    input()\n", "EOFError"),
        ("def main():\n    x = [0] * 10**9\n", "MemoryError"),
        ("print('no main')\n", "LookupError: the program has no main"),
        ("def main(loss: float = 1):\n    pass\n", "TypeError: main: loss is"),
    ],
)
def test_whatever_goes_wrong_the_text_stays(card: Card, text: str, says: str) -> None:
    card.write(text)
    card.run(says)
    assert card.written() == text
    card.write("def main():\n    print('fine')\n")
    card.run("Changed from the recorded run.")
    assert card.printed() == "fine"


def test_knobs_follow_the_program(card: Card) -> None:
    card.write(
        "from typing import Annotated, Literal\n"
        "from sim import Range\n"
        "def main(seed: int = 5, late: Annotated[float, Range(0, 1, 0.1, 's')] = 0.5,\n"
        "         fair: bool = True, way: Literal['a', 'b'] = 'b') -> None:\n"
        "    print(seed, late, fair, way)\n"
    )
    card.run("Changed from the recorded run.")
    assert card.printed() == "5 0.5 True b"
    expect(card.element.locator(".knobs label")).to_have_count(4)
    card.knob("late").fill("0.8")
    card.knob("fair").click()
    card.knob("way").select_option("a")
    expect(card.output).to_have_text("5 0.8 False a\n")
    expect(card.element.locator(".knobs")).to_contain_text("0.8 s")

    card.act("reset")
    expect(card.element.locator(".knobs label")).to_have_count(1)
    expect(card.knob("behind")).to_have_value("60")


def test_a_program_can_draw_another_kind_of_picture(card: Card) -> None:
    tabs = card.element.locator(".tabbed-labels:visible label")
    world = tabs.all_inner_texts()
    card.write(
        "from sim import Plot\n"
        "def main() -> Plot:\n"
        "    plot = Plot('squares', x='n', y='n²')\n"
        "    plot.line('n²', [(n, n * n) for n in range(9)])\n"
        "    return plot\n"
    )
    card.run("Changed from the recorded run.")
    assert tabs.all_inner_texts() == ["Plot", "Data"]
    expect(card.element.locator("figure.plot > svg:visible")).to_have_count(1)
    card.element.get_by_text("Data", exact=True).click()
    expect(card.element.locator(".data td").first).to_be_visible()

    card.write("def main():\n    print('nothing to see')\n")
    card.run("Changed from the recorded run.")
    expect(tabs).to_have_count(0)
    card.act("reset")
    assert tabs.all_inner_texts() == world


def test_the_editor_has_search_undo_and_indentation(card: Card) -> None:
    card.write("if True:")
    keys = card.page.keyboard
    keys.press("Enter")
    keys.type("x")
    assert card.written() == "if True:\n    x\n"
    keys.press("Tab")
    keys.press("Control+z")
    keys.press("Control+z")
    assert card.written() == "if True:\n"
    keys.press("Control+f")
    expect(card.element.locator(".cm-search")).to_be_visible()
    keys.press("Escape")
    # Letters do not lead to another page, as they do outside.
    keys.type("n p s")
    assert desk_path(card) == f"/{PATH}"


def desk_path(card: Card) -> str:
    path: str = card.page.evaluate("location.pathname")
    return path


def test_escape_then_tab_leaves_the_editor(card: Card) -> None:
    card.act("edit")
    expect(card.editor).to_have_attribute(
        "aria-label",
        "merged_logs.py. Tab indents; Escape, then Tab, leaves the editor.",
    )
    before = card.written()
    card.page.keyboard.press("Escape")
    card.page.keyboard.press("Tab")
    expect(card.run_button).to_be_focused()
    assert card.written() == before


def test_it_does_its_work_without_storage(chromium: Browser, site: Site) -> None:
    with desk_at(chromium, site, "simulator/") as desk:
        desk.page.add_init_script(
            "Object.defineProperty(window, 'localStorage', "
            "{ get() { throw new DOMException('no', 'SecurityError') } })"
        )
        desk.open(PATH)
        desk.faults.clear()  # the theme's
        card = desk.card("merged_logs")
        card.write("def main():\n    print('mine')\n")
        expect(card.says).to_contain_text("keep nothing")
        card.run("Changed from the recorded run.")
        assert card.printed() == "mine"
        desk.faults.clear()


def test_long_lines_pass_under_the_numbers(card: Card) -> None:
    card.write("x = 0  # " + "long " * 100)
    card.page.keyboard.press("Home")
    card.page.keyboard.press("End")
    scroller = card.element.locator(".cm-scroller")
    card.page.wait_for_function(  # it scrolls with the next frame
        "(e) => e.scrollLeft > 100", arg=scroller.element_handle()
    )
    color = card.element.locator(".cm-gutters").evaluate(
        "(e) => getComputedStyle(e).backgroundColor"
    )
    assert color != "rgba(0, 0, 0, 0)"


def test_the_editor_wears_the_colors_of_the_page(card: Card) -> None:
    look = """(element) => {
      const { color, fontFamily, fontSize } = getComputedStyle(element);
      return [color, fontFamily, fontSize];
    }"""
    keyword = card.element.locator(".program .k, .program .kn").first.evaluate(look)
    card.act("edit")
    typed = card.editor.get_by_text("from", exact=True).first.evaluate(look)
    assert typed == keyword
