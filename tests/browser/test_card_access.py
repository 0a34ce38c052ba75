"""A live card for everyone: keyboard, screen reader, dark, a phone, paper."""

import gzip
import subprocess
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.lib.paths import DOCS, NODE_MODULES
from tests.browser.desk import Desk, desk_at
from tests.published import Site

pytestmark = pytest.mark.browser

AXE = (NODE_MODULES / "axe-core" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
PATH = "ordering/total_order/"


def use_everything(desk: Desk) -> None:
    """Edit, fail, run, step: a card with all that it can show at once."""
    card = desk.card("mutual_exclusion")
    card.run()
    card.act("step")
    expect(card.element.locator(".steps-count")).to_be_visible()
    card.write(card.program().replace("stamp, name) >=", "stamp, nam) >="))
    card.run("NameError")


def faults(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate(
        "(rules) => axe.run(document, {runOnly: rules, resultTypes: ['violations']})",
        RULES,
    )
    assert len(found["passes"]) > 10
    return [
        f"{violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_live_card(
    chromium: Browser, site: Site, scheme: str
) -> None:
    with desk_at(chromium, site, PATH, color_scheme=scheme) as desk:
        use_everything(desk)
        assert faults(desk.page) == []
        card = desk.card("mutual_exclusion")
        card.element.locator(".tabbed-labels").get_by_text("Events").click()
        card.act("reset")
        card.run()
        assert faults(desk.page) == []


def too_wide(page: Page) -> list[str]:
    wide: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("article *")]
          .filter((e) => !e.closest("pre, figure, .tabbed-labels, .card-editor"))
          .filter((e) => !e.closest(".md-typeset__scrollwrap, .card-aloud"))
          .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
          .map((e) => e.outerHTML.slice(0, 80))"""
    )
    width = page.evaluate("document.documentElement.scrollWidth")
    return wide if width == 360 else [*wide, f"{width} px"]


def test_on_a_phone_nothing_scrolls_sideways(chromium: Browser, site: Site) -> None:
    with desk_at(chromium, site, PATH, **PHONE, is_mobile=True) as desk:
        assert too_wide(desk.page) == []
        use_everything(desk)
        assert too_wide(desk.page) == []
        # With smaller type a phone zooms in at the first tap.
        size = desk.card("mutual_exclusion").editor.evaluate(
            "(element) => parseFloat(getComputedStyle(element).fontSize)"
        )
        assert size >= 16


def test_on_a_phone_a_knob_stays_above_what_it_changes(
    chromium: Browser, site: Site
) -> None:
    with desk_at(chromium, site, "", **PHONE, is_mobile=True) as desk:
        card = desk.card("one_click_two_charges")
        knob = card.element.locator("input[name=patience]")
        drawing = card.element.locator("figure.spacetime")
        drawing.scroll_into_view_if_needed()
        expect(knob).not_to_be_in_viewport()  # who only reads is not followed
        card.run()
        drawing.locator("svg .mark").last.scroll_into_view_if_needed()
        expect(knob).to_be_in_viewport(ratio=1)
        header = desk.page.locator(".md-header").bounding_box()
        bar = card.element.locator(".card-bar").bounding_box()
        assert header and bar
        assert bar["y"] >= header["height"] - 1
        assert bar["height"] < 0.4 * PHONE["viewport"]["height"]

        card.act("step")  # the bar of the steps takes its place
        expect(card.element.locator(".steps-count")).to_be_visible()
        drawing.locator("svg .mark").last.scroll_into_view_if_needed()
        expect(knob).not_to_be_in_viewport()


def test_a_thumb_hits_every_button(chromium: Browser, site: Site) -> None:
    with desk_at(chromium, site, PATH, **PHONE, is_mobile=True) as desk:
        desk.card("mutual_exclusion").act("step")
        expect(desk.page.locator(".steps-count")).to_be_visible()
        targets = ".card :is(button.quiet, button.run, .knobs input)"
        small = desk.page.locator(targets).evaluate_all(
            """(all) => all.filter((e) => e.checkVisibility())
              .map((e) => [e.ariaLabel || e.name, e.getBoundingClientRect()])
              .filter(([, { width, height }]) => width < 24 || height < 36)
              .map(([name]) => name)"""
        )
        assert small == []


@pytest.mark.parametrize("viewport", [(1280, 900), (360, 740)])
@pytest.mark.parametrize("path", ["", PATH, "simulator/"])
def test_nothing_moves_when_a_card_comes_alive(
    chromium: Browser, site: Site, path: str, viewport: tuple[int, int]
) -> None:
    width, height = viewport
    size = {"width": width, "height": height}
    # Where each part of a card begins, from the top of the card.
    places = """() => [...document.querySelectorAll("article .card")].map((card) =>
      [...card.querySelectorAll(".program, .output, .tabbed-labels, .tabbed-content")]
        .map((part) => part.getBoundingClientRect().top)
        .concat(card.getBoundingClientRect().bottom)
        .map((place) => Math.round(place - card.getBoundingClientRect().top)))"""
    context = chromium.new_context(viewport=size, reduced_motion="reduce")
    page = context.new_page()
    # The page before its script, with what the head has said already.
    page.route("**/assets/js/site.*.js", lambda route: route.abort())
    page.goto(site.address + path, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => null)")
    before = page.evaluate(places)
    page.unroute("**/assets/js/site.*.js")
    page.goto(site.address + path, wait_until="networkidle")
    page.locator(".card.is-live").first.wait_for()
    page.evaluate("document.fonts.ready.then(() => null)")
    after = page.evaluate(places)
    context.close()
    assert len(before) == len(after) > 0
    moved = [
        (card, one, other)
        for card, pair in enumerate(zip(before, after, strict=True))
        for one, other in zip(*pair, strict=True)
        if abs(one - other) > 1
    ]
    assert moved == []


def test_the_keyboard_alone_does_everything(desk: Desk) -> None:
    desk.visit("intro/distributed_systems_are_hard/")
    card, keys = desk.card("two_generals"), desk.page.keyboard
    focused = desk.page.locator(":focus")
    card.element.locator(".card-title a").focus()
    names = []
    for _ in range(7):
        keys.press("Tab")
        names.append(
            focused.evaluate("(e) => e.ariaLabel || e.name || e.textContent.trim()")
        )
    assert names == [
        "Edit two_generals.py",
        "Copy program two_generals.py",
        "Copy link to this run of two_generals.py",
        "Run",
        "messengers",
        "last_is_caught",
        "Copy command",
    ]

    card.knob("messengers").focus()
    keys.press("ArrowRight")
    expect(card.says).to_have_text("Changed from the recorded run.")
    keys.press("Tab")
    keys.press("Space")
    expect(card.command).to_contain_text("--last-is-caught no")
    keys.press("Tab")
    expect(focused).to_have_text("Reset")
    keys.press("Enter")
    expect(focused).to_have_text("Undo")
    keys.press("Enter")
    expect(card.says).to_have_text("Changed from the recorded run.")
    expect(focused).to_have_text("Reset")

    card.element.locator("[data-act=edit]").focus()
    keys.press("Enter")
    expect(card.editor).to_be_focused()
    keys.press("Control+Home")
    keys.type("oops")
    keys.press("Control+Enter")
    expect(card.says).to_contain_text("SyntaxError")
    keys.press("Escape")
    keys.press("Tab")
    expect(focused).to_have_text("Run")


def test_run_keeps_the_focus_while_it_is_stop(desk: Desk) -> None:
    desk.visit("intro/distributed_systems_are_hard/")
    card, keys = desk.card("two_generals"), desk.page.keyboard
    card.write("while True:\n    pass\n")
    card.run_button.focus()
    keys.press("Enter")
    expect(card.run_button).to_have_text("Stop")
    expect(card.run_button).to_be_focused()
    keys.press("Enter")
    expect(card.run_button).to_have_text("Run")
    expect(card.run_button).to_be_focused()


def test_a_screen_reader_is_told_names_and_news(desk: Desk) -> None:
    desk.visit("intro/distributed_systems_are_hard/")
    card = desk.card("two_generals")
    tree = card.element.aria_snapshot()
    for part in (
        'group "Tools of two_generals.py"',
        'button "Edit two_generals.py"',
        'form "Run two_generals.py"',
        'button "Run"',
        'slider "messengers"',
        'switch "last is caught" [checked]',
        'button "Copy command"',
        'button "Step through"',
    ):
        assert part in tree, part
    card.run()
    news = card.element.locator(".card-bar [role=status]")
    expect(news).to_have_text("The same as the recorded run.")


def test_paper_shows_the_run_without_buttons(desk: Desk) -> None:
    desk.visit(PATH)
    card = desk.card("mutual_exclusion")
    card.write(card.program() + "\n# mine\n")
    card.run()
    card.act("step")
    expect(card.element.locator(".steps-count")).to_be_visible()
    desk.page.emulate_media(media="print")
    buttons = ".card button.quiet, button.run, .card-says, .steps"
    visible = desk.page.locator(buttons).evaluate_all(
        "(all) => all.filter((e) => e.checkVisibility()).map((e) => e.outerHTML)"
    )
    # On paper no step is the present one.
    looks = """(all) => [...new Set(all.map((e) => {
      const { opacity, strokeWidth } = getComputedStyle(e.querySelector(".mark"));
      return [getComputedStyle(e).opacity, opacity, strokeWidth].join(" ");
    }))]"""
    events = card.element.locator("figure.spacetime .event:has(circle.mark)")
    as_it_is_now = events.evaluate_all(looks)
    mine = card.editor.is_visible()
    desk.page.emulate_media(media="screen")
    assert visible == []
    assert len(as_it_is_now) == 1
    assert mine


def test_in_forced_colors_the_buttons_stand_out(chromium: Browser, site: Site) -> None:
    with desk_at(chromium, site, PATH, forced_colors="active") as desk:
        card = desk.card("mutual_exclusion")
        card.run()
        borders = card.run_button.evaluate("(e) => getComputedStyle(e).borderTopStyle")
        assert borders == "solid"
        assert faults(desk.page) == []


def test_the_script_of_every_page_is_small() -> None:
    """As it is sent: without comments and white space, compressed."""
    minified = subprocess.run(
        [NODE_MODULES / ".bin" / "esbuild", "--minify", DOCS / "assets/js/card.js"],
        capture_output=True,
        check=True,
    )
    assert len(gzip.compress(minified.stdout)) < 2_000


def test_where_no_module_can_be_loaded_a_card_is_what_it_was(
    chromium: Browser, site: Site
) -> None:
    page = chromium.new_page()
    page.goto((site.folder / PATH / "index.html").as_uri())
    page.wait_for_timeout(300)
    assert page.locator(".card button.run").count() == 0
    assert page.locator(".card .output").first.is_visible()
    command = page.locator(".card .command").first
    assert command.evaluate("(e) => getComputedStyle(e).marginTop") == "0px"
    page.close()


def test_the_print_page_has_no_buttons(chromium: Browser, site: Site) -> None:
    with desk_at(chromium, site, "print_page/") as desk:
        assert desk.page.locator(".card").count() > 15
        assert desk.page.locator(".card button.run, .steps").count() == 0
