"""Python starts when it is asked for, says how far it is, and says why if it cannot."""

import re

import pytest
from playwright.sync_api import Browser, Error, Route

from tests.browser.interpreter import PAGE, Interpreter, interpreter
from tests.nav import beside
from tests.published import Site

pytestmark = pytest.mark.browser

HEAVY = re.compile(r"/(?:vendor/(?:python|codemirror)|run)/|\.wasm|codemirror|/sw\.js")
FINE = "def main():\n    print('fine')\n"


@pytest.mark.parametrize("path", ["", "ordering/happened_before/", "simulator/"])
def test_a_page_loads_nothing_of_it_before(
    chromium: Browser, site: Site, path: str
) -> None:
    with interpreter(chromium, site, path) as python:
        python.page.mouse.wheel(0, 3000)
        python.page.wait_for_timeout(500)

        assert len(python.asked) > 3
        assert [url for url in python.asked if HEAVY.search(url)] == []
        assert python.workers() == []
        assert not python.page.evaluate(
            "navigator.serviceWorker.getRegistration().then(Boolean)"
        )
        assert python.page.evaluate("caches.keys()") == []


def test_progress_is_told_in_bytes_that_come_by_the_line(
    chromium: Browser, site: Site
) -> None:
    with interpreter(chromium, site) as python:
        steps = python.start()
        loaded = [step["loaded"] for step in steps]
        names = {url.rpartition("/")[2] for url in python.asked}
        files = [
            file
            for file in (site.folder / "assets").rglob("*.zst")
            if file.name in names
        ]

        assert len(steps) >= len(files)
        assert loaded == sorted(loaded)
        assert len(files) == 4
        total = sum(file.stat().st_size for file in files)
        assert steps[-1] == {"loaded": total, "total": total, "what": "Python"}
        assert total < 4_300_000  # as its package comes: 6.4 MB
        (simulator,) = (file for file in files if file.name.startswith("sim."))
        # What few programs need comes later; in November 2026 it was all 240,346.
        assert simulator.stat().st_size <= 240_346


def test_one_worker_stays_for_all_pages(chromium: Browser, site: Site) -> None:
    with interpreter(chromium, site) as python:
        assert python.run(FINE)["output"] == "fine\n"
        worker = python.worker()
        python.wait_for_site()
        before = len(python.asked)
        python.page.locator(".md-footer__link--next").click()
        python.page.wait_for_url(f"{site.address}{beside(PAGE, 1)}")

        assert python.run(FINE)["output"] == "fine\n"
        assert python.workers() == [worker]
        after = python.asked[before:]
        assert not any(".zst" in url or ".mjs" in url for url in after), after


def test_a_missing_file_is_named_and_the_next_try_works(
    chromium: Browser, site: Site
) -> None:
    with interpreter(chromium, site) as python:
        python.page.route("**/core.*", lambda route: route.fulfill(status=404))

        with pytest.raises(Error, match=r"core\.\w+\.zip\.zst is missing here \(404\)"):
            python.start()
        python.page.unroute("**/core.*")

        assert python.run(FINE)["output"] == "fine\n"


def test_no_connection_is_said_and_the_next_try_works(
    chromium: Browser, site: Site
) -> None:
    def fail(route: Route) -> None:
        route.abort()

    with interpreter(chromium, site) as python:
        python.page.evaluate("(address) => import(address)", python.module)
        python.page.route("**/*.zst", fail)

        with pytest.raises(Error, match="without a connection"):
            python.start()
        python.page.unroute("**/*.zst", fail)

        assert python.run(FINE)["output"] == "fine\n"


def test_a_connection_that_breaks_is_said_and_the_next_try_works(
    chromium: Browser, site: Site
) -> None:
    def cut(route: Route) -> None:
        body = route.fetch().body()
        route.fulfill(body=body[: len(body) // 2])

    with interpreter(chromium, site) as python:
        python.page.route("**/wasm.*", cut)

        with pytest.raises(Error, match=r"wasm\.\w+\.wasm\.zst came only in part"):
            python.start()
        python.page.unroute("**/wasm.*", cut)

        assert python.run(FINE)["output"] == "fine\n"


def test_a_browser_without_webassembly_is_told_what_to_do(
    chromium: Browser, site: Site
) -> None:
    context = chromium.new_context()
    context.add_init_script("delete globalThis.WebAssembly")
    python = Interpreter(context.new_page(), site)
    python.open()

    with pytest.raises(Error, match="needs WebAssembly, which is off"):
        python.start()
    context.close()


def test_a_worker_that_cannot_start_says_why(chromium: Browser, site: Site) -> None:
    with interpreter(chromium, site) as python:
        python.page.route(
            "**/boot.*", lambda route: route.fulfill(body="raise OSError('no room')")
        )

        with pytest.raises(Error, match=r"(?s)Python cannot start: .*no room"):
            python.start()


def test_a_browser_that_refuses_storage_runs_all_the_same(
    chromium: Browser, site: Site
) -> None:
    context = chromium.new_context()
    context.add_init_script(
        "CacheStorage.prototype.open = () => Promise.reject(new Error('no'))"
    )
    python = Interpreter(context.new_page(), site)
    python.open()

    assert python.run(FINE)["output"] == "fine\n"
    context.close()
