"""``blogsum finetune``, top to bottom: recipe -> data -> base -> training -> judgement -> a folder with the model.

The contract is folders in, folders out: nothing is read from elsewhere, and nothing appears before it is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from blogsum import files
from blogsum.errors import USAGE, UserError
from blogsum.store import runs
from blogsum.store.runs import Run
from blogsum.train import base as bases
from blogsum.train import looking, machine, material, parallel
from blogsum.train.base import Base
from blogsum.train.batches import Batches
from blogsum.train.loop import Loop, Plan, State
from blogsum.train.material import Parts, Reader
from blogsum.train.network import Network
from blogsum.train.recipe import Recipe, make, written
from blogsum.train.stop import Stop
from blogsum.types import Article, Unreadable

Rows = Callable[[str], Iterable[Article | Unreadable]]  # what a dataset's name, file or folder means


class Nobody:
    """Follows a run and says nothing."""

    def step(self, record: Mapping[str, Any], steps: int) -> None:
        """A step was done."""

    def judged(self, record: Mapping[str, Any]) -> None:
        """Dev was looked at."""

    def note(self, text: str) -> None:
        """Something a person should read."""


@dataclass(frozen=True)
class Job:
    """What is to be done: the recipe, where the model goes, where runs are kept, how data are read, who follows."""

    recipe: Recipe
    output: Path
    root: Path
    rows: Rows
    watch: Any
    force: bool = False


@dataclass(frozen=True)
class Prepared:
    """All that training needs, before the first step."""

    parts: Parts
    weak: tuple[Article, ...]
    base: Base
    reader: Reader
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """A finished run: its folder, the model's folder, and what ``run.json`` says of it."""

    run: Run
    output: Path
    facts: Mapping[str, Any]


def start(job: Job) -> Result:
    """Make a run and train it to its end."""
    _refuse_target(job)
    with _team(job.recipe) as team:
        prepared = prepare(job)
        run = None
        if team.leads:
            facts = {**prepared.facts, **_computed(job.recipe, team), "output": str(job.output.resolve())}
            run = runs.new(job.root, job.output.name, facts, written(job.recipe))
        run = Run(Path(team.told(str(run.folder if run else ""))))
        return _carried_out(job, prepared, run, team)


def resume(job: Job, run: Run) -> Result:
    """Go on with a run that was stopped; UserError when its data or its base are not what they were."""
    facts = run.facts
    if facts["status"] == "finished":
        raise UserError(f"{run.name} is finished", hint=f"its model is in {facts['output']}")
    job = replace(job, recipe=make(facts["recipe"], run.name), output=Path(facts["output"]))
    _refuse_target(job)
    with _team(job.recipe) as team:
        prepared = prepare(job)
        for what, told in (("data", job.recipe.task.data), ("base", job.recipe.task.base)):
            if facts[what] != prepared.facts[what]:
                raise UserError(
                    f"{told} is not what it was when {run.name} began: its end would be of neither",
                    hint="start again without --resume",
                )
        here = _computed(job.recipe, team)
        if here["libraries"] != facts["libraries"] or here["code"] != facts["code"]:
            job.watch.note(f"{run.name} began with other versions: its weights may differ from an unbroken run's")
        return _carried_out(job, prepared, run, team)


def prepare(job: Job) -> Prepared:
    """Read data and base; UserError for what cannot be trained on."""
    task = job.recipe.task
    if not task.data or not task.base:
        missing = "data" if not task.data else "base"
        raise UserError(f"there is no {missing}", hint=f"--{missing}, or {missing} in the recipe", code=USAGE)
    bases.needed()
    parts = material.parts(job.rows(task.data), job.recipe.training.seed)
    weak = tuple(material.usable(job.rows(task.warm_up_data))[0]) if task.warm_up_data else ()
    base = bases.load(Path(task.base))
    facts = {
        "recipe": job.recipe.record(),
        "data": {"source": task.data, **material.record(parts)},
        "base": {"source": task.base, "sha256": base.sha256},
    }
    if weak:
        facts["data"]["weak"] = material.record(replace(parts, train=weak, dev=(), test=()))
    reader = Reader(base.tokens(), _prefix(job.recipe, base), task.max_input, task.max_output, task.length_prompts)
    return Prepared(parts, weak, base, reader, facts)


