"""The web as it may be: every hostile source or post has its one line, and costs bounded time and memory."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blogsum.errors import UserError
from blogsum.scrape import Result
from blogsum.store import datasets
from tests.sites import Answer, Handler, Site, blog, item, page, path, rss, sitemap

Take = Callable[..., Result]
XML = "application/xml"
ENTITIES = "declares XML entities, which are not expanded"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
FILE_READER = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def drip(handler: Handler) -> None:
    """A page that comes byte by byte, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while not handler.server.released.is_set():
        try:
            handler.wfile.write(b"<")
        except OSError:
            return
        time.sleep(0.02)


def endless(handler: Handler) -> Answer:
    """A redirect to an address that redirects again, each time another one."""
    last = handler.path.rpartition("/")[2]
    number = int(last) if last.isdigit() else 0
    return Answer(status=302, headers={"Location": f"/endless/{number + 1}"})


def cut(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b"<html>")


LOOP = '<?xml version="1.0"?><sitemapindex><sitemap><loc>SITE/loop.xml</loc></sitemap></sitemapindex>'
NONE = "no post to take: taken 0, unchanged 0, skipped "
DAMAGED = "the page arrives damaged: its compression is broken"
LARGE = "is larger than 200,000 bytes"

# what the source answers -> the one line
SOURCES: list[tuple[str, Any, str]] = [
    ("endless redirect", endless, "redirects more than 5 times"),
    ("slow drip", drip, "does not answer within 0.3 seconds"),
    ("5 GB declared", Answer("<html>", headers={"Content-Length": "5000000000"}), LARGE),
    ("a gzip bomb", Answer(gzip.compress(b"\0" * 3_000_000), headers={"Content-Encoding": "gzip"}), LARGE),
    ("a gzip bomb of a sitemap", Answer(gzip.compress(b" " * 3_000_000), XML), f"{LARGE} once decompressed"),
    (
        "broken gzip",
        Answer(b"no gzip at all", headers={"Content-Encoding": "gzip"}),
        DAMAGED,
    ),
    ("half a gzip file", Answer(gzip.compress(os.urandom(900))[:500], XML), "is damaged: its compression is broken"),
    ("a line of 100 MB", Answer(b"a" * 300_000), LARGE),
    ("entity bomb in a feed", Answer(BOMB + rss().partition("?>")[2].replace("Am Bach", "&j;"), XML), ENTITIES),
    ("entity bomb in a sitemap", Answer(BOMB + sitemap(("/&j;", "")).partition("?>")[2], XML), ENTITIES),
    ("a file as entity", Answer(FILE_READER + sitemap(("/&a;", "")).partition("?>")[2], XML), ENTITIES),
    ("NUL bytes", Answer(b"<html>\0\0\0" + b"\0" * 500, XML), f"{NONE}0"),
    ("an image", Answer(b"\x89PNG\r\n", "image/png"), "is no blog, feed or sitemap"),
    ("a sitemap that lists itself", Answer(LOOP, XML), f"{NONE}1 (1 is a sitemap that lists itself)"),
    ("an empty feed", Answer(rss(), "application/rss+xml"), f"{NONE}0"),
    ("cut off", cut, "the connection was cut before the page was complete"),
    ("busy", Answer(status=429, headers={"Retry-After": "9999"}), "the server has been asked too often (429)"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "reason"), [case[1:] for case in SOURCES], ids=[case[0] for case in SOURCES])
def test_a_hostile_source_gives_one_line(
    answer: Any, reason: str, site: Site, settings: Any, clock: Any, take: Take
) -> None:
    from dataclasses import replace

    from blogsum.read.web import Manners, Web

    site.pages["/loop.xml"] = answer
    for number in range(9):
        site.pages[f"/endless/{number}"] = endless
    web = Web(replace(settings, timeout=0.3), Manners(), clock, clock.wait)
    start = time.monotonic()
    with pytest.raises(UserError) as caught:
        take(f"{site.url}/loop.xml", web=web)
    assert (str(caught.value), caught.value.code) == (f"{site.url}/loop.xml: {reason}", 3)
    assert "\n" not in str(caught.value)
    assert time.monotonic() - start < 3
    assert len(site.seen) < 12


