"""Stepping: forward and back through a run, with each node's variables."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from sim.program.find import SNIPPETS
from sim.program.show import run_text
from tests.browser.desk import Card, Desk, desk_at
from tests.published import Site

pytestmark = pytest.mark.browser

PATH = "ordering/lamport_clocks/"
NAME = "ordering/lamport_clocks/lamport_clock"
STATE = """(steps) => Object.fromEntries([...steps.querySelectorAll("dt")].map((node) =>
  [node.textContent, [...node.nextElementSibling.querySelectorAll("code")]
    .map((code) => code.textContent)]))"""


class Steps:
    """The steps of a card."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.bar = card.element.locator(".steps")
        self.count = self.bar.locator(".steps-count")
        self.words = self.bar.locator(".steps-words")
        self.slider = self.bar.get_by_role("slider", name="Step")

    def open(self) -> None:
        self.card.act("step")
        expect(self.count).to_contain_text("1 of")

    def press(self, name: str) -> None:
        self.bar.get_by_role("button", name=name, exact=True).click()

    def state(self) -> dict[str, list[str]]:
        state: dict[str, list[str]] = self.bar.evaluate(STATE)
        return state

    def events(self, state: str = "") -> Locator:
        return self.card.element.locator(f"figure.spacetime .event{state}")


def recorded(name: str) -> Any:
    answer = run_text((SNIPPETS / f"{name}.py").read_text(), name)
    return answer["shown"]


def folded(shown: Any, nodes: list[str], step: int) -> dict[str, list[str]]:
    """The variables of each node after so many events, from the table alone."""
    state: dict[str, dict[str, str]] = {node: {} for node in dict.fromkeys(nodes)}
    for node, row in zip(nodes[:step], shown["events"][:step], strict=True):
        for text, name in row[5]:
            if text.startswith("– "):
                state[node].pop(name, None)
            else:
                state[node][name] = text.removeprefix(f"{name} = ")
    return {
        node: [f"{name} = {value}" for name, value in variables.items()]
        for node, variables in state.items()
    }


def nodes_of(shown: Any) -> list[str]:
    return re.findall(r'class="event[^>]* data-node="([^"]+)"', shown["svg"])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (PATH, NAME),
        ("ordering/total_order/", "ordering/total_order/mutual_exclusion"),
        ("failure/idempotency/", "failure/idempotency/charged_twice"),
    ],
)
def test_each_step_shows_the_state_forward_and_back(
    chromium: Browser, site: Site, path: str, name: str
) -> None:
    shown = recorded(name)
    nodes = nodes_of(shown)
    total = len(shown["events"])
    with desk_at(chromium, site, path) as desk:
        steps = Steps(desk.card(name.rsplit("/", 1)[-1]))
        steps.open()
        seen = [steps.state()]
        for at in range(1, total):
            steps.press("One step forward")
            seen.append(steps.state())
            event, when, what = shown["events"][at][:3]
            unit = shown["unit"]
            when = f"{when} ms" if unit == "ms" else f"{unit} {when}"
            expect(steps.words).to_have_text(f"{event}, {when}: {what}")
            assert steps.events(".is-later").count() == total - at - 1
        for at in range(total - 1, 0, -1):
            assert steps.state() == seen[at]
            steps.press("One step back")

        assert seen == [folded(shown, nodes, at + 1) for at in range(total)]
        assert any(seen[-1].values())
        # All of it without Python.
        assert [url for url in desk.asked if ".wasm" in url] == []


def test_drawing_and_table_show_the_same_event(desk: Desk) -> None:
    desk.visit(PATH)
    steps = Steps(desk.card("lamport_clock"))
    steps.open()
    steps.slider.fill("5")
    expect(steps.count).to_contain_text("5 of")
    now = steps.events(".is-now")
    expect(now).to_have_count(1)
    name = now.evaluate("({dataset}) => dataset.node + dataset.number")
    row = steps.card.element.locator("tr[aria-current=step]")
    expect(row.locator("td").first).to_have_text(name)

    # A click on either leads there, and so do the keys of the drawing.
    steps.events().nth(2).locator(".mark").click()
    expect(steps.count).to_contain_text("3 of")
    desk.page.keyboard.press("ArrowUp")
    expect(steps.count).to_contain_text("2 of")
    steps.card.element.locator(".tabbed-labels").get_by_text("Events").click()
    steps.card.table.nth(6).click()
    expect(steps.count).to_contain_text("7 of")
    expect(steps.events().nth(6)).to_have_class(re.compile("is-now"))


def test_a_message_is_under_way_between_its_ends(desk: Desk) -> None:
    desk.visit("ordering/happened_before/")
    steps = Steps(desk.card("figure_1"))
    steps.open()
    message = steps.card.element.locator(".msg[data-send='0'][data-receive='13']")
    classes = []
    for step in (1, 13, 14):
        steps.slider.fill(str(step))
        expect(steps.count).to_contain_text(f"{step} of")
        classes.append("is-under-way" in (message.get_attribute("class") or ""))
    assert classes == [True, True, False]


