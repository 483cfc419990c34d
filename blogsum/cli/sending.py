"""``blogsum finetune --on azure``: send the run, follow it, and bring the model and its report here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, rendering
from blogsum.errors import DONE, LOOK, MissingExtra, Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blogsum.azure.submit import Done
    from blogsum.settings import Settings
    from blogsum.train.fitting import Study
    from blogsum.train.recipe import Recipe


def command(recipe: Recipe, asked: tuple[Path, Path | None, Study], settings: Settings, force: bool) -> int:
    """Carry the run out on Azure; the exit code is that of a run on this machine."""
    from blogsum.azure import sdk, spec, submit
    from blogsum.azure.fetch import Targets

    output, bundle, study = asked
    told = spec.Asked(output.name, bundle.name if bundle else "", rendering.words(study))
    job = spec.make(recipe, told, settings)
    sdk.named(job.place)
    _refuse_data(recipe, study, settings)
    targets = Targets(output, bundle, settings.runs, settings.models, force)
    try:
        done = submit.carry_out(job, targets, Shown())
    except (KeyboardInterrupt, Stopped):
        console.warn("a job that was started goes on", "the same command follows it again")
        raise
    return _say(done, output)


def _refuse_data(recipe: Recipe, study: Study, settings: Settings) -> None:
    """UserError for data that the run would refuse, as it does here: there, a machine has to be had first.

    A study parts the posts in its own way, and without the extra 'data' nothing is known: then the run says it.
    """
    from blogsum import pipeline
    from blogsum.data.thresholds import thresholds
    from blogsum.train import material, preflight

    articles = pipeline.articles(recipe.task.data, settings)
    try:
        if study.kind:
            material.usable(articles)
        else:
            parts = material.parts(articles, recipe.training.seed)
            preflight.check(parts, recipe.task.data, thresholds(settings.validate))
    except MissingExtra as error:
        console.warn(f"the data are looked at by the run alone: {error}", error.hint)


def _say(done: Done, output: Path) -> int:
    """The verdict, the table, and where things lie; 4 when the model is not better than what there was."""
    from blogsum.report import tuning

    facts: Mapping[str, Any] = done.run.facts
    found, rival = facts["evaluation"], facts.get("against_default")
    click.echo(tuning.verdict(found))
    if rival:
        click.echo(tuning.beside(rival))
    click.echo()
    click.echo(tuning.table(found), nl=False)
    click.echo()
    click.echo(f"model {output}, run {done.run.name}, registered as {done.registered}")
    better = all(found["better"][name] for name in ("base", "built-in"))
    return DONE if better and (not rival or all(rival["better"].values())) else LOOK


class Shown:
    """Shows a job on stderr: how it stands, and the lines of its log as they come."""

    def status(self, text: str) -> None:
        """The job stands otherwise than before."""
        console.say(text)

    def line(self, text: str) -> None:
        """A line of the job's log, which may hold anything."""
        console.say("  " + "".join(one if one.isprintable() else " " for one in text))

    def note(self, text: str) -> None:
        """Something that a person should read."""
        console.warn(text)
