"""``blogsum finetune``: a dataset and a pretrained model become a better summariser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options
from blogsum.errors import USAGE, UserError
from blogsum.train import recipe as recipes

if TYPE_CHECKING:
    from blogsum.settings import Settings
    from blogsum.train.finetune import Job


def _dials(function: Callable[..., Any]) -> Callable[..., Any]:
    """An option for every dial of a recipe, made from its table."""
    for _, one in reversed(list(recipes.dials())):
        flag, about = "--" + one.name.replace("_", "-"), one.metadata
        shown = f"{about['says']}.".replace(one.name, flag)
        kind = type(one.default)
        if kind is bool:
            option = click.option(f"{flag}/--no-{flag[2:]}", one.name, default=None, help=shown)
        elif one.name == "precision":  # fp16 is refused with its reason, not as an unknown word
            option = click.option(flag, one.name, metavar="[auto|bf16|fp32]", help=shown)
        else:
            choice: Any = click.Choice(about["choices"]) if about["choices"] else kind
            option = click.option(flag, one.name, type=choice, help=f"{shown}{_default(one.default)}")
        function = option(function)
    return function


def _default(value: Any) -> str:
    return f"  [default: {value}]" if value != "" else ""


@click.command("finetune")
@click.option("-o", "--output", "path", type=click.Path(path_type=Path), help="The folder of the trained model.")
@click.option("--recipe", "file", type=click.Path(path_type=Path), help="A TOML file with dials; flags overrule it.")
@click.option("--init", is_flag=True, help="Print a commented recipe with all defaults, and train nothing.")
@click.option("--resume", metavar="RUN", help="Go on with a run that was stopped: its name, or 'last'.")
@click.option("--force", is_flag=True, help="Replace a trained model that stands there.")
@_dials
@options.common
def command(
    path: Path | None,
    file: Path | None,
    init: bool,
    resume: str | None,
    force: bool,
    config: Path | None,
    quiet: bool,
    verbose: int,
    **given: Any,
) -> int:
    """Train an mT5 on the summaries of a dataset, judge it on posts it never saw, and keep it as a folder.

    \b
    blogsum finetune --data blog@3 --base mt5-small/ -o my-model/
    blogsum finetune --init > recipe.toml
    blogsum finetune --recipe recipe.toml --rate 0.001 -o my-model/
    blogsum finetune --resume last

    Ctrl-C finishes the step and saves. A run that goes on ends in the weights of one that was never stopped. Needs the
    extra 'train'.
    """
    settings = options.settings(config, quiet, verbose)
    if init:
        click.echo(recipes.commented(), nl=False)
        return 0

    from blogsum.train import finetune

    if resume is not None:
        from blogsum.store import runs

        if path or file or any(value is not None for value in given.values()):
            raise UserError("--resume takes no other dials: the run has its recipe", code=USAGE)
        job = _job(recipes.Recipe(), Path(), settings, force)
        return _say(finetune.resume(job, runs.find(settings.runs, resume)))
    if path is None:
        raise UserError("where does the model go?", hint="-o FOLDER", code=USAGE)
    recipe = recipes.merged(recipes.load(file) if file else {}, given)
    return _say(finetune.start(_job(recipe, path, settings, force)))


def _job(recipe: recipes.Recipe, path: Path, settings: Settings, force: bool) -> Job:
    from blogsum import pipeline
    from blogsum.train.finetune import Job

    return Job(recipe, path, settings.runs, lambda name: pipeline.articles(name, settings), Watched(), force)


def _say(result: Any) -> int:
    click.echo(f"{result.output}: {result.facts['result']['steps']} steps, run {result.run.name}")
    return 0


class Watched:
    """Shows a run on stderr: a bar at a terminal, a line a look elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None

    def step(self, record: Mapping[str, Any], steps: int) -> None:
        """A step was done."""

    def judged(self, record: Mapping[str, Any]) -> None:
        """Dev was looked at."""
        console.say("  ".join(f"{name} {value}" for name, value in record.items()))

    def note(self, text: str) -> None:
        """Something a person should read."""
        console.warn(text)
