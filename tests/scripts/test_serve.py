"""The preview: a saved file is seen, a mistake harms nothing, every stop is clean."""

import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scripts.clone import ROOT, environment

# Far beyond what anything here takes; it only ends a test that would hang.
PATIENCE = 60

SITE = """
site_name: Trial
site_url: https://example.org/trial/
theme: {name: mkdocs}
plugins: []
watch: [snippets]
markdown_extensions:
  pymdownx.snippets:
    base_path: [snippets]
    check_paths: true
"""

# Stands for scripts/record.py: a card holds the program's text in capitals.
RECORD = """
from pathlib import Path

for program in Path("snippets").rglob("*.py"):
    card = program.with_suffix(".md")
    text = program.read_text().upper()
    if not card.exists() or card.read_text() != text:
        card.write_text(text)
        print("Recorded", program.stem)
"""

START = """
import sys
sys.path.insert(0, {root!r})
from scripts.lib import preview
preview.serve({port}, open_browser=False, stop_after={stop_after})
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Preview:
    """A preview of a site of one page and one program, in a folder of its own."""

    def __init__(self, root: Path, stop_after: float | None = None) -> None:
        self.root = root
        self.page = root / "docs" / "index.md"
        self.program = root / "snippets" / "greet.py"
        for file in (self.page, self.program):
            file.parent.mkdir(parents=True)
        shutil.copytree(ROOT / "scripts" / "lib", root / "scripts" / "lib")
        (root / "scripts" / "__init__.py").touch()
        outline = (
            Path("tests") / "pages" / "outline.md"
        )  # for the lines that pages quote
        (root / outline).parent.mkdir(parents=True)
        shutil.copy(ROOT / outline, root / outline)
        (root / "mkdocs.yml").write_text(SITE)
        (root / "scripts" / "record.py").write_text(RECORD)
        self.page.write_text('# First\n\n--8<-- "greet.md"\n')
        self.program.write_text("hello\n")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/trial/"
        self.process = subprocess.Popen(
            **self.command(stop_after), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self.printed = ""
        threading.Thread(target=self._listen, daemon=True).start()

    def command(self, stop_after: float | None) -> dict:
        """What starts it, for `subprocess`."""
        code = START.format(root=str(self.root), port=self.port, stop_after=stop_after)
        return {
            "args": [sys.executable, "-c", code],
            "cwd": self.root,
            "env": environment(PYTHONUNBUFFERED="1"),
            "text": True,
        }

    def start_again(self) -> subprocess.CompletedProcess[str]:
        """Start a second one beside it, which stops at once."""
        return subprocess.run(**self.command(0), capture_output=True, timeout=PATIENCE)

    def _listen(self) -> None:
        assert self.process.stdout
        with self.process.stdout as output:
            for line in output:
                self._lines.put(line)

    def wait_for(self, text: str) -> str:
        """Return the next line that holds `text`."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._lines.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"never printed {text!r}, but:\n{self.printed}")
            self.printed += line
            if text in line:
                return line

    def read(self) -> str:
        """Return the lines that nobody has waited for so far."""
        lines = ""
        while not self._lines.empty():
            lines += self._lines.get()
        self.printed += lines
        return lines

    def rest(self) -> str:
        """Return all it printed, after it has ended."""
        self.process.wait(PATIENCE)
        self.read()
        return self.printed

    def get(self, path: str = "") -> str:
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
            return answer.read().decode()

    def reloaded(self) -> str:
        """Do as an open page does: wait for the signal to reload, then reload."""
        epoch, number = re.search(r"livereload\((\d+), (\d+)\)", self.get()).groups()
        site = f"http://127.0.0.1:{self.port}"
        signal_url = f"{site}/livereload/{epoch}/{number}"
        with urllib.request.urlopen(signal_url, timeout=PATIENCE) as answer:
            assert int(answer.read()) > int(epoch)
        return self.get()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    running = Preview(tmp_path_factory.mktemp("serve") / "project")
    try:
        running.wait_for("Serving")
        yield running
    finally:
        running.end()


def save_and_reload(preview: Preview, file: Path, text: str) -> str:
    """Save `file` once a page waits for the signal, and return the reloaded page."""
    pages: queue.Queue[str] = queue.Queue()
    page = threading.Thread(target=lambda: pages.put(preview.reloaded()), daemon=True)
    page.start()
    time.sleep(0.5)
    file.write_text(text)
    return pages.get(timeout=PATIENCE)


def test_the_start_is_three_lines_and_the_last_is_the_address(preview: Preview):
    lines = preview.printed.splitlines()
    assert lines == [
        "Recorded greet",
        "Building the site",
        f"Serving {preview.url}  (Ctrl-C stops)",
    ]
    assert "HELLO" in preview.get()


