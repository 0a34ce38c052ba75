"""Serve a built site on 127.0.0.1 as a publisher would: compressed, with caching.

For tests and measurements. It stops with the `with` block that opened it.
"""

import gzip
import mimetypes
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

COMPRESSED = ("text/", "application/json", "application/xml", "image/svg+xml")
FONT = "font/woff2"


@contextmanager
def serving(site: Path, port: int = 0) -> Iterator[str]:
    """Serve the folder `site`; gives the address, which ends in a slash.

    Instant navigation works only at the address the site was built for, so build it
    with this address. With port 0 the system chooses a free one.
    """
    root = site.resolve()

    class Handler(_Handler):
        folder = root

    with _Server(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
            server.hang_up()


def free_port() -> int:
    """A port that nothing listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class _Server(ThreadingHTTPServer):
    """Ends with all its connections, which browsers keep open."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._connections: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Take a connection."""
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close the connections that are still there."""
        for connection in tuple(self._connections):
            with suppress(OSError):  # it has just ended by itself
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that hangs up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def _answer(self, *, with_body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        file = (self.folder / path.lstrip("/")).resolve()
        status = HTTPStatus.OK
        if file.is_dir():
            if not path.endswith("/"):
                self._redirect(path + "/")
                return
            file /= "index.html"
        if not file.is_relative_to(self.folder) or not file.is_file():
            status, file = HTTPStatus.NOT_FOUND, self.folder / "404.html"
        kind = _kind(file)
        body = file.read_bytes() if file.is_file() else b"No such page.\n"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        # Pages may change at any time; what they load is worth keeping.
        lasting = not kind.startswith("text/html")
        self.send_header("Cache-Control", "max-age=31536000" if lasting else "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        if accepts and kind.startswith(COMPRESSED):
            body = _compressed(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _redirect(self, path: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", path)
        self.send_header("Content-Length", "0")
        self.end_headers()


@lru_cache(maxsize=256)
def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, 9)


def _kind(file: Path) -> str:
    if file.suffix == ".woff2":
        return FONT
    kind, _ = mimetypes.guess_type(file.name)
    if kind in ("text/javascript", "application/javascript"):
        return "text/javascript; charset=utf-8"
    if kind is not None and kind.startswith("text/"):
        return f"{kind}; charset=utf-8"
    return kind or "application/octet-stream"
