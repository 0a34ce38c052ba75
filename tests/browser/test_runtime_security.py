"""A program may have come by a link: it reaches neither the network nor the page."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from scripts.lib import markup
from scripts.lib.static_server import serving
from tests.browser.interpreter import PAGE, Interpreter, interpreter
from tests.nav import beside
from tests.published import Site

pytestmark = pytest.mark.browser

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')


def policy_of(text: str) -> dict[str, list[str]]:
    """The directives of the only policy of a page."""
    (policy,) = POLICY.findall(text)
    parts = [part.split() for part in policy.split(";")]
    return {name: values for name, *values in parts}


# The policy


def test_every_page_has_the_same_policy_before_anything_is_loaded(site: Site) -> None:
    texts = [page.read_text("utf-8") for page in site.pages()]
    first = [re.search(r"<(?:script|link|style|img|body)\b", text) for text in texts]
    stands = [POLICY.search(text) for text in texts]

    assert len(texts) > 10
    assert len({POLICY.findall(text)[0] for text in texts}) == 1
    for load, policy in zip(first, stands, strict=True):
        assert load is not None and policy is not None
        assert policy.start() < load.start()


def test_the_policy_is_strict(site: Site) -> None:
    policy = policy_of((site.folder / "index.html").read_text("utf-8"))
    scripts = policy["script-src"]

    # The site's own pages may be fetched ahead, and nothing may be shown inside them.
    assert policy["default-src"] == ["'self'"]
    for what in ("object-src", "frame-src", "media-src"):
        assert policy[what] == ["'none'"]
    assert policy["connect-src"] == ["'self'"]
    assert policy["worker-src"] == ["'self'", "blob:"]
    assert policy["base-uri"] == ["'none'"]
    assert scripts[:2] == ["'self'", "'wasm-unsafe-eval'"]
    assert all(value.startswith("'sha256-") for value in scripts[2:])
    assert policy["style-src"] == ["'self'"]
    every = {value for values in policy.values() for value in values}
    assert not any(
        "//" in value or value in ("*", "https:", "http:") for value in every
    )
    assert [name for name in policy if "'unsafe-inline'" in policy[name]] == [
        "style-src-attr"
    ]


def test_no_page_has_a_handler_or_an_address_that_is_a_script(site: Site) -> None:
    for page in site.pages():
        found = [what for what, _, _ in markup.refused(page.read_text("utf-8"))]
        # The theme's own tags are none of a page's.
        assert {what for what in found if what[0] != "<"} == set(), page
        assert found, "it reads tags"


@pytest.mark.parametrize("path", ["", "print_page/", "simulator/", "no/such/page/"])
def test_pages_work_under_it(chromium: Browser, site: Site, path: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.goto(site.address + path, wait_until="networkidle")
    page.evaluate("document.body.style.color = 'red'")
    context.close()

    assert [line for line in said if "Security" in line] == []


def test_navigation_search_colors_and_a_run_work_under_it(
    chromium: Browser, site: Site
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda line: line.type == "error" and faults.append(line.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{site.address}{PAGE}", wait_until="networkidle")
    page.evaluate("window.same = true")
    page.locator(".md-footer__link--next").click()
    page.wait_for_url(f"{site.address}{beside(PAGE, 1)}")
    page.locator("label.md-header__button:visible[for^=__palette]").first.click()
    page.wait_for_selector("body[data-md-color-scheme=slate]")
    page.locator(".md-search__input").click()
    page.keyboard.type("clock")
    page.wait_for_selector(".md-search-result__item")
    page.keyboard.press("Escape")
    page.locator("button.run").first.click()
    page.wait_for_function(
        """() => /recorded run/.test(
          document.querySelector(".card-says p")?.textContent)""",
        timeout=60_000,
    )

    assert page.evaluate("window.same")
    assert faults == []
    context.close()


# What stands under the policy


@pytest.fixture(scope="module")
def elsewhere(site: Site) -> Iterator[str]:
    """Another host, as far as a browser can tell."""
    with serving(site.folder) as address:
        yield address


@pytest.fixture(scope="module")
def warm(chromium: Browser, site: Site) -> Iterator[Interpreter]:
    with interpreter(chromium, site) as python:
        python.run("def main():\n    pass\n")
        yield python


FROM_A_BLOB = """async (code) => {
  const blob = new Blob([code], { type: "text/javascript" });
  const worker = new Worker(URL.createObjectURL(blob), { type: "module" });
  const says = await new Promise((done) => {
    worker.onmessage = ({ data }) => done(data);
    worker.onerror = () => done("refused");
  });
  worker.terminate();
  return says;
}"""
ATTEMPT = """const says = (f) => f().then(() => "done", () => "refused");
postMessage(await says(async () => {{ {} }}));"""


@pytest.mark.parametrize(
    ("attempt", "says"),
    [
        ("await fetch('HERE')", "done"),  # the control: this works
        ("await fetch('THERE', { mode: 'no-cors' })", "refused"),
        ("await import('THERE')", "refused"),
        ("eval('1')", "refused"),
        ("new Function('1')", "refused"),
        ("await import('data:text/javascript,1')", "refused"),
    ],
)
def test_a_worker_from_a_blob_is_under_the_pages_policy(
    chromium: Browser, site: Site, elsewhere: str, attempt: str, says: str
) -> None:
    """This is why Python starts from one: even without what else is done there."""
    file = "assets/img/favicon.svg"
    code = attempt.replace("THERE", elsewhere + file)
    code = code.replace("HERE", site.address + file)

    with interpreter(chromium, site) as python:
        assert python.page.evaluate(FROM_A_BLOB, ATTEMPT.format(code)) == says


def test_the_worker_has_nothing_of_the_browser(warm: Interpreter) -> None:
    """Asked by the debugger, which no policy holds back."""
    worker = warm.worker()
    gone = worker.evaluate(
        """() => `fetch XMLHttpRequest WebSocket WebSocketStream EventSource
          WebTransport Worker SharedWorker BroadcastChannel caches indexedDB
          importScripts postMessage close FontFace fonts Notification createImageBitmap
          OffscreenCanvas webkitRequestFileSystemSync Request Response Blob File URL`
          .split(/\\s+/).filter((name) => globalThis[name] !== undefined)"""
    )
    left = worker.evaluate(
        """() => ["storage", "serviceWorker", "locks", "usb", "serial", "hid", "gpu",
          "permissions", "storageBuckets"].filter((name) => navigator[name])"""
    )

    assert (gone, left) == ([], [])
    assert worker.evaluate("location.protocol") == "blob:"


REACH = '''
def every(thing, seen, depth=4):
    """Whatever can be reached from a JavaScript object by its properties."""
    if depth == 0 or len(seen) > 3000:
        return
    for name in dir(thing):
        if name.startswith("__"):
            continue
        try:
            found = getattr(thing, name)
        except BaseException:
            continue
        seen.append((name, found))
        if type(found).__module__ == "pyodide.ffi":
            every(found, seen, depth - 1)
'''

ATTACKS = {
    "a name of js": "import js\njs.fetch('THERE')",
    "eval of js": "import js\njs.eval('1')",
    "run_js": "from pyodide.code import run_js\nrun_js('1')",
    "Function": "import pyodide_js\npyodide_js.runPython.constructor('return 1')()",
    "Function of a callback": "import __main__\n"
    "__main__.LATER['check']._load.constructor('return 1')()",
    "C code that evaluates": "import pyodide_js\nm = pyodide_js._module\n"
    "m._emscripten_run_script(m.stringToNewUTF8('1'))",
    "pyodide's fetch": "from pyodide.http import open_url\nopen_url('THERE')",
    "a package": "import pyodide_js\n"
    "pyodide_js._api.loadBinaryFile('THERE', 'x').then(print)\nraise OSError",
    "urllib": "import urllib.request\nurllib.request.urlopen('THERE')",
    "a socket": "import socket\ns = socket.socket()\n"
    "s.connect(('127.0.0.1', PORT))\ns.send(b'x')\nraise OSError",
    "a process": "import subprocess\nsubprocess.run(['ls'], check=True)",
    "a thread": "import threading\nthreading.Thread(target=print).start()",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_program_gets_out_by_no_door(
    warm: Interpreter, elsewhere: str, attack: str
) -> None:
    code = ATTACKS[attack].replace("THERE", elsewhere + "assets/img/favicon.svg")
    code = code.replace("PORT", elsewhere.rpartition(":")[2].strip("/"))
    lines = "".join(f"    {line}\n" for line in code.splitlines())

    answer = warm.run(f"def main():\n{lines}    print('got out')\n")

    assert "got out" not in answer["output"]
    assert answer["error"]
    assert not any(elsewhere in url for url in warm.asked)


def test_no_object_that_a_program_can_reach_is_the_browsers(warm: Interpreter) -> None:
    code = REACH + (
        "def main():\n"
        "    import js, pyodide_js\n"
        "    seen = []\n"
        "    every(js, seen)\n"
        "    every(pyodide_js, seen)\n"
        "    every(pyodide_js._module, seen, 2)\n"
        "    bad = {'fetch', 'XMLHttpRequest', 'indexedDB', 'caches', 'postMessage',\n"
        "           'document', 'WebSocket', 'Worker', 'importScripts', 'navigator'}\n"
        "    print(len(seen), sorted({name for name, found in seen if name in bad}))\n"
    )

    answer = warm.run(code)

    assert answer["error"] is None
    count, _, found = answer["output"].partition(" ")
    assert int(count) > 200
    assert found == "[]\n"


def test_the_page_does_not_believe_a_program_that_poses_as_the_worker(
    warm: Interpreter,
) -> None:
    answer = warm.run(
        "import json\ndef main():\n"
        "    print(json.dumps({'done': {'shown': {'svg': '<script>'}}}))\n"
    )

    assert answer["ok"]
    assert answer["shown"]["kind"] is None


def test_all_of_it_asked_this_site_alone(warm: Interpreter) -> None:
    foreign = [
        url
        for url in warm.asked
        if not url.startswith((warm.site.address, f"blob:{warm.site.address}", "data:"))
    ]

    assert len(warm.asked) > 10
    assert foreign == []


def test_a_page_cannot_be_told_to_run_by_its_address(
    chromium: Browser, site: Site
) -> None:
    context = chromium.new_context()
    page: Page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(
        f"{site.address}ordering/happened_before/?code=print(1)&run=1#code=print(1)",
        wait_until="networkidle",
    )
    context.close()

    assert not any(".wasm" in url for url in asked)
