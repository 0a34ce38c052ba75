"""What running a program in the page costs, beside Pyodide as its package comes.

  .venv/bin/python benchmarks/page.py                   five rounds
  .venv/bin/python benchmarks/page.py --line 10         on a line of 10 Mbit/s
  .venv/bin/python benchmarks/page.py --bytes           only what is downloaded

Beside: a worker that loads Pyodide with `loadPyodide()`, all its files on the same
server, and prints. In each round the contestants take turns, each with a browser
profile of its own:

  cold      first visit: from the click to what the program printed
  later     the page again, in the same browser
  next day  the page again, after the browser was closed
  again     the next run in the same page
  stop      from Stop in an endless loop to what the next program printed
  picture   a run of 30 messages on a card: from the click to its output and drawing

The server is on this machine, compresses text as publishers do, and lets files be
kept. The table has medians, and medians of the ratios to `cold` of Pyodide in the same
round. Each measurement waits for a quiet moment of the machine, for at most a minute; a
round that was disturbed all the same is marked, and left out if there are quiet ones.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import BrowserContext, Page, sync_playwright  # noqa: E402

from scripts.lib import browser, release, static_server  # noqa: E402
from scripts.lib.paths import NODE_MODULES  # noqa: E402

STOCK, OURS = "Pyodide", "this site"
PAGE = "ordering/happened_before/"
CARD = "figure_1"
STOCK_FILES = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
HELLO = 'print("hello", 1 + 1)'

STOCK_WORKER = """import { loadPyodide } from "./pyodide.mjs";
const python = await loadPyodide({ stdout: (text) => postMessage(text) });
onmessage = ({ data }) => python.runPython(data);
postMessage("");
"""
STOCK_PAGE = """<!doctype html><title>Pyodide</title><link rel="icon" href="data:,">
<script type="module">
  const open = () => {
    const worker = new Worker("./worker.mjs", { type: "module" });
    const ready = new Promise((done) => (worker.onmessage = done));
    const print = async (code) => {
      await ready;
      const printed = new Promise((done) => (worker.onmessage = done));
      worker.postMessage(code);
      await printed;
    };
    return { print, ready, endless: () => worker.postMessage("while True: pass"),
             terminate: () => worker.terminate() };
  };
  let python;
  window.print = (code) => (python ??= open()).print(code);
  window.stop = async (code) => {
    python.endless();
    await new Promise((done) => setTimeout(done, 300));
    const began = performance.now();
    python.terminate();
    python = open();
    await python.print(code);
    return performance.now() - began;
  };
