"""The web as it is: every hostile answer has its one line, and nothing hangs."""

from __future__ import annotations

import logging
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from blogsum.errors import UserError
from blogsum.read import fetch as module
from blogsum.read.charset import decode
from blogsum.read.fetch import fetch, redact, split_credentials
from blogsum.settings import Settings
from blogsum.types import Page

LATER = "try again later"
BROWSER = "save the page in your browser and pass the file"
SAVE = "save it as text or HTML and pass that"
COOKIES = "the site may want cookies: " + BROWSER
DAMAGED = "the page arrives damaged: its compression is broken"
CUT = "the connection was cut before the page was complete"
LARGE = ("is larger than 100,000 bytes", "--max-bytes raises the limit")
SLOW = ("does not answer within 0.3 seconds", "--timeout allows more")
NEVER = ("is an empty page", "check the address")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(timeout=5, max_bytes=100_000, cache=tmp_path / "pages")


REFUSED = [
    ("/huge-declared", *LARGE),
    ("/huge", *LARGE),
    ("/bomb", *LARGE),
    ("/bombs", *LARGE),
    ("/broken-gzip", DAMAGED, LATER),
    ("/half-gzip", DAMAGED, LATER),
    ("/cut", CUT, LATER),
    ("/cut-chunk", CUT, LATER),
    ("/hang-up", CUT, LATER),
    ("/not-http", "the server does not speak HTTP", "check the address and the port"),
    ("/empty", *NEVER),
    ("/blank", *NEVER),
    ("/no-content", "the server answers with status 204 instead of a page", "check the address"),
    ("/pdf", "is a PDF document, not an article", SAVE),
    ("/hidden-pdf", "is a PDF document, not an article", SAVE),
    ("/image", "is an image file, not an article", "check the address"),
    ("/video", "is a video file, not an article", "check the address"),
    ("/feed", "is a feed, not an article", "pass the address of one post"),
    ("/hidden-feed", "is a feed, not an article", "pass the address of one post"),
    ("/zip", "is of the type application/zip, not an article", SAVE),
    ("/400", "the server answers with status 400 instead of a page", "check the address"),
    ("/401", "the server wants a login (401)", BROWSER),
    ("/403", "the server does not show this page to programs (403)", BROWSER),
    ("/404", "the server has no such page (404)", "check the address"),
    ("/410", "the server has removed this page for good (410)", ""),
    ("/429", "the server has been asked too often (429)", LATER),
    ("/429-seconds", "the server has been asked too often (429)", "try again in 90 seconds"),
    ("/429-minutes", "the server has been asked too often (429)", "try again in 10 minutes"),
    ("/429-odd", "the server has been asked too often (429)", LATER),
    ("/500", "the server failed (500)", LATER),
    ("/503-date", "the server cannot answer now (503)", "try again after Wed, 21 Oct 2026 07:28:00 GMT"),
    ("/304", "the server answers with status 304 instead of a page", "check the address"),
    ("/loop", "redirects more than 5 times", COOKIES),
    ("/moved-to-404", "the server has no such page (404)", "check the address"),
    ("/to-ftp", "redirects to an address that has the scheme 'ftp', which is not read", "only http and https are"),
    ("/to-file", "redirects to an address that has the scheme 'file', which is not read", "only http and https are"),
    ("/to-nowhere", "redirects to an address that is not valid", "check the address"),
]


@pytest.mark.parametrize(("path", "reason", "hint"), REFUSED, ids=[case[0] for case in REFUSED])
def test_a_hostile_answer_gives_one_clear_line(path: str, reason: str, hint: str, web: Any, settings: Settings) -> None:
    for attempt in (1, 2):
        with pytest.raises(UserError) as caught:
            fetch(web.url + path, settings)
        assert (str(caught.value), caught.value.hint, caught.value.code) == (reason, hint, 3)
        asked = len(web.seen) // attempt
    assert asked == len(web.seen) / 2 > 0, "trying again must ask the server again"