def test_a_saved_page_reloads(preview: Preview):
    text = preview.page.read_text() + "Another line.\n"
    assert "Another line." in save_and_reload(preview, preview.page, text)


def test_a_saved_program_is_recorded_and_reloads_once(preview: Preview):
    preview.read()
    page = save_and_reload(preview, preview.program, "bye\n")
    assert "BYE" in page
    preview.wait_for("Recorded greet")
    preview.wait_for("Building")
    # The card that was just written must not set off a second build.
    time.sleep(1.5)
    assert "Building" not in preview.read()


def test_a_mistake_is_told_and_the_last_good_site_stays(preview: Preview):
    good = preview.page.read_text()
    page = save_and_reload(preview, preview.page, '--8<-- "missing.md"\n')
    assert "First" in page
    told = preview.wait_for("Not built")
    assert ": docs/index.md:1: there is no file snippets/missing.md" in told
    assert preview.printed.count("missing.md") == 1
    assert "Traceback" not in preview.printed
    assert "First" in save_and_reload(preview, preview.page, good)


def test_a_page_with_a_script_is_not_shown(preview: Preview):
    good = preview.page.read_text()
    wrong = f"{good}\n`<script>` is what it is.\n\n<script>alert(1)</script>\n"
    page = save_and_reload(preview, preview.page, wrong)
    assert "alert(1)" not in page
    told = preview.wait_for("Not built")
    line = wrong[: wrong.index("alert")].count("\n") + 1
    assert f": docs/index.md:{line}: a page may not hold <script>. " in told
    assert "First" in save_and_reload(preview, preview.page, good)


def test_a_saved_sentence_to_remember_is_in_the_summary(preview: Preview):
    summary = preview.root / "docs" / "summary.md"
    page = preview.root / "docs" / "part" / "one.md"
    page.parent.mkdir()
    page.write_text("---\ntitle: One\ntakeaway: Wait.\n---\n\n# One\n")
    summary.write_text("")
    # A mistake in front matter does not keep the next one back.
    preview.wait_for("docs/part/one.md:1: front matter without a text as description.")
    preview.wait_for("mkdocs.yml: nav has no summary.md")
    nav = "nav: [index.md, {Part: [part/one.md]}, summary.md]\n"
    save_and_reload(preview, preview.root / "mkdocs.yml", SITE + nav)
    assert "- [Wait.](part/one.md)\n" in summary.read_text()

    time.sleep(1.5)
    preview.read()
    save_and_reload(preview, page, page.read_text().replace("Wait.", "Do not wait."))
    assert "- [Do not wait.](part/one.md)\n" in summary.read_text()
    preview.wait_for("Building")
    time.sleep(1.5)  # what was just written must not set off a second build
    assert "Building" not in preview.read()

    save_and_reload(preview, page, page.read_text().replace("takeaway", "other"))
    preview.wait_for("docs/part/one.md:1: no takeaway. Add")
    assert "- [Do not wait.](part/one.md)\n" in summary.read_text()


def test_what_is_not_there_is_a_plain_404(preview: Preview):
    with pytest.raises(urllib.error.HTTPError, match="404") as refused:
        preview.get("nowhere/")
    refused.value.close()


def test_a_port_in_use_is_one_line_that_names_a_free_one(preview: Preview):
    second = preview.start_again()
    assert (second.returncode, second.stdout) == (1, "")
    problem = rf"Port {preview.port} cannot be used \(.+\)\."
    told = re.fullmatch(rf"{problem} Start again with --port (\d+)\.\n", second.stderr)
    assert told, second.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", int(told[1])))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_cleanly(tmp_path: Path, how: signal.Signals):
    running = Preview(tmp_path / "project")
    try:
        running.wait_for("Serving")
        os.kill(running.process.pid, how)
        assert running.rest().endswith("\nStopped.\n")
        assert running.process.returncode == 0
    finally:
        running.end()


def test_it_stops_by_itself_when_told_to(tmp_path: Path):
    running = Preview(tmp_path / "project", stop_after=0)
    try:
        assert running.rest().endswith("(Ctrl-C stops)\n\nStopped.\n")
        assert running.process.returncode == 0
    finally:
        running.end()


def test_it_stops_by_itself_where_ctrl_c_is_ignored(tmp_path: Path):
    """A shell starts a program in the background like this."""
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        running = Preview(tmp_path / "project", stop_after=0)
    finally:
        signal.signal(signal.SIGINT, usual)
    try:
        assert running.rest().endswith("\nStopped.\n")
    finally:
        running.end()


def test_a_site_that_cannot_be_built_is_one_line(tmp_path: Path):
    running = Preview(tmp_path / "project")
    running.end()
    (running.root / "mkdocs.yml").write_text("site_name: [\n")
    broken = running.start_again()
    assert broken.returncode == 1
    assert broken.stderr.startswith("The site cannot be built: ")
    assert broken.stderr.count("\n") == 1
