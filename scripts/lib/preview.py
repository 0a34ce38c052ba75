"""Serve the site while it is being written: save a file, the page reloads.

MkDocs builds, watches and serves. Added here: a saved program is recorded and the
summary of the talk renewed before the site is built, a failed build leaves the last
good site in place, and few messages.
"""

import _thread
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import webbrowser
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from mkdocs.commands.build import build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers.api import ObservedWatch
from watchdog.observers.polling import PollingObserver

from scripts.lib import configuration, mistakes, runtime, say, sources, summary, terms
from scripts.lib.pages import PageError, nav
from scripts.lib.paths import ROOT, SCRIPTS, SNIPPETS
from scripts.lib.record import write

HOST = "127.0.0.1"
RECORD = SCRIPTS / "record.py"
# The second leaves out what only a release needs.
CONFIGURATIONS = (ROOT / "mkdocs.yml", ROOT / "mkdocs.serve.yml")

# Seconds between two looks at the files. MkDocs takes 0.5; these trees are small.
LOOK_EVERY = 0.2


class Recorder:
    """Runs scripts/record.py and the like, and knows which files were written."""

    def __init__(self) -> None:
        self.wanted = True
        self._written: dict[Path, int] = {}
        self._busy = threading.Lock()

    def record_if_wanted(self) -> None:
        """Record the programs that changed. What went wrong, record.py says itself."""
        if not self.wanted or not RECORD.exists():
            return
        self.wanted = False
        with self._busy:
            before = self._recordings()
            subprocess.run([sys.executable, str(RECORD)], cwd=ROOT, check=False)
            after = self._recordings()
            self._written = dict(after.items() - before.items())

    def wrote(self, file: Path) -> bool:
        """Whether `file` is as the recorder left it, so that nobody else saved it."""
        with self._busy:
            return file in self._written and self._written[file] == _saved_at(file)

    def renew_summary(self) -> list[str]:
        """Write the page with the whole talk anew; gives what is wrong, a line each."""
        if not summary.PAGE.is_file():
            return []
        try:
            changed = write({summary.PAGE: summary.summary(nav())})
        except PageError as error:
            return str(error).splitlines()
        with self._busy:
            self._written |= {file: _saved_at(file) for file in changed}
        return []

    def _recordings(self) -> dict[Path, int]:
        return {
            file: _saved_at(file)
            for suffix in ("md", "svg")
            for file in SNIPPETS.rglob(f"*.{suffix}")
        }