def test_a_dead_host_gives_one_line(take: Take, clock: Any) -> None:
    with pytest.raises(UserError) as caught:
        take("http://127.0.0.1:9/")
    assert str(caught.value) == "http://127.0.0.1:9/: the server refuses the connection"
    assert clock.waits[:3] == [1, 2, 4]


POSTS: list[tuple[str, Any, str]] = [
    ("endless redirect", endless, "redirects more than 5 times"),
    ("5 GB declared", Answer("<html>", headers={"Content-Length": "5000000000"}), LARGE),
    ("broken gzip", Answer(b"x", headers={"Content-Encoding": "gzip"}), DAMAGED),
    ("NUL bytes", Answer(b"<html><body>" + b"\0" * 900), "is binary data, not an article"),
    ("a line of 100 MB", Answer(b"a" * 300_000), LARGE),
    ("to a file", Answer(status=302, headers={"Location": "file:///etc/passwd"}),
     "redirects to an address that has the scheme 'file', which is not read"),
    ("to another host", Answer(status=302, headers={"Location": "http://example.invalid/"}),
     "another host (example.invalid)"),
    ("a PDF", Answer(b"%PDF-1.7", "application/pdf"), "is a PDF document, not an article"),
    ("gone", Answer(status=410), "the server has removed this page for good (410)"),
    ("an overview", Answer('<html><body class="archive"></body></html>'), "no article found on this page"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "reason"), [case[1:] for case in POSTS], ids=[case[0] for case in POSTS])
def test_a_hostile_post_is_a_skip_and_the_others_are_taken(answer: Any, reason: str, site: Site, take: Take) -> None:
    blog(site, 3)
    site.pages["/feed/"] = Answer(rss(item(1), item(2), item(3)), "application/rss+xml")
    site.pages[path(2)] = answer
    for number in range(9):
        site.pages[f"/endless/{number}"] = endless
    if answer is endless:
        site.pages[path(2)] = Answer(status=302, headers={"Location": "/endless/1"})
    result = take(site.url)
    assert [(skip.id, skip.reason) for skip in result.skips] == [(site.url + path(2), reason)]
    assert result.version
    assert result.version.manifest["details"]["skipped"] == [{"id": site.url + path(2), "reason": reason}]
    assert [row.id for row in datasets.articles(result.version)] == [site.url + path(1), site.url + path(3)]


LINKS = [
    ("file:///etc/passwd", "file://etc/passwd", "has the scheme 'file', which is not read"),
    ("javascript:alert(1)", "javascript:alert(1)", "has the scheme 'javascript', which is not read"),
    ("http://10.0.0.1/intern", "http://10.0.0.1/intern", "private address (10.0.0.1)"),
    ("http://localhost:8080/x", "http://localhost:8080/x", "private address (localhost:8080)"),
    ("http://[::1]/x", "http://[::1]/x", "private address ([::1])"),
    ("http://169.254.169.254/meta", "http://169.254.169.254/meta", "private address (169.254.169.254)"),
    ("https://anderswo.example/post", "https://anderswo.example/post", "another host (anderswo.example)"),
    ("http://[bad/", "Bericht 1", "has no link"),
]  # fmt: skip