def test_the_keyboard_steps(desk: Desk) -> None:
    desk.visit(PATH)
    steps = Steps(desk.card("lamport_clock"))
    steps.card.element.get_by_role("button", name="Step through").focus()
    keys = desk.page.keyboard
    keys.press("Enter")
    expect(steps.count).to_contain_text("1 of 13")
    for key, step in [
        ("ArrowRight", 2),
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
        ("End", 13),
        ("ArrowRight", 13),
        ("Home", 1),
        ("ArrowLeft", 1),
    ]:
        keys.press(key)
        expect(steps.count).to_have_text(f"{step} of 13")
    expect(steps.bar.get_by_role("status")).to_contain_text("1 of 13. browser1, 5 ms:")
    steps.slider.focus()
    keys.press("ArrowRight")
    expect(steps.count).to_have_text("2 of 13")
    expect(steps.slider).to_have_attribute(
        "aria-valuetext", re.compile("2 of 13. browser2")
    )
    keys.press("Escape")
    button = steps.card.element.get_by_role("button", name="Step through")
    expect(button).to_be_focused()
    expect(steps.events(".is-later")).to_have_count(0)
    expect(steps.events(".is-now")).to_have_count(0)


def test_steps_go_on_in_a_new_run(desk: Desk) -> None:
    desk.visit("intro/distributed_systems_are_hard/")
    card = desk.card("two_generals")
    steps = Steps(card)
    steps.open()
    steps.slider.fill("4")
    card.knob("messengers").fill("2")
    expect(card.says).to_have_text("Changed from the recorded run.")
    total = steps.events().count()
    expect(steps.count).to_have_text(f"4 of {total}")
    expect(steps.events(".is-now")).to_have_count(1)
    card.act("reset")
    expect(steps.events(".is-now")).to_have_count(1)
    steps.press("Last step")
    expect(steps.events(".is-later")).to_have_count(0)


def test_it_plays_unless_motion_is_unwelcome(chromium: Browser, site: Site) -> None:
    with desk_at(chromium, site, PATH, reduced_motion="no-preference") as desk:
        steps = Steps(desk.card("lamport_clock"))
        steps.open()
        steps.press("Play")
        expect(steps.count).to_contain_text("3 of", timeout=10_000)
        steps.press("Pause")
        steps.press("Last step")
        desk.page.emulate_media(reduced_motion="reduce")
        expect(steps.bar.get_by_role("button", name="Play")).to_have_count(0)


def test_the_event_is_in_sight_in_a_drawing_wider_than_a_phone(
    chromium: Browser, site: Site
) -> None:
    size = {"width": 360, "height": 740}
    path = "contemporaries/kyle_kingsbury/"
    with desk_at(chromium, site, path, viewport=size, is_mobile=True) as desk:
        steps = Steps(desk.card("judge_a_history"))
        steps.open()
        figure = steps.card.element.locator("figure.spacetime")
        assert figure.evaluate("(e) => e.scrollWidth > e.clientWidth + 30")
        for move in ("Last step", "One step back", "First step", "Last step"):
            steps.press(move)
            expect(steps.events(".is-now").locator(".mark")).to_be_in_viewport()


def test_nothing_moves_when_it_plays(chromium: Browser, site: Site) -> None:
    """Also where there is little room."""
    settings = {"reduced_motion": "no-preference", "has_touch": True}
    size = {"width": 320, "height": 740}
    with desk_at(
        chromium, site, PATH, viewport=size, is_mobile=True, **settings
    ) as desk:
        steps = Steps(desk.card("lamport_clock"))
        steps.open()
        places = """(bar) => [...bar.querySelectorAll("button, input")].map(
          (part) => part.getBoundingClientRect().left)"""
        before = steps.bar.evaluate(places)
        steps.press("Play")
        expect(steps.bar.get_by_role("button", name="Pause")).to_be_visible()
        assert steps.bar.evaluate(places) == before
        rows = steps.bar.locator("button").evaluate_all(
            "(all) => new Set(all.map((one) => one.getBoundingClientRect().top)).size"
        )
        assert rows == 1


def test_a_drawing_alone_has_steps_too(chromium: Browser, site: Site) -> None:
    """A page may include a part of a card."""
    with desk_at(chromium, site, "simulator/") as desk:
        page = (site.folder / PATH / "index.html").read_text("utf-8")
        alone = page.replace('<div class="card"', '<div class="only-a-part"')
        assert alone != page
        desk.page.route(
            site.address + PATH,
            lambda route: route.fulfill(body=alone, content_type="text/html"),
        )
        desk.open(PATH)
        assert desk.page.locator("button.run").count() == 0
        steps = desk.page.locator(".only-a-part .steps").first
        steps.get_by_role("button", name="Step through").click()
        expect(steps.locator(".steps-count")).to_have_text("1 of 13")
