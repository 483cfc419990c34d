"""Who asks Azure: this person or machine, or, in a pipeline, the pipeline itself; keeps and prints no secret.

A pipeline's token lives 5 minutes (GitHub) or 10 (Azure DevOps), what ``az login`` makes of it an hour, and then nobody
can renew it (AADSTS700024, Azure/azure-cli issue 28708). A training takes longer, so in a pipeline a new token is asked
for whenever one is needed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from blogsum.errors import MissingExtra, UserError

_PACKAGE, _EXTRA = "azure-identity", "azure"
_AUDIENCE = "api://AzureADTokenExchange"  # whom the token of a pipeline is for
_SECONDS = 30  # for GitHub's answer

_GITHUB = ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "AZURE_TENANT_ID", "AZURE_CLIENT_ID")
_DEVOPS = (
    "SYSTEM_OIDCREQUESTURI",
    "SYSTEM_ACCESSTOKEN",
    "AZURESUBSCRIPTION_TENANT_ID",
    "AZURESUBSCRIPTION_CLIENT_ID",
    "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
)


def credential() -> Any:
    """What the SDK asks for tokens; MissingExtra without azure-identity. Nothing is asked of anybody yet."""
    try:
        import azure.identity as identity
    except ImportError as error:
        raise MissingExtra(_PACKAGE, _EXTRA) from error
    environment = os.environ
    if all(environment.get(name) for name in _GITHUB):
        url, bearer, tenant, client = (environment[name] for name in _GITHUB)
        return identity.ClientAssertionCredential(tenant, client, lambda: _of_github(url, bearer))
    if all(environment.get(name) for name in _DEVOPS):
        return _of_devops(identity, environment)
    return identity.DefaultAzureCredential()


def _of_devops(identity: Any, environment: Mapping[str, str]) -> Any:
    _, bearer, tenant, client, connection = (environment[name] for name in _DEVOPS)
    return identity.AzurePipelinesCredential(
        tenant_id=tenant, client_id=client, service_connection_id=connection, system_access_token=bearer
    )


def _of_github(url: str, bearer: str) -> str:
    """A token of this run of GitHub Actions; UserError, which names no token, when there is none."""
    import requests

    hint = "the workflow needs 'permissions: id-token: write'"
    try:
        answer = requests.get(
            url, params={"audience": _AUDIENCE}, headers={"Authorization": f"Bearer {bearer}"}, timeout=_SECONDS
        )
        answer.raise_for_status()
        return str(answer.json()["value"])
    except requests.HTTPError as error:
        raise UserError(f"GitHub gave no token for the login: HTTP {error.response.status_code}", hint=hint) from None
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise UserError(f"GitHub gave no token for the login: {type(error).__name__}", hint=hint) from None
