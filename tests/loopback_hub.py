"""A small hub on loopback, as the real client knows it: listing, HEAD with ETag and commit, GET with ranges."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Serves the folders of ``repositories`` (id -> folder); what it is told to do wrong, it does."""

    def __init__(self, repositories: dict[str, Path]) -> None:
        self.repositories = repositories
        self.url = ""
        self.requests: list[str] = []
        self.tags: list[str] = []  # of every repository
        self.token: str | None = None  # asked for, if set
        self.hidden: set[str] = set()  # files that are listed and not there
        self.cut: dict[str, int] = {}  # file -> bytes after which the connection ends, once
        self.swollen: set[str] = set()  # files said to be longer than they are

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """One request."""
        path = request.path.partition("?")[0]
        self.requests.append(f"{request.command} {path} {request.headers.get('Range', '')}".strip())
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            return self._error(request, 401, "RepoNotFound")
        if path.startswith("/api/models/"):
            return self._listing(request, "/".join(path.split("/")[3:5]))
        owner, name, _, _, *rest = path.removeprefix("/").split("/")
        folder, file = self.repositories.get(f"{owner}/{name}"), "/".join(rest)
        if folder is None:
            return self._error(request, 404, "RepoNotFound")
        if file in self.hidden or not (folder / file).is_file():
            return self._error(request, 404, "EntryNotFound")
        return self._file(request, file, (folder / file).read_bytes())

    def _listing(self, request: BaseHTTPRequestHandler, name: str) -> None:
        folder = self.repositories.get(name)
        if folder is None:
            return self._error(request, 404, "RepoNotFound")
        files = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
        body = {"id": name, "sha": COMMIT, "tags": self.tags, "siblings": [{"rfilename": f} for f in files]}
        data = json.dumps(body).encode()
        return self._send(request, 200, {"Content-Type": "application/json", "Content-Length": str(len(data))}, data)

    def _file(self, request: BaseHTTPRequestHandler, file: str, data: bytes) -> None:
        headers = {"ETag": f'"{hashlib.sha1(data).hexdigest()}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
        start = int((request.headers.get("Range") or "bytes=0-").removeprefix("bytes=").split("-")[0])
        length = len(data) - start + (10 if file in self.swollen else 0)
        headers["Content-Length"] = str(length)
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        if request.command == "HEAD":
            return self._send(request, 200, headers, b"")
        end = start + self.cut.pop(file) if file in self.cut else len(data)
        return self._send(request, 206 if start else 200, headers, data[start:end])

    def _error(self, request: BaseHTTPRequestHandler, code: int, name: str) -> None:
        self._send(request, code, {"X-Error-Code": name, "Content-Length": "0"}, b"")

    def _send(self, request: BaseHTTPRequestHandler, code: int, headers: dict[str, str], data: bytes) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Connection", "close")
        request.end_headers()
        request.wfile.write(data)
        request.close_connection = True


@contextmanager
def serve(repositories: dict[str, Path]) -> Iterator[Hub]:
    """A hub that runs until the block ends."""
    hub = Hub(repositories)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            hub.answer(self)

        def do_HEAD(self) -> None:
            hub.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
