"""The polite client of a scrape: robots.txt, a pause between requests, patience with a busy server, one visit at once.

Knows nothing of what it fetches; ``fetch.py`` bounds each visit, ``cache.py`` keeps the answers to be asked again with
ETag and Last-Modified. The clock and the waiting are given, so that tests never wait.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from blogsum.errors import UserError
from blogsum.read import fetch, links
from blogsum.read.failures import Passing, TooSlow, Unreachable
from blogsum.settings import Settings
from blogsum.types import Page

if TYPE_CHECKING:
    import requests

    from blogsum.read.robots import Rules

log = logging.getLogger("blogsum")
PURPOSE = "collects the posts of a blog; obeys robots.txt"
LONGEST = 120.0  # seconds that a server's Retry-After is waited for
SLOWEST = 300.0  # seconds between two requests beyond which a robots.txt is understood as a refusal
GIVEN_UP = 3  # pages in a row, each asked with all retries, after which a host is left alone


@dataclass(frozen=True)
class Manners:
    """How a scrape behaves: ``delay`` seconds between two requests to a host, ``connections`` hosts at a time, how
    often a request is tried again, and how many listing pages are read at most.
    """

    delay: float = 1.0
    connections: int = 2
    retries: int = 3
    max_pages: int = 200


@dataclass(frozen=True)
class Answer:
    """A page, the headers it came with, and whether the server said that the copy on disk still holds."""

    page: Page
    headers: Mapping[str, str]
    unchanged: bool


@dataclass
class _Host:
    """What is known of one server; whoever holds ``lock`` talks to it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    session: requests.Session | None = None
    rules: Rules | None = None
    delay: float = 0.0
    last: float | None = None
    failures: int = 0
    problem: UserError | None = None


class Scope:
    """Where a scrape may go: the hosts of its blog, and private addresses only if the blog has one itself."""

    def __init__(self, url: str | None = None) -> None:
        self.hosts = {links.host(url)} if url else set()
        self.private = bool(url) and fetch.is_private(url or "")
        self._known: dict[str, bool] = {}

    def refuse(self, url: str) -> None:
        """UserError when ``url`` must not be asked; a name server is asked for hosts of the blog only."""
        host = links.host(url)
        away = bool(self.hosts) and host not in self.hosts
        if not self.private and (_is_private_name(url) if away else self._is_private(url, host)):
            raise UserError(f"private address ({host})", hint="name it as a source itself if you trust it")
        if away:
            raise UserError(f"another host ({host})", hint="name that blog as a source itself")

    def _is_private(self, url: str, host: str) -> bool:
        if host not in self._known:
            self._known[host] = fetch.is_private(url)
        return self._known[host]


def _is_private_name(url: str) -> bool:
    return bool(fetch.is_private_name((urlsplit(url).hostname or "").rstrip(".").lower()))


class Web:
    """Reads pages one by one for a host, politely; several threads may use it at once."""

    def __init__(
        self,
        settings: Settings,
        manners: Manners,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self.settings, self.manners = settings, manners
        self.asked = 0  # requests answered by a server, with or without a body
        self._stopped = threading.Event()
        self._clock, self._wait = clock, wait or self._stopped.wait
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def stop(self) -> None:
        """Let no thread ask again: the person has interrupted."""
        self._stopped.set()

    def page(self, url: str, scope: Scope) -> Answer:
        """The page at ``url``; UserError with the reason when it may not or cannot be read."""
        return self._read(url, scope, listing=False)

    def listing(self, url: str, scope: Scope) -> Answer:
        """Like ``page``, for what may also be a feed or a sitemap."""
        return self._read(url, scope, listing=True)

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that robots.txt of the host of ``url`` names."""
        with self._host(url) as host:
            rules = self._rules(host, url)
            return [address for link in rules.sitemaps if (address := links.canonical(link, url))]

    def _read(self, url: str, scope: Scope, listing: bool) -> Answer:
        scope.refuse(url)
        with self._host(url) as host:
            rules = self._rules(host, url)
            if not rules.allows(url):
                raise UserError("robots.txt does not allow it", hint="ask the owner of the site")

            def guard(target: str) -> None:
                scope.refuse(target)
                if links.host(target) == links.host(url) and not rules.allows(target):
                    raise UserError("redirects to what robots.txt does not allow", hint="ask the owner of the site")

            return self._patiently(host, url, listing, guard)

    @contextlib.contextmanager
    def _host(self, url: str) -> Iterator[_Host]:
        """The server of ``url``, for this thread alone."""
        key = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        with self._lock:
            host = self._hosts.setdefault(key, _Host(delay=self.manners.delay))
        with host.lock:
            yield host

    def _rules(self, host: _Host, url: str) -> Rules:
        """The rules of a host, read once; UserError when the host does not say them, so nothing may be asked."""
        from blogsum.read.robots import Rules

        if host.problem:
            raise host.problem
        if host.rules is None:
            try:
                content = self._patiently(host, urljoin(url, "/robots.txt"), True, lambda target: None).page.content
            except (Passing, Unreachable) as error:
                host.problem = error
                raise
            except UserError as error:  # none there, an empty one, or one that redirects for ever: nothing is forbidden
                log.debug("%s: no robots.txt: %s", url, error)
                content = b""
            host.rules = Rules(content)
            host.delay = max(self.manners.delay, host.rules.delay)
            if host.delay > SLOWEST:
                reason = f"robots.txt asks for {host.delay:g} seconds between two requests"
                host.problem = UserError(reason, hint="ask the owner of the site")
                raise host.problem
        return host.rules

    def _patiently(self, host: _Host, url: str, listing: bool, guard: Callable[[str], None]) -> Answer:
        """Ask until there is an answer, or until trying again is of no use."""
        if host.failures >= GIVEN_UP:
            raise Passing("the host has stopped answering", hint="try again later")
        attempt = 0
        while True:
            try:
                answer = self._once(host, url, listing, guard)
            except Passing as error:  # noqa: PERF203 the loop is what tries again
                attempt += 2 if isinstance(error, TooSlow) else 1  # a visit that ran out of time has cost enough
                pause = 2.0 ** (attempt - 1) if error.wait is None else error.wait
                if attempt > self.manners.retries or pause > LONGEST:
                    host.failures += 1
                    raise
                log.info("%s: %s; asked again in %g seconds", url, error, pause)
                self._wait(pause)
            else:
                host.failures = 0
                return answer

    def _once(self, host: _Host, url: str, listing: bool, guard: Callable[[str], None]) -> Answer:
        """One request, not before its time."""
        if host.last is not None and (left := host.last + host.delay - self._clock()) > 0:
            self._wait(left)
        if self._stopped.is_set():
            raise UserError("interrupted")
        if host.session is None:
            host.session = fetch.session(self.settings, keep=True, purpose=PURPOSE)
        asked = fetch.split_credentials(url)
        visit = fetch.Visit(asked, self.settings, "max-age=0", host.session, listing, guard)
        try:
            page = fetch.read(visit)
        except Passing:
            host.session = None  # a visit that was cut off may still hold its connection
            raise
        finally:
            host.last = self._clock()
            self.asked += 1
        headers = dict(visit.response.headers) if visit.response is not None else {}
        return Answer(page, {name.lower(): value for name, value in headers.items()}, visit.from_cache)
