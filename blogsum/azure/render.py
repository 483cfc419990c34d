"""A run as the files of Azure ML's command line (version 2), for a person to read; sends nothing, imports no SDK.

The folder is all that is sent, but for the data and the base, which its files name: YAML, and ``code/`` with the wheel
and the recipe.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from blogsum import files, requirements
from blogsum.azure import check
from blogsum.azure.place import EXISTING
from blogsum.azure.spec import Asset, JobSpec
from blogsum.errors import UserError

_SCHEMAS = "https://azuremlschemas.azureedge.net/latest/"
OWN_TAG = "code_sha256"  # which every job of blogsum has
_PYTHON = "3.11"
_STEP = "finetune"
_HEAD = "# Written by blogsum finetune --on azure --render. Submit with: az ml {verb} create --file {name}\n"
# file -> schema, and the verb of `az ml` that takes it, in the order in which they must be sent
_KINDS = {
    "data.yml": ("data", "data"),
    "warm_up.yml": ("data", "data"),
    "base.yml": ("model", "model"),
    "environment.yml": ("environment", "environment"),
    check.JOB: ("commandJob", "job"),
    check.PIPELINE: ("pipelineJob", "job"),
    check.SCHEDULE: ("schedule", "schedule"),
}


def write(spec: JobSpec, folder: Path) -> dict[str, Any]:
    """Write the folder of a run, whole or not at all, and return its documents by file name.

    UserError when it cannot be written. Whether what is there may go is the caller's to decide, before.
    """
    found = documents(spec, folder)
    if wrong := check.faults(found):
        raise UserError(f"the job would fail: {wrong[0]}")
    files.make_folder(folder.parent)
    files.clear(folder)
    with files.appearing_folder(folder) as part:
        (part / "code").mkdir()
        (part / "code" / spec.code.name).write_bytes(spec.code.data)
        for name, text in (("recipe.toml", spec.told), ("blogsum.toml", _settings(spec))):
            if text:
                (part / "code" / name).write_text(text, encoding="utf-8")
        for name, document in found.items():
            (part / name).write_text(_yaml(name, document), encoding="utf-8")
    return found


def documents(spec: JobSpec, folder: Path) -> dict[str, Any]:
    """The documents by file name; paths of this machine are relative to ``folder``."""
    found: dict[str, Any] = {
        "data.yml": _asset(spec.data, "uri_folder", folder),
        "base.yml": _asset(spec.base, "custom_model", folder),
    }
    if spec.warm_up:
        found["warm_up.yml"] = _asset(spec.warm_up, "uri_folder", folder)
    if not spec.place.environment.startswith(EXISTING):
        found["environment.yml"] = _environment(spec)
    found[check.JOB] = _job(spec)
    if spec.place.schedule:
        found[check.PIPELINE] = _pipeline(spec)
        found[check.SCHEDULE] = _schedule(spec)
    return {name: {"$schema": f"{_SCHEMAS}{_KINDS[name][0]}.schema.json", **one} for name, one in found.items()}


def commands(spec: JobSpec, folder: Path) -> list[str]:
    """What a person types to send the files, in their order."""
    where = {
        "--subscription": spec.place.subscription,
        "--resource-group": spec.place.resource_group,
        "--workspace-name": spec.place.workspace,
    }
    flags = [word for flag, value in where.items() if value for word in (flag, value)]
    there = documents(spec, folder)
    names = [name for name in _KINDS if name in there and name != check.PIPELINE]  # the schedule brings it
    return [shlex.join(["az", "ml", _KINDS[name][1], "create", "--file", str(folder / name), *flags]) for name in names]


def command(spec: JobSpec) -> str:
    """What every process of the run does: the command of this machine, data folder in, model and report out."""
    words = ["python -m blogsum finetune --recipe recipe.toml", '--data "${{inputs.data}}/rows.jsonl"']
    words += ['--base "${{inputs.base}}"']
    if spec.warm_up:
        words += ['--warm-up-data "${{inputs.warm_up}}/rows.jsonl"']
    words += [f'-o "${{{{outputs.model}}}}/{spec.asked.output}"', *_options(spec.asked.study)]
    if spec.asked.bundle:
        words += [f'--export "${{{{outputs.bundle}}}}/{spec.asked.bundle}"']
    train = " \\\n  ".join(words)
    return f"""\
