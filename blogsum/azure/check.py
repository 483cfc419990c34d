"""What Azure ML's own validation lets pass: names of inputs that are none, and jobs without a machine; reads YAML.

Measured with azure-ai-ml 1.35: ``load_job`` takes both, and the job fails when it is queued, or never starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from blogsum.errors import UserError

_NAMED = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
SERVERLESS = "azureml:serverless"
JOB, PIPELINE, SCHEDULE = "job.yml", "pipeline.yml", "schedule.yml"
ASSETS = ("data.yml", "base.yml", "warm_up.yml", "environment.yml")


def read(folder: Path) -> dict[str, Any]:
    """The documents of a rendered folder by file name; UserError for one that is no YAML, or when there is no job."""
    import yaml

    found: dict[str, Any] = {}
    for name in (JOB, PIPELINE, SCHEDULE, *ASSETS):
        path = folder / name
        try:
            document = yaml.safe_load(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise UserError(f"{path} cannot be read: {' '.join(str(error).split())}") from error
        if not isinstance(document, dict):
            raise UserError(f"{path} cannot be read: it is no mapping")
        found[name] = document
    if JOB not in found:
        hint = "blogsum finetune … --on azure --render DIR writes one"
        raise UserError(f"{folder} has no {JOB}", hint=hint)
    return found


def faults(documents: Mapping[str, Any]) -> list[str]:
    """What is wrong with the documents of a folder, a line each, naming the file; nothing when all is well."""
    found = [f"{JOB}: {what}" for what in _of_command(documents[JOB])]
    pipeline = documents.get(PIPELINE)
    if pipeline is not None:
        found += [f"{PIPELINE}: {what}" for what in _of_pipeline(pipeline)]
    elif SCHEDULE in documents:
        found.append(f"{SCHEDULE}: a schedule starts a pipeline, and there is no {PIPELINE}")
    return found + [f"{JOB}: {what}" for what in _unknown(documents)]


def missing(documents: Mapping[str, Any], folder: Path) -> list[str]:
    """The files and folders of this machine that the documents name and that are not there."""
    found = []
    for name, document in documents.items():
        for key in ("code", "path"):
            place = document.get(key)
            if isinstance(place, str) and "://" not in place and not (folder / place).exists():
                found.append(f"{name}: {key} {place} is not there")
    return found


def _of_command(job: Mapping[str, Any], default: str = "") -> Iterator[str]:
    """The faults of one command; ``default`` is the compute of its pipeline."""
    known = {f"{kind}.{name}" for kind in ("inputs", "outputs") for name in _table(job, kind)}
    for name in dict.fromkeys(_NAMED.findall(str(job.get("command") or ""))):
        if name not in known:
            yield f"the command names ${{{{{name}}}}}, which is not defined"
    compute = job.get("compute") or default
    if compute in (None, "", SERVERLESS) and not _table(job, "resources").get("instance_type"):
        yield "there is no compute, and no instance_type in resources either"


def _of_pipeline(job: Mapping[str, Any]) -> Iterator[str]:
    steps = _table(job, "jobs")
    known = {f"parent.{kind}.{name}" for kind in ("inputs", "outputs") for name in _table(job, kind)}
    known |= {f"parent.jobs.{step}.outputs.{name}" for step in steps for name in _table(steps[step], "outputs")}
    default = str(_table(job, "settings").get("default_compute") or "")
    for step, one in steps.items():
        for what in _of_command(one, default):
            yield f"{step}: {what}"
        for kind in ("inputs", "outputs"):
            for name, value in _table(one, kind).items():
                bound = value.get("path") if isinstance(value, dict) else value
                for there in _NAMED.findall(str(bound)):
                    if there not in known:
                        yield f"{step}: {kind}.{name} names ${{{{{there}}}}}, which is not defined"


def _unknown(documents: Mapping[str, Any]) -> Iterator[str]:
    """Assets of the job that have the name of one in the folder, but another version."""
    here = {str(one.get("name")): str(one.get("version")) for name, one in documents.items() if name in ASSETS}
    job = documents[JOB]
    used = [job.get("environment"), *(value.get("path") for value in _table(job, "inputs").values())]
    for reference in used:
        name, _, version = str(reference).removeprefix("azureml:").partition(":")
        if name in here and version != here[name]:
            yield f"{reference} is named, but the folder has {name}:{here[name]}"


def _table(job: Any, key: str) -> dict[str, Any]:
    found = job.get(key) if isinstance(job, dict) else None
    return found if isinstance(found, dict) else {}
