"""``blogsum finetune --on azure --render DIR``: the job as files, and the commands that would send them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from blogsum.cli import console
from blogsum.errors import DONE, USAGE, UserError

if TYPE_CHECKING:
    from blogsum.settings import Settings
    from blogsum.train.fitting import Study
    from blogsum.train.recipe import Recipe


def refuse(where: str, render: Path | None, resume: str | None) -> None:
    """UserError for options that do not go together."""
    if render is not None and where != "azure":
        raise UserError("--render writes a job for Azure", hint="add --on azure", code=USAGE)
    if where == "azure" and resume is not None:
        raise UserError("--resume goes on with a run of this machine, not of Azure", code=USAGE)


def command(
    recipe: Recipe, asked: tuple[Path, Path | None, Study], settings: Settings, folder: Path | None, force: bool
) -> int:
    """Write the job into ``folder`` and print the commands that send it; without a folder, send it."""
    if folder is None:
        from blogsum.cli import sending

        return sending.command(recipe, asked, settings, force)
    from blogsum.azure import render, spec

    _refuse_folder(folder, force)
    output, bundle, study = asked
    told = spec.Asked(output.name, bundle.name if bundle else "", words(study))
    job = spec.make(recipe, told, settings)
    render.write(job, folder)
    where = job.place
    cost = f" and {where.most:,.2f} of your currency" if where.most else ""
    many = f"{where.processes} process{'es' if where.processes > 1 else ''}"
    console.say(f"{folder}: {job.name}, {many}, at most {where.hours:g} h{cost}; nothing was sent")
    for line in render.commands(job, folder):
        click.echo(line)
    return DONE


def words(study: Study) -> tuple[str, ...]:
    """The options that ask for a study, as the run is to read them."""
    from blogsum.train.fitting import AUTHORS, CURVE, FOLDS

    words = {FOLDS: ("--folds", str(study.count)), AUTHORS: ("--leave-one-author-out",), CURVE: ("--curve",)}
    return words.get(study.kind, ())


def _refuse_folder(folder: Path, force: bool) -> None:
    """UserError when something stands where the job is to go, but for a job that may be replaced."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    rendered = (folder / "job.yml").is_file() and (folder / "code").is_dir()
    if not (rendered and force):
        raise UserError(f"{folder} exists already", hint="--force replaces it" if rendered else "choose another place")