@pytest.mark.parametrize("path", ["/drip-body", "/drip-head", "/silent"])
def test_the_timeout_bounds_the_whole_visit(path: str, web: Any, tmp_path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(UserError) as caught:
        fetch(web.url + path, Settings(timeout=0.3, cache=tmp_path))
    assert (str(caught.value), caught.value.hint) == SLOW
    assert time.monotonic() - start < 2


READ = [
    ("/page", "text/html", "utf-8"),
    ("/latin1", "text/html", "ISO-8859-1"),
    ("/wrong-charset", "text/html", "ISO-8859-1"),
    ("/gzip", "text/html", None),
    ("/deflate", "text/html", None),
    ("/no-type", "text/html", None),
    ("/no-cache", "text/html", None),
    ("/bad-date", "text/html", None),
]


@pytest.mark.parametrize(("path", "kind", "charset"), READ, ids=[case[0] for case in READ])
def test_a_page_is_read_and_then_kept(path: str, kind: str, charset: str | None, web: Any, settings: Settings) -> None:
    first = fetch(web.url + path, settings)
    assert (first.media_type, first.charset, first.url) == (kind, charset, web.url + path)
    assert "<p>Ein Absatz über Möbel.</p>" in decode(first)
    web.stop()
    assert fetch(web.url + path, settings) == first


@pytest.mark.parametrize("path", ["/chunks", "/until-close"])
def test_pages_without_a_declared_length_are_read_and_kept(path: str, web: Any, settings: Settings) -> None:
    first = fetch(web.url + path, settings)
    assert first.content == b"<html><p>Hallo"
    web.stop()
    assert fetch(web.url + path, settings) == first


@pytest.mark.parametrize("path", ["/once", "/forever", "/moved"])
def test_a_redirect_is_kept_too(path: str, web: Any, settings: Settings) -> None:
    first = fetch(web.url + path, settings)
    assert (first.source, first.url) == (web.url + path, web.url + "/page")
    web.stop()
    assert fetch(web.url + path, settings) == first


STUBS = [
    (
        '<meta http-equiv="refresh" content="0; url=https://example.org/new?a=1&amp;b=2">',
        "https://example.org/new?a=1&b=2",
    ),
    ("<META content='3;URL=new/' http-equiv='Refresh'>", "new/"),
    ("<meta http-equiv=refresh content=0;url='/new'>", "/new"),
    ('<meta http-equiv="refresh" content="300; url=/page">', ""),
    ('<meta http-equiv="refresh" content="0">', ""),
    ('<noscript><meta http-equiv="refresh" content="0; url=/nojs"></noscript>', ""),
    ('<!-- <meta http-equiv="refresh" content="0; url=/old"> -->', ""),
    ('<p>Man schreibt http-equiv="refresh" content="0; url=/x".', ""),
    ('<meta http-equiv="refresh" content="0; url=/new">' + "x" * 5000, ""),
]


@pytest.mark.parametrize(("content", "target"), STUBS)
def test_a_page_that_only_says_moved_is_a_redirect(content: str, target: str) -> None:
    assert module._moved(Page("x", content.encode(), "text/html")) == target


def test_a_page_that_refreshes_itself_is_a_page(web: Any, settings: Settings) -> None:
    assert fetch(web.url + "/moved-to-itself", settings).url == web.url + "/moved-to-itself"


def test_the_body_of_a_redirect_is_not_read_to_its_end(web: Any, settings: Settings) -> None:
    assert fetch(web.url + "/endless-redirect", settings).url == web.url + "/page"
    assert fetch(web.url + "/endless-redirect", settings).url == web.url + "/page"
    assert [path for path, _ in web.seen] == ["/endless-redirect", "/page", "/endless-redirect"]


def test_a_page_whose_server_forbids_it_is_not_kept(web: Any, settings: Settings) -> None:
    fetch(web.url + "/no-store", settings)
    fetch(web.url + "/no-store", settings)
    assert len(web.seen) == 2


def test_refresh_asks_whether_the_page_has_changed(web: Any, settings: Settings) -> None:
    first = fetch(web.url + "/etag", settings)
    assert fetch(web.url + "/etag", settings) == first
    assert len(web.seen) == 1
    assert fetch(web.url + "/etag", settings, refresh=True) == first
    assert web.seen[1][1]["If-None-Match"] == '"eins"'
    web.stop()
    assert fetch(web.url + "/etag", settings) == first


def test_refresh_without_a_network_fails_and_keeps_the_page(web: Any, settings: Settings) -> None:
    first = fetch(web.url + "/etag", settings)
    web.stop()
    with pytest.raises(UserError, match=r"^the server refuses the connection$") as caught:
        fetch(web.url + "/etag", settings, refresh=True)
    assert caught.value.hint == "check the address and the port; without --refresh a page read before needs no network"
    assert fetch(web.url + "/etag", settings) == first


@pytest.mark.parametrize(
    ("later", "age"), [(0, "moments"), (300, "5 minutes"), (7200, "2 hours"), (200_000, "2 days"), (4e8, "4629 days")]
)
def test_a_kept_page_says_its_age(
    later: float,
    age: str,
    web: Any,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetch(web.url + "/page", settings)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + later)
    with caplog.at_level(logging.INFO, logger="blogsum"):
        fetch(web.url + "/page", settings)
    assert caplog.messages == [f"{web.url}/page: read {age} ago and kept; --refresh reads it again"]


@pytest.mark.parametrize("damage", [b"", b"cc=4,", b"cc=4,\xc1\xc1", b"cc=4,\x81\xa8response\x80", b"x" * 1000])
def test_a_damaged_kept_page_is_read_again(damage: bytes, web: Any, settings: Settings) -> None:
    first = fetch(web.url + "/page", settings)
    for entry in settings.cache.iterdir():
        entry.write_bytes(damage)
    assert fetch(web.url + "/page", settings) == first
    assert len(web.seen) == 2
    assert fetch(web.url + "/page", settings) == first
    assert len(web.seen) == 2


def test_a_kept_page_cut_in_the_middle_is_read_again(web: Any, settings: Settings) -> None:
    first = fetch(web.url + "/page", settings)
    for entry in settings.cache.iterdir():
        entry.write_bytes(entry.read_bytes()[:-40])
    assert fetch(web.url + "/page", settings) == first


def test_a_kept_page_with_a_broken_body_is_forgotten(web: Any, settings: Settings) -> None:
    first = fetch(web.url + "/gzip", settings)
    (entry,) = settings.cache.iterdir()
    content = entry.read_bytes()
    at = content.index(b"\x1f\x8b") + 12
    entry.write_bytes(content[:at] + b"\xff" * 20 + content[at + 20 :])
    with pytest.raises(UserError, match="compression is broken"):
        fetch(web.url + "/gzip", settings)
    assert fetch(web.url + "/gzip", settings) == first


def test_a_kept_page_above_a_lower_limit_stays(web: Any, settings: Settings) -> None:
    first = fetch(web.url + "/page", settings)
    web.stop()
    with pytest.raises(UserError, match="is larger than 10 bytes"):
        fetch(web.url + "/page", replace(settings, max_bytes=10))
    assert fetch(web.url + "/page", settings) == first


def test_a_cache_folder_that_cannot_be_written_does_not_matter(web: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    page = fetch(web.url + "/page", Settings(cache=tmp_path / "file" / "pages"))
    assert page.media_type == "text/html"


def test_without_a_cache_folder_nothing_is_kept(web: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fetch(web.url + "/page", Settings())
    assert list(tmp_path.iterdir()) == []


def test_credentials_are_sent_but_neither_printed_nor_kept(web: Any, settings: Settings) -> None:
    url = web.url.replace("http://", "http://anna:geheim@") + "/private-area"
    page = fetch(url, settings)
    assert (page.source, page.url) == (web.url + "/private-area",) * 2
    assert not settings.cache.exists()


def test_credentials_do_not_follow_a_redirect_to_another_host(web: Any, settings: Settings) -> None:
    other = f"http://127.0.0.1:{web.server_port}/private-area"
    with pytest.raises(UserError, match="wants a login"):
        fetch(web.url.replace("http://", "http://anna:geheim@") + f"/to/{other}", settings)


def test_a_login_file_of_the_user_is_not_used(
    web: Any, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine localhost login anna password geheim\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with pytest.raises(UserError, match="wants a login"):
        fetch(web.url + "/private-area", settings)


def test_the_request_says_who_asks_and_nothing_else(web: Any, settings: Settings) -> None:
    fetch(web.url + "/page", settings)
    headers = web.seen[0][1]
    assert headers["User-Agent"].startswith("blogsum/")
    assert set(headers) == {"Host", "User-Agent", "Accept-Encoding", "Accept", "Connection"}


def test_a_public_page_may_not_redirect_into_the_private_network(
    web: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # lets localhost stand for the public web
    monkeypatch.setattr(module, "is_private", lambda url: url.startswith("http://127.0.0.1"))
    with pytest.raises(UserError, match=r"^redirects to the private address 127\.0\.0\.1$") as caught:
        fetch(f"{web.url}/to/http://127.0.0.1:{web.server_port}/page", settings)
    assert caught.value.hint == "pass that address itself if you trust it"


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://127.0.0.1/", True),
        ("http://10.1.2.3/", True),
        ("http://169.254.169.254/latest/meta-data", True),
        ("http://[::1]/", True),
        ("http://[::ffff:127.0.0.1]/", True),
        ("http://localhost:80/", True),
        ("http://wiki.intranet/", True),
        ("http://drucker.local./", True),
        ("http://rebind.example/", True),
        ("http://public.example/", False),
        ("http://unknown.example/", False),
        ("http://93.184.216.34/", False),
    ],
)
def test_private_addresses_are_known(url: str, private: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = {"rebind.example": "192.168.0.1", "public.example": "93.184.216.34"}

    def resolve(host: str, *_: object, **__: object) -> list[Any]:
        if host not in hosts:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (hosts[host], 0))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert module.is_private(url) is private


def test_a_certificate_nobody_signed_is_not_trusted(tls: Any, settings: Settings) -> None:
    with pytest.raises(
        UserError, match=r"^the server's certificate is not trusted: self.signed certificate$"
    ) as caught:
        fetch(tls.url.replace("http:", "https:") + "/page", settings)
    assert caught.value.hint == "in a company network, let REQUESTS_CA_BUNDLE name the file with its certificates"


def test_a_company_certificate_is_taken_from_the_environment(
    tls: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(Path(__file__).parent / "localhost.pem"))
    assert fetch(tls.url.replace("http:", "https:") + "/page", settings).charset == "utf-8"


def test_a_server_without_tls_says_so(web: Any, settings: Settings) -> None:
    with pytest.raises(UserError, match=r"^no secure connection to the server is possible$") as caught:
        fetch(web.url.replace("http:", "https:") + "/page", settings)
    assert caught.value.hint == "try the address with http://"


def test_an_unknown_host_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(UserError, match=r"^the host cannot be found$") as caught:
        fetch("https://blog.example/post", settings)
    assert caught.value.hint == "check the address and your connection"


def test_a_host_with_umlauts_is_found_under_its_network_name(
    web: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    resolve = socket.getaddrinfo

    def note(host: str, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        return resolve("127.0.0.1", *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", note)
    assert fetch(f"http://münchen.example:{web.server_port}/page", settings).charset == "utf-8"
    assert asked == ["xn--mnchen-3ya.example"]


def test_a_proxy_from_the_environment_is_used(web: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", web.url)
    with pytest.raises(UserError, match="404"):
        fetch("http://blog.example/post", settings)
    assert web.seen[0][0] == "http://blog.example/post"


def test_a_proxy_that_does_not_answer_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with pytest.raises(UserError, match=r"^the proxy does not answer$"):
        fetch("http://blog.example/post", settings)


INVALID = [
    ("ftp://example.org/x", "has the scheme 'ftp', which is not read"),
    ("http://", "has no host"),
    ("http:///post", "has no host"),
    ("https://exa mple.org/", "has a space in its host"),
    ("https://[::1/", "is not valid"),
    ("https://example.org:99999/", "is not valid"),
    ("https://example.org:port/", "is not valid"),
    (f"https://{'a' * 70}.example/", "is not valid"),
    ("https://-.example\udcff/", "is not valid"),
]


@pytest.mark.parametrize(("url", "reason"), INVALID)
def test_an_invalid_address_is_refused(url: str, reason: str, settings: Settings) -> None:
    with pytest.raises(UserError) as caught:
        fetch(url, settings)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Example.org", ("https://example.org/", None)),
        ("https://example.org/a?b=c#d", ("https://example.org/a?b=c", None)),
        ("https://a%40b:c%3Ad@example.org:8080/x", ("https://example.org:8080/x", ("a@b", "c:d"))),
        ("http://[::1]:80/x", ("http://[::1]:80/x", None)),
        ("https://münchen.example/größe", ("https://münchen.example/größe", None)),
    ],
)
def test_an_address_is_taken_apart(url: str, expected: tuple[str, tuple[str, str] | None]) -> None:
    assert split_credentials(url) == expected


def test_credentials_are_never_shown() -> None:
    assert redact("https://anna:ge@heim@example.org/a@b") == "https://example.org/a@b"
    assert redact("https://example.org/?mail=a@b") == "https://example.org/?mail=a@b"
