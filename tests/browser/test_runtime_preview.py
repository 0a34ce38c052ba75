"""The preview runs programs, too: from the sources as they are, without a build."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from scripts.lib import runtime
from scripts.lib.paths import DOCS
from scripts.lib.static_server import serving
from tests.browser.interpreter import CALL

pytestmark = pytest.mark.browser

PROGRAM = """
from sim import Node, World

async def alone(me: Node):
    await me.sleep(1)

def main() -> World:
    world = World()
    world.add(alone)
    print(len(world.__class__.__name__))
    return world.run()
"""


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[str]:
    shutil.copytree(DOCS / "assets", tmp_path / "assets")
    (tmp_path / "index.html").write_text("<!doctype html><title>Preview</title>")
    runtime.add(tmp_path)
    with serving(tmp_path) as address:
        yield address


def test_a_program_runs_in_a_preview(chromium: Browser, preview: str) -> None:
    page = chromium.new_page()
    page.goto(preview)

    answer: dict[str, Any] = page.evaluate(
        CALL, [f"{preview}assets/run/python.mjs", "run", {"code": PROGRAM}]
    )

    assert answer["output"] == "5\n"
    assert answer["shown"]["kind"] == "world"
    judges = f"from sim.check import linearizable\n{PROGRAM}"
    answer = page.evaluate(
        CALL, [f"{preview}assets/run/python.mjs", "run", {"code": judges}]
    )
    assert answer["error"] is None
    # No service worker: it would show what has since been edited.
    page.wait_for_timeout(500)
    assert not page.evaluate("navigator.serviceWorker.getRegistration().then(Boolean)")
    page.close()


def test_an_edited_simulator_has_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a reader keeps goes by its name.

    A memory image has what a start takes of the simulator, and no judges of histories.
    """
    sim = tmp_path / "snippets" / "sim"
    shutil.copytree(runtime.SIMULATOR, sim)
    monkeypatch.setattr(runtime, "SNIPPETS", sim.parent)
    monkeypatch.setattr(runtime, "SIMULATOR", sim)
    names = []
    for edited in (None, None, "world.py", "check/history.py"):
        site = tmp_path / f"site{len(names)}"
        shutil.copytree(DOCS / "assets" / "run", site / runtime.RUN)
        if edited:
            with (sim / edited).open("a", encoding="utf-8") as file:
                file.write("# edited\n")
        runtime.add(site)
        files = (site / runtime.RUN / "files.mjs").read_text("utf-8")
        names.append(re.findall(r"(?:sim|image|check)\.\w+", files))

    first, again, world, judges = map(set, names)
    assert len(first) == 3
    assert first == again
    assert [name[:6] for name in first & world] == ["check."]
    assert [name[:6] for name in judges - world] == ["check."]