@pytest.mark.parametrize(("link", "name", "reason"), LINKS, ids=[case[0] for case in LINKS])
def test_a_link_that_leads_away_from_a_public_feed_is_not_followed(
    link: str, name: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blogsum.read import feeds, fetch
    from blogsum.read.discover import Found
    from blogsum.read.web import Scope

    private = fetch.is_private
    monkeypatch.setattr(fetch, "is_private", lambda url: "example" not in url and private(url))
    found = Found(Scope("https://blog.example/"))
    found.take(
        feeds.read_feed(
            rss(item(1, link=link), item(2, link="https://blog.example/2")).encode(), "https://blog.example/"
        )
    )
    assert [(one.source, one.reason) for one in found.refused] == [(name, reason)]
    assert list(found.posts) == ["https://blog.example/2"]


def test_a_page_in_the_wrong_charset_is_read(site: Site, take: Take) -> None:
    blog(site, 1)
    site.pages["/feed/"] = Answer(rss(item(1)), "application/rss+xml")
    site.pages[path(1)] = Answer(page(1).encode("utf-8"), "text/html; charset=iso-8859-1")
    version = take(site.url).version
    assert version
    assert "Wände" in next(datasets.articles(version)).text


def test_a_feed_in_another_charset_than_it_says_is_read(site: Site, take: Take) -> None:
    blog(site, 1)
    feed = rss(item(1).replace("Bericht 1", "Über Wände")).replace("UTF-8", "us-ascii")
    site.pages["/feed/"] = Answer(feed.encode("latin-1"), "application/rss+xml; charset=utf-8")
    version = take(site.url).version
    assert version
    assert next(datasets.articles(version)).title == "Über Wände"


@pytest.mark.skipif(os.name != "posix" or os.uname().sysname != "Linux", reason="file names of any bytes")
def test_file_names_that_are_no_utf_8(tmp_path: Path, take: Take) -> None:
    folder = os.fsencode(tmp_path / "blog")
    os.mkdir(folder)
    with open(os.path.join(folder, b"2026-03-01-gr\xfc\xdfe.html"), "wb") as file:
        file.write(page(1).encode())
    version = take(str(tmp_path / "blog")).version
    assert version
    assert [row.id for row in datasets.articles(version)] == ["2026-03-01-gr\\xfc\\xdfe.html"]


WIDE = [
    ("feed", b"<rss>" + b"<a>" * 60_000),
    ("feed of one tag", b"<rss " + b"a" * 190_000),
    ("sitemap", b"<urlset>" + b"<url>" * 38_000),
    ("open comment", b"<rss><channel><item><title>" + b"<!--" * 40_000),
    ("markers", b"<rss><channel><item><title><![CDATA[" + b"]]" * 90_000),
    ("later amps", b"<rss><channel><item><title>" + b"a" * 90_000 + b"&" * 90_000),
    ("amps", b"<rss><channel><item><title>" + b"&" * 190_000),
]


@pytest.mark.parametrize("content", [case[1] for case in WIDE], ids=[case[0] for case in WIDE])
def test_broken_listings_cost_little_time(content: bytes, site: Site, take: Take) -> None:
    site.pages["/x"] = Answer(content, XML)
    start = time.monotonic()
    with pytest.raises(UserError):
        take(f"{site.url}/x")
    assert time.monotonic() - start < 5


def test_a_host_that_stops_answering_is_left_alone(site: Site, take: Take, clock: Any) -> None:
    blog(site, 30)
    site.pages["/feed/"] = Answer(rss(*(item(n) for n in range(1, 31))), "application/rss+xml")
    for number in range(1, 30):
        site.pages[path(number)] = Answer(status=503)
    site.seen.clear()
    result = take(site.url)
    asked = [seen for seen in site.seen if seen.startswith("/2026")]
    assert asked == [path(30), *(path(n) for n in (29, 28, 27) for _ in range(4))]
    assert result.line() == (
        "taken 1, unchanged 0, skipped 29 (26 the host has stopped answering, 3 the server cannot answer now)"
    )
    assert sum(clock.waits) < 200


def test_no_name_server_is_asked_for_the_hosts_of_foreign_links(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    from blogsum.read.web import Scope

    asked: list[str] = []

    def resolve(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.9" if host.startswith("in") else "93.184.216.34", 0))
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    scope = Scope("https://blog.example/")
    for number in range(50):
        with pytest.raises(UserError, match=r"^another host"):
            scope.refuse(f"https://fremd-{number}.example/")
    scope.refuse("https://www.blog.example/a")
    scope.refuse("https://blog.example/b")
    scope.hosts.add("intern.example")
    with pytest.raises(UserError, match=r"^private address \(intern\.example\)$"):
        scope.refuse("https://intern.example/")
    assert set(asked) == {"blog.example", "www.blog.example", "intern.example"}
