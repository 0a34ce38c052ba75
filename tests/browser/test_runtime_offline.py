"""After the first run the site works without a connection, one release at a time."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from scripts.lib import service_worker
from scripts.lib.paths import DOCS, SNIPPETS
from scripts.lib.static_server import free_port, serving
from tests.browser.interpreter import KEPT, Interpreter
from tests.published import Site

pytestmark = pytest.mark.browser

FINE = "def main():\n    print('fine')\n"
JUDGES = (SNIPPETS / "contemporaries/kyle_kingsbury/judge_a_history.py").read_text(
    "utf-8"
)
PREFIX = "handbook"  # a project's pages lie below a folder

ONE_RELEASE = """async () => {
  const names = (await caches.keys()).filter((name) => name.includes(" site "));
  return names.length === 1;
}"""

# Kept from page to page; the first worker of a reader takes over, too.
NOTES_A_NEW_WORKER = """navigator.serviceWorker?.addEventListener(
  "controllerchange", () => sessionStorage.setItem("new worker", "yes"))"""
HAS_A_NEW_WORKER = "async () => sessionStorage.getItem('new worker')"


class Server:
    """A copy of the site below a folder, served at times."""

    def __init__(self, site: Site, root: Path) -> None:
        self.folder = root / PREFIX
        shutil.copytree(site.folder, self.folder)
        self._root, self._port = root, free_port()
        self.address = f"http://127.0.0.1:{self._port}/{PREFIX}/"
        self._running = ExitStack()

    def start(self) -> None:
        self._running.enter_context(serving(self._root, self._port))

    def stop(self) -> None:
        self._running.close()

    def publish(self, mark: str) -> None:
        """A new release: each page has a mark, and the script another name."""
        (old,) = {
            match
            for page in self.folder.rglob("*.html")
            for match in re.findall(r'site\.\w{8}\.js(?=")', page.read_text("utf-8"))
            if page.parent.name != "print_page"
        }
        new = re.sub(r"\.\w{8}\.", f".{mark}.", old)
        scripts = self.folder / "assets" / "js"
        (scripts / old).rename(scripts / new)
        for page in self.folder.rglob("*.html"):
            text = page.read_text("utf-8").replace(old, new)
            text = re.sub(r"<title>", f"<title>{mark} ", text)
            page.write_text(text, "utf-8")
        shutil.copy(DOCS / "sw.js", self.folder)
        service_worker.write(self.folder)


@pytest.fixture
def server(site: Site, tmp_path: Path) -> Iterator[Server]:
    server = Server(site, tmp_path)
    server.start()
    yield server
    server.stop()


@contextmanager
def reader(chromium: Browser, server: Server, site: Site) -> Iterator[Interpreter]:
    context = chromium.new_context()
    context.add_init_script(NOTES_A_NEW_WORKER)
    python = Interpreter(
        context.new_page(), Site(server.folder, server.address, site.hosts)
    )
    yield python
    context.close()


@contextmanager
def keeper(chromium: Browser, server: Server, site: Site) -> Iterator[Interpreter]:
    """A reader whose browser keeps the whole site, and notes the next new worker."""
    with reader(chromium, server, site) as python:
        python.open()
        python.run(FINE)
        python.wait_for_site()
        python.page.evaluate("sessionStorage.clear()")
        yield python


def titles(page: Page, server: Server, *paths: str) -> list[str]:
    found = []
    for path in paths:
        page.goto(server.address + path, wait_until="load")
        found.append(page.title())
    return found


def test_everything_works_without_a_connection(
    chromium: Browser, server: Server, site: Site
) -> None:
    with reader(chromium, server, site) as python:
        page = python.page
        python.open("ordering/happened_before/")
        assert python.run(FINE)["output"] == "fine\n"
        python.wait_for_site()
        server.stop()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))

        assert "\nLinearizable? " in python.run(JUDGES)["output"]
        page.reload()
        assert python.run(FINE)["output"] == "fine\n"
        assert "\nLinearizable? " in python.run(JUDGES)["output"]
        exercise = "failure/idempotency/exercises/serve_at_once"
        assert "says" in python.judge(FINE, exercise)
        assert python.run("def main():\n    import doctest\n")["ok"]

        # A page never seen, with a query and an anchor, by an address and by a link.
        python.page.goto(f"{server.address}simulator/?x=1#top")
        assert "simulator" in page.title()
        assert page.evaluate("document.fonts.ready.then((all) => all.size)") > 2
        page.locator(".md-footer__link--prev").click()
        page.wait_for_function("!document.title.includes('simulator')")

        page.locator(".md-search__input").click()
        page.keyboard.type("clock")
        page.wait_for_selector(".md-search-result__item")
        assert faults == []


def test_it_stays_below_the_sites_own_folder(
    chromium: Browser, server: Server, site: Site
) -> None:
    with keeper(chromium, server, site) as python:
        scope = python.page.evaluate(
            "navigator.serviceWorker.ready.then(({ scope }) => scope)"
        )
        names = python.page.evaluate("caches.keys()")

        assert scope == server.address
        assert all(name.startswith(f"/{PREFIX}/ ") for name in names)


def test_a_new_release_is_seen_at_once_and_is_then_the_one_that_is_kept(
    chromium: Browser, server: Server, site: Site
) -> None:
    paths = ("", "simulator/", "ordering/vector_clocks/")
    with keeper(chromium, server, site) as python:
        page = python.page
        server.publish("aaaaaaaa")

        assert all(t.startswith("aaaaaaaa") for t in titles(page, server, *paths))
        python.wait_for(HAS_A_NEW_WORKER)
        titles(page, server, "")
        python.wait_for(ONE_RELEASE)
        python.wait_for_site()
        server.stop()
        assert all(t.startswith("aaaaaaaa") for t in titles(page, server, *paths))
        assert python.run(FINE)["output"] == "fine\n"


def test_a_new_worker_takes_over_when_nothing_is_asked_for(
    chromium: Browser, server: Server, site: Site
) -> None:
    """Taking over in the middle of it, Chromium may lose a page for good."""
    with keeper(chromium, server, site) as python:
        page = python.page
        server.publish("cccccccc")

        for _ in range(6):
            titles(page, server, "", "simulator/")
            assert not page.evaluate(HAS_A_NEW_WORKER)
            page.wait_for_timeout(500)
        python.wait_for(HAS_A_NEW_WORKER)


def test_without_a_connection_two_releases_are_not_mixed(
    chromium: Browser, server: Server, site: Site
) -> None:
    """Of the new one a page is there; the old one is whole, so it is shown."""
    with keeper(chromium, server, site) as python:
        page = python.page
        server.publish("bbbbbbbb")
        for file in (server.folder / "ordering").rglob("*.html"):
            file.unlink()  # so that it cannot be kept as a whole

        assert titles(page, server, "simulator/")[0].startswith("bbbbbbbb")
        python.wait_for(HAS_A_NEW_WORKER)
        titles(page, server, "simulator/")
        page.wait_for_timeout(1500)
        server.stop()

        shown = titles(page, server, "simulator/", "ordering/vector_clocks/", "")
        assert not any("bbbbbbbb" in title for title in shown), shown


def test_what_comes_changed_on_its_way_is_not_kept(
    chromium: Browser, server: Server, site: Site
) -> None:
    with reader(chromium, server, site) as python:
        page = python.page
        python.open()
        changed = server.folder / "simulator" / "index.html"
        changed.write_text(changed.read_text("utf-8") + "<!-- an advertisement -->")
        python.run(FINE)
        page.evaluate("navigator.serviceWorker.ready")

        assert "simulator" in titles(page, server, "simulator/")[0]
        page.wait_for_timeout(1000)
        assert (
            page.evaluate(
                """async (path) => {
              for (const name of await caches.keys())
                if (await (await caches.open(name)).match(path)) return name;
              return null;
            }""",
                f"/{PREFIX}/simulator/index.html",
            )
            is None
        )


def test_who_saves_data_keeps_what_was_loaded_and_no_more(
    chromium: Browser, server: Server, site: Site
) -> None:
    context = chromium.new_context()
    context.add_init_script(
        "Object.defineProperty(navigator.connection, 'saveData', { value: true })"
    )
    page = context.new_page()
    python = Interpreter(page, Site(server.folder, server.address, site.hosts))
    python.open()
    python.run(FINE)
    python.wait_for(KEPT, " site ", "index.html")
    page.wait_for_timeout(1500)
    server.stop()

    page.reload()
    assert python.run(FINE)["output"] == "fine\n"
    told = "sim.check cannot be loaded without a connection. Try again with one."
    assert told in python.run(JUDGES)["error"]
    kept = page.evaluate(
        """async () => {
          const name = (await caches.keys()).find((name) => name.includes(" site "));
          const all = await (await caches.open(name)).keys();
          return all.map(({ url }) => url).filter((url) => url.endsWith(".html"));
        }"""
    )
    assert kept == [f"{server.address}ordering/happened_before/index.html"]
    context.close()


def test_the_list_has_what_pages_load_and_nothing_twice(site: Site) -> None:
    first = (site.folder / "sw.js").read_text("utf-8").splitlines()[0]
    release = json.loads(first.removeprefix("const RELEASE = ").rstrip(";"))
    files = release["files"]
    pages = {page.relative_to(site.folder).as_posix() for page in site.pages()}

    assert pages <= files.keys()
    assert any(re.search(r"/live\.\w+\.mjs$", file) for file in files)
    assert any(file.startswith("assets/vendor/fonts/") for file in files)
    assert "search/search_index.json" in files
    names = {file.rpartition("/")[2].partition(".")[0] for file in files}
    assert not names & {"wasm", "core", "engine", "sim"}
    assert {"more", "check"} <= names
    assert not any(file.endswith(".map") for file in files)
    assert all((site.folder / file).is_file() for file in files)