def _saved_at(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


class Changes(FileSystemEventHandler):
    """Passes on what a person saved, and leaves out what programs wrote."""

    def __init__(self, rebuild: FileSystemEventHandler, recorder: Recorder) -> None:
        self._rebuild = rebuild
        self._recorder = recorder

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Ask for a new build, unless `event` is no change of the site."""
        file = Path(os.fsdecode(event.src_path))
        hidden = any(
            part.startswith(".") or part == "__pycache__"
            for part in file.relative_to(ROOT).parts
        )
        if event.is_directory or hidden or self._recorder.wrote(file):
            return
        if file.suffix == ".py" and SNIPPETS in file.parents:
            self._recorder.wanted = True
        self._rebuild.on_any_event(event)


class Observer(PollingObserver):
    """An observer of which each handler sees only the changes that count."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(timeout=LOOK_EVERY)
        self._recorder = recorder

    def schedule(
        self, event_handler: FileSystemEventHandler, path: str | Path, **options: Any
    ) -> ObservedWatch:
        """Watch `path`."""
        changes = Changes(event_handler, self._recorder)
        return super().schedule(changes, path, **options)


class Server(LiveReloadServer):
    """Says where it is, once it listens."""

    open_browser = False
    stop_after: float | None = None

    def server_activate(self) -> None:
        """Listen."""
        super().server_activate()
        say.line(f"Serving {self.url}  (Ctrl-C stops)")
        if self.open_browser:
            webbrowser.open(self.url)
        if self.stop_after is not None:
            # As Ctrl-C does: it stops whatever the main thread is doing by then. But
            # a shell lets what it starts with & ignore SIGINT.
            timer = threading.Timer(
                self.stop_after, _thread.interrupt_main, [signal.SIGTERM]
            )
            timer.daemon = True
            timer.start()


class Preview:
    """One run of the preview, from the first build to the last request."""

    def __init__(self, port: int, folder: Path) -> None:
        self._port = port
        # A build goes into the folder that is not being served, so that a failed one
        # leaves the site as it was.
        self._served, self._spare = folder / "a", folder / "b"
        self._recorder = Recorder()
        self._config = self._load()
        path = urlsplit(self._config.site_url or "/").path
        self._server = Server(
            builder=self._rebuild,
            host=HOST,
            port=port,
            root=str(self._served),
            mount_path=path,
        )
        self._server.error_handler = self._error_page
        self._server.observer = Observer(self._recorder)
        self.url = self._server.url

    def _load(self) -> MkDocsConfig:
        file = next(file for file in reversed(CONFIGURATIONS) if file.exists())
        return configuration.load(
            file, site_dir=str(self._spare), dev_addr=f"{HOST}:{self._port}"
        )

    def _error_page(self, code: int) -> bytes | None:
        page = Path(self._server.root) / f"{code}.html"
        return page.read_bytes() if page.is_file() else None

    def build(self, config: MkDocsConfig) -> None:
        """Record what changed, build the site, and serve it if all went well."""
        self._recorder.record_if_wanted()
        config.site_url = self.url
        # What both find is told once.
        found = [*mistakes.in_front_matter(), *self._recorder.renew_summary()]
        for mistake in dict.fromkeys(found):
            say.line(mistake)
        with say.step("Building the site"):
            build(config, serve_url=self.url)
            runtime.add(self._spare)
            terms.mark(self._spare)
            sources.mark(self._spare)
        self._served, self._spare = self._spare, self._served
        self._server.root = str(self._served)

    def _rebuild(self) -> None:
        try:
            self.build(self._load())
        except Exception as error:
            say.line(f"Not built, the last good site is still served: {_why(error)}")

    def _watch(self) -> None:
        self._server.watch(self._config.docs_dir)
        for file in CONFIGURATIONS:
            if file.exists():
                self._server.watch(str(file))
        self._config.plugins.on_serve(
            self._server, config=self._config, builder=self._rebuild
        )
        for path in self._config.watch:
            self._server.watch(path)

    def run(self, open_browser: bool, stop_after: float | None) -> None:
        """Build, then serve until Ctrl-C, or for `stop_after` seconds."""
        self._config.plugins.on_startup(command="serve", dirty=False)
        try:
            self.build(self._config)
            self._watch()
            self._server.open_browser = open_browser
            self._server.stop_after = stop_after
            self._server.serve()  # type: ignore[no-untyped-call]
        finally:
            self._server.shutdown()
            self._config.plugins.on_shutdown()


def check_port(port: int) -> None:
    """Stop with one line if nothing can be served on `port`."""
    problem = _why_not(port)
    if problem:
        free = next((p for p in range(port + 1, port + 50) if not _why_not(p)), 0)
        cure = f"--port {free}" if free else "--port and another number"
        say.stop(f"Port {port} cannot be used ({problem}). Start again with {cure}.")


def _why_not(port: int) -> str:
    with socket.socket() as probe:
        if os.name != "nt":  # as the server does it
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            return getattr(error, "strerror", None) or str(error)
    return ""


class Messages(logging.Handler):
    """Says what MkDocs complains of, with the line; keeps back why it gave up."""

    why = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Say or keep the message."""
        message = record.getMessage()
        if mistakes.stops_the_build(message):
            self.why = mistakes.explained(message)
        else:
            say.line(mistakes.explained(message))


MESSAGES = Messages()


def _why(error: Exception) -> str:
    """In one line, why MkDocs gave up."""
    why, MESSAGES.why = MESSAGES.why, ""
    return " ".join((why or str(error)).split())


def _quiet() -> None:
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    logging.getLogger("mkdocs").addHandler(MESSAGES)
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    # Every redirect and every file a browser asks for in vain.
    logging.getLogger("mkdocs.livereload").setLevel(logging.ERROR)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def serve(port: int, *, open_browser: bool, stop_after: float | None) -> None:
    """Serve the site on 127.0.0.1 until Ctrl-C, or for `stop_after` seconds."""
    check_port(port)
    _quiet()
    signal.signal(signal.SIGTERM, _interrupt)
    folder = Path(tempfile.mkdtemp(prefix="preview-"))
    try:
        Preview(port, folder).run(open_browser, stop_after)
    except KeyboardInterrupt:
        say.line("\nStopped.")
    except Exception as error:
        say.stop(f"The site cannot be built: {_why(error)}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
