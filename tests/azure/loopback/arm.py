"""The resource manager: the workspace, its machines, its assets and its jobs."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.azure.loopback.answers import Answer, Asked, refused, told
from tests.azure.loopback.blobs import ROOT, STORE

if TYPE_CHECKING:
    from tests.azure.loopback.cloud import Azure

_KINDS = "Microsoft.MachineLearningServices"
_ASSETS = ("codes", "data", "models", "environments", "components")
_PAGE = 3  # jobs
_FINAL = ("Completed", "Failed", "Canceled")


def cluster(size: str, most: int) -> dict[str, Any]:
    """A cluster of machines of one size, none of them running."""
    scale = {"minNodeCount": 0, "maxNodeCount": most, "nodeIdleTimeBeforeScaleDown": "PT2M"}
    properties = {"vmSize": size, "vmPriority": "Dedicated", "scaleSettings": scale, "allocationState": "Steady"}
    return {"computeType": "AmlCompute", "provisioningState": "Succeeded", "properties": properties}


def usage(family: str, used: int, limit: int) -> dict[str, Any]:
    """How much of a family's cores is in use."""
    name = {"value": family, "localizedValue": family}
    kind = f"{_KINDS}/vmFamily/dedicatedCores/usages"
    return {"type": kind, "unit": "Count", "name": name, "currentValue": used, "limit": limit}


def size(name: str, family: str, cores: int, gpus: int) -> dict[str, Any]:
    """A size of machines."""
    room = {"memoryGB": 28.0, "osVhdSizeMB": 1_047_552, "maxResourceVolumeMB": 180_224}
    return {"name": name, "family": family, "vCPUs": cores, "gpus": gpus, "lowPriorityCapable": True, **room}


def answer(azure: Azure, asked: Asked) -> Answer:
    """What the resource manager says."""
    found = re.fullmatch(
        r"(?i)/subscriptions/([^/]+)(/.*)?/providers/Microsoft.MachineLearningServices/(.+)", asked.path
    )
    if found is None:
        return refused(404, "NotFound", f"there is no {asked.path}")
    parts = found[3].split("/")
    if parts[0] == "locations":
        return _location(azure, parts[2])
    if parts[0] != "workspaces":
        return refused(404, "NotFound", f"there is no {asked.path}")
    if (wrong := _other(found[1], found[2] or "", parts[1])) is not None:
        return wrong
    return _inside(azure, asked, parts[2:]) if parts[2:] else told(_workspace(azure, asked))


def _location(azure: Azure, what: str) -> Answer:
    """What a region has: machines' sizes, and how much of each family may be used."""
    found = {"vmSizes": azure.sizes, "usages": azure.usages, "quotas": azure.usages}.get(what)
    return refused(404, "NotFound", f"there is no {what}") if found is None else told({"value": found})


