"""The jobs of blogsum in a workspace: which there are and how they stand; ends one. Others' jobs are left alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blogsum.azure import jobs, refusals, sdk
from blogsum.azure.place import Place
from blogsum.azure.render import OWN_TAG
from blogsum.errors import UserError

LAST = "last"  # stands for the newest job
_WAITING = ("NotStarted", "Queued", "Provisioning", "Preparing", "Starting")


@dataclass(frozen=True)
class Listed:
    """A job as the workspace knows it; times are of the service, None where it did not begin or end yet."""

    name: str
    status: str
    created: datetime | None
    started: datetime | None
    ended: datetime | None
    data: str
    model: str
    address: str

    def seconds(self, now: datetime) -> float | None:
        """How long it is computed, or was; None where it never was."""
        if self.started is None or (self.ended is None and self.status in jobs.ENDED):
            return None
        return max(0.0, ((self.ended or now) - self.started).total_seconds())


def listed(client: Any, place: Place, most: int) -> list[Listed]:
    """The newest jobs of blogsum, the newest first, at most ``most``; ``refusals.Refused`` when Azure refuses."""
    with refusals.in_words(place, "list the jobs"), sdk.quiet():
        own = []
        for job in client.jobs.list(tag=OWN_TAG):  # which Azure filters: a workspace may have thousands of others
            if job is not None and _is_own(job):  # None: one of a kind that the SDK cannot read
                own.append(job)
            if len(own) == most:
                break
        found = [_listed(client, job) for job in own]
    return sorted(found, key=lambda one: one.created.timestamp() if one.created else 0.0, reverse=True)


def find(client: Any, place: Place, name: str) -> Listed:
    """The job of this name, or the ``last`` one; UserError when there is none, or when it is not of blogsum."""
    if name == LAST:
        there = listed(client, place, 1)
        if not there:
            raise UserError(f"workspace {place.workspace} has no job of blogsum", hint="blogsum finetune … --on azure")
        return there[0]
    doing = f"look for job {name}"
    try:
        with refusals.in_words(place, doing), sdk.quiet():
            job = client.jobs.get(name)
    except refusals.Refused as error:
        if error.is_missing:
            hint = "blogsum azure jobs lists them"
            raise UserError(f"workspace {place.workspace} has no job {name}", hint=hint) from error
        raise
    if not _is_own(job):
        raise UserError(f"job {name} is none of blogsum's", hint=f"az ml job show --name {name}")
    with refusals.in_words(place, doing), sdk.quiet():
        return _listed(client, job)


def cancel(client: Any, place: Place, name: str) -> None:
    """Ask Azure to end a job; it takes some moments, and its machine stops. ``refusals.Refused`` when it refuses."""
    with refusals.in_words(place, f"cancel job {name}"), sdk.quiet():
        client.jobs.begin_cancel(name)


def _is_own(job: Any) -> bool:
    """Whether blogsum sent it."""
    return OWN_TAG in (job.tags or {})


def _listed(client: Any, job: Any) -> Listed:
    status = sdk.word(job.status)
    run = None if status in _WAITING else _run(client, job.name)
    studio = (job.services or {}).get("Studio")
    return Listed(
        job.name,
        status,
        getattr(job.creation_context, "created_at", None),
        getattr(run, "start_time_utc", None),
        getattr(run, "end_time_utc", None),
        str((job.tags or {}).get("data", "")),
        str(job.display_name or ""),
        str(getattr(studio, "endpoint", "") or ""),
    )


def _run(client: Any, name: str) -> Any:
    """The run history's details, which alone know the times; None where it knows no such run."""
    try:
        return sdk.details(client, name)
    except Exception as error:
        if refusals.status(error) == 404:
            return None
        raise
