"""URL -> Page: polite, cached, size-limited; the only module that reads the web."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from blogsum.errors import UserError
from blogsum.read import failures
from blogsum.read.sniff import media_type, refuse_binary, refuse_type
from blogsum.settings import Settings
from blogsum.types import Page

if TYPE_CHECKING:
    import requests

log = logging.getLogger("blogsum")
MAX_REDIRECTS = 5
_STEP = 65_536  # bytes of one read
_STUB = 4_096  # bytes; the pages by which static site generators redirect have 200 to 1,500
_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa")


def fetch(url: str, settings: Settings, refresh: bool = False) -> Page:
    """The page at ``url``, from the cache if it was read before; UserError with one clear line otherwise.

    ``settings.timeout`` bounds the whole of it, redirects included, in seconds; ``settings.max_bytes`` the page
    after decompression. ``refresh`` asks the server again.
    """
    return read(Visit(split_credentials(url), settings, "no-cache" if refresh else ""))


def read(visit: Visit) -> Page:
    """The page that a visit ends at, within ``settings.timeout`` seconds; UserError otherwise."""
    seconds = visit.settings.timeout
    visit.deadline = time.monotonic() + seconds
    answers: queue.SimpleQueue[Page | BaseException] = queue.SimpleQueue()
    # A thread, because nothing else ends a slow name server, TLS handshake or header that drips byte by byte.
    threading.Thread(target=_answer, args=(visit, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        visit.stop()
        raise failures.too_slow(seconds) from None
    if isinstance(answer, BaseException):
        raise answer
    return answer


def redact(url: str) -> str:
    """``url`` without user and password, fit to be printed."""
    return re.sub(r"(?<=://)[^/?#]*@", "", url)


def split_credentials(url: str) -> tuple[str, tuple[str, str] | None]:
    """A checked absolute address without fragment and credentials, and those; UserError for an invalid one."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UserError("is not valid", hint="check the host and the port") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise UserError(f"has the scheme '{parts.scheme}', which is not read", hint="only http and https are")
    if not host:
        raise UserError("has no host", hint="an address looks like https://example.org/post")
    if re.search(r"[\s\x00-\x1f\x7f]", parts.netloc):
        raise UserError("has a space in its host", hint="check the address")
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port is None else f"{shown}:{port}"
    user = (unquote(parts.username or ""), unquote(parts.password or ""))
    path = re.sub(r"[\x00-\x1f\x7f]", "", parts.path or "/")
    return urlunsplit((parts.scheme.lower(), netloc, path, parts.query, "")), user if any(user) else None


@dataclass
class Visit:
    """One attempt to read a page: what was asked, and the response in hand, so that it can be cut off.

    ``caching`` is what the request says of kept answers (empty: they will do; ``max-age=0``: the server is asked
    whether they still hold); ``shared`` a session that outlives the visit; ``listing`` says that feeds and sitemaps are
    welcome; ``guard`` raises UserError for a redirect's target that must not be asked.
    """

    asked: tuple[str, tuple[str, str] | None]
    settings: Settings
    caching: str = ""
    shared: requests.Session | None = None
    listing: bool = False
    guard: Callable[[str], None] = lambda url: None
    deadline: float = 0
    response: requests.Response | None = None

    @property
    def from_cache(self) -> bool:
        """Whether the answer stood on disk, perhaps because the server said that it still holds."""
        return bool(getattr(self.response, "from_cache", False))

    def left(self) -> float:
        """Seconds left; UserError when there are none."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise failures.too_slow(self.settings.timeout)
        return seconds

    def stop(self) -> None:
        """Wake a thread that waits for the response's body, so that it ends."""
        self.deadline = 0
        if self.response is not None:
            with contextlib.suppress(Exception):
                self.response.raw.shutdown()


