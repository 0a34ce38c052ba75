"""The page's Python, asked as the cards ask it: through python.mjs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Worker

from tests.published import Site

PATIENCE = 60_000  # ms: Python starts, on a busy machine
PAGE = "ordering/happened_before/"
ENDLESS = "def main():\n    while True:\n        pass\n"

STEP = 100  # ms between two looks

KEPT = """async ([cache, entry]) => {
  for (const name of await caches.keys())
    if (name.includes(cache))
      for (const { url } of await (await caches.open(name)).keys())
        if (url.includes(`/${entry}`)) return true;
  return false;
}"""

CALL = """async ([address, deed, task]) => {
  const python = await import(address);
  const output = [], tried = [];
  const answer = await python[deed]({
    name: "section/page/program",
    onOutput: (text) => output.push(text),
    onTried: (...what) => tried.push(what),
    ...task,
  });
  return { ...answer, output: output.join(""), pieces: output.length, tried };
}"""

START = """async (address) => {
  const python = await import(address);
  const steps = [];
  await python.start((progress) => steps.push(progress));
  return steps;
}"""


class Interpreter:
    """A page of the site, and the Python that it can start."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self.asked: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: self.asked.append(request.url))
        (module,) = (site.folder / "assets" / "run").glob("python.*.mjs")
        self.module = f"{site.address}assets/run/{module.name}"

    def open(self, path: str = PAGE) -> None:
        """Load a page from the server."""
        self.page.goto(self.site.address + path, wait_until="networkidle")

    def start(self) -> list[dict[str, Any]]:
        """Start Python; gives what it told of its progress."""
        steps: list[dict[str, Any]] = self.page.evaluate(START, self.module)
        return steps

    def run(self, code: str, **task: Any) -> dict[str, Any]:
        """Run a program."""
        return self._call("run", code=code, **task)

    def judge(self, code: str, exercise: str) -> dict[str, Any]:
        """Have an exercise judge a program."""
        return self._call("judge", code=code, exercise=exercise)

    def workers(self) -> list[Worker]:
        """The workers that run Python."""
        return [worker for worker in self.page.workers if worker.url[:5] == "blob:"]

    def worker(self) -> Worker:
        """The worker that stays; the one that makes the memory image comes and goes."""
        self.wait_for_image()
        for _ in range(PATIENCE // STEP):
            if len(self.workers()) == 1:
                break
            self.page.wait_for_timeout(STEP)
        (worker,) = self.workers()
        return worker

    def wait_for_image(self) -> None:
        """Return when the memory image is kept for later starts."""
        self.wait_for(KEPT, " python", "image.")

    def wait_for_site(self) -> None:
        """Return when the service worker keeps all of the site."""
        self.wait_for(KEPT, " site ", "whole")

    def wait_for(self, condition: str, *values: Any) -> None:
        """Return when an async function of JavaScript gives something true."""
        for _ in range(PATIENCE // STEP):
            if self.page.evaluate(condition, list(values)):
                return
            self.page.wait_for_timeout(STEP)
        raise AssertionError(f"in vain: {condition} {values}")

    def evaluate(self, body: str, *values: Any) -> Any:
        """Evaluate JavaScript that knows `python`, `values` and `sleep(ms)`."""
        head = "const sleep = (ms) => new Promise((done) => setTimeout(done, ms));"
        return self.page.evaluate(
            f"async ([address, ...values]) => {{ {head}"
            f"const python = await import(address); {body} }}",
            [self.module, *values],
        )

    def _call(self, deed: str, **task: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.page.evaluate(CALL, [self.module, deed, task])
        return answer


@contextmanager
def interpreter(
    chromium: Browser | BrowserContext, site: Site, path: str = PAGE
) -> Iterator[Interpreter]:
    """A reader's page; a new reader's where a browser is given."""
    context = chromium.new_context() if isinstance(chromium, Browser) else chromium
    page = context.new_page()
    opened = Interpreter(page, site)
    opened.open(path)
    yield opened
    page.close()
    if context is not chromium:
        context.close()
