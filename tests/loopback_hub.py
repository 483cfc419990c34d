"""A small hub on loopback, as the real client knows it: listing with hashes, HEAD with ETag and commit, ranges.

Large files lie elsewhere, as the real hub's do: it answers with a redirect to another host (``localhost`` instead of
``127.0.0.1``), which gets no token.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = (".bin", ".safetensors", ".model", ".onnx", ".npy")
INVALID = "Invalid credentials in Authorization header"


class Hub:
    """Serves the folders of ``repositories`` (id -> folder); what it is told to do wrong, it does."""

    def __init__(self, repositories: dict[str, Path]) -> None:
        self.repositories = repositories
        self.url = ""
        self.requests: list[str] = []
        self.elsewhere: list[str | None] = []  # the Authorization of every request for a large file
        self.tags: list[str] = []  # of every repository
        self.token: str | None = None  # asked for, if set
        self.gated: set[str] = set()  # repositories that are listed, and whose files are for those who asked
        self.hidden: set[str] = set()  # files that are listed and not there
        self.cut: dict[str, int] = {}  # file -> bytes after which the connection ends, once
        self.stall: dict[str, int] = {}  # file -> bytes after which nothing more comes, once
        self.stalled, self.go_on = threading.Event(), threading.Event()
        self.swollen: set[str] = set()  # files said to be longer than they are
        self.listed: dict[str, bytes] = {}  # file -> the content that the listing is about, where it is another one

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """One request."""
        path = request.path.partition("?")[0]
        self.requests.append(f"{request.command} {path} {request.headers.get('Range', '')}".strip())
        given = request.headers.get("Authorization")
        if path.startswith("/large/"):
            self.elsewhere.append(given)
            owner, name, *rest = path.removeprefix("/large/").split("/")
            return self._file(request, "/".join(rest), (self.repositories[f"{owner}/{name}"] / "/".join(rest)))
        if self.token and given != f"Bearer {self.token}":
            wrong = {"X-Error-Message": INVALID} if given else {"X-Error-Code": "RepoNotFound"}
            return self._send(request, 401, wrong)
        if path.startswith("/api/models/"):
            return self._listing(request, "/".join(path.split("/")[3:5]))
        owner, name, _, _, *rest = path.removeprefix("/").split("/")
        return self._resolve(request, f"{owner}/{name}", "/".join(rest))

    def _listing(self, request: BaseHTTPRequestHandler, name: str) -> None:
        folder = self.repositories.get(name)
        if folder is None:
            return self._send(request, 404, {"X-Error-Code": "RepoNotFound"})
        files = [self._told(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()]
        if "blobs" not in request.path:
            files = [{"rfilename": file["rfilename"]} for file in files]
        body = {"id": name, "sha": COMMIT, "tags": self.tags, "siblings": files}
        return self._send(request, 200, {"Content-Type": "application/json"}, json.dumps(body).encode())

    def _told(self, path: Path, folder: Path) -> dict[str, Any]:
        file = path.relative_to(folder).as_posix()
        data = self.listed.get(file, path.read_bytes())
        told = {"rfilename": file, "size": len(data), "blobId": git(data)}
        if file.endswith(LARGE):
            sha256 = hashlib.sha256(data).hexdigest()
            told |= {"blobId": git(sha256.encode()), "lfs": {"sha256": sha256, "size": len(data), "pointerSize": 134}}
        return told

    def _resolve(self, request: BaseHTTPRequestHandler, name: str, file: str) -> None:
        folder = self.repositories.get(name)
        if folder is None:
            return self._send(request, 404, {"X-Error-Code": "RepoNotFound"})
        if name in self.gated:
            return self._send(request, 403, {"X-Error-Code": "GatedRepo"})
        if file in self.hidden or not (folder / file).is_file():
            return self._send(request, 404, {"X-Error-Code": "EntryNotFound"})
        if not file.endswith(LARGE):
            return self._file(request, file, folder / file)
        told = self._told(folder / file, folder)
        headers = {
            "Location": f"{self.url.replace('127.0.0.1', 'localhost')}/large/{name}/{file}",
            "X-Repo-Commit": COMMIT,
            "X-Linked-Etag": f'"{told["lfs"]["sha256"]}"',
            "X-Linked-Size": str(told["size"] + (10 if file in self.swollen else 0)),
        }
        return self._send(request, 302, headers)

    def _file(self, request: BaseHTTPRequestHandler, file: str, path: Path) -> None:
        data = path.read_bytes()
        headers = {"ETag": f'"{git(data)}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
        start = int((request.headers.get("Range") or "bytes=0-").removeprefix("bytes=").split("-")[0])
        if start >= len(data) > 0:
            return self._send(request, 416, {"Content-Range": f"bytes */{len(data)}"})
        headers["Content-Length"] = str(len(data) - start + (10 if file in self.swollen else 0))
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        if request.command == "HEAD":
            return self._send(request, 200, headers)
        end = start + self.cut.pop(file) if file in self.cut else len(data)
        pause = start + self.stall.pop(file) if file in self.stall else end
        self._send(request, 206 if start else 200, headers, data[start:pause])
        if pause < end:
            self.stalled.set()
            self.go_on.wait(60)
        return None

    def _send(self, request: BaseHTTPRequestHandler, code: int, headers: dict[str, str], data: bytes = b"") -> None:
        request.send_response(code)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            request.send_header(name, value)
        request.send_header("Connection", "close")
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(data)
        request.close_connection = True


def git(data: bytes) -> str:
    """The hash by which git knows a file."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


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
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield hub
    finally:
        hub.go_on.set()
        server.shutdown()
        server.server_close()
