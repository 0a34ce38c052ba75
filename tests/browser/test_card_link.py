"""Links to a run: they open at the card, and nothing of them runs unasked."""

import base64
import hashlib
import re
import zlib

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.desk import WITH_CARD, Card, Desk, desk_at, ran
from tests.published import Site

pytestmark = pytest.mark.browser

PATH = "intro/distributed_systems_are_hard/"
NAME = "intro/distributed_systems_are_hard/two_generals"
RUN = re.compile(r"\.wasm|/worker\.mjs|\.zip")


def packed(code: str) -> str:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(code.encode()) + deflate.flush()
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def copy(card: Card, deed: str) -> None:
    card.act(deed)
    expect(card.element.locator(f"[data-act={deed}]")).to_have_text("Copied")


def copied(card: Card) -> str:
    copy(card, "copyLink")
    text: str = card.page.evaluate("navigator.clipboard.readText()")
    return text


def test_a_copied_link_opens_that_run(desk: Desk) -> None:
    desk.visit(PATH)
    card = desk.card("two_generals")
    card.knob("messengers").fill("6")
    expect(card.says).to_have_text("Changed from the recorded run.")
    link = copied(card)
    assert link == f"{desk.site.address}{PATH}#two_generals?messengers=6"

    desk.open(link.removeprefix(desk.site.address))
    card = desk.card("two_generals")
    expect(card.says).to_contain_text("Settings from the link.")
    expect(card.knob("messengers")).to_have_value("6")
    expect(card.command).to_have_text(f"python3 -m sim {NAME} --messengers 6")
    expect(card.run_button).to_be_in_viewport(ratio=1)
    assert card.printed() == ran(NAME)  # it has not run
    card.run("Changed from the recorded run.")
    assert card.printed() == ran(NAME, messengers=6)


def test_what_a_link_brought_is_told_in_sight_on_a_phone(
    chromium: Browser, site: Site
) -> None:
    link = f"{PATH}#two_generals?messengers=6"
    size = {"width": 360, "height": 740}
    with desk_at(chromium, site, link, viewport=size) as desk:
        card = desk.card("two_generals")
        expect(card.says).to_contain_text("press Run")
        expect(card.run_button).to_be_in_viewport(ratio=1)
        expect(card.says).to_be_in_viewport(ratio=1)


def test_a_program_comes_with_a_link_and_waits(chromium: Browser, site: Site) -> None:
    code = "def main():\n    print('from afar')\n"
    link = f"{PATH}#two_generals?edited-program={packed(code)}"
    with desk_at(chromium, site, link) as desk:
        card = desk.card("two_generals")
        expect(card.says).to_have_text(
            "This program came with the link: read it before you run it."
        )
        assert card.written() == code
        desk.page.wait_for_timeout(1000)
        assert [url for url in desk.asked if RUN.search(url)] == []
        assert card.printed() == ran(NAME)

        card.run("Changed from the recorded run.")
        assert card.printed() == "from afar"
        # It is not the reader's own program, and is not kept as such.
        desk.open(PATH)
        expect(card.editor).to_have_count(0)


def test_an_edited_program_travels(desk: Desk) -> None:
    desk.visit(PATH)
    card = desk.card("two_generals")
    mine = card.program().replace("attack at dawn", "attack at «noon» ✓")
    card.write(mine)
    link = copied(card)
    desk.page.evaluate("localStorage.clear()")
    desk.open(link.removeprefix(desk.site.address))
    expect(card.says).to_contain_text("This program came with the link")
    assert card.written() == mine
    desk.open("simulator/")
    desk.card().run()  # warm again, for the next test


def test_a_link_does_not_replace_what_the_reader_wrote(
    chromium: Browser, site: Site
) -> None:
    with desk_at(chromium, site, PATH) as desk:
        card = desk.card("two_generals")
        card.write("print('mine')\n")
        theirs = packed("print('theirs')\n")
        desk.open(f"{PATH}#two_generals?edited-program={theirs}")
        expect(card.says).to_contain_text("This program came with the link")
        card.editor.click()
        desk.page.keyboard.press("Control+End")
        desk.page.keyboard.type("# changed")
        desk.page.wait_for_timeout(500)
        desk.page.reload(wait_until="networkidle")
        expect(card.says).to_contain_text("This program came with the link")
        assert card.written() == "print('theirs')# changed\n"

        card.act("reset")
        expect(card.says).to_contain_text("Your program, as you left it.")
        assert card.written() == "print('mine')\n"


@pytest.mark.parametrize(
    "fragment",
    [
        "two_generals?messengers=99",
        "two_generals?messengers=many",
        "two_generals?nobody=1",
        "two_generals?last_is_caught=maybe",
        "two_generals?edited-program=AAAA",
        "two_generals?edited-program=%00",
        "two_generals?messengers=6&edited-program=***",
        "nothing?messengers=6",
        "%22%5D?x=1",
        "two_generals?edited-program=" + packed("#" * 3_000_000),
    ],
)
def test_a_bad_link_shows_the_recorded_run(desk: Desk, fragment: str) -> None:
    desk.visit(PATH)
    desk.page.evaluate("(hash) => { location.hash = hash }", fragment)
    card = desk.card("two_generals")
    expect(card.says).to_have_text(
        "The link does not fit this page. This is the recorded run."
    )
    expect(card.knob("messengers")).to_have_value("4")
    expect(card.editor).to_have_count(0)
    assert card.printed() == ran(NAME)


