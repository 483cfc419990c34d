"""Who may ask: the identity service of a machine in Azure, and the tokens that it gives."""

from __future__ import annotations

import base64
import json
import time
from typing import Any
from urllib.parse import parse_qsl

SECRET = "the machine's own secret"  # as Azure puts it into IDENTITY_HEADER
LIFETIME = 3600  # seconds


class Logins:
    """Gives tokens and knows them again. ``refused`` says why no more are given; ``lifetime`` is in seconds."""

    def __init__(self) -> None:
        self.refused = ""
        self.lifetime = LIFETIME
        self.given: list[str] = []  # the audiences
        self.exchanges: list[dict[str, str]] = []
        self._known: set[str] = set()

    def answer(self, header: str | None, resource: str) -> tuple[int, dict[str, Any]]:
        """What the identity service says to a request for a token for ``resource``."""
        if self.refused or header != SECRET:
            return 400, {"statusCode": 400, "message": self.refused or "no such secret"}
        self.given.append(resource)
        until = int(time.time()) + self.lifetime
        claims = {"aud": resource, "oid": "somebody", "tid": "tenant", "exp": until, "nr": len(self.given)}
        token = ".".join([_part({"alg": "none"}), _part(claims), "eA"])
        self._known.add(token)
        return 200, {"access_token": token, "expires_on": str(until), "resource": resource, "token_type": "Bearer"}

    def exchanged(self, form: str) -> dict[str, Any]:
        """What Entra ID gives for the token of a pipeline: ``form`` is kept in ``exchanges``."""
        asked = dict(parse_qsl(form))
        self.exchanges.append(asked)
        _, document = self.answer(SECRET, asked["scope"].removesuffix("/.default"))
        return {**document, "expires_in": self.lifetime}

    def knows(self, header: str | None) -> bool:
        """Whether a request's Authorization is one of the tokens."""
        return (header or "").removeprefix("Bearer ") in self._known

    def forget(self) -> None:
        """No token that was given is good any more."""
        self._known.clear()


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