def _answer(visit: Visit, answers: queue.SimpleQueue[Page | BaseException]) -> None:
    try:
        answers.put(_visit(visit))
    except UserError as error:
        answers.put(error)
    except Exception as error:
        log.debug("%s: %r", redact(visit.asked[0]), error)
        late = time.monotonic() >= visit.deadline
        refresh = bool(visit.caching) and visit.shared is None
        answers.put(failures.of_exception(error, visit.settings.timeout, late, refresh))


def _visit(visit: Visit) -> Page:
    """Read the page in a session of its own, so that no cookie outlives it, or in the shared one."""
    hops: list[requests.Response] = []
    own = contextlib.nullcontext(visit.shared) if visit.shared else session(visit.settings, visit.asked[1] is None)
    with own as opened:
        opened.cookies.clear()
        try:
            return _follow(opened, visit, hops)
        except Exception:
            # A redirect that leads to no page may lead to one tomorrow; under --refresh an older page may be behind it.
            for hop in hops if not visit.caching else ():
                _forget(hop)
            raise


def _follow(session: requests.Session, visit: Visit, hops: list[requests.Response]) -> Page:
    """Follow redirects, noted in ``hops``, to the page."""
    url, user = visit.asked
    for _ in range(MAX_REDIRECTS + 1):
        page = None
        with _get(session, url, user, visit) as response:
            if response.is_redirect:
                location = session.get_redirect_target(response) or ""
                with contextlib.suppress(Exception):
                    response.raw.read(_STEP)  # to its end, if that is near: only what was read to its end is kept
            else:
                page = _page(response, url, visit)
                location = _moved(page)
            hops.append(response)
            target = _target(response.url, location, visit)
        if page and target in (url, response.url):
            return page
        user = user if _may_know(url, target) else None
        url = target
    hint = "the site may want cookies: save the page in your browser and pass the file"
    raise UserError(f"redirects more than {MAX_REDIRECTS} times", hint=hint)


def _moved(page: Page) -> str:
    """Where a page that only says "moved" sends its readers, as static sites do for renamed posts; else empty."""
    if page.media_type != "text/html" or len(page.content) > _STUB:
        return ""
    content = re.sub(rb"(?is)<(noscript|script|style).*?</\1>|<!--.*?-->", b"", page.content)
    tag = re.search(rb"(?i)<meta\b[^>]*http-equiv\s*=\s*[\"']?refresh\b[^>]*>", content)
    address = (
        re.search(rb"(?i)content\s*=\s*[\"']?\s*[0-5]\s*[;,]\s*url\s*=\s*[\"']?([^\"'\s>]+)", tag[0]) if tag else None
    )
    return unescape(address[1].decode("utf-8", "replace")) if address else ""


def _target(url: str, location: str, visit: Visit) -> str:
    """Where a redirect from ``url`` leads; UserError when nobody should go there."""
    try:
        target, _ = split_credentials(urljoin(url, location))
    except UserError as error:
        raise UserError(f"redirects to an address that {error}", hint=error.hint) from error
    except ValueError as error:
        raise UserError("redirects to an address that is not valid", hint="check the address") from error
    host = urlsplit(target).hostname
    if host != urlsplit(url).hostname and is_private(target) and not is_private(visit.asked[0]):
        raise UserError(f"redirects to the private address {host}", hint="pass that address itself if you trust it")
    if target != url:
        visit.guard(target)
    return target


def session(settings: Settings, keep: bool, purpose: str = "reads one page when a person asks") -> requests.Session:
    """A session that says who asks, leaves redirects to us and, to ``keep`` answers, has ``settings.cache``."""
    import requests

    class Session(requests.Session):
        def resolve_redirects(self, *_: object, **__: object) -> Iterator[requests.Response]:
            """Not here: even when told not to follow, requests reads the whole body of a redirect."""
            return iter(())

    made = Session()
    made.headers["User-Agent"] = f"blogsum/{_version()} ({purpose})"
    made.headers["Accept"] = "text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8,*/*;q=0.1"
    if keep and settings.cache.parts:
        from blogsum.read.cache import adapter

        made.mount("https://", adapter(settings.cache))
        made.mount("http://", adapter(settings.cache))
    return made


