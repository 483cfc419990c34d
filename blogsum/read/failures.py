"""What went wrong on the web -> one line and a hint for the person who asked; reads nothing itself."""

from __future__ import annotations

import errno
import http.client
import re
import socket
from typing import TYPE_CHECKING

from blogsum.errors import UserError

if TYPE_CHECKING:
    import requests

_BROWSER = "save the page in your browser and pass the file"
_LATER = "try again later"
_DAMAGED = ("the page arrives damaged: its compression is broken", _LATER)
_CUT = ("the connection was cut before the page was complete", _LATER)
_STATUS = {
    401: ("wants a login (401)", _BROWSER),
    402: ("wants to be paid (402)", _BROWSER),
    403: ("does not show this page to programs (403)", _BROWSER),
    404: ("has no such page (404)", "check the address"),
    407: ("is behind a proxy that wants a login (407)", "put user and password into HTTPS_PROXY"),
    410: ("has removed this page for good (410)", ""),
    429: ("has been asked too often (429)", _LATER),
    451: ("may not show this page for legal reasons (451)", ""),
    503: ("cannot answer now (503)", _LATER),
}


def of_status(response: requests.Response) -> UserError:
    """What a status other than 200 means."""
    status = response.status_code
    if status in _STATUS:
        reason, hint = _STATUS[status]
        return UserError(f"the server {reason}", hint=_when(response.headers.get("retry-after", "")) or hint)
    if status >= 500:
        return UserError(f"the server failed ({status})", hint=_LATER)
    return UserError(f"the server answers with status {status} instead of a page", hint="check the address")


def of_exception(error: Exception, timeout: float, late: bool, refresh: bool) -> UserError:
    """What an exception of requests or urllib3 means; ``late`` says that the deadline of ``timeout`` seconds passed.

    They wrap one another three deep and differ between versions, so the cause is looked for through all of them.
    """
    chain = _causes(error)
    kept = "; without --refresh a page read before needs no network" if refresh else ""
    if trusted := _tls(chain):
        return trusted
    for kinds, reason, hint in _connecting():
        if any(isinstance(cause, kinds) for cause in chain):
            return UserError(reason, hint=hint + kept)
    if any(getattr(cause, "errno", None) in (errno.ENETUNREACH, errno.EHOSTUNREACH) for cause in chain):
        return UserError("there is no way to the host", hint=f"check your connection{kept}")
    if late or any(isinstance(cause, _waiting()) for cause in chain):
        return too_slow(timeout)
    for kinds, reason, hint in _receiving():
        if any(isinstance(cause, kinds) for cause in chain):
            return UserError(reason, hint=hint)
    return UserError(f"cannot be read ({type(chain[-1]).__name__})", hint=f"check your connection{kept}")


Kinds = tuple[type[BaseException], ...]


def _connecting() -> list[tuple[Kinds, str, str]]:
    """Before there is a connection; these also call themselves timeouts, so they come first."""
    import urllib3.exceptions as u

    return [
        ((u.ProxyError,), "the proxy does not answer", "check HTTP_PROXY and HTTPS_PROXY"),
        ((u.NameResolutionError, socket.gaierror), "the host cannot be found", "check the address and your connection"),
        ((ConnectionRefusedError,), "the server refuses the connection", "check the address and the port"),
    ]


def _waiting() -> Kinds:
    import requests
    import urllib3.exceptions as u

    return (TimeoutError, u.TimeoutError, requests.Timeout)


def _receiving() -> list[tuple[Kinds, str, str]]:
    """While the page arrives, and addresses that no client accepts."""
    import urllib3.exceptions as u

    return [
        ((u.DecodeError,), *_DAMAGED),
        ((ConnectionError, http.client.IncompleteRead, u.IncompleteRead), *_CUT),
        ((http.client.HTTPException,), "the server does not speak HTTP", "check the address and the port"),
        ((u.ProtocolError,), *_CUT),
        ((UnicodeError, ValueError, u.LocationValueError), "is not valid", "check the host"),
    ]


def too_slow(seconds: float) -> UserError:
    """The deadline has passed."""
    return UserError(f"does not answer within {seconds:g} seconds", hint="--timeout allows more")


def damaged() -> UserError:
    """What arrived cannot be decompressed."""
    return UserError(_DAMAGED[0], hint=_DAMAGED[1])


def _causes(error: BaseException) -> list[BaseException]:
    """The error and all that it was made from, outermost first."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and cause not in seen:
            seen.append(cause)
            waiting += [getattr(cause, "reason", None), cause.__cause__, cause.__context__, *cause.args]
    return seen


def _tls(chain: list[BaseException]) -> UserError | None:
    """A certificate nobody vouches for, or no TLS at all; None when TLS is not to blame."""
    import requests
    import urllib3.exceptions as u

    if not any(isinstance(cause, (u.SSLError, requests.exceptions.SSLError)) for cause in chain):
        return None
    text = " ".join(str(cause) for cause in chain)
    if "CERTIFICATE_VERIFY_FAILED" not in text:
        return UserError("no secure connection to the server is possible", hint="try the address with http://")
    detail = re.search(r"certificate verify failed: ([^(\"]+)", text)
    reason = detail[1].strip().rstrip(".") if detail else "unknown issuer"
    hint = "in a company network, let REQUESTS_CA_BUNDLE name the file with its certificates"
    return UserError(f"the server's certificate is not trusted: {reason}", hint=hint)


def _when(wait: str) -> str:
    """A hint from the header Retry-After: seconds or a date; empty when it says neither."""
    wait = wait.strip()
    if wait.isdigit() and len(wait) < 8:
        seconds = int(wait)
        return f"try again in {seconds} seconds" if seconds < 120 else f"try again in {-(-seconds // 60)} minutes"
    return f"try again after {wait}" if re.fullmatch(r"[\w ,:+-]{10,40}", wait) else ""
