"""What the command says of the web's bad answers: the whole line, the exit code, no file, and in time."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Blogsum

LARGE = "is larger than 100,000 bytes (--max-bytes raises the limit)"
CUT = "the connection was cut before the page was complete (try again later)"
SLOW = "does not answer within 0.5 seconds (--timeout allows more)"
SAVE = "(save it as text or HTML and pass that)"
SAID = [
    ("/403", "the server does not show this page to programs (403) (save the page in your browser and pass the file)"),
    ("/404", "the server has no such page (404) (check the address)"),
    ("/429-minutes", "the server has been asked too often (429) (try again in 10 minutes)"),
    ("/500", "the server failed (500) (try again later)"),
    ("/drip-body", SLOW),
    ("/drip-head", SLOW),
    ("/silent", SLOW),
    ("/loop", "redirects more than 5 times "
     "(the site may want cookies: save the page in your browser and pass the file)"),
    ("/to-file", "redirects to an address that has the scheme 'file', which is not read (only http and https are)"),
    ("/huge-declared", LARGE),
    ("/huge", LARGE),
    ("/bomb", LARGE),
    ("/empty", "is an empty page (check the address)"),
    ("/cut", CUT),
    ("/hang-up", CUT),
    ("/half-gzip", "the page arrives damaged: its compression is broken (try again later)"),
    ("/not-http", "the server does not speak HTTP (check the address and the port)"),
    ("/pdf", f"is a PDF document, not an article {SAVE}"),
    ("/image", "is an image file, not an article (check the address)"),
    ("/hidden-feed", "is a feed, not an article (pass the address of one post)"),
]  # fmt: skip


@pytest.mark.parametrize("verb", ["read", "summarize"])
@pytest.mark.parametrize(("path", "said"), SAID, ids=[path for path, _ in SAID])
def test_a_bad_answer_is_one_line(web: Any, blogsum: Blogsum, tmp_path: Path, verb: str, path: str, said: str) -> None:
    start = time.monotonic()
    url = web.url + path
    timeout = "0.5" if said == SLOW else "10"
    done = blogsum(verb, url, "-o", "answer.txt", "--timeout", timeout, "--max-bytes", "100000")
    assert done == (3, "", f"error: {url}: {said}\n")
    assert list(tmp_path.iterdir()) == []
    assert time.monotonic() - start < 20


def test_a_certificate_nobody_signed_is_one_line(tls: Any, blogsum: Blogsum) -> None:
    url = tls.url.replace("http:", "https:") + "/page"
    done = blogsum("summarize", url)
    assert (done.code, done.stdout) == (3, "")
    assert done.stderr.replace("self-signed", "self signed") == (
        f"error: {url}: the server's certificate is not trusted: self signed certificate "
        "(in a company network, let REQUESTS_CA_BUNDLE name the file with its certificates)\n"
    )


def test_a_host_that_nobody_knows_is_one_line(blogsum: Blogsum, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    url = "https://blog.example/post"
    said = f"error: {url}: the host cannot be found (check the address and your connection)\n"
    assert blogsum("summarize", url) == (3, "", said)


ADDRESSES = [
    ("http://127.0.0.1:9/", "the server refuses the connection (check the address and the port)"),
    ("ftp://example.org/post", "has the scheme 'ftp', which is not read (only http and https are)"),
    ("http://", "has no host (an address looks like https://example.org/post)"),
    ("http://[oops", "is not valid (check the host and the port)"),
    ("http://example.org:99999/", "is not valid (check the host and the port)"),
    ("http://exa mple.org/", "has a space in its host (check the address)"),
]


@pytest.mark.parametrize(("url", "said"), ADDRESSES, ids=[url for url, _ in ADDRESSES])
def test_a_bad_address_is_one_line(blogsum: Blogsum, url: str, said: str) -> None:
    assert blogsum("summarize", url) == (3, "", f"error: {url}: {said}\n")


def test_a_password_is_never_printed(web: Any, blogsum: Blogsum) -> None:
    url = web.url.replace("http://", "http://anna:geheim@") + "/404"
    done = blogsum("summarize", url)
    assert done == (3, "", f"error: {web.url}/404: the server has no such page (404) (check the address)\n")


def test_a_failed_page_costs_only_itself(web: Any, blogsum: Blogsum, tmp_path: Path) -> None:
    (tmp_path / "post.txt").write_text("Die Werkstatt kaufte drei Räder.", encoding="utf-8")
    done = blogsum("summarize", f"{web.url}/404", "post.txt", "--format", "csv", "-o", "answer.csv")
    assert (done.code, done.stdout, done.stderr.count("\n")) == (4, "", 1)
    rows = (tmp_path / "answer.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 3
    assert "the server has no such page (404)" in rows[1]
    assert "Die Werkstatt kaufte drei Räder." in rows[2]
