"""``blogsum finetune``: a dataset and a pretrained model become a better summariser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogsum.cli import console, options, rendering
from blogsum.errors import DONE, LOOK, USAGE, Stopped, UserError
from blogsum.train import recipe as recipes

if TYPE_CHECKING:
    from blogsum.settings import Settings
    from blogsum.train.finetune import Result
    from blogsum.train.fitting import Job, Study
    from blogsum.types import Article, Unreadable


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
@click.option("--export", "bundle", type=click.Path(path_type=Path), help="Also make a bundle for summarize, here.")
@click.option("--folds", type=click.IntRange(0), metavar="K", help="Judge each post by cross-validation; 0: own folds.")
@click.option("--leave-one-author-out", "by_author", is_flag=True, help="The same with an author's posts at a time.")
@click.option("--curve", is_flag=True, help="Train on growing shares of the posts: what would more of them bring?")
@click.option("--force", is_flag=True, help="Replace a trained model that stands there, or a rendered job.")
@click.option("--on", "where", type=click.Choice(["here", "azure"]), default="here", help="Where to train.")
@click.option("--render", type=click.Path(path_type=Path), help="Write the job for Azure here and send nothing.")
@_dials
@options.common
def command(
    path: Path | None,
    file: Path | None,
    init: bool,
    resume: str | None,
    bundle: Path | None,
    folds: int | None,
    by_author: bool,
    curve: bool,
    force: bool,
    where: str,
    render: Path | None,
    config: Path | None,
    quiet: bool,
    verbose: int,
    **given: Any,
) -> int:
    """Train a model on the summaries of a dataset, judge it on posts it never saw, and keep it as a folder.

    \b
    blogsum finetune --data blog@3 --base mt5-small/ -o my-model/
    blogsum finetune --init > recipe.toml
    blogsum finetune --recipe recipe.toml --rate 0.001 -o my-model/
    blogsum finetune --data blog@3 --base mt5-small/ -o my-model/ --folds 5
    blogsum finetune --recipe recipe.toml -o my-model/ --on azure
    blogsum finetune --recipe recipe.toml -o my-model/ --on azure --render job
    blogsum finetune --resume last

    Ctrl-C finishes the step and saves. A run that goes on ends in the weights of one that was never stopped. Needs the
    extra 'train'.
    """
    settings = options.settings(config, quiet, verbose)
    if init:
        click.echo(recipes.commented(), nl=False)
        return 0

    asked = _Asked(path, file, resume, bundle, (folds, by_author, curve), force, where, render, given)
    return _one_voice(lambda: _done(asked, settings))


@dataclass(frozen=True)
class _Asked:
    """What the command was given: targets, sources, which several trainings, and dials by name."""

    path: Path | None
    file: Path | None
    resume: str | None
    bundle: Path | None
    several: tuple[int | None, bool, bool]
    force: bool
    where: str
    render: Path | None
    dials: dict[str, Any]


def _done(asked: _Asked, settings: Settings) -> int:
    """Do what was asked; the exit code."""
    rendering.refuse(asked.where, asked.render, asked.resume)
    several = _study(*asked.several)
    if asked.resume is not None:
        return _resumed(asked, several, settings)
    if asked.path is None:
        raise UserError("where does the model go?", hint="-o FOLDER", code=USAGE)
    recipe = recipes.merged(recipes.load(asked.file) if asked.file else {}, asked.dials)
    if asked.where == "azure":
        what = (asked.path, asked.bundle, several)
        return rendering.command(recipe, what, settings, asked.render, asked.force)
    from blogsum.train import finetune

    with console.progress("training", left=True) as bar:
        job = _job(recipe, asked.path, settings, bar, asked.force)
        result = finetune.start(replace(job, bundle=asked.bundle, study=several))
    return _say(result)


def _resumed(asked: _Asked, several: Study, settings: Settings) -> int:
    """Go on with a run that was stopped."""
    from blogsum.store import runs
    from blogsum.train import finetune

    others = any(value is not None for value in asked.dials.values())
    if asked.path or asked.file or asked.bundle or several.kind or others:
        raise UserError("--resume takes no other dials: the run has its recipe", code=USAGE)
    run = runs.find(settings.runs, str(asked.resume))
    with console.progress("training", left=True) as bar:
        result = finetune.resume(_job(recipes.Recipe(), Path(), settings, bar, asked.force), run)
    return _say(result)


def _one_voice(work: Callable[[], int]) -> int:
    """The exit code of ``work``; of several processes only the first one says what went wrong.

    But for what may concern another one alone, such as its memory.
    """
    from blogsum.train import machine, parallel

    try:
        return work()
    except (UserError, Stopped) as error:
        if not parallel.follows() or isinstance(error, machine.OutOfMemory):
            raise
        return error.code


def _study(folds: int | None, by_author: bool, curve: bool) -> Study:
    """Which several trainings were asked for; UserError for two kinds at once."""
    from blogsum.train.fitting import AUTHORS, CURVE, FOLDS, Study

    kinds = [kind for kind, asked in ((FOLDS, folds is not None), (AUTHORS, by_author), (CURVE, curve)) if asked]
    if len(kinds) > 1:
        raise UserError("--folds, --leave-one-author-out and --curve exclude each other", code=USAGE)
    if folds == 1:
        raise UserError("one fold holds nothing out", hint="--folds 5", code=USAGE)
    return Study(kinds[0] if kinds else "", folds or 0)


def _job(recipe: recipes.Recipe, path: Path, settings: Settings, bar: console.Silent, force: bool) -> Job:
    from blogsum.data.thresholds import thresholds
    from blogsum.train.fitting import Job
    from blogsum.train.loop import Nobody
    from blogsum.train.parallel import follows

    watch = Nobody() if follows() else Watched(bar)
    return Job(recipe, path, settings.runs, partial(_rows, settings), watch, thresholds(settings.validate), force=force)


def _rows(settings: Settings, name: str) -> Iterator[Article | Unreadable]:
    from blogsum import pipeline

    return pipeline.articles(name, settings)


def _say(result: Result) -> int:
    """The verdict, the table and where things lie; 4 when the model is not better than what there was."""
    from blogsum.report import tuning

    found = result.facts["evaluation"]
    code = DONE if all(found["better"][name] for name in ("base", "built-in")) else LOOK
    if not result.team.leads:
        return code
    click.echo(tuning.verdict(found))
    click.echo()
    click.echo(tuning.table(found), nl=False)
    if "curve" in result.facts:
        click.echo()
        click.echo(tuning.curve(result.facts["curve"]), nl=False)
    click.echo()
    click.echo(f"model {result.output}, run {result.run.name}")
    return code


class Watched:
    """Shows a run on stderr: a bar with loss, rate and the time left at a terminal; a line at every look."""

    def __init__(self, bar: console.Silent) -> None:
        self._bar = bar

    def step(self, record: Mapping[str, Any], steps: int) -> None:
        """A step was done."""
        self._bar.total(steps)
        self._bar.reached(record["step"], f"loss {record['loss']:.3f}  rate {record['rate']:.2g}")

    def judged(self, record: Mapping[str, Any]) -> None:
        """Dev was looked at."""
        best = "best so far" if record["best"] == record["step"] else f"best at step {record['best']}"
        rouge = f"  ROUGE {record['rouge']:.3f}" if "rouge" in record else ""
        with self._bar.aside():
            console.say(f"step {record['step']}: dev loss {record['dev_loss']:.3f}{rouge}  {best}")

    def note(self, text: str) -> None:
        """Something that a person should read."""
        with self._bar.aside():
            console.warn(text)

    def expected(self, text: str) -> None:
        """What the run will take."""
        with self._bar.aside():
            console.say(text)
