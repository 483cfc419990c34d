"""What the SDK raises, in one line with what to do next; what this machine refuses stays what it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("azure.ai.ml", reason="the SDK's errors need blogsum[azure]")

from azure.core import exceptions as core

from blogsum.azure import refusals
from blogsum.azure.place import place
from blogsum.errors import UserError
from tests.azure.loopback.cloud import PLACE


class Response:
    """As much of a response as the SDK's errors look at."""

    reason = "Bad"
    headers: dict[str, str] = {}  # noqa: RUF012 never changed

    def __init__(self, status: int, body: str) -> None:
        self.status_code, self._body = status, body

    def text(self) -> str:
        return self._body

    def body(self) -> bytes:
        return self._body.encode()


def refused(status: int, code: str = "", message: str = "", **more: Any) -> Exception:
    body = json.dumps({"error": {"code": code, "message": message, **more}}) if code else "<html>502 Bad Gateway</html>"
    return core.HttpResponseError(
        message=message or "Operation returned an invalid status", response=Response(status, body)
    )  # type: ignore[no-any-return]


def wrapped(error: Exception) -> Exception:
    from azure.ai.ml.exceptions import MlException

    return MlException(
        message=f"Saving blob was unsuccessful. exception={error}", no_personal_data_message="", error=error
    )


INNER = [{"code": "QuotaExceeded", "message": "The quota of Standard NC4as is 0 cores."}]
QUOTA = "ask for more in Azure ML studio under Quota, or name a smaller machine in blogsum.toml"
AGAIN = "the same command again goes on where this one stopped"
SAID = {
    "the inner code counts": (
        refused(400, "UserError", "Invalid job.", details=INNER),
        "Azure has no quota for this: Invalid job. The quota of Standard NC4as is 0 cores.",
        QUOTA,
        400,
    ),
    "a body that is no JSON": (
        refused(502),
        "Azure did not start the job: Operation returned an invalid status",
        AGAIN,
        502,
    ),
    "an error in an error": (
        wrapped(refused(403, "AuthorizationPermissionMismatch", "Not permitted.")),
        "this login may not start the job: Not permitted.",
        "its owner can give the role: az role assignment create --assignee WHO --role 'AzureML Data Scientist' --scope "
        "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/summaries/providers/Microsoft."
        "MachineLearningServices/workspaces/summaries-ml",
        403,
    ),
    "no connection": (
        core.ServiceRequestError("Failed to resolve 'management.azure.com'\n  at …"),
        "cannot reach Azure: Failed to resolve 'management.azure.com'",
        f"is there a network? {AGAIN}",
        0,
    ),
    "something of the SDK": (ValueError("x is no y\nTraceback"), "start the job: x is no y", AGAIN, 0),
    "a long story": (ValueError("word " * 200), f"start the job: {'word ' * 59}word…", AGAIN, 0),
    "secrets": (
        ValueError(
            "GET https://a.blob.core.windows.net/c/b?sv=2024&sig=Zm9v%3D&se=x 'Bearer eyJhbGciOi.eyJhdWQi.c2ln' no"
        ),
        "start the job: GET https://a.blob.core.windows.net/c/b?… 'Bearer …' no",
        AGAIN,
        0,
    ),
    "nothing": (RuntimeError(), "start the job: RuntimeError", AGAIN, 0),
}


@pytest.mark.parametrize("name", SAID)
def test_an_error_of_the_sdk_is_one_line(name: str) -> None:
    error, said, hint, status = SAID[name]
    with pytest.raises(refusals.Refused) as found, refusals.in_words(place(PLACE), "start the job"):
        raise error
    assert (str(found.value), found.value.hint, found.value.status, found.value.code) == (said, hint, status, 3)
    assert "\n" not in said


def test_what_this_machine_refuses_stays_what_it_is() -> None:
    for error in (OSError(28, "No space left on device"), UserError("no"), KeyboardInterrupt()):
        with pytest.raises(type(error)) as found, refusals.in_words(place(PLACE), "start the job"):
            raise error
        assert found.value is error
