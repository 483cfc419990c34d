"""A web site on loopback for tests: pages by path, ETag and Last-Modified, and a record of what was asked."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

PARTS = [
    "Am Morgen stand das Wasser bis zur zweiten Stufe, und niemand im Hof hatte es kommen sehen.",
    "Wir holten Eimer, Lappen und die alte Pumpe aus dem Keller, die seit Jahren keiner mehr angefasst hatte.",
    "Gegen Mittag war der Boden trocken, doch die Wände blieben dunkel und rochen nach Erde.",
    "Der Maurer kam am dritten Tag, klopfte den Putz ab und zeigte uns, wo das Wasser seinen Weg gefunden hatte.",
    "Seitdem prüfen wir im Herbst die Rinnen, räumen das Laub aus den Schächten und schreiben auf, was wir finden.",
    "Das kostet einen halben Tag im Jahr und erspart uns, so hoffen wir, den nächsten Schaden im Erdgeschoss.",
]


@dataclass
class Clock:
    """Time that passes only when somebody waits."""

    now: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds


@dataclass
class Answer:
    """What one path answers with."""

    body: str | bytes = ""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: bool = False


Special = Callable[["Handler"], None]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        site = self.server
        site.seen.append(self.path)
        site.headers.append(dict(self.headers))
        answer = site.pages.get(self.path, site.pages.get(self.path.partition("?")[0]))
        if callable(answer):
            answer = answer(self)
            if answer is None:
                self.close_connection = True
                return
        self.send(answer or Answer("none", status=404))

    def send(self, answer: Answer) -> None:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        body = body.replace(b"SITE", self.server.url.encode())
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if answer.etag and self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        self.send_response(answer.status)
        headers = {"Content-Type": answer.kind, "Content-Length": str(len(body)), **answer.headers}
        for name, value in (headers | ({"ETag": tag} if answer.etag else {})).items():
            self.send_header(name, value.replace("SITE", self.server.url))
        self.end_headers()
        self.server.sent += len(body)
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
        pass


class Loopback(http.server.ThreadingHTTPServer):
    """A server on a free port that starts at once, says nothing, and whose slow answers end with ``released``."""

    daemon_threads = True

    def __init__(self, handler: type[http.server.BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        pass

    def stop(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()


class Site(Loopback):
    """``pages`` maps a path to an Answer or to a function of the handler; ``SITE`` in a body is the site's address."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Special] = {}
        self.seen: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.sent = 0
        super().__init__(Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


def words(number: int) -> str:
    """The text of the post of that number: paragraphs whose order and numbers no two posts share."""
    parts = [f"Das ist der Bericht Nummer {number} aus dem Haus am Bach."]
    parts += [PARTS[(number * 5 + place) % len(PARTS)] for place in range(len(PARTS))]
    return "".join(f"<p>{part} Es war der {number + place}. Versuch.</p>" for place, part in enumerate(parts))


def page(number: int, head: str = "", body: str = "") -> str:
    """A whole page of a post."""
    title = f"Bericht {number}"
    return (
        f'<!DOCTYPE html><html lang="de"><head><title>{title}</title><meta property="og:type" content="article">{head}'
        f'</head><body><nav><a href="/">Start</a></nav><article><h1>{title}</h1>'
        f"{body or words(number)}</article></body></html>"
    )


def path(number: int) -> str:
    return f"/2026/03/{number:02}/bericht-{number}/"


def item(number: int, summary: str = "", content: str = "", link: str = "") -> str:
    """An item of an RSS feed."""
    inside = f"<content:encoded>{escape(content)}</content:encoded>" if content else ""
    return (
        f"<item><title>Bericht {number}</title><link>{link or 'SITE' + path(number)}</link>"
        f"<dc:creator>Ida Bach</dc:creator><pubDate>{number:02} Mar 2026 08:00:00 +0000</pubDate>"
        f"<description>{escape(summary)}</description>{inside}</item>"
    )


def rss(*items: str, more: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Am Bach</title>'
        f"<link>SITE/</link>{more}{''.join(items)}</channel></rss>"
    )


def sitemap(*addresses: tuple[str, str]) -> str:
    """A sitemap of pairs of path and lastmod."""
    urls = "".join(
        f"<url><loc>SITE{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>" for path, day in addresses
    )
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def blog(site: Site, count: int = 6, etag: bool = False) -> None:
    """Fill a site with a home page, a feed and ``count`` posts."""
    link = '<link rel="alternate" type="application/rss+xml" href="/feed/">'
    head = f'<html lang="de"><head><title>Am Bach</title>{link}</head>'
    site.pages["/"] = Answer(head + "<body><p>Am Bach</p></body></html>")
    items = [item(n, f"Was wir bei Versuch {n} im Keller gelernt haben.", words(n)) for n in range(1, count + 1)]
    site.pages["/feed/"] = Answer(rss(*items), "application/rss+xml", etag=etag)
    for n in range(1, count + 1):
        site.pages[path(n)] = Answer(page(n), etag=etag)
