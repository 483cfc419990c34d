"""HTTP over TLS: reads a request, notes it, asks the service that it is for, and sends the answer."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.azure.loopback.answers import Answer, Asked

Service = Callable[[Asked], Answer | None]  # None: the connection is cut


@contextmanager
def serving(service: Service, certificate: Path, key: Path) -> Iterator[str]:
    """The address at which ``service`` answers while the block lasts."""
    verbs = {f"do_{verb}": _Handler.serve for verb in ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE")}
    handler = type("Handler", (_Handler,), {"service": staticmethod(service), **verbs})
    server = _Server(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    # the handshake is the handler's: a client that only connects holds nobody up
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of the server."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every answer waits 40 ms for the client's acknowledgement of its head
    service: Service

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""

    def serve(self) -> None:
        """One request."""
        parts = urlsplit(self.path)
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.service(Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, data))
        if answer is None:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.data)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.data)
