"""What Azure says before anything is sent: login, workspace, machines, quota, environment and assets. Changes nothing.

Each fault is a line with the exact next command. What depends on a fault that was found is not asked.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blogsum.azure import assets, check, refusals, sdk
from blogsum.azure.place import EXISTING, Place
from blogsum.errors import UserError
from blogsum.store import runs

_QUOTA = "Azure ML studio (https://ml.azure.com) > Quota > Request quota"
_WHOLE = "total cluster dedicated"  # of all families together
_CLUSTER, _LOW = "amlcompute", "low_priority"
_KINDS = {"data": "data", "models": "model"}  # assets to look for: the SDK's name -> the command line's


@dataclass(frozen=True)
class Finding:
    """What Azure said of one thing; ``next`` is what to type now, and empty where nothing is wrong."""

    text: str
    next: str = ""

    def __str__(self) -> str:
        return f"{self.text.rstrip('.')}: {self.next}" if self.next else self.text


def findings(client: Any, where: Place, documents: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything there is to say of the place, and of the ``documents`` of a rendered job by file name (none: {})."""
    try:
        with refusals.in_words(where, "show the workspace"), sdk.quiet():
            workspace = client.workspaces.get(where.workspace)
    except refusals.Refused as error:
        yield _refused(error)
        return
    yield Finding(f"workspace {workspace.name} in {workspace.location}")
    yield from _asked("show the compute", _machines, client, where, str(workspace.location))
    yield from _asked("show the environment", _environment, client, where)
    if job := documents.get(check.JOB, {}).get("name"):
        yield from _asked("look for the job", _job, client, where, str(job))
    for name, kind in assets.KINDS.items():
        if name in documents and kind in _KINDS:
            yield from _asked(f"show its {kind}", _asset, client, where, name, kind, documents[name])


@dataclass(frozen=True)
class Expected:
    """What the probe of a local ``run`` of the same data said: ``hours`` on ``device``."""

    run: str
    hours: float
    device: str


def expected(documents: Mapping[str, Any], root: Path) -> Expected | None:
    """What the last run in ``root`` on the data of ``documents`` was expected to take; None when there was none."""
    data = documents.get("data.yml", {})
    source = f"{data.get('name')}@{data.get('version')}"
    for run in reversed(runs.known(root) if data else []):
        with suppress(UserError):  # a damaged run is not this command's to report
            facts = run.facts
            if facts.get("data", {}).get("source") == source and "expected" in facts:
                told = facts["expected"]
                return Expected(run.name, float(told["seconds"]) / 3600, str(told["device"]))
    return None


def refuse(client: Any, where: Place) -> None:
    """UserError for the first fault of the machines or the environment: before gigabytes are pushed, not after."""
    for one in findings(client, where, {}):
        if one.next:
            raise UserError(one.text, hint=one.next)


def _asked(doing: str, ask: Any, client: Any, where: Place, *more: Any) -> Iterator[Finding]:
    """The findings of one question; what Azure refuses meanwhile is one, too."""
    try:
        with refusals.in_words(where, doing), sdk.quiet():
            found = list(ask(client, where, *more))
    except refusals.Refused as error:
        found = [_refused(error)]
    yield from found


def _refused(error: refusals.Refused) -> Finding:
    return Finding(str(error), error.hint)


def _machines(client: Any, where: Place, location: str) -> Iterator[Finding]:
    """Whether the machines exist, are large enough, and may be used."""
    name = where.instance_type
    if not (name or where.compute):
        return  # which [azure] has to say first
    if where.compute:
        cluster = _there(client.compute.get, where.compute)
        if cluster is None:
            text = f"workspace {where.workspace} has no compute {where.compute}"
            yield Finding(text, _creation(client, where, location))
            return
        yield from _cluster(cluster, where)
        location = str(cluster.location or location)  # which may be another than the workspace's
        if str(cluster.type).lower() != _CLUSTER:
            yield Finding(f"compute {where.compute} is no cluster but {cluster.type}: its size and quota are unknown")
            return
        name = str(cluster.size)
    known = _allowed(lambda: list(client.compute.list_sizes(location=location)))
    usages = _allowed(lambda: list(client.compute.list_usage(location=location)))
    size = next((one for one in known or [] if one.name.lower() == name.lower()), None)
    if known is not None and size is None:
        text = f"{location} has no machines of the size {name}"
        yield Finding(text, f"az ml compute list-sizes --location {location} --output table")
    elif size is None or usages is None:
        yield Finding(f"this login may not see sizes and quotas of the subscription; {_QUOTA} shows them")
    if size is None:
        return
    yield from _size(size, where)
    if where.compute and cluster.tier == _LOW:
        yield Finding(f"compute {where.compute} is of low priority: a job may be stopped; its quota is not looked at")
    elif usages is not None:
        yield from _quota(usages, where, location, size)


def _creation(client: Any, where: Place, location: str) -> str:
    """The command that makes the cluster that is not there, of the first size with enough GPUs."""
    known = _allowed(lambda: list(client.compute.list_sizes(location=location))) or []
    size = next((one.name for one in known if (one.gpus or 0) >= where.gpus), "Standard_NC4as_T4_v3")
    words = ["az ml compute create --type AmlCompute --name", where.compute, "--size", size]
    return _az(where, *words, "--min-instances", "0", "--max-instances", str(where.instances))


def _allowed(ask: Any) -> Any:
    """The answer; None where this login may not ask: a role in the workspace alone does not show the subscription."""
    try:
        return ask()
    except Exception as error:
        if refusals.status(error) == 403:
            return None
        raise