def test_a_program_too_long_for_a_link_says_so(desk: Desk) -> None:
    desk.visit(PATH)
    card = desk.card("two_generals")
    lines = (hashlib.sha512(bytes([n])).hexdigest() for n in range(120))
    hard = "".join(f"# {line}\n" for line in lines)  # no compressor makes it short
    card.write(hard)
    card.act("copyLink")
    expect(card.says).to_contain_text("too long for a link")
    copy(card, "copyProgram")
    assert desk.page.evaluate("navigator.clipboard.readText()") == hard


def test_the_program_and_the_command_are_copied(desk: Desk) -> None:
    desk.visit(PATH)
    card = desk.card("two_generals")
    copy(card, "copyProgram")
    assert desk.page.evaluate("navigator.clipboard.readText()") == card.program()
    copy(card, "copyCommand")
    heard = card.element.locator(".card-bar [role=status]")
    expect(heard).to_have_text("Copied.")
    assert desk.page.evaluate("navigator.clipboard.readText()") == (
        f"python3 -m sim {NAME}"
    )


def test_nothing_that_a_program_makes_becomes_markup(desk: Desk) -> None:
    desk.visit(PATH)
    card = desk.card("two_generals")
    bad = "<img src=x onerror=window.hacked=1>"
    card.write(
        "from sim import World, Node\n"
        f"BAD = {bad!r}\n"
        "async def node(me: Node) -> None:\n"
        "    me.note(BAD)\n"
        "    bad = BAD\n"
        "    me.send(me.name, BAD)\n"
        "    await me.receive()\n"
        "def main() -> World:\n"
        "    print(BAD)\n"
        "    world = World()\n"
        "    world.add(node, name='a')\n"
        "    return world.run()\n"
    )
    card.run("Changed from the recorded run.")
    card.element.get_by_text("Sequence diagram").click()
    expect(card.element.locator("figure.sequence [id^=live-], .diagram-fault").first)
    card.element.locator(".tabbed-labels").get_by_text("Events").click()
    desk.page.wait_for_timeout(500)

    assert desk.page.evaluate("window.hacked") is None
    assert card.element.locator("img").count() == 0
    expect(card.output).to_contain_text(bad)


HOSTILE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"
  onload="hacked=1" class="a" style="--width: 9; background: url(//elsewhere.invalid)">
  <script>hacked = 1</script><style>* { display: none }</style>
  <foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="hacked=1"/>
  </foreignObject>
  <a x:href="javascript:hacked=1"><text>no</text></a>
  <use href="#other"/><image href="//elsewhere.invalid/a.png"/>
  <animate attributeName="href" to="javascript:hacked=1"/>
  <g id="main" onclick="hacked=1" fill="url(//elsewhere.invalid)">
    <path d="M0 0" marker-end="url(#main)" clip-path="url(&quot;http://a.invalid&quot;)"/>
    <set attributeName="onclick" to="hacked=1"/><text tabindex="1">&lt;b&gt;yes</text>
  </g></svg>"""


def test_only_shapes_and_texts_get_into_the_page(desk: Desk) -> None:
    desk.visit(PATH)
    module = desk.module("svg.mjs")
    cleaned = desk.page.evaluate(
        """async ([module, text]) => {
          const { drawing } = await import(module);
          const svg = drawing(text);
          document.querySelector("article").append(svg);
          await new Promise((resolve) => setTimeout(resolve, 300));
          return svg.outerHTML;
        }""",
        [module, HOSTILE],
    )

    cleaned = re.sub(r"\s*\n\s*", "", cleaned)
    ids = re.search(r'id="([^"]+)"', cleaned)
    assert ids
    assert cleaned == (
        '<svg class="a">'
        f'<g id="{ids[1]}"><path d="M0 0" marker-end="url(#{ids[1]})"></path>'
        "<text>&lt;b&gt;yes</text></g></svg>"
    )
    assert ids[1] != "main"
    desk.faults.clear()  # the policy has refused the handlers once more
    assert desk.page.evaluate("window.hacked") is None
    refused = """async ([module, text]) => {
      const { drawing } = await import(module);
      try { return drawing(text).outerHTML } catch (error) { return error.message }
    }"""
    for text in ("<p>no</p>", "<svg>", "no"):
        assert desk.page.evaluate(refused, [module, text]) == "this is no drawing"


def test_every_recorded_drawing_is_let_in_whole(desk: Desk) -> None:
    """What the list leaves out would be missing after a run."""
    desk.visit(PATH)
    module = desk.module("svg.mjs")
    looked = 0
    for path in WITH_CARD:
        missing, count = desk.page.evaluate(
            """async ([module, address]) => {
              const { cleaned } = await import(module);
              const text = await (await fetch(address)).text();
              const page = new DOMParser().parseFromString(text, "text/html");
              const missing = [];
              const isTold = (name) => !/^(xmlns.*|style)$/.test(name);
              const names = (element) => [element.localName,
                ...element.getAttributeNames().filter(isTold).sort()].join(" ");
              const drawings = page.querySelectorAll("figure.diagram > svg");
              for (const svg of drawings) {
                const all = [svg, ...svg.querySelectorAll("*")].map(names);
                const copy = cleaned(svg);
                const kept = [copy, ...copy.querySelectorAll("*")].map(names);
                missing.push(...all.filter((one, at) => one !== kept[at]));
              }
              return [missing.slice(0, 3), drawings.length];
            }""",
            [module, desk.site.address + path],
        )
        assert missing == [], path
        looked += count
    assert looked > 20
