"""The run history: how a run stands, where its logs lie, and what it left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.azure.loopback.answers import Answer, Asked, refused, told
from tests.azure.loopback.blobs import STORE

if TYPE_CHECKING:
    from tests.azure.loopback.cloud import Azure

_ASSET = "azureml://locations/westeurope/workspaces/1/data/azureml_{}_output_data_{}/versions/1"
_OUTPUT = re.compile(r"/data/azureml_(.+)_output_data_(\w+)/versions/1$")


def answer(azure: Azure, asked: Asked) -> Answer:
    """What the run history says."""
    if asked.path.endswith("/rundata"):
        return _run(azure, asked.body["runId"], data=True)
    found = re.search(r"/runs/([^/]+)(/details)?$", asked.path)
    if found is None:
        return refused(404, "NotFound", f"the run history has no {asked.path}")
    return _run(azure, found[1], details=bool(found[2]))


def places(azure: Azure, asked: Asked) -> Answer:
    """What the service of data says: where the outputs of a run lie, which are data of their own."""
    prefix = re.sub(r"^/data/v1.0|/providers/[^/]+|/dataversion/.*$", "", asked.path)
    found = {}
    for asset in asked.body["values"]:
        name, output = _OUTPUT.findall(asset)[0]
        uri = f"azureml:/{prefix}/datastores/workspaceblobstore/paths/azureml/{name}/{output}/"
        found[asset] = {"uri": uri, "type": "uri_folder"}
    return told({"values": found})


def _run(azure: Azure, name: str, details: bool = False, data: bool = False) -> Answer:
    if name not in azure.jobs:
        return refused(404, "NotFound", f"Run {name} was not found")
    properties = azure.jobs[name]["properties"]
    run: dict[str, Any] = {"runId": name, "status": properties["status"], "tags": properties.get("tags", {})}
    run |= {key: properties[key] for key in ("startTimeUtc", "endTimeUtc") if key in properties}
    if properties.get("wrong"):  # Azure says no more than this of a command that failed
        run["error"] = {"error": {"code": "UserError", "message": properties["wrong"]}}
    if data:
        outputs = {key: {"assetId": _ASSET.format(name, key), "type": "uri_folder"} for key in properties["outputs"]}
        return told({"runMetadata": {**run, "outputs": outputs}})
    if details:
        run |= {"logFiles": _logs(azure, name), "properties": {}, "runDefinition": {}}
    return told(run)


def _logs(azure: Azure, name: str) -> dict[str, str]:
    """Where the logs of a run can be read, by their names."""
    prefix = f"ExperimentRun/dcid.{name}/"
    there = [blob for blob in azure.blobs.containers[STORE] if blob.startswith(prefix)]
    return {blob.removeprefix(prefix): azure.signed(STORE, blob) for blob in sorted(there)}
