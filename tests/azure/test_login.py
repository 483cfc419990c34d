"""Whose token is used, and that a pipeline's is asked for anew each time."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from blogsum.azure import login
from blogsum.azure.place import commented
from blogsum.errors import MissingExtra, UserError
from tests.azure.loopback.cloud import PLACE, Azure
from tests.conftest import Blogsum

GITHUB = {"AZURE_TENANT_ID": "11111111-1111-1111-1111-111111111111", "AZURE_CLIENT_ID": "the-app"}
DEVOPS = {
    "SYSTEM_OIDCREQUESTURI": "https://dev.azure.com/oidc",
    "SYSTEM_ACCESSTOKEN": "s3cret",
    "AZURESUBSCRIPTION_TENANT_ID": GITHUB["AZURE_TENANT_ID"],
    "AZURESUBSCRIPTION_CLIENT_ID": "the-app",
    "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": "the-connection",
}


class Github(HTTPServer):
    """Gives a run its tokens, numbered; ``answer`` overrules that."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answer: tuple[int, bytes] | None = None
        super().__init__(("127.0.0.1", 0), Answer)


class Answer(BaseHTTPRequestHandler):
    server: Github
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._give("value")

    def do_POST(self) -> None:
        """Azure DevOps is asked so."""
        self._give("oidcToken")

    def _give(self, key: str) -> None:
        asked = self.server.asked
        asked.append((self.path, self.headers["Authorization"]))
        code, body = self.server.answer or (200, json.dumps({key: f"token {len(asked)}"}).encode())
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[Github]:
    with Github() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/token?api-version=2.0"
        for name, value in {**GITHUB, "ACTIONS_ID_TOKEN_REQUEST_URL": address}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "s3cret")
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def identity(monkeypatch: pytest.MonkeyPatch) -> Any:
    """azure-identity, with credentials that only remember what they were made of."""
    found = pytest.importorskip("azure.identity", reason="logging in needs blogsum[azure]")
    for name in ("ClientAssertionCredential", "AzurePipelinesCredential", "DefaultAzureCredential"):
        monkeypatch.setattr(found, name, lambda *values, _name=name, **named: (_name, values, named))
    for name in (*DEVOPS, *GITHUB, "ACTIONS_ID_TOKEN_REQUEST_URL"):
        monkeypatch.delenv(name, raising=False)
    return found


@pytest.mark.usefixtures("identity")
def test_a_person_uses_the_login_that_is_there() -> None:
    assert login.credential() == ("DefaultAzureCredential", (), {})


@pytest.mark.usefixtures("identity")
def test_azure_devops_is_asked_through_its_service_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in DEVOPS.items():
        monkeypatch.setenv(name, value)
    named = {
        "tenant_id": GITHUB["AZURE_TENANT_ID"],
        "client_id": "the-app",
        "service_connection_id": "the-connection",
        "system_access_token": "s3cret",
    }
    assert login.credential() == ("AzurePipelinesCredential", (), named)
    monkeypatch.delenv("SYSTEM_ACCESSTOKEN")
    assert login.credential()[0] == "DefaultAzureCredential"


@pytest.fixture
def token(identity: Any, github: Github) -> Callable[[], str]:
    """What azure-identity calls for a token of GitHub."""
    name, (tenant, client, ask), _ = login.credential()
    assert (name, tenant, client) == ("ClientAssertionCredential", GITHUB["AZURE_TENANT_ID"], "the-app")
    assert github.asked == []
    call: Callable[[], str] = ask
    return call


def test_github_is_asked_anew_each_time(token: Callable[[], str], github: Github) -> None:
    assert [token(), token()] == ["token 1", "token 2"]
    path = "/token?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange"
    assert github.asked == [(path, "Bearer s3cret")] * 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((403, b"{}"), "HTTP 403"),
        ((200, b"no"), "JSONDecodeError"),
        ((200, b"{}"), "KeyError"),
        ((200, b"[]"), "TypeError"),
    ],
)
def test_a_refusal_of_github_is_a_line_without_a_secret(
    token: Callable[[], str], github: Github, answer: tuple[int, bytes], said: str
) -> None:
    github.answer = answer
    with pytest.raises(UserError) as caught:
        token()
    assert str(caught.value) == f"GitHub gave no token for the login: {said}"
    assert caught.value.hint == "the workflow needs 'permissions: id-token: write'"


@pytest.fixture
def workflow(blogsum: Blogsum, azure: Azure, github: Github, monkeypatch: pytest.MonkeyPatch) -> Azure:
    """A workflow of GitHub Actions in a folder with the settings; Entra ID is the loopback's."""
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", azure.url)
    Path("blogsum.toml").write_text(commented({**PLACE, "compute": "gpu-cluster"}))
    return azure


def test_a_workflow_logs_in_with_its_own_token(blogsum: Blogsum, workflow: Azure, github: Github) -> None:
    for number in (1, 2):
        done = blogsum("azure", "check")
        assert (done.code, done.stdout) == (0, "")
        sent = workflow.logins.exchanges[-1]
        assert (sent["client_assertion"], sent["client_id"]) == (f"token {number}", "the-app")
        assert (sent["grant_type"], sent["scope"]) == ("client_credentials", f"{workflow.url}/.default")
    assert len(github.asked) == len(workflow.logins.exchanges) == 2
    assert workflow.asked("identity") == []


def test_a_pipeline_of_azure_devops_does_so_through_its_connection(
    blogsum: Blogsum, workflow: Azure, github: Github, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ACTIONS_ID_TOKEN_REQUEST_URL")
    for name, value in {**DEVOPS, "SYSTEM_OIDCREQUESTURI": f"http://127.0.0.1:{github.server_port}/oidc"}.items():
        monkeypatch.setenv(name, value)
    done = blogsum("azure", "check")
    assert (done.code, done.stdout) == (0, "")
    assert [one["client_assertion"] for one in workflow.logins.exchanges] == ["token 1"]
    assert github.asked == [("/oidc?api-version=7.1&serviceConnectionId=the-connection", "Bearer s3cret")]


def test_a_workflow_without_the_permission_is_told(blogsum: Blogsum, workflow: Azure, github: Github) -> None:
    github.answer = (403, b"{}")
    said = "GitHub gave no token for the login: HTTP 403 (the workflow needs 'permissions: id-token: write')"
    assert tuple(blogsum("azure", "check")) == (3, "", f"error: {said}\n")


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    with pytest.raises(MissingExtra) as caught:
        login.credential()
    assert caught.value.hint == "pip install 'blogsum[azure]'"