def _other(subscription: str, group: str, workspace: str) -> Answer | None:
    """The refusal where it is not this workspace that is asked for, in Azure's words."""
    from tests.azure.loopback.cloud import GROUP, SUBSCRIPTION, WORKSPACE

    if subscription != SUBSCRIPTION:
        return refused(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")
    if group.lower() != f"/resourcegroups/{GROUP}":
        return refused(404, "ResourceGroupNotFound", f"Resource group '{group[16:]}' could not be found.")
    if workspace != WORKSPACE:
        what = f"The Resource '{_KINDS}/workspaces/{workspace}' under resource group '{GROUP}' was not found."
        return refused(404, "ResourceNotFound", what)
    return None


def _workspace(azure: Azure, asked: Asked) -> dict[str, Any]:
    from tests.azure.loopback.cloud import REGION, WORKSPACE

    properties = {
        "workspaceId": "11111111-1111-1111-1111-111111111111",
        "discoveryUrl": f"{azure.url}/discovery",
        "mlFlowTrackingUri": f"azureml://{azure.url[8:]}/mlflow/v1.0{asked.path}",
        "storageAccount": "/subscriptions/s/store",
        "provisioningState": "Succeeded",
        "tenantId": "tenant",
    }
    return _resource(asked.path, WORKSPACE, "workspaces", properties) | {"location": REGION, "kind": "Default"}


def _inside(azure: Azure, asked: Asked, parts: list[str]) -> Answer:
    """What is in the workspace."""
    kind, way = parts[0].lower(), "/".join(parts)
    if parts[-1].lower() == "startpendingupload":
        return _upload(azure, parts)
    if kind == "datastores":
        return _datastore(azure, asked, parts)
    if kind == "computes":
        return _compute(azure, asked, parts)
    if kind == "jobs" and parts[-1] == "cancel":
        return _cancel(azure, parts[1])
    if asked.method == "PUT":
        return _put(azure, asked, way)
    if asked.method == "GET":
        return _get(azure, asked, way)
    return refused(405, "MethodNotAllowed", asked.method)


def _upload(azure: Azure, parts: list[str]) -> Answer:
    """A container of its own for what is about to come."""
    container = "code-" + hashlib.sha256("/".join(parts[:-1]).encode()).hexdigest()[:12]
    azure.blobs.containers.setdefault(container, {})
    signed = azure.signed(container)
    credential = {"credentialType": "SAS", "sasUri": signed}
    blob = {"blobUri": signed.partition("?")[0], "storageAccountArmId": "/store", "credential": credential}
    return told(
        {"pendingUploadId": container, "pendingUploadType": "TemporaryBlobReference"}
        | {"blobReferenceForConsumption": blob}
    )


def _datastore(azure: Azure, asked: Asked, parts: list[str]) -> Answer:
    """Where the workspace keeps its blobs. The account's name is a way on this server: nothing is to be resolved."""
    if asked.method == "POST":
        return told({"secretsType": "Sas", "sasToken": azure.signed(STORE).partition("?")[2]})
    properties = {
        "datastoreType": "AzureBlob",
        "accountName": f"{azure.url[8:]}{ROOT}/",
        "containerName": STORE,
        "endpoint": "loopback",
        "protocol": "https",
        "isDefault": True,
        "credentials": {"credentialsType": "Sas"},
    }
    if len(parts) > 1:
        return told(_resource(asked.path, parts[1], "workspaces/datastores", properties))
    one = _resource(f"{asked.path}/workspaceblobstore", "workspaceblobstore", "workspaces/datastores", properties)
    return told({"value": [one]})


def _compute(azure: Azure, asked: Asked, parts: list[str]) -> Answer:
    def document(name: str, path: str) -> dict[str, Any]:
        return _resource(path, name, "workspaces/computes", azure.computes[name]) | {"location": "westeurope"}

    if len(parts) == 1:
        return told({"value": [document(name, f"{asked.path}/{name}") for name in azure.computes]})
    if parts[1] not in azure.computes:
        return refused(404, "NotFound", f"The compute with name {parts[1]} was not found.")
    return told(document(parts[1], asked.path))


def _put(azure: Azure, asked: Asked, way: str) -> Answer:
    """Keep an asset or a job; a job's name can be had once."""
    parts = way.split("/")
    there = azure.documents.get(way)
    properties = dict(asked.body["properties"])
    if there is not None and parts[0] == "jobs":
        return refused(400, "UserError", f"A job with name {parts[1]} already exists. Only tags can be updated.")
    if there is not None and properties.get("dataUri") != there["properties"].get("dataUri"):
        return refused(400, "UserError", _TAKEN)
    found = _resource(asked.path, parts[-1], f"workspaces/{parts[0]}", properties)
    if parts[0] == "jobs":
        properties["status"] = "NotStarted"
        studio = {"jobServiceType": "Studio", "endpoint": f"https://ml.azure.loopback/runs/{parts[1]}?wsid={parts[1]}"}
        properties["services"] = {"Studio": studio}
        azure.documents[way] = found
        if properties["jobType"] == "Command":
            azure.machines.start(parts[1], found)
        return told(found, 201)
    empty = {"flavors": {}, "properties": {}, "tags": {}} if parts[0] == "models" else {}
    properties |= {**empty, **properties, "provisioningState": "Succeeded"}
    azure.documents[way] = found
    return told(found, 201 if there is None else 200)


_TAKEN = (
    "A data version with this name and version already exists. If you are trying to create a new data asset, use a "
    "different name or version. If you are trying to update an existing data asset, the existing asset's data uri "
    "cannot be changed. Only tags, description, and isArchived can be updated."
)


def _get(azure: Azure, asked: Asked, way: str) -> Answer:
    if way in azure.documents:
        return told(azure.documents[way])
    below = [one for key, one in azure.documents.items() if key.startswith(f"{way}/")]
    parts = way.split("/")
    if way == "jobs":
        return _page(azure, asked, below[::-1])
    if way in _ASSETS or parts[-1] == "versions":
        wanted = asked.query.get("hash")  # of code: none is known by it, so that it always travels
        return told({"value": [] if wanted else below})
    if parts[0] in _ASSETS and len(parts) == 2 and below:
        versions = {"nextVersion": str(len(below) + 1), "latestVersion": below[-1]["name"]}
        return told(_resource(asked.path, parts[1], f"workspaces/{parts[0]}", versions))
    return refused(404, "NotFound", f"Could not find {way}.")


def _page(azure: Azure, asked: Asked, jobs: list[dict[str, Any]]) -> Answer:
    """Some of the jobs, the newest first, and where the next ones are."""
    tag = asked.query.get("tag")
    found = [one for one in jobs if tag is None or tag in one["properties"].get("tags", {})]
    start = int(asked.query.get("$skip", 0))
    more = {**asked.query, "$skip": str(start + _PAGE)}
    link = {"nextLink": f"{azure.url}{asked.path}?{urlencode(more)}"} if start + _PAGE < len(found) else {}
    return told({"value": found[start : start + _PAGE], **link})


def _cancel(azure: Azure, job: str) -> Answer:
    if job not in azure.jobs:
        return refused(404, "NotFound", f"Could not find jobs/{job}.")
    if azure.status(job) in _FINAL:
        return refused(400, "UserError", f"The job {job} is {azure.status(job)} and cannot be canceled.")
    azure.machines.cancel(job)
    where = f"{azure.url}/subscriptions/s/providers/{_KINDS}/locations/westeurope/mfeOperationResults/{job}"
    return Answer(202, b"", {"Location": where, "Retry-After": "60"})  # a client that waits for it waits long


def _resource(path: str, name: str, kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    made = {"createdAt": "2026-11-23T12:00:00Z", "createdBy": "somebody"}
    return {"id": path, "name": name, "type": f"{_KINDS}/{kind}", "systemData": made, "properties": properties}
