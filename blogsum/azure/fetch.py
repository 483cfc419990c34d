"""What a job left in the workspace comes here: report, model and bundle, verified, all at their places or none."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blogsum import files
from blogsum.azure import refusals, sdk
from blogsum.azure.place import Place
from blogsum.azure.spec import JobSpec
from blogsum.errors import UserError
from blogsum.store import bundles, runs
from blogsum.store.runs import Run

_STAGE = "fetched"


class Spoiled(UserError):  # noqa: N818 as ``Stopped``
    """What came is not what the job says that it wrote."""


@dataclass(frozen=True)
class Targets:
    """Where things go: the model, the bundle if there is one, the folder of all runs; ``models`` are those installed.

    With ``force`` a trained model or bundle that stands there is replaced.
    """

    output: Path
    bundle: Path | None
    runs: Path
    models: Path
    force: bool = False


def download(client: Any, place: Place, spec: JobSpec, folder: Path) -> str:
    """Bring a finished job's outputs to ``folder/fetched``, verify them, and return the name of their run.

    ``Spoiled`` when something is missing or not what the job says that it wrote, UserError when the disk is full.
    """
    stage = folder / _STAGE
    files.clear(stage)
    try:
        with files.appearing_folder(stage) as part:
            for name in ("report", "model", *(["bundle"] if spec.asked.bundle else [])):
                _download(client, place, spec.name, name, part)
            return _verified(part, spec)
    except UserError as error:
        if isinstance(error.__cause__, OSError):  # the disk: the place is not one that -o chooses
            raise UserError(str(error), hint="make room; the same command fetches it again") from error
        raise


def put_in_place(spec: JobSpec, targets: Targets, folder: Path, name: str) -> Run:
    """Move the run ``name``, its bundle and its model to where they belong; they take their names when all are there.

    The model is the last: where it stands, the rest does.
    """
    stage = folder / _STAGE
    moves = {targets.output: stage / "model" / spec.asked.output}
    if targets.bundle:
        moves[targets.bundle] = _bundle(stage)
    moves[targets.runs / name] = stage / "report" / "runs" / name
    with ExitStack() as stack:  # which ends with what it began with
        for target, source in moves.items():
            files.make_folder(target.parent)
            files.clear(target)
            part = stack.enter_context(files.appearing_folder(target))
            for child in source.iterdir():
                shutil.move(child, part / child.name)
    shutil.rmtree(stage, ignore_errors=True)
    run = Run(targets.runs / name)
    told = {"job": spec.name, "workspace": spec.place.workspace, "resource_group": spec.place.resource_group}
    bundle = str(targets.bundle.resolve()) if targets.bundle else ""
    run.tell(output=str(targets.output.resolve()), bundle=bundle, azure=told)
    return run


def _download(client: Any, place: Place, job: str, name: str, part: Path) -> None:
    """One output into ``part/name``."""
    with refusals.in_words(place, f"give the {name} of job {job}"), sdk.quiet():
        client.jobs.download(job, download_path=part, output_name=name)
    there = part / "named-outputs" / name  # as the SDK calls it
    if not there.is_dir():
        raise Spoiled(f"job {job} is done and has no {name}")
    there.rename(part / name)


def _verified(part: Path, spec: JobSpec) -> str:
    """The name of the run in the report, when model and bundle are what it says; ``Spoiled`` when they are not."""
    there = runs.known(part / "report" / "runs")
    if len(there) != 1:
        raise Spoiled(f"the report of job {spec.name} has {len(there)} runs instead of one")
    facts = there[0].facts
    if facts["status"] != "finished":
        raise Spoiled(f"the run of job {spec.name} is {facts['status']}: {facts.get('reason', '')}")
    model = part / "model" / spec.asked.output
    if not model.is_dir() or files.digest_of_folder(model) != facts.get("model_sha256"):
        raise Spoiled(f"the model of job {spec.name} is not what the job wrote: its sha256 differs")
    if spec.asked.bundle:
        try:
            bundles.load(_bundle(part))
        except UserError as error:
            raise Spoiled(f"the bundle of job {spec.name} is not whole: {error}") from error
    return there[0].name


def _bundle(part: Path) -> Path:
    """The bundle that came, whatever it was called where the job was begun: its name is none of the job's."""
    there = [path for path in (part / "bundle").iterdir() if bundles.is_bundle(path)]
    if len(there) != 1:
        raise UserError(f"the job left {len(there)} bundles instead of one")
    return there[0]
