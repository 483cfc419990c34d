"""The polite client: when it asks, how it waits, whom it obeys; on a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from blogsum.errors import UserError
from blogsum.read import failures, fetch
from blogsum.read.web import Manners, Scope, Web
from blogsum.settings import Settings
from tests.sites import Answer, Clock, Site


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    made.pages["/a"] = Answer("<p>eins</p>", etag=True)
    made.pages["/b"] = Answer("<p>zwei</p>")
    yield made
    made.stop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def web(tmp_path: Path, clock: Clock) -> Web:
    return Web(Settings(timeout=5, cache=tmp_path), Manners(), clock, clock.wait)


def robots(site: Site, text: str) -> None:
    site.pages["/robots.txt"] = Answer(text, "text/plain")


def ask(web: Web, site: Site, *paths: str) -> list[Any]:
    return [web.page(site.url + path, Scope(site.url)) for path in paths]


def test_between_two_requests_to_a_host_there_is_a_pause(web: Web, site: Site, clock: Clock) -> None:
    ask(web, site, "/a", "/b")
    assert site.seen == ["/robots.txt", "/a", "/b"]
    assert clock.waits == [1, 1]


def test_a_pause_that_has_passed_already_is_not_waited_for_again(web: Web, site: Site, clock: Clock) -> None:
    ask(web, site, "/a")
    clock.now += 0.75
    ask(web, site, "/b")
    assert clock.waits == [1, 0.25]


def test_every_request_says_who_asks(web: Web, site: Site) -> None:
    ask(web, site, "/a", "/b")
    agents = {headers["User-Agent"] for headers in site.headers}
    assert len(agents) == 1
    assert agents.pop().startswith("blogsum/")


DELAYS = [
    ("User-agent: *\nCrawl-delay: 4", 4),
    ("User-agent: *\nCrawl-delay: 0.1", 1),
    ("User-agent: other\nCrawl-delay: 9", 1),
    ("User-agent: blogsum\nCrawl-delay: 2\n\nUser-agent: *\nCrawl-delay: 9", 2),
    ("User-agent: *\nRequest-rate: 1/5", 5),
]


@pytest.mark.parametrize(("text", "delay"), DELAYS)
def test_robots_may_ask_for_a_longer_pause(text: str, delay: float, web: Web, site: Site, clock: Clock) -> None:
    robots(site, text)
    ask(web, site, "/a", "/b")
    assert clock.waits == [delay, delay]


def test_a_host_that_wants_no_program_is_not_asked(web: Web, site: Site) -> None:
    robots(site, "User-agent: *\nCrawl-delay: 86400")
    for _ in range(2):
        with pytest.raises(UserError, match=r"^robots\.txt asks for 86400 seconds between two requests$"):
            ask(web, site, "/a")
    assert site.seen == ["/robots.txt"]


def test_what_robots_forbids_is_not_asked(web: Web, site: Site) -> None:
    robots(site, "User-agent: *\nDisallow: /a\n")
    with pytest.raises(UserError, match=r"^robots\.txt does not allow it$"):
        ask(web, site, "/a")
    ask(web, site, "/b")
    site.pages["/to-a"] = Answer(status=302, headers={"Location": "/a"})
    with pytest.raises(UserError, match=r"^redirects to what robots\.txt does not allow$"):
        ask(web, site, "/to-a")
    assert site.seen == ["/robots.txt", "/b", "/to-a"]


def test_a_host_whose_robots_fails_is_not_asked(web: Web, site: Site, clock: Clock) -> None:
    site.pages["/robots.txt"] = Answer(status=500)
    for _ in range(2):
        with pytest.raises(UserError, match=r"^the server failed \(500\)$"):
            ask(web, site, "/a")
    assert site.seen == ["/robots.txt"] * 4
    assert [pause for pause in clock.waits if pause > 1] == [2, 4]


@pytest.mark.parametrize("robots_txt", [Answer(status=404), Answer(status=403), Answer(""), Answer(b"\0\xff<html>")])
def test_without_rules_everything_is_allowed(robots_txt: Answer, web: Web, site: Site) -> None:
    site.pages["/robots.txt"] = robots_txt
    assert ask(web, site, "/a")[0].page.content == b"<p>eins</p>"


def test_sitemaps_of_robots_are_known(web: Web, site: Site) -> None:
    robots(site, "Sitemap: /karte.xml\nSitemap: SITE/b.xml\nSitemap: file:///etc/passwd")
    assert web.sitemaps(site.url) == [site.url + "/karte.xml", site.url + "/b.xml"]


class Busy:
    """A page that answers only when it was asked often enough."""

    def __init__(self, times: int, *answers: Answer) -> None:
        self.left, self.answers = times, answers

    def __call__(self, _: Any) -> Answer:
        self.left -= 1
        return self.answers[0] if self.left >= 0 else Answer("<p>endlich</p>")


AGAIN = [
    ("once busy", 1, Answer(status=429, headers={"Retry-After": "7"}), [7]),
    ("three times", 3, Answer(status=503), [1, 2, 4]),
    ("a date that has passed", 1, Answer(status=503, headers={"Retry-After": "Fri, 01 May 2020 10:00:00 GMT"}), [0]),
    ("nonsense", 1, Answer(status=500, headers={"Retry-After": "soon"}), [1]),
]  # fmt: skip


@pytest.mark.parametrize(("times", "answer", "pauses"), [case[1:] for case in AGAIN], ids=[case[0] for case in AGAIN])
def test_a_busy_server_is_asked_again_when_it_wants(
    times: int, answer: Answer, pauses: list[float], web: Web, site: Site, clock: Clock
) -> None:
    site.pages["/busy"] = Busy(times, answer)
    start = clock.now
    assert ask(web, site, "/busy")[0].page.content == b"<p>endlich</p>"
    assert site.seen == ["/robots.txt"] + ["/busy"] * (times + 1)
    gaps = [max(pause, 1) for pause in pauses]  # the pause of every request is part of it
    assert clock.now - start == 1 + sum(gaps)


def test_a_date_to_ask_again_counts_from_the_servers_own_clock() -> None:
    then, now = "Fri, 01 May 2026 10:00:30 GMT", "Fri, 01 May 2026 10:00:00 GMT"
    assert failures._seconds(then, now) == 30
    assert failures._seconds(now, then) == 0
    assert failures._seconds("tomorrow", now) is None


def test_a_busy_server_is_not_asked_for_ever(web: Web, site: Site, clock: Clock) -> None:
    site.pages["/busy"] = Busy(99, Answer(status=503))
    with pytest.raises(UserError, match=r"^the server cannot answer now \(503\)$"):
        ask(web, site, "/busy")
    assert site.seen.count("/busy") == 4
    assert sum(clock.waits) < 10


def test_a_server_that_wants_to_be_left_alone_for_long_is(web: Web, site: Site, clock: Clock) -> None:
    site.pages["/busy"] = Busy(99, Answer(status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(UserError) as caught:
        ask(web, site, "/busy")
    assert (str(caught.value), caught.value.hint) == (
        "the server has been asked too often (429)",
        "try again in 60 minutes",
    )
    assert site.seen.count("/busy") == 1
    assert clock.waits == [1]


def test_what_did_not_change_is_not_sent_again(web: Web, site: Site, tmp_path: Path, clock: Clock) -> None:
    site.pages["/m"] = Answer("<p>drei</p>", headers={"Last-Modified": "Fri, 01 May 2026 10:00:00 GMT"})
    first = ask(web, site, "/a", "/b", "/m")
    sent = site.sent
    again = Web(Settings(timeout=5, cache=tmp_path), Manners(), clock, clock.wait)
    second = ask(again, site, "/a", "/b", "/m")
    assert [one.page.content for one in second] == [one.page.content for one in first]
    assert [one.unchanged for one in second] == [True, False, False]
    assert site.headers[-1]["If-Modified-Since"] == "Fri, 01 May 2026 10:00:00 GMT"
    assert site.sent - sent == 4 + len("<p>zwei</p><p>drei</p>")  # and "none" for robots.txt


def test_a_page_that_changed_is_read_anew(web: Web, site: Site) -> None:
    ask(web, site, "/a")
    site.pages["/a"] = Answer("<p>neu</p>", etag=True)
    [answer] = ask(web, site, "/a")
    assert (answer.page.content, answer.unchanged) == (b"<p>neu</p>", False)


def test_no_cookie_outlives_a_visit(web: Web, site: Site) -> None:
    site.pages["/c"] = Answer("<p>Keks</p>", headers={"Set-Cookie": "wer=ich"})
    ask(web, site, "/c", "/a")
    assert "Cookie" not in site.headers[-1]


def test_a_public_blog_leads_to_no_private_address(web: Web, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "is_private", lambda url: "127.0.0.1" in url)
    scope = Scope("https://blog.example/")
    with pytest.raises(UserError, match=r"^private address \(127\.0\.0\.1:\d+\)$"):
        web.page(site.url + "/a", scope)
    assert site.seen == []


def test_a_stopped_client_asks_no_more(web: Web, site: Site) -> None:
    ask(web, site, "/a")
    web.stop()
    with pytest.raises(UserError, match=r"^interrupted$"):
        ask(web, site, "/b")
