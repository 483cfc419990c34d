"""What went wrong on the web -> one line and a hint for the person who asked; reads nothing itself."""

from __future__ import annotations

import contextlib
import errno
import http.client
import re
import socket
import time
from email.utils import parsedate_to_datetime
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


class Passing(UserError):  # noqa: N818 its name is what is wrong
    """What may be over soon; ``wait`` are the seconds after which the server wants to be asked again, if it says so."""

    def __init__(self, message: str, hint: str = "", wait: float | None = None) -> None:
        super().__init__(message, hint)
        self.wait = wait


class TooSlow(Passing):
    """The deadline has passed."""


class Unreachable(UserError):  # noqa: N818
    """Nothing at all can be read from this host: no such name, no trusted certificate, no proxy."""


def of_status(response: requests.Response) -> UserError:
    """What a status other than 200 means."""
    status = response.status_code
    later = response.headers.get("retry-after", "")
    reason, hint = _STATUS.get(status, (f"failed ({status})", _LATER) if status >= 500 else ("", ""))
    if status == 429 or status >= 500:
        return Passing(f"the server {reason}", _when(later) or hint, _seconds(later, response.headers.get("date")))
    if reason:
        return UserError(f"the server {reason}", hint=_when(later) or hint)
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
            return Unreachable(reason, hint=hint + kept)
    if any(isinstance(cause, ConnectionRefusedError) for cause in chain):
        return Passing("the server refuses the connection", hint=f"check the address and the port{kept}")
    if any(getattr(cause, "errno", None) in (errno.ENETUNREACH, errno.EHOSTUNREACH) for cause in chain):
        return Passing("there is no way to the host", hint=f"check your connection{kept}")
    if late or any(isinstance(cause, _waiting()) for cause in chain):
        return too_slow(timeout)
    for kinds, reason, hint in _receiving():
        if any(isinstance(cause, kinds) for cause in chain):
            return Passing(reason, hint) if reason == _CUT[0] else UserError(reason, hint=hint)
    return UserError(f"cannot be read ({type(chain[-1]).__name__})", hint=f"check your connection{kept}")


Kinds = tuple[type[BaseException], ...]


def _connecting() -> list[tuple[Kinds, str, str]]:
    """Before there is a connection; these also call themselves timeouts, so they come first."""
    import urllib3.exceptions as u

    return [
        ((u.ProxyError,), "the proxy does not answer", "check HTTP_PROXY and HTTPS_PROXY"),
        ((u.NameResolutionError, socket.gaierror), "the host cannot be found", "check the address and your connection"),
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
    return TooSlow(f"does not answer within {seconds:g} seconds", hint="--timeout allows more")


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
        return Unreachable("no secure connection to the server is possible", hint="try the address with http://")
    detail = re.search(r"certificate verify failed: ([^(\"]+)", text)
    reason = detail[1].strip().rstrip(".") if detail else "unknown issuer"
    hint = "in a company network, let REQUESTS_CA_BUNDLE name the file with its certificates"
    return Unreachable(f"the server's certificate is not trusted: {reason}", hint=hint)


def _when(wait: str) -> str:
    """A hint from the header Retry-After: seconds or a date; empty when it says neither."""
    wait = wait.strip()
    if wait.isdigit() and len(wait) < 8:
        seconds = int(wait)
        return f"try again in {seconds} seconds" if seconds < 120 else f"try again in {-(-seconds // 60)} minutes"
    return f"try again after {wait}" if re.fullmatch(r"[\w ,:+-]{10,40}", wait) else ""


def _seconds(wait: str, date: str | None) -> float | None:
    """The header Retry-After in seconds from the answer's own ``date``; None when it says nothing of use."""
    wait = wait.strip()
    if wait.isdigit() and len(wait) < 8:
        return float(wait)
    with contextlib.suppress(ValueError, TypeError):
        then = parsedate_to_datetime(wait).timestamp()
        return max(0.0, then - (parsedate_to_datetime(date).timestamp() if date else time.time()))
    return None