def _carried_out(job: Job, prepared: Prepared, run: Run, team: parallel.Team) -> Result:
    """Train, judge and keep the model of a run."""
    recipe, watch = job.recipe, job.watch
    place = machine.place(recipe.machine)
    with ExitStack() as stack:
        if team.leads:
            stack.enter_context(runs.held(run))
            run.tell(status="running")
        stop = stack.enter_context(Stop())
        model = bases.network(prepared.base, recipe.adapt, recipe.training.seed).to(place.device)
        if recipe.machine.gradient_checkpointing:
            model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        network = Network(model, prepared.base.checkpoint.shape, place, team)
        plan, notes = _plan(prepared, recipe)
        look = looking.looker(network, prepared.reader, prepared.parts, recipe.judging.metric, run, stop)
        if team.leads:
            for note in (*prepared.parts.notes, *notes):
                watch.note(note)
        state = Loop(network, plan, recipe, run, look, watch, stop).train()
        if team.leads:
            _keep(job, prepared, network, state, run)
    return Result(run, job.output, run.facts)


def _plan(prepared: Prepared, recipe: Recipe) -> tuple[Plan, list[str]]:
    """The batches of the run, and notes on summaries that were cut or left out."""
    training, reader = recipe.training, prepared.reader
    pairs, notes = reader.pairs(prepared.parts.train)
    if len(pairs) < material.FEWEST:
        raise UserError("no summary is left to train on", hint="a larger --max-output?")
    posts = Batches(pairs, training.batch, training.micro_batch, training.seed)
    weak = None
    if prepared.weak:
        weak = Batches(reader.pairs(prepared.weak)[0], training.batch, training.micro_batch, training.seed)
    return Plan(posts, training.epochs, recipe.judging.every, weak, recipe.task.warm_up_epochs), notes


def _keep(job: Job, prepared: Prepared, network: Network, state: State, run: Run) -> None:
    """Write the model's folder; it appears whole or not at all."""
    recipe, base = job.recipe, prepared.base
    told = {
        "name": job.output.name,
        "prefix": prepared.reader.prefix,
        "max_input": recipe.task.max_input,
        "line_break": base.line_break,
        "languages": sorted({article.lang for article in prepared.parts.train if article.lang}),
        "base": Path(recipe.task.base).resolve().name,
        "prompts": recipe.task.length_prompts,
    }
    files.make_folder(job.output.parent)
    with files.appearing_folder(job.output) as part:
        bases.save(network.model, base, part, told)
        bases.write_generation(part, base, recipe.judging.beams, recipe.task.max_output)
    run.tell(status="finished", result={"steps": state.step, "best_step": state.best_step})


def _prefix(recipe: Recipe, base: Base) -> str:
    """What stands before an article: as the recipe says, else as the base was trained."""
    return recipe.task.prefix or str(base.told.get("prefix") or "")


def _computed(recipe: Recipe, team: parallel.Team) -> dict[str, Any]:
    return machine.facts(machine.place(recipe.machine), team.size)


def _team(recipe: Recipe) -> Any:
    return parallel.team(machine.place(recipe.machine).device)


def _refuse_target(job: Job) -> None:
    """UserError when something stands where the model is to go."""
    there = job.output
    if not there.exists() or (there.is_dir() and not any(there.iterdir())):
        return
    if job.force and there.is_dir() and (there / bases.OURS).is_file():
        return
    ours = there.is_dir() and (there / bases.OURS).is_file()
    raise UserError(f"{there} exists already", hint="--force replaces it" if ours else "choose another place with -o")
