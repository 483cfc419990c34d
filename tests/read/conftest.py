"""A web server on loopback that serves every hostile case, each under its own path."""

from __future__ import annotations

import gzip
import http.server
import ssl
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sites import Loopback

PAGE = "<!DOCTYPE html><html><head><title>Grüße</title></head><body><p>Ein Absatz über Möbel.</p></body></html>"
STUB = (
    '<!DOCTYPE html><html><head><title>URL</title><link rel="canonical" href="URL"><meta name="robots" content="none">'
    '<meta charset="utf-8"><meta http-equiv="refresh" content="0; url=URL"></head></html>'
)
BOMB = gzip.compress(b"a" * 3_000_000)
DEFLATED = zlib.compress(PAGE.encode())

# path -> status, headers, body; Content-Length is added unless it is given
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/page": (200, {"Content-Type": "text/html; charset=utf-8"}, PAGE.encode()),
    "/moved": (200, {"Content-Type": "text/html"}, STUB.replace("URL", "/page").encode()),
    "/moved-to-itself": (200, {"Content-Type": "text/html"}, STUB.replace("URL", "/moved-to-itself").encode()),
    "/moved-to-404": (200, {"Content-Type": "text/html"}, STUB.replace("URL", "/404").encode()),
    "/latin1": (200, {"Content-Type": "text/html; charset=ISO-8859-1"}, PAGE.encode("latin-1")),
    "/wrong-charset": (200, {"Content-Type": "text/html; charset=ISO-8859-1"}, PAGE.encode("utf-8")),
    "/gzip": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(PAGE.encode())),
    "/deflate": (200, {"Content-Type": "text/html", "Content-Encoding": "deflate"}, DEFLATED),
    "/no-type": (200, {}, PAGE.encode()),
    "/raw/post.md": (200, {"Content-Type": "text/plain"}, b"---\ntitle: Ein Titel\n---\nEin Satz.\n"),
    "/raw/post.rst": (200, {"Content-Type": "text/plain"}, b"Titel\n=====\n\nEin Satz.\n"),
    "/raw/post.adoc": (200, {"Content-Type": "text/plain"}, b"= Titel\n\nEin Satz.\n"),
    "/rows.jsonl": (200, {"Content-Type": "application/octet-stream"}, b'{"id": "a", "text": "Eins."}\n{"id": "b"}\n'),
    "/no-store": (200, {"Content-Type": "text/html", "Cache-Control": "private, no-store"}, PAGE.encode()),
    "/no-cache": (
        200,
        {"Content-Type": "text/html", "Cache-Control": "no-cache, max-age=0", "Pragma": "no-cache", "Vary": "*"},
        PAGE.encode(),
    ),
    "/bad-date": (200, {"Content-Type": "text/html", "Date": "yesterday", "Expires": "-1"}, PAGE.encode()),
    "/huge-declared": (200, {"Content-Type": "text/html", "Content-Length": "5000000000"}, b"<html>"),
    "/huge": (200, {"Content-Type": "text/html"}, b"a" * 200_000),
    "/bomb": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, BOMB),
    "/bombs": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip, gzip"}, gzip.compress(BOMB)),
    "/broken-gzip": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"this is not gzip"),
    "/half-gzip": (
        200,
        {"Content-Type": "text/html", "Content-Encoding": "gzip"},
        gzip.compress(PAGE.encode() * 9)[:60],
    ),
    "/cut": (200, {"Content-Type": "text/html", "Content-Length": "1000"}, PAGE.encode()),
    "/empty": (200, {"Content-Type": "text/html"}, b""),
    "/blank": (200, {"Content-Type": "text/html"}, b" \n\n "),
    "/no-content": (204, {}, b""),
    "/pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7"),
    "/hidden-pdf": (200, {"Content-Type": "text/html"}, b"%PDF-1.7 ..."),
    "/image": (200, {"Content-Type": "image/png"}, b"\x89PNG\r\n"),
    "/video": (200, {"Content-Type": "video/mp4"}, b"...."),
    "/feed": (200, {"Content-Type": "application/rss+xml"}, b"<rss/>"),
    "/hidden-feed": (200, {"Content-Type": "text/xml"}, b'<?xml version="1.0"?>\n<rss version="2.0"></rss>'),
    "/zip": (200, {"Content-Type": "application/zip"}, b"PK\x03\x04"),
    "/400": (400, {}, b""),
    "/401": (401, {"WWW-Authenticate": 'Basic realm="x"'}, b""),
    "/403": (403, {}, b"no"),
    "/404": (404, {"Content-Type": "text/html"}, b"not here"),
    "/410": (410, {}, b""),
    "/429": (429, {}, b""),
    "/429-seconds": (429, {"Retry-After": "90"}, b""),
    "/429-minutes": (429, {"Retry-After": "600"}, b""),
    "/429-odd": (429, {"Retry-After": "\x1b[31msoon"}, b""),
    "/500": (500, {}, b"oops"),
    "/503-date": (503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, b""),
    "/304": (304, {}, b""),
    "/once": (302, {"Location": "page"}, b"moved"),
    "/forever": (301, {"Location": "/page"}, b""),
    "/loop": (302, {"Location": "/loop"}, b""),
    "/to-ftp": (302, {"Location": "ftp://example.org/x"}, b""),
    "/to-file": (302, {"Location": "file:///etc/passwd"}, b""),
    "/to-nowhere": (302, {"Location": "http://[oops"}, b""),
}
DRIPS = {
    "/drip-body": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n" + b"x" * 900,
    "/drip-head": b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 900,
}
RAW = {
    "/cut-chunk": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<html>",
    "/chunks": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"6\r\n<html>\r\n8\r\n<p>Hallo\r\n0\r\n\r\n",
    "/hang-up": b"",
    "/not-http": b"220 smtp.example.org ESMTP\r\n",
    "/until-close": b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>Hallo",
    "/endless-redirect": b"HTTP/1.1 302 Found\r\nLocation: /page\r\nContent-Length: 5000000000\r\n\r\n" + b"x" * 70_000,
}


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers from the tables above and notes every request."""

    protocol_version = "HTTP/1.1"
    server: Web

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        self.server.seen.append((self.path, dict(self.headers)))
        self.close_connection = True
        if path in RAW:
            self.wfile.write(RAW[path])
        elif path in DRIPS:
            self._drip(DRIPS[path])
        elif path == "/etag":
            self._etag()
        elif path == "/silent":
            self.server.released.wait(5)
        elif path == "/private-area":
            known = self.headers.get("Authorization") == "Basic YW5uYTpnZWhlaW0="  # anna:geheim
            self._answer(*ANSWERS["/page" if known else "/401"])
        elif path.startswith("/to/"):
            self._answer(302, {"Location": path.removeprefix("/to/")}, b"")
        else:
            self._answer(*ANSWERS.get(path, ANSWERS["/404"]))

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, content: bytes) -> None:
        for at in range(len(content)):
            if self.server.released.is_set():
                return
            try:
                self.wfile.write(content[at : at + 1])
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.02)  # always faster than any timeout of a single read

    def _etag(self) -> None:
        if self.headers.get("If-None-Match") == '"eins"':
            self._answer(304, {"ETag": '"eins"'}, b"")
        else:
            self._answer(200, {"Content-Type": "text/html", "ETag": '"eins"'}, PAGE.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
        pass


class Web(Loopback):
    """The server, what it was asked, and its address."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str]]] = []
        super().__init__(Handler)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_port}"


@pytest.fixture(autouse=True)
def plain_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no certificates of the machine that runs the tests."""
    for name in ("ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def web() -> Iterator[Web]:
    server = Web()
    yield server
    server.stop()


@pytest.fixture
def tls() -> Iterator[Web]:
    """The same server behind a certificate that nobody signed (made once with openssl, valid for 100 years)."""
    server = Web()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parent / "localhost.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    yield server
    server.stop()