</script>
"""
OUR_SCRIPT = """(address) => {
  const load = () => import(address);
  const name = "section/page/program";
  const main = (code) => `def main():\\n    ${code}\\n`;
  window.print = async (code) => {
    const python = await load();
    const printed = Promise.withResolvers();
    const task = { code: main(code), name, onOutput: printed.resolve };
    const { error } = await python.run(task);
    if (error) throw new Error(error);
    await printed.promise;
  };
  window.stop = async (code) => {
    const python = await load();
    const endless = python.run({ code: main("while True: pass"), name });
    await new Promise((done) => setTimeout(done, 300));
    const began = performance.now();
    python.stop();
    await endless;
    await window.print(code);
    return performance.now() - began;
  };
}"""
TIMED = """async (code) => {
  const began = performance.now();
  await window.print(code);
  return performance.now() - began;
}"""

THIRTY = '''"""Thirty messages: fifteen questions and their answers."""

from sim import Node, World


async def browser(me: Node, shop: str, clicks: int) -> None:
    for click in range(clicks):
        await me.call(shop, ("order", click))
        await me.sleep(5)


async def shop(me: Node) -> None:
    while True:
        request = await me.receive()
        me.reply(request, "confirmed")


def main(seed: int = 0) -> World:
    world = World(seed=seed)
    world.add(shop)
    for name, clicks in ("ann", 8), ("bob", 7):
        world.add(browser, "shop", clicks, name=name)
    world.run()
    print(len(world.trace.send_of), "messages, seed", seed)
    return world
'''
DRAWN = """async () => {
  const card = document.querySelector(".card.is-live");
  const before = card.querySelector("figure.spacetime svg");
  const seed = card.querySelector(".knobs [name=seed]");
  const drawn = new Promise((done) => {
    const look = () => {
      const now = card.querySelector("figure.spacetime svg");
      if (now && now !== before && /messages, seed/.test(card.textContent)) done();
      else requestAnimationFrame(look);
    };
    look();
  });
  const began = performance.now();
  card.querySelector("button.run").click();
  await drawn;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""
WHOLE = """async () => {
  const all = await Promise.all((await caches.keys()).map(async (name) =>
    (await (await caches.open(name)).keys()).map(({ url }) => url)));
  return /\\/image\\./.test(all.flat()) && /\\/whole\\b/.test(all.flat());
}"""


def slow_down(megabits: float) -> None:
    """Have every server that is started from now on be at the end of a slow line."""
    plain = static_server._Handler._answer
    turn = threading.Lock()
    rate = megabits * 125_000

    def answer(handler: Any, *, with_body: bool) -> None:
        time.sleep(0.04)
        send = handler.wfile.write

        def write(content: bytes) -> int:
            for start in range(0, len(content), 16_384):
                piece = content[start : start + 16_384]
                with turn:
                    time.sleep(len(piece) / rate)
                send(piece)
            return len(content)

        handler.wfile.write = write
        try:
            plain(handler, with_body=with_body)
        finally:
            handler.wfile.write = send

    static_server._Handler._answer = answer  # type: ignore[method-assign]


@contextmanager
def built() -> Iterator[tuple[Path, str]]:
    """The site, and beside it Pyodide as its package comes; the folder, the address."""
    port = static_server.free_port()
    with tempfile.TemporaryDirectory() as name:
        site = Path(name) / "site"
        release.build(site, f"http://127.0.0.1:{port}/")
        stock = site / "stock"
        stock.mkdir()
        for file in STOCK_FILES:
            shutil.copy(NODE_MODULES / "pyodide" / file, stock)
        (stock / "worker.mjs").write_text(STOCK_WORKER)
        (stock / "index.html").write_text(STOCK_PAGE)
        with static_server.serving(site, port) as address:
            yield site, address


QUIET = 0.75  # of the processors' time, at least, that nobody uses
LONGEST_WAIT = 60  # seconds for that


def _idle() -> tuple[int, int]:
    fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    return int(fields[3]) + int(fields[4]), sum(map(int, fields))


def wait_until_quiet() -> bool:
    """Wait until nobody else works on this machine; gives whether it came to that."""
    if not Path("/proc/stat").exists():
        return True
    limit = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < limit:
        before = _idle()
        time.sleep(0.5)
        after = _idle()
        if after[0] - before[0] > QUIET * (after[1] - before[1]):
            return True
    return False


class Contestant:
    """A page that can print, in a browser with a profile of its own."""

    quiet = True
    """Whether nobody disturbed it."""

    def __init__(self, name: str, site: Path, address: str) -> None:
        self.name = name
        self.address = address + ("stock/" if name == STOCK else PAGE)
        (module,) = (site / "assets" / "run").glob("python.*.mjs")
        self._module = f"{address}assets/run/{module.name}"

    def open(self, page: Page) -> None:
        """Show the page, and let it come to rest."""
        page.goto(self.address, wait_until="networkidle")
        if self.name == OURS:
            page.evaluate(OUR_SCRIPT, self._module)
        self.quiet &= wait_until_quiet()

    def round(self, start: Any) -> Iterator[tuple[str, float]]:
        """The times of one round: what was done, and ms."""
        with tempfile.TemporaryDirectory() as profile:
            context: BrowserContext = start(profile)
            page = context.new_page()
            self.open(page)
            yield "cold", page.evaluate(TIMED, HELLO)
            yield "again", page.evaluate(TIMED, HELLO)
            self._settle(page)
            yield "stop", page.evaluate("(code) => window.stop(code)", HELLO)
            self.open(page)
            yield "later", page.evaluate(TIMED, HELLO)
            if self.name == OURS:
                yield "picture", self._picture(page)
            context.close()
            context = start(profile)
            page = context.new_page()
            self.open(page)
            yield "next day", page.evaluate(TIMED, HELLO)
            context.close()

    def _settle(self, page: Page) -> None:
        """Let what is done for later visits end."""
        for _ in range(300):
            page.wait_for_timeout(100)
            if self.name == STOCK or page.evaluate(WHOLE):
                break
        self.quiet &= wait_until_quiet()

    def _picture(self, page: Page) -> float:
        base = page.evaluate(
            "document.querySelector('.card .program code').textContent"
        )
        program = page.evaluate(
            "document.querySelector('.card[data-program]').dataset.program"
        )
        kept = json.dumps({"code": THIRTY, "base": base})
        page.evaluate(
            "([key, kept]) => localStorage.setItem(key, kept)",
            [f"/ program {program}", kept],
        )
        self.open(page)
        page.evaluate(DRAWN)  # the first starts Python and loads Mermaid
        page.wait_for_timeout(1500)
        times = []
        for _ in range(5):
            times.append(page.evaluate(DRAWN))
            page.wait_for_timeout(300)
        return median(times)


def measure(rounds: int, site: Path, address: str) -> None:
    """Let the contestants take turns, and print what came of it."""
    results: list[tuple[bool, dict[tuple[str, str], float]]] = []
    executable = browser.ensure()
    with sync_playwright() as playwright:

        def start(profile: str) -> BrowserContext:
            return playwright.chromium.launch_persistent_context(
                profile, executable_path=executable, args=browser.launch_args()
            )

        for number in range(rounds):
            taken: dict[tuple[str, str], float] = {}
            quiet = True
            for name in (STOCK, OURS) if number % 2 == 0 else (OURS, STOCK):
                contestant = Contestant(name, site, address)
                for deed, ms in contestant.round(start):
                    taken[deed, name] = ms
                quiet &= contestant.quiet
            results.append((quiet, taken))
            cold = " ".join(
                f"{name} {taken['cold', name]:.0f}" for name in (STOCK, OURS)
            )
            note = "" if quiet else ", disturbed"
            print(f"  round {number + 1}: cold {cold}{note}", file=sys.stderr)
    table([taken for quiet, taken in results if quiet] or [t for _, t in results])


def table(results: list[dict[tuple[str, str], float]]) -> None:
    """Print the medians of some rounds."""
    print(f"{len(results)} rounds; ms, and beside {STOCK}'s cold start")
    print(f"{'':10} {STOCK:>17} {OURS:>17}")
    for deed in ("cold", "later", "next day", "again", "stop", "picture"):
        cells = []
        for name in (STOCK, OURS):
            if (deed, name) not in results[0]:
                cells.append(" " * 17)
                continue
            ms = median(taken[deed, name] for taken in results)
            ratio = median(
                taken[deed, name] / taken["cold", STOCK] for taken in results
            )
            cells.append(f"{ms:9.0f}  {ratio:5.3f} ")
        print(f"{deed:10} {cells[0]} {cells[1]}")


def weights(site: Path) -> None:
    """Print what each contestant downloads before its first run, in bytes."""
    listed = (site / "assets" / "run").glob("*.mjs")
    files = next(
        text for text in map(Path.read_text, listed) if "vendor/python" in text
    )
    keys = ("wasm", "core", "engine", "simulator", "unpack")
    ours = {
        key: re.search(rf'{key}:\{{name:"([^"]+)"', files)[1]  # type: ignore[index]
        for key in keys
    }
    folder = site / "assets" / "run"
    print(f"\n{OURS}, before the first run")
    total = 0
    small = [
        f for f in folder.glob("*.*") if re.match(r"python|live|boot|worker", f.name)
    ]
    for file in [*(folder / name for name in ours.values()), *small]:
        total += _row(file.resolve())
    print(f"  {total:10,}  in all")
    print(f"\n{STOCK}, before the first run")
    total = sum(_row(site / "stock" / name) for name in STOCK_FILES)
    print(f"  {total:10,}  in all")


def _row(file: Path) -> int:
    content = file.read_bytes()
    # As publishers do: text and WebAssembly, and nothing that is packed already.
    if file.suffix in (".mjs", ".wasm", ".py", ".json"):
        content = gzip.compress(content, 6)
    print(f"  {len(content):10,}  {file.name}")
    return len(content)


def main() -> None:
    """Read the command line, build, measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--line", type=float, metavar="MBIT", help="the line's speed")
    parser.add_argument("--bytes", action="store_true", help="nothing but the sizes")
    options = parser.parse_args()
    if options.line:
        slow_down(options.line)
    with built() as (site, address):
        if not options.bytes:
            before = os.getloadavg()[0]
            measure(options.rounds, site, address)
            after = os.getloadavg()[0]
            print(f"load average {before:.1f} before, {after:.1f} after")
        weights(site)


if __name__ == "__main__":
    main()
