"""What a test holds of the loopback Azure: its workspace, what was asked of it, and what shall go wrong."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.azure.loopback import arm, history, login, server
from tests.azure.loopback.answers import Answer, Asked, Fault, refused, told
from tests.azure.loopback.blobs import ROOT, SIGNATURE, STORE, Blobs
from tests.azure.loopback.node import Machines

SUBSCRIPTION = "01234567-89ab-cdef-0123-456789abcdef"
GROUP, WORKSPACE, REGION = "summaries", "summaries-ml", "westeurope"
PLACE = {"subscription": SUBSCRIPTION, "resource_group": GROUP, "workspace": WORKSPACE}


class Azure:
    """One workspace. ``requests`` are all that came but for those to the storage, which are ``transfers``.

    ``documents`` are what was put, by the way below the workspace (``jobs/NAME``, ``data/blog/versions/3``).
    """

    def __init__(self, folder: Path) -> None:
        self.url = ""
        self.requests: list[Asked] = []
        self.transfers: list[Asked] = []
        self.faults: list[Fault] = []
        self.documents: dict[str, dict[str, Any]] = {}
        self.logins, self.blobs = login.Logins(), Blobs()
        self.machines = Machines(self, folder)
        self.usages: list[dict[str, Any]] = [arm.usage("Standard NCASv3_T4 Family Cluster Dedicated vCPUs", 4, 24)]
        self.computes = {"gpu-cluster": arm.cluster("Standard_NC4as_T4_v3", most=2)}
        self.sizes = [arm.size("Standard_NC4as_T4_v3", "standardNCASv3_T4Family", 4, 1)]
        self._seen, self._news = 0, threading.Condition()
        self._count = 0

    # what a test asks for

    def fails(self, found: str, status: int, code: str, message: str = "", times: int = 10**9, **headers: str) -> None:
        """Let requests fail whose method and way below the workspace ``found`` finds: ``PUT /jobs/``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = refused(status, code, message or f"{code}, said Azure.", **named)
        self.faults.append(Fault(found, answer, times=times))

    def cuts(self, found: str, times: int = 10**9, after: int = 0) -> None:
        """Let the connection of such requests end without an answer, but for the first ``after``."""
        self.faults.append(Fault(found, times=times, after=after))

    def loses(self, found: str, times: int = 1) -> None:
        """Do what such a request asks for, and cut the connection instead of answering."""
        self.faults.append(Fault(found, times=times, lost=True))

    def when(self, found: str, does: Callable[[], None], times: int = 1) -> None:
        """Do something before such a request is answered."""
        self.faults.append(Fault(found, does=does, times=times))

    def asked(self, found: str = "") -> list[str]:
        """Method and way of the requests so far that ``found`` finds, in their order."""
        return [one.short for one in self.requests if re.search(found, one.short)]

    def bodies(self, found: str) -> list[Any]:
        """What those requests held."""
        return [one.body for one in self.requests if re.search(found, one.short)]

    @property
    def jobs(self) -> dict[str, dict[str, Any]]:
        """The jobs by name."""
        return {key.partition("/")[2]: one for key, one in self.documents.items() if key.startswith("jobs/")}

    def status(self, job: str) -> str:
        """How a job stands."""
        return str(self.jobs[job]["properties"]["status"])

    def logs(self, job: str) -> str:
        """What a job has written so far, rank after rank."""
        prefix, there = f"ExperimentRun/dcid.{job}/", self.blobs.containers[STORE]
        return "".join(there[name].data.decode() for name in sorted(there) if name.startswith(prefix))

    def pause(self, seconds: float) -> None:
        """What a client calls instead of sleeping: comes back as soon as a job has news."""
        with self._news:
            self._news.wait_for(lambda: self._count > self._seen, timeout=60)
            self._seen = self._count

    def news(self) -> None:
        """Something changed that one who waits wants to see."""
        with self._news:
            self._count += 1
            self._news.notify_all()

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which the SDK and Azure's login find this Azure instead of the real one."""
        return {
            "ARM_CLOUD_METADATA_URL": f"{self.url}/metadata/endpoints",
            "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
            "IDENTITY_ENDPOINT": f"{self.url}/identity",
            "IDENTITY_HEADER": login.SECRET,
        }

    # what the services ask for

    def signed(self, container: str, name: str = "") -> str:
        """The address of a blob, with what lets anyone read and write it."""
        return f"{self.url}{ROOT}/{container}{'/' if name else ''}{name}?{SIGNATURE}"

    def answer(self, asked: Asked) -> Answer | None:
        """The answer to a request; None where the connection is cut."""
        storage = asked.path.startswith(ROOT)
        (self.transfers if storage else self.requests).append(asked)
        for fault in self.faults:
            if fault.meets(asked):
                if fault.lost:
                    self._served(asked)
                if fault.does is None:
                    return fault.answer
                fault.does()
        return self._served(asked)

    def _served(self, asked: Asked) -> Answer:
        storage = asked.path.startswith(ROOT)
        if storage:
            return self.blobs.answer(asked)
        if asked.path == "/metadata/endpoints":
            return told(_endpoints(self.url))
        if asked.path == "/identity":
            status, document = self.logins.answer(asked.headers.get("x-identity-header"), asked.query["resource"])
            return told(document, status)
        if asked.path.endswith("/oauth2/v2.0/token"):
            return told(self.logins.exchanged(asked.data.decode()))
        if asked.path == "/discovery":
            return told({"api": self.url, "history": self.url, "mlflow": self.url, "studio": self.url})
        if not self.logins.knows(asked.headers.get("authorization")):
            message = "The access token is missing, wrong or has expired."
            return refused(401, "InvalidAuthenticationToken", message, **{"WWW-Authenticate": "Bearer"})
        services = {"history": history.answer, "data": history.places}
        return services.get(asked.path.split("/")[1], arm.answer)(self, asked)


@contextmanager
def running(folder: Path, certificate: tuple[Path, Path]) -> Iterator[Azure]:
    """An Azure while the block lasts; ``folder`` is where its machines work."""
    azure = Azure(folder)
    with server.serving(azure.answer, *certificate) as azure.url:
        try:
            yield azure
        finally:
            azure.machines.stop()


def _endpoints(url: str) -> list[dict[str, Any]]:
    """The clouds that there are: one."""
    return [
        {
            "name": "Loopback",
            "portal": "https://portal.azure.loopback",
            "resourceManager": url,
            "authentication": {"loginEndpoint": url},
            "suffixes": {"storage": "loopback"},
        }
    ]