def _get(session: requests.Session, url: str, user: tuple[str, str] | None, visit: Visit) -> requests.Response:
    headers = {"Cache-Control": visit.caching} if visit.caching else {}
    visit.response = session.get(
        url,
        auth=user or (lambda request: request),  # otherwise requests sends what ~/.netrc has for the host
        headers=headers,
        timeout=visit.left(),
        stream=True,
        allow_redirects=False,
    )
    return visit.response


def _page(response: requests.Response, url: str, visit: Visit) -> Page:
    """The page of a final response; UserError when it is none."""
    if response.status_code != 200:
        raise failures.of_status(response)
    header = response.headers.get("content-type", "")
    if not visit.listing:
        refuse_type(header)
    try:
        content = _content(response, visit)
        if not content.strip():
            raise UserError("is an empty page", hint="check the address")
        if not visit.listing:
            refuse_binary(content)
    except Exception as error:
        damaged = getattr(response, "from_cache", False) and not isinstance(error, UserError)
        if damaged or response.raw.isclosed():  # read to its end, hence kept
            _forget(response)
        raise
    if getattr(response, "from_cache", False) and not visit.caching:
        log.info("%s: read %s ago and kept; --refresh reads it again", url, _age(response.headers.get("date")))
    charset = re.search(r"""charset\s*=\s*["']?([\w:.-]+)""", header, re.IGNORECASE)
    return Page(redact(visit.asked[0]), content, media_type(header, url, content), charset[1] if charset else None, url)


def _forget(response: requests.Response) -> None:
    """Keep no answer that is of no use, or trying again would bring the same."""
    cache = getattr(response.connection, "cache", None)
    if cache is not None:
        cache.delete(response.url)


def _content(response: requests.Response, visit: Visit) -> bytes:
    """The decompressed body, never more than the limit in memory."""
    limit = visit.settings.max_bytes
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    while part := response.raw.read(_STEP, decode_content=True):
        visit.left()
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
    content = b"".join(parts)
    if _ends_early(response.raw) and b"</html" not in content[-200:].lower():
        raise failures.damaged()
    return content


def _ends_early(raw: object) -> bool:
    """Whether compressed data lacks its end: to urllib3 it is whole, but half an article must not become a summary."""
    decoder = getattr(raw, "_decoder", None)
    return getattr(decoder, "_state", 0) == 0 and not getattr(getattr(decoder, "_obj", None), "eof", True)


def is_private(url: str) -> bool:
    """Whether the host of ``url`` is this machine or inside a private network; asks a name server if need be."""
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    known = is_private_name(host)
    if known is not None:
        return known
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False  # behind a proxy, which resolves names itself
    return any(not ipaddress.ip_address(str(entry[4][0]).split("%")[0]).is_global for entry in found)


def is_private_name(host: str) -> bool | None:
    """Whether a host is private by its name or number alone; None when only a name server can tell."""
    with contextlib.suppress(ValueError):
        return not ipaddress.ip_address(host).is_global
    return True if host == "localhost" or host.endswith(_LOCAL_NAMES) else None


def _may_know(url: str, target: str) -> bool:
    """Whether credentials for ``url`` may go to ``target``: the same server, or its https door."""
    old, new = urlsplit(url), urlsplit(target)
    if old.hostname != new.hostname:
        return False
    upgraded = (old.scheme, new.scheme, old.port, new.port) == ("http", "https", None, None)
    return upgraded or (old.scheme, old.port) == (new.scheme, new.port)


def _age(date: str | None) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = time.time() - parsedate_to_datetime(date or "").timestamp()
    for name, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {name}"
    return "moments"


def _too_large(limit: int) -> UserError:
    return UserError(f"is larger than {limit:,} bytes", hint="--max-bytes raises the limit")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("blogsum")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
