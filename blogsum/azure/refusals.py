"""What Azure refuses, as one line and what to do next: the SDK raises ten kinds of errors, some a page long."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

from blogsum.azure.place import Place
from blogsum.errors import UserError

_DEEPEST = 10  # errors in errors
_LONGEST = 300  # characters of Azure's own words
# a signature lets anybody read the storage for hours, a token do all that its owner may: neither belongs on a screen
_SECRET = re.compile(r"(?<=[?&;])[^\s'\"]*\bsig=[^\s'\"]*|\beyJ[\w-]+\.[\w.-]*")
LOGIN = "az login, then the same command again"
AGAIN = "the same command again goes on where this one stopped"
_FULL = ("AccountQuotaExceeded", "InsufficientAccountCapacity", "ShareQuotaExceeded", "StorageQuotaExceeded")
_QUOTA = ("quota", "exceededcores", "not enough cores", "insufficient capacity")

# what of the way to the workspace is not there -> what shows which there are
_WORKSPACES = "az ml workspace list --subscription {place.subscription} -g {place.resource_group}"
_LISTS = {
    "SubscriptionNotFound": "az account list",
    "ResourceGroupNotFound": "az group list --subscription {place.subscription}",
}


class Refused(UserError):  # noqa: N818 as ``Stopped``
    """Azure said no, or nothing: its HTTP status (0: there was none) and its own code."""

    def __init__(self, message: str, hint: str, status: int = 0, code: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status, self.reason = status, code
        self.is_of_place = False  # whether it is the workspace that is not there

    @property
    def is_missing(self) -> bool:
        """Whether what was asked for is not there, while the workspace is."""
        return self.status == 404 and not self.is_of_place

    @property
    def may_pass(self) -> bool:
        """Whether the same may go well a little later: no answer, too many requests, a fault of Azure's."""
        return self.status in (0, 408, 429) or self.status >= 500


@contextlib.contextmanager
def in_words(place: Place, doing: str = "") -> Iterator[None]:
    """Let whatever the SDK raises in the block become one ``Refused``; ``doing`` says what was tried.

    What this machine refuses (a full disk) stays the OSError that it is.
    """
    try:
        yield
    except (UserError, OSError) as error:
        if not _of_network(error):
            raise
        raise _unreachable(error) from error
    except Exception as error:  # azure.core's, azure.identity's, azure.ai.ml's, marshmallow's and requests'
        raise _worded(error, place, doing) from error


def status(error: BaseException) -> int:
    """The HTTP status that an error of the SDK goes back to; 0 for none."""
    return int(getattr(_cause(error), "status_code", 0) or 0)


def _worded(error: Exception, place: Place, doing: str) -> Refused:
    found = _cause(error)
    kinds = {one.__name__ for one in type(found).__mro__}
    code = int(getattr(found, "status_code", 0) or 0)
    if code:
        return _of_status(found, code, place, doing)
    if "ClientAuthenticationError" in kinds:
        return Refused(f"Azure knows no login here: {_first(found)}", LOGIN, 401, "login")
    if kinds & {"ServiceRequestError", "ServiceResponseError"}:
        return _unreachable(found)
    return Refused(_sentence(doing, _first(found)), AGAIN)


def _of_status(error: Any, status: int, place: Place, doing: str) -> Refused:
    code, words = _told(error)
    if status == 507 or code in _FULL:
        return Refused(
            f"Azure's storage is full: {words}", "make room in the workspace's storage account", status, code
        )
    if any(sign in f"{code} {words}".lower() for sign in _QUOTA):
        hint = "ask for more in Azure ML studio under Quota, or name a smaller machine in blogsum.toml"
        return Refused(f"Azure has no quota for this: {words}", hint, status, code)
    where = f"workspace {place.workspace}"
    if status == 401:
        tenant = re.search(r"must match .*?sts\.windows\.net/([0-9A-Fa-f-]{36})", words)
        hint = f"az login --tenant {tenant[1]}, then the same command again" if tenant else LOGIN
        return Refused(f"Azure does not take the login for {where}: {words}", hint, status, code)
    if status == 403:
        hint = f"its owner can give the role: {_role(place, words)}"
        return Refused(_sentence(f"this login may not {doing or 'do this'}", words), hint, status, code)
    if status == 404 and (code in _LISTS or f"workspaces/{place.workspace}'" in words):
        hint = f"{_LISTS.get(code, _WORKSPACES).format(place=place)} --output table; then [azure] in blogsum.toml"
        found = Refused(f"there is no {where} in {place.resource_group}: {words}", hint, status, code)
        found.is_of_place = True
        return found
    if status == 429:
        return Refused(f"Azure is asked too often: {words}", f"wait some minutes; {AGAIN}", status, code)
    hint = AGAIN if status >= 500 else f"Azure answered {status} {code}".rstrip()
    return Refused(_sentence(doing and f"Azure did not {doing}", words), hint, status, code)


def _role(place: Place, words: str) -> str:
    """The command that lets somebody work in the workspace."""
    who = re.search(r"object id '([0-9A-Fa-f-]{36})'", words)
    scope = f"/subscriptions/{place.subscription}/resourceGroups/{place.resource_group}"
    scope += f"/providers/Microsoft.MachineLearningServices/workspaces/{place.workspace}"
    role = "--role 'AzureML Data Scientist'"
    return f"az role assignment create --assignee {who[1] if who else 'WHO'} {role} --scope {scope}"


def _told(error: Any) -> tuple[str, str]:
    """Azure's code, the innermost it gives, and its words."""
    code = str(getattr(error, "error_code", "") or getattr(getattr(error, "error", None), "code", "") or "")
    words = str(getattr(getattr(error, "error", None), "message", "") or "")
    response: Any = getattr(error, "response", None)
    with contextlib.suppress(Exception):  # a body that is no JSON has nothing to add
        told = json.loads(response.text() if callable(response.text) else response.text)["error"]
        code, words = str(told.get("code") or code), str(told.get("message") or words)
        for inner in told.get("details") or []:
            code, words = str(inner.get("code") or code), f"{words} {inner.get('message') or ''}"
    return code, _short(words) or _first(error)


def _cause(error: BaseException) -> BaseException:
    """The first error of a chain that has an HTTP status or is azure-core's or azure-identity's; else the error."""
    one = error
    for _ in range(_DEEPEST):
        if getattr(one, "status_code", None) or type(one).__module__.startswith(("azure.core", "azure.identity")):
            return one
        inner = getattr(one, "inner_exception", None) or one.__cause__ or one.__context__
        if not isinstance(inner, BaseException):
            break
        one = inner
    return error


def _of_network(error: BaseException) -> bool:
    """Whether an OSError is one of a connection, as ``requests`` raises them."""
    return isinstance(error, ConnectionError) or type(error).__module__.startswith(("requests", "urllib3"))


def _unreachable(error: BaseException) -> Refused:
    return Refused(f"cannot reach Azure: {_first(error)}", f"is there a network? {AGAIN}")


def _sentence(start: str, words: str) -> str:
    return f"{start}: {words}" if start else words


def _first(error: BaseException) -> str:
    """The first sentence of an error's text: what follows are tables of what was tried, or traces."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return _short(lines[0] if lines else type(error).__name__)


def _short(words: str) -> str:
    text = _SECRET.sub("…", " ".join(words.split()))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