set -e
# the code is the wheel that came along, unpacked once a machine
flock . sh -c '[ -d blogsum ] || python -m zipfile -e {spec.code.name} .'
export BLOGSUM_HOME="$PWD/home"
# 4 says: done, but not shown to be better; the report tells
{train} || [ $? -eq 4 ]
if [ "${{RANK:-0}}" = 0 ]; then
  python -m blogsum runs show last --html "${{{{outputs.report}}}}/run.html"
  rm -rf home/runs/*/checkpoints
  cp -R home/runs "${{{{outputs.report}}}}/"
fi
"""


def _options(words: tuple[str, ...]) -> list[str]:
    """A study's options, one with its value on a line."""
    return [shlex.join(words)] if words else []


def _job(spec: JobSpec) -> dict[str, Any]:
    inputs = {name: {"type": kind, "path": one.reference, "mode": "download"} for name, kind, one in _inputs(spec)}
    outputs = {name: {"type": "uri_folder", "mode": "upload"} for name in _outputs(spec)}
    return {
        "type": "command",
        "name": spec.name,
        "display_name": spec.asked.output,
        "experiment_name": "blogsum",
        "description": f"blogsum finetune --data {spec.data.name}@{spec.data.version}",
        "code": "code",
        "command": command(spec),
        "environment": _environment_name(spec),
        **({"compute": f"azureml:{spec.place.compute}"} if spec.place.compute else {}),
        **_machines(spec),
        "limits": {"timeout": int(spec.place.hours * 3600)},
        "inputs": inputs,
        "outputs": outputs,
        "tags": _tags(spec),
    }


def _pipeline(spec: JobSpec) -> dict[str, Any]:
    """The same as a recurring run: with the latest version of the data, whatever it is then."""
    inputs = {name: {"type": kind, "path": one.reference} for name, kind, one in _inputs(spec)}
    inputs["data"]["path"] = f"azureml:{spec.data.name}@latest"
    bound = {
        name: {**one, "path": f"${{{{parent.inputs.{name}}}}}", "mode": "download"} for name, one in inputs.items()
    }
    step = {
        "type": "command",
        "code": "code",
        "command": command(spec),
        "environment": _environment_name(spec),
        **_machines(spec),
        "limits": {"timeout": int(spec.place.hours * 3600)},
        "inputs": {name: {**one, "mode": "download"} for name, one in bound.items()},
        "outputs": {name: f"${{{{parent.outputs.{name}}}}}" for name in _outputs(spec)},
    }
    compute = f"azureml:{spec.place.compute}" if spec.place.compute else check.SERVERLESS
    return {
        "type": "pipeline",
        "display_name": spec.asked.output,
        "experiment_name": "blogsum",
        "settings": {"default_compute": compute},
        "inputs": inputs,
        "outputs": {name: {"type": "uri_folder", "mode": "upload"} for name in _outputs(spec)},
        "jobs": {_STEP: step},
        "tags": {name: value for name, value in _tags(spec).items() if not name.startswith("data")},
    }


def _schedule(spec: JobSpec) -> dict[str, Any]:
    return {
        "name": f"blogsum-{spec.asked.output}",
        "display_name": spec.asked.output,
        "trigger": {"type": "cron", "expression": spec.place.schedule, "time_zone": "UTC"},
        "create_job": check.PIPELINE,
    }


def _inputs(spec: JobSpec) -> list[tuple[str, str, Asset]]:
    found = [("data", "uri_folder", spec.data), ("base", "custom_model", spec.base)]
    return [*found, ("warm_up", "uri_folder", spec.warm_up)] if spec.warm_up else found


def _outputs(spec: JobSpec) -> list[str]:
    return ["model", "report", *(["bundle"] if spec.asked.bundle else [])]


def _machines(spec: JobSpec) -> dict[str, Any]:
    """How many machines of which size, and how their processes find each other."""
    where = spec.place
    size = {"instance_type": where.instance_type} if where.instance_type else {}
    found: dict[str, Any] = {"resources": {"instance_count": where.instances, **size}}
    if where.processes > 1:
        found["distribution"] = {"type": "pytorch", "process_count_per_instance": where.gpus}
    return found


def _tags(spec: JobSpec) -> dict[str, str]:
    """Where the run comes from, for whoever finds it in the workspace."""
    return {
        "data": f"{spec.data.name}@{spec.data.version}",
        "data_sha256": spec.data.sha256,
        "base_sha256": spec.base.sha256,
        OWN_TAG: spec.code.sha256,
        "recipe_sha256": files.digest(spec.told),
    }


def _asset(one: Asset, kind: str, folder: Path) -> dict[str, Any]:
    place = Path(os.path.relpath(one.folder, folder.resolve())).as_posix()
    return {"name": one.name, "version": one.version, "type": kind, "path": place, "tags": {"sha256": one.sha256}}


def _environment(spec: JobSpec) -> dict[str, Any]:
    """The system and the packages of a run; its version is their hash."""
    packages = ["pip", {"pip": requirements.needed(spec.extras)}]
    conda = {"name": "blogsum", "channels": ["conda-forge"], "dependencies": [f"python={_PYTHON}", *packages]}
    version = files.digest(spec.place.environment, conda)[:12]
    return {"name": "blogsum", "version": version, "image": spec.place.environment, "conda_file": conda}


def _environment_name(spec: JobSpec) -> str:
    if spec.place.environment.startswith(EXISTING):
        return spec.place.environment
    return f"{EXISTING}blogsum:{_environment(spec)['version']}"


def _settings(spec: JobSpec) -> str:
    """The limits of the data that hold here, for they hold there, too."""
    import json

    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in sorted(spec.validate.items())]
    return "\n".join(["[validate]", *lines]) + "\n" if lines else ""


def _yaml(name: str, document: Mapping[str, Any]) -> str:
    """A document as YAML: keys in their order, a command as the lines that a person would write."""
    import yaml

    class Lines(yaml.SafeDumper):
        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        style = "|" if "\n" in value else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Lines.add_representer(str, text)
    body = yaml.dump(dict(document), Dumper=Lines, sort_keys=False, allow_unicode=True, width=120)
    return _HEAD.format(verb=_KINDS[name][1], name=name) + body
