"""A request and its answer, as the services of the loopback Azure see them; and the faults that they make."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request: ``path`` as it was sent, ``headers`` by their names in small letters."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    data: bytes

    @property
    def body(self) -> Any:
        """The JSON that was sent; None when it was none."""
        try:
            return json.loads(self.data)
        except ValueError:
            return None

    @property
    def short(self) -> str:
        """Method and path, without the way to the workspace: what a test compares."""
        return f"{self.method} {re.sub(r'(?i)^.*/workspaces/[^/]+(?=/)', '', self.path)}"


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: int
    data: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def told(document: Any, status: int = 200, **headers: str) -> Answer:
    """An answer in JSON."""
    return Answer(status, json.dumps(document).encode(), {"Content-Type": "application/json", **headers})


def refused(status: int, code: str, message: str, **headers: str) -> Answer:
    """An error as Azure words it."""
    return told({"error": {"code": code, "message": message}}, status, **headers)


@dataclass
class Fault:
    """What goes wrong at requests whose ``Asked.short`` the expression finds: ``times`` of them, after ``after``.

    Without an ``answer`` the connection is cut; with ``does`` that is done, and the request is answered as ever; what
    is ``lost`` is done, and the connection is cut instead of an answer.
    """

    found: str
    answer: Answer | None = None
    does: Callable[[], None] | None = None
    times: int = 10**9
    after: int = 0
    lost: bool = False

    def meets(self, asked: Asked) -> bool:
        """Whether this request is one that fails; counts."""
        if not re.search(self.found, asked.short):
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        return self.times >= 0
