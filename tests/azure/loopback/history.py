"""The run history: how a run stands, where its logs lie, and what it left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.azure.loopback.answers import Answer, Asked, refused, told
from tests.azure.loopback.blobs import STORE

if TYPE_CHECKING:
    from tests.azure.loopback.cloud import Azure


def answer(azure: Azure, asked: Asked) -> Answer:
    """What the run history says."""
    if asked.path.endswith("/rundata"):
        return _run(azure, asked.body["runId"], data=True)
    found = re.search(r"/runs/([^/]+)(/details)?$", asked.path)
    if found is None:
        return refused(404, "NotFound", f"the run history has no {asked.path}")
    return _run(azure, found[1], details=bool(found[2]))


def _run(azure: Azure, name: str, details: bool = False, data: bool = False) -> Answer:
    if name not in azure.jobs:
        return refused(404, "NotFound", f"Run {name} was not found")
    properties = azure.jobs[name]["properties"]
    run: dict[str, Any] = {"runId": name, "status": properties["status"], "tags": properties.get("tags", {})}
    run |= {key: properties[key] for key in ("startTimeUtc", "endTimeUtc") if key in properties}
    if properties.get("wrong"):  # Azure says no more than this of a command that failed
        run["error"] = {"error": {"code": "UserError", "message": properties["wrong"]}}
    if data:
        return told({"runMetadata": {**run, "outputs": {}}})
    if details:
        run |= {"logFiles": _logs(azure, name), "properties": {}, "runDefinition": {}}
    return told(run)


def _logs(azure: Azure, name: str) -> dict[str, str]:
    """Where the logs of a run can be read, by their names."""
    prefix = f"ExperimentRun/dcid.{name}/"
    there = [blob for blob in azure.blobs.containers[STORE] if blob.startswith(prefix)]
    return {blob.removeprefix(prefix): azure.signed(STORE, blob) for blob in sorted(there)}
