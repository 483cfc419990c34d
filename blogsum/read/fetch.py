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
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from blogsum.errors import UserError
from blogsum.read.sniff import media_type, refuse_binary, refuse_type
from blogsum.settings import Settings
from blogsum.types import Page

if TYPE_CHECKING:
    import requests

log = logging.getLogger("blogsum")
MAX_REDIRECTS = 5
_STEP = 65_536  # bytes of one read
_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa")
_LARGER = "--max-bytes raises the limit"
_LATER = "try again later"
_STATUS = {
    401: ("wants a login (401)", "save the page in your browser and pass the file"),
    402: ("wants to be paid (402)", "save the page in your browser and pass the file"),
    403: ("refuses to show the page to a program (403)", "save the page in your browser and pass the file"),
    404: ("has no such page (404)", "check the address"),
    407: ("is behind a proxy that wants a login (407)", "set HTTPS_PROXY with user and password"),
    410: ("has removed the page (410)", ""),
    451: ("may not show the page for legal reasons (451)", ""),
}


def fetch(url: str, settings: Settings, refresh: bool = False) -> Page:
    """The page at ``url``, from the cache if it was read before; UserError with one clear line otherwise.

    ``settings.timeout`` bounds the whole of it, redirects included, in seconds; ``settings.max_bytes`` the page
    after decompression. ``refresh`` asks the server again.
    """
    visit = _Visit(split_credentials(url), settings, refresh, time.monotonic() + settings.timeout)
    answers: queue.SimpleQueue[Page | BaseException] = queue.SimpleQueue()
    # A thread, because nothing else ends a slow name server, TLS handshake or header that drips byte by byte.
    threading.Thread(target=_answer, args=(visit, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=settings.timeout)
    except queue.Empty:
        visit.stop()
        raise _too_slow(settings) from None
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
        raise UserError("is not a valid address", hint="check the host and the port") from error
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
class _Visit:
    """One attempt to read a page: what was asked, and the response in hand, so that it can be cut off."""

    asked: tuple[str, tuple[str, str] | None]
    settings: Settings
    refresh: bool
    deadline: float
    response: requests.Response | None = field(default=None)

    def left(self) -> float:
        """Seconds left; UserError when there are none."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise _too_slow(self.settings)
        return seconds

    def stop(self) -> None:
        """Wake a thread that waits for the response's body, so that it ends."""
        self.deadline = 0
        if self.response is not None:
            with contextlib.suppress(Exception):
                self.response.raw.shutdown()


def _answer(visit: _Visit, answers: queue.SimpleQueue[Page | BaseException]) -> None:
    try:
        answers.put(_visit(visit))
    except UserError as error:
        answers.put(error)
    except Exception as error:
        answers.put(_explained(error, visit))


def _visit(visit: _Visit) -> Page:
    """Follow redirects to the page."""
    url, user = visit.asked
    with _session(visit.settings, keep=user is None) as session:
        for _ in range(MAX_REDIRECTS + 1):
            response = _get(session, url, user, visit)
            with response:
                if not response.is_redirect:
                    return _page(response, url, visit)
                response.raw.read(_STEP)  # to its end, so that it is kept
                target, _given = split_credentials(urljoin(url, response.headers["location"]))
            if _origin(target) != _origin(url):
                user = None
            _check_redirect(visit.asked[0], target)
            url = target
    raise UserError(
        f"redirects more than {MAX_REDIRECTS} times", hint="the site may want cookies; save the page in your browser"
    )


def _session(settings: Settings, keep: bool) -> requests.Session:
    import requests

    session = requests.Session()
    session.headers["User-Agent"] = f"blogsum/{_version()} (reads one page when a person asks)"
    session.headers["Accept"] = "text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8,*/*;q=0.1"
    if keep and settings.cache.parts:
        from blogsum.read.cache import adapter

        session.mount("https://", adapter(settings.cache))
        session.mount("http://", adapter(settings.cache))
    return session


def _get(session: requests.Session, url: str, user: tuple[str, str] | None, visit: _Visit) -> requests.Response:
    headers = {"Cache-Control": "no-cache"} if visit.refresh else {}
    visit.response = session.get(
        url,
        auth=user or (lambda request: request),  # otherwise requests sends what ~/.netrc has for the host
        headers=headers,
        timeout=visit.left(),
        stream=True,
        allow_redirects=False,
    )
    return visit.response


def _page(response: requests.Response, url: str, visit: _Visit) -> Page:
    """The page of a final response; UserError when it is none."""
    if response.status_code != 200:
        raise _refused(response)
    header = response.headers.get("content-type", "")
    refuse_type(header)
    content = _content(response, visit)
    if not content.strip():
        raise UserError("is an empty page", hint="check the address")
    refuse_binary(content)
    if getattr(response, "from_cache", False):
        log.info("%s: as read on %s; --refresh reads it again", url, response.headers.get("date"))
    charset = re.search(r"""charset\s*=\s*["']?([\w:.-]+)""", header, re.IGNORECASE)
    return Page(redact(visit.asked[0]), content, media_type(header, url, content), charset[1] if charset else None, url)


def _content(response: requests.Response, visit: _Visit) -> bytes:
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
    return b"".join(parts)


def _refused(response: requests.Response) -> UserError:
    """What a status other than 200 means to the person who asked."""
    status = response.status_code
    if status in _STATUS:
        reason, hint = _STATUS[status]
        return UserError(f"the server {reason}", hint=hint)
    if status in (429, 503):
        wait = response.headers.get("retry-after", "").strip()
        what = "has been asked too often (429)" if status == 429 else "cannot answer now (503)"
        return UserError(f"the server {what}", hint=_when(wait))
    if status >= 500:
        return UserError(f"the server failed ({status})", hint=_LATER)
    return UserError(f"the server answers with status {status} instead of a page", hint="check the address")


def _when(wait: str) -> str:
    """A hint from the header Retry-After: seconds or a date."""
    if wait.isdigit():
        seconds = int(wait)
        return f"try again in {seconds} seconds" if seconds < 120 else f"try again in {seconds // 60} minutes"
    return f"try again after {wait}" if re.fullmatch(r"[\w ,:+-]{10,40}", wait) else _LATER


def _explained(error: Exception, visit: _Visit) -> UserError:
    """One line for whatever requests and urllib3 raise; the cause is looked for through all that wraps it."""
    import requests
    import urllib3.exceptions as u

    chain = _causes(error)

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in chain)

    text = " ".join(str(cause) for cause in chain)
    if has(u.NameResolutionError, socket.gaierror):
        return UserError("there is no such host", hint=_offline("check the address and your connection", visit))
    if has(u.SSLError, requests.exceptions.SSLError):
        return _tls(text)
    if has(u.ProxyError):
        return UserError("the proxy does not answer", hint="check HTTP_PROXY and HTTPS_PROXY")
    if has(ConnectionRefusedError):
        return UserError("the server refuses the connection", hint=_offline("check the address and the port", visit))
    if time.monotonic() >= visit.deadline or has(TimeoutError, u.TimeoutError, requests.Timeout):
        return _too_slow(visit.settings)
    if has(u.DecodeError, requests.exceptions.ContentDecodingError):
        return UserError("the server sends a damaged page: its compression is broken", hint=_LATER)
    if has(u.ProtocolError, ConnectionError, requests.exceptions.ChunkedEncodingError):
        return UserError("the connection was cut before the page was complete", hint=_LATER)
    if has(UnicodeError, ValueError, requests.exceptions.InvalidURL, u.LocationValueError):
        return UserError("is not a valid address", hint="check the host")
    log.debug("unexpected: %r", error)
    return UserError(f"cannot be read: {type(chain[-1]).__name__}", hint=_offline("check your connection", visit))


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what it was made from, outermost first."""
    seen: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and cause not in seen:
            seen.append(cause)
            waiting += [getattr(cause, "reason", None), cause.__cause__, cause.__context__, *cause.args]
    return seen


def _tls(text: str) -> UserError:
    if "CERTIFICATE_VERIFY_FAILED" in text:
        detail = re.search(r"certificate verify failed: ([^(\"']+)", text)
        reason = f": {detail[1].strip()}" if detail else ""
        hint = "in a company network, point REQUESTS_CA_BUNDLE to its certificates"
        return UserError(f"the server's certificate cannot be trusted{reason}", hint=hint)
    return UserError("no secure connection to the server is possible", hint="try the address with http://")


def _offline(hint: str, visit: _Visit) -> str:
    return f"{hint}; without --refresh a page read before needs no network" if visit.refresh else hint


def _check_redirect(asked: str, target: str) -> None:
    """A public page must not send us into the private network; a private one, named by the user, may."""
    if _is_private(target) and not _is_private(asked):
        host = urlsplit(target).hostname
        raise UserError(f"redirects to the private address {host}", hint="name that address yourself if you trust it")


def _is_private(url: str) -> bool:
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    with contextlib.suppress(ValueError):
        return not ipaddress.ip_address(host).is_global
    if host == "localhost" or host.endswith(_LOCAL_NAMES):
        return True
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False  # behind a proxy, which resolves names itself
    return any(not ipaddress.ip_address(str(entry[4][0]).split("%")[0]).is_global for entry in found)


def _origin(url: str) -> tuple[str | None, int | None]:
    parts = urlsplit(url)
    return parts.hostname, parts.port


def _too_large(limit: int) -> UserError:
    return UserError(f"is larger than {limit:,} bytes", hint=_LARGER)


def _too_slow(settings: Settings) -> UserError:
    return UserError(f"does not answer within {settings.timeout:g} seconds", hint="--timeout allows more")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("blogsum")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