def _cluster(cluster: Any, where: Place) -> Iterator[Finding]:
    """Whether the cluster is well and has enough machines."""
    show = _az(where, "az ml compute show --name", where.compute)
    if cluster.provisioning_state not in (None, "Succeeded", "Updating"):
        why = f" ({cluster.provisioning_errors})" if cluster.provisioning_errors else ""
        yield Finding(f"compute {where.compute} is not ready but {sdk.word(cluster.provisioning_state)}{why}", show)
    most = getattr(cluster, "max_instances", None)
    if most is not None and most < where.instances:
        text = f"compute {where.compute} has at most {most} machines, and the run takes {where.instances}"
        words = ["az ml compute update --name", where.compute, "--max-instances", str(where.instances)]
        yield Finding(text, _az(where, *words))


def _size(size: Any, where: Place) -> Iterator[Finding]:
    """Whether a machine has a GPU for each process."""
    gpus = int(size.gpus or 0)
    has = f"machines of the size {size.name} have {gpus or 'no'} GPU{'s' if gpus > 1 else ''}"
    if where.gpus > max(gpus, 1):
        yield Finding(f"{has}, and the run takes {where.gpus}", f"gpus = {max(gpus, 1)} in [azure] of blogsum.toml")
    else:
        yield Finding(has if gpus else f"{has}: the run trains on their processors, many times slower")


def _quota(usages: list[Any], where: Place, location: str, size: Any) -> Iterator[Finding]:
    """Whether the cores of the run's machines are allowed, of their family and in the region, and free now."""
    cores = _number(size, "v_cp_us", "vCPUs") * where.instances
    family = _family(str(size.family or ""))
    usage = next((one for one in usages if _family(_name(one)) == family), None)
    if usage is None or not cores:
        text = f"Azure does not say how many cores of {size.family or size.name} may be used"
        yield Finding(f"{text}; {_QUOTA} shows it")
        return
    yield _limit(usage, cores, location)
    for one in usages:
        if _name(one).lower().startswith(_WHOLE) and (found := _limit(one, cores, location)).next:
            yield found


def _limit(usage: Any, cores: int, location: str) -> Finding:
    """Whether so many cores are within a limit."""
    limit, used = _number(usage, "limit"), _number(usage, "current_value", "currentValue")
    if limit < 0:  # -1: a workspace without a limit of its own
        return Finding(f"{_name(usage)} in {location}: no limit is set, {used} in use, the run takes {cores}")
    text = f"{_name(usage)} in {location}: {limit} allowed, {used} in use, the run takes {cores}"
    if limit < cores:
        return Finding(text, f"ask for {cores} at {_QUOTA}, or name a smaller machine in [azure]")
    # those in use may be this cluster's own, idle: no fault, but a job may wait for them
    return Finding(text if limit - used >= cores else f"{text}; the job may have to wait")


def _environment(client: Any, where: Place) -> Iterator[Finding]:
    """Whether an environment that is said to be there is."""
    if not where.environment.startswith(EXISTING):
        return
    name, _, version = where.environment.removeprefix(EXISTING).partition(":")
    if "@" in name or not version:
        label = {"label": "latest"}
        name = name.partition("@")[0]
    else:
        label = {"version": version}
    if _there(client.environments.get, name, **label) is None:
        text = f"workspace {where.workspace} has no environment {where.environment}"
        yield Finding(text, _az(where, "az ml environment list --output table"))
    else:
        yield Finding(f"environment {where.environment} is there")


def _asset(client: Any, where: Place, file: str, kind: str, document: Mapping[str, Any]) -> Iterator[Finding]:
    """Whether an asset is there with the same content, must be pushed, or is there with another content."""
    name, version = str(document.get("name")), str(document.get("version"))
    sha256 = str((document.get("tags") or {}).get("sha256", ""))
    there = _there(getattr(client, kind).get, name, version=version)
    if there is None:
        yield Finding(f"{file}: {name}:{version} will be pushed")
    elif (there.tags or {}).get("sha256") == sha256:
        yield Finding(f"{file}: {name}:{version} is there already")
    else:
        text = f"{file}: workspace {where.workspace} has another {name}:{version}, with other content"
        show = _az(where, f"az ml {_KINDS[kind]} show --name", name, "--version", version)
        yield Finding(text, f"{show} tells whose; blogsum data add makes a new version" if kind == "data" else show)


def _job(client: Any, where: Place, name: str) -> Iterator[Finding]:
    """Whether the same run was sent before: it would be followed."""
    job = _there(client.jobs.get, name)
    if job is not None:
        yield Finding(f"{check.JOB}: {name} was sent already: {sdk.word(job.status)}")


def _there(get: Any, *names: str, **more: str) -> Any:
    """What is called so; None where there is none."""
    try:
        return get(*names, **more)
    except Exception as error:
        if refusals.status(error) == 404:
            return None
        raise


def _az(where: Place, *words: str) -> str:
    """A command of the Azure CLI for this workspace, to be pasted."""
    flags = ("--resource-group", where.resource_group, "--workspace-name", where.workspace)
    place = (*flags, "--subscription", where.subscription)
    command, *rest = words
    return " ".join([command, *(one if one.startswith("-") else shlex.quote(one) for one in rest), *place])


def _number(one: Any, *names: str) -> int:
    """A number that azure-ai-ml 1.35 leaves under the name that it has on the wire."""
    return next((int(value) for name in names if (value := getattr(one, name, None)) is not None), 0)


def _name(usage: Any) -> str:
    name = usage.name
    return str((name.get("value") if isinstance(name, dict) else getattr(name, "value", "")) or "")


def _family(name: str) -> str:
    """A family of sizes, as sizes (standardNCASv3_T4Family) and quotas (Standard NCASv3_T4 Family …) both name it."""
    return re.sub(r"family.*$|[^a-z0-9]", "", name.lower())
