"""``blogsum finetune --on azure``, top to bottom: files -> assets -> job -> its end -> model and report -> registered.

A job is known by its name, which is the same for the same data, base, code and recipe: a command that is repeated
follows the job that is there. What is sent are the files that ``--render`` writes, read by Azure's own parser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from blogsum import __version__, files
from blogsum.azure import assets, check, fetch, follow, jobs, preflight, refusals, render, rival, sdk
from blogsum.azure.fetch import Targets
from blogsum.azure.follow import End, Show, Wait
from blogsum.azure.jobs import Kept
from blogsum.azure.spec import JobSpec
from blogsum.errors import MissingExtra, UserError
from blogsum.store import bundles
from blogsum.store.runs import Run
from blogsum.train import base

_AGAIN = "the same command begins another attempt"


@dataclass(frozen=True)
class Done:
    """A finished job: its run, which is here now, and the name and version of the model in the workspace."""

    job: str
    run: Run
    registered: str


def carry_out(spec: JobSpec, targets: Targets, show: Show, wait: Wait | None = None) -> Done:
    """Send the job unless it is there, wait for its end, fetch what it made, and register the model.

    UserError with one line for everything that Azure refuses; a failed job's with the end of its log shown before.
    """
    client = sdk.client(spec.place)
    with refusals.in_words(spec.place, "open the workspace"), sdk.quiet():
        client.workspaces.get(spec.place.workspace)
    kept = jobs.kept(targets.runs, spec.key)
    with jobs.held(kept):
        _refuse_targets(targets, kept)
        spec, standing = _attempt(client, spec, kept)
        _remember(kept, spec, targets, standing or "saved")
        if standing is None:
            send(client, spec, kept, show)
        else:
            show.note(f"{spec.name} is there already ({standing}): nothing is sent again")
        end = follow.follow(client, spec.place, spec.name, show, wait)
        kept.tell(status=end.status, reason=end.reason)
        if end.status != jobs.COMPLETED:
            raise _broken(spec.name, end, kept, show)
        name = _fetched(client, spec, kept)
        kept.tell(run=name)  # first: by this a command that follows a killed one knows what stands at the targets
        run = fetch.put_in_place(spec, targets, kept.folder, name)
        _beside_the_default(run, targets.models, show)
        registered = register(client, spec, run)
        kept.tell(registered=registered)
    return Done(spec.name, run, registered)


def send(client: Any, spec: JobSpec, kept: Kept, show: Show) -> None:
    """Write the files, put what they name into the workspace, and start the job."""
    preflight.refuse(client, spec.place)
    documents = render.write(spec, kept.sent)
    if wrong := [*check.faults(documents), *check.missing(documents, kept.sent)]:
        raise UserError(f"the job would fail: {wrong[0]}")
    assets.push(client, spec.place, kept.sent, documents, show.status)
    page = ""
    try:
        with refusals.in_words(spec.place, f"start job {spec.name}"), sdk.quiet():
            page = client.jobs.create_or_update(sdk.loader(check.JOB)(kept.sent / check.JOB)).studio_url or ""
    except refusals.Refused:
        if follow.standing(client, spec.place, spec.name) is None:
            raise
        show.note(f"{spec.name} was started, though Azure's answer did not come")  # lost on its way back
    kept.tell(status="sent", page=page)
    show.status(f"{spec.name}: sent{', ' if page else ''}{page}")


def _attempt(client: Any, spec: JobSpec, kept: Kept) -> tuple[JobSpec, str | None]:
    """Which attempt is to be followed or begun, and how it stands: None when Azure has no such job.

    An attempt that came to nothing is told once; the command after that begins another one.
    """
    told = kept.facts.get("told", [])
    while True:
        standing = follow.standing(client, spec.place, spec.name)
        if standing is None or spec.name not in told:
            return spec, standing
        spec = replace(spec, attempt=spec.attempt + 1)


def _remember(kept: Kept, spec: JobSpec, targets: Targets, status: str) -> None:
    where = {name: value for name, value in asdict(spec.place).items() if value}
    bundle = str(targets.bundle.resolve()) if targets.bundle else ""
    kept.tell(job=spec.name, place=where, output=str(targets.output.resolve()), bundle=bundle, status=status)


def _fetched(client: Any, spec: JobSpec, kept: Kept) -> str:
    """The name of the run that was brought here; what is spoiled twice was so in the workspace: it is given up."""
    try:
        return fetch.download(client, spec.place, spec, kept.folder)
    except fetch.Spoiled as error:
        facts = kept.facts
        if facts.get("spoiled") != spec.name:
            kept.tell(spoiled=spec.name)
            raise UserError(str(error), hint="the same command fetches it again") from error
        kept.tell(told=[*facts.get("told", []), spec.name])
        raise UserError(str(error), hint=_AGAIN) from error


def _broken(name: str, end: End, kept: Kept, show: Show) -> UserError:
    """What to say of a job that did not come to a good end; the end of its log is shown."""
    for log, lines in end.tail.items():
        show.note(f"the end of {log}:")
        for line in lines:
            show.note(f"  {line}")
    kept.tell(told=[*kept.facts.get("told", []), name])
    if end.status == jobs.CANCELED:
        return UserError(f"job {name} was cancelled on Azure", hint=_AGAIN)
    return UserError(
        f"job {name} failed on Azure: {end.reason or 'it gives no reason; the log above may'}", hint=_AGAIN
    )


def _refuse_targets(targets: Targets, kept: Kept) -> None:
    """UserError when something stands where model or bundle are to go, unless this very job put it there."""
    ours = kept.facts.get("run", "")
    there = targets.output
    if there.exists() and not (there.is_dir() and not any(there.iterdir())):
        made_by = base.made_by(there)
        if made_by is None or not (targets.force or made_by == ours != ""):
            hint = "choose another place with -o" if made_by is None else "--force replaces it"
            raise UserError(f"{there} exists already", hint=hint)
    if targets.bundle and targets.bundle.exists() and not targets.force:
        known = bundles.is_bundle(targets.bundle) and bundles.facts(targets.bundle).get("run")
        if not known or known != ours:
            raise UserError(f"{targets.bundle} exists already", hint="--force replaces a bundle")


def _beside_the_default(run: Run, models: Path, show: Show) -> None:
    """Compare the model with the one that summarises here by default, where that can be computed."""
    try:
        rival.judge(run, models)
    except MissingExtra as error:
        show.note(f"the model is not compared with the default one: {error} ({error.hint})")


def register(client: Any, spec: JobSpec, run: Run) -> str:
    """Make the job's model an asset of the workspace, with tags that say what it is; its name and version.

    The same job registers it once. UserError when that name and version are taken by something else.
    """
    name, version = spec.asked.output, spec.name.removeprefix(f"blogsum-{spec.asked.output}-")
    tags = _tags(spec, run.facts)
    there = assets.found(client, spec.place, "models", name, version)
    if there is not None:
        if (there.tags or {}).get("sha256") != tags["sha256"]:
            raise UserError(f"model {name}:{version} in workspace {spec.place.workspace} is another one")
        return f"{name}:{version}"
    path = f"azureml://jobs/{spec.name}/outputs/model/paths/{name}/"
    with refusals.in_words(spec.place, f"register the model {name}:{version}"), sdk.quiet():
        from azure.ai.ml.entities import Model

        about = run.facts["verdict"]
        model = Model(name=name, version=version, path=path, type="custom_model", tags=tags, description=about)
        client.models.create_or_update(model)
    return f"{name}:{version}"


def _tags(spec: JobSpec, facts: Mapping[str, Any]) -> dict[str, str]:
    """What a person who looks for a model wants to know: Azure takes texts alone."""
    found = facts["evaluation"]
    better = [name for name, is_better in found["better"].items() if is_better]
    rouge = found["systems"]["tuned"]["rouge"]["mean"]
    return {
        "sha256": facts["model_sha256"],
        "job": spec.name,
        "run": facts["id"],
        "data": f"{spec.data.name}@{spec.data.version}",
        "data_sha256": spec.data.sha256,
        "base_sha256": spec.base.sha256,
        "recipe_sha256": files.digest(spec.told),
        "rouge": f"{rouge:.4f}",
        "posts": str(found["n"]),
        "better_than": ", ".join(better) or "none",
        **_against_default(facts),
        "blogsum": __version__,
    }


def _against_default(facts: Mapping[str, Any]) -> dict[str, str]:
    """How it did against the model that was the default here, if there was one."""
    found = facts.get("against_default")
    if not found:
        return {}
    difference = found["against"][rival.DEFAULT]["rouge"]
    return {
        "default": found["model"],
        "against_default": "{mean:+.4f} ({low:+.4f} to {high:+.4f})".format(**difference),
    }
