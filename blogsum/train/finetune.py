"""``blogsum finetune``, top to bottom: recipe -> data -> base -> training -> judgement -> a folder with the model.

The contract is folders in, folders out: nothing is read from elsewhere, and nothing appears before it is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from blogsum import files
from blogsum.errors import USAGE, Stopped, UserError
from blogsum.store import runs
from blogsum.store.runs import Run
from blogsum.train import base as bases
from blogsum.train import fitting, keep, machine, material, mirrors, parallel, preflight, study
from blogsum.train.base import Base
from blogsum.train.fitting import AUTHORS, FOLDS, Job, Prepared, Study
from blogsum.train.material import Parts, Reader
from blogsum.train.recipe import Recipe, Task, make, written
from blogsum.train.stop import Stop
from blogsum.types import Article


@dataclass(frozen=True)
class Result:
    """A finished run: its folder, the model's folder, what ``run.json`` says of it, and who of how many says so."""

    run: Run
    output: Path
    facts: Mapping[str, Any]
    team: parallel.Team


def start(job: Job) -> Result:
    """Make a run and train it to its end."""
    _refuse_targets(job)
    job = replace(job, recipe=_placed(job.recipe))
    with _team(job.recipe) as team:
        prepared = prepare(job)
        run = None
        if team.leads:
            facts = {**prepared.facts, **_computed(job.recipe, team), "output": str(job.output.resolve())}
            facts |= {"name": job.output.name, "bundle": str(job.bundle.resolve()) if job.bundle else ""}
            facts |= {"force": job.force, "study": asdict(job.study)}
            run = runs.new(job.root, job.output.name, facts, written(job.recipe))
        run = Run(Path(team.told(str(run.folder if run else ""))))
        return _carried_out(job, prepared, run, team)


def resume(job: Job, run: Run) -> Result:
    """Go on with a run that was stopped; UserError when its data or its base are not what they were."""
    facts = run.facts
    if facts["status"] == "finished":
        raise UserError(f"{run.name} is finished", hint=f"its model is in {facts['output']}")
    bundle = Path(facts["bundle"]) if facts["bundle"] else None
    job = replace(job, recipe=make(facts["recipe"], run.name), output=Path(facts["output"]), bundle=bundle)
    job = replace(job, force=job.force or facts["force"], study=Study(**facts["study"]))
    _refuse_targets(job, run.name)
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
    mirrors.check(job.recipe.machine)
    parts, data = _parts(job)
    weak = _weak(job, parts)
    base = bases.load(bases.place(task.base), material.language(parts.train))
    if job.bundle:
        base.exportable()
    notes = list(parts.notes)
    facts = {
        "recipe": job.recipe.record(),
        "data": {"source": bases.called(task.data), **data},
        "base": {
            "source": bases.called(task.base),
            "sha256": base.sha256,
            "licence": str(base.told.get("licence") or ""),
        },
    }
    if weak:
        facts["data"]["weak"] = material.record(Parts(weak, (), ()))
    longest, said_at_most = _longest(task, base)
    notes += said_at_most
    if not base.line_break:
        notes.append("the base has no piece to spare for a line break: its summaries have one line")
    reader = Reader(base.tokens(), _prefix(job.recipe, base), *longest, task.length_prompts)
    prepared = Prepared(replace(parts, notes=tuple(notes)), weak, base, reader, facts)
    pruned = fitting.pruned(prepared, job.recipe)
    # each training of a study cuts down the vocabulary by its own posts; that it can be done at all is known by now
    return prepared if job.study.kind else pruned


def _parts(job: Job) -> tuple[Parts, dict[str, Any]]:
    """The parts of the data, free of leaks, and what the facts say of them; a study of folds has all posts in train."""
    task, seed = job.recipe.task, job.recipe.training.seed
    if job.study.kind not in (FOLDS, AUTHORS):
        parts = material.parts(job.rows(task.data), seed)
        preflight.check(parts, task.data, job.limits)
        return parts, material.record(parts)
    articles, notes = material.usable(job.rows(task.data))
    if len(articles) < material.FEWEST:
        raise UserError(f"{len(articles)} posts with a summary: too few for folds", "blogsum data collect gets more")
    held = study.posts(articles, job.study, seed)
    parts = Parts(tuple(held), (), (), tuple(notes))
    preflight.check_rows(held, task.data, job.limits)
    folds = files.digest([(article.id, article.split) for article in held])
    return parts, material.record(parts) | {"folds": folds}


def _weak(job: Job, parts: Parts) -> tuple[Article, ...]:
    """The weakly labelled posts, but for those like posts held out."""
    name = job.recipe.task.warm_up_data
    if not name:
        return ()
    held = (*parts.dev, *parts.test) if job.study.kind not in (FOLDS, AUTHORS) else parts.train
    weak, leaking = preflight.without_leaks(material.usable(job.rows(name))[0], held)
    if leaking:
        job.watch.note(f"{leaking} posts of {name} left out: they are like posts held out")
    return weak


def _carried_out(job: Job, prepared: Prepared, run: Run, team: parallel.Team) -> Result:
    """Train, judge and keep the model of a run."""
    with ExitStack() as stack:
        if team.leads:
            stack.enter_context(runs.held(run))
            watch = mirrors.mirrored(job.recipe.machine, run, job.watch)
            stack.callback(watch.end, run)
            stack.enter_context(_remembered(run))
            job = replace(job, watch=watch)
        stop = stack.enter_context(Stop())
        if job.study.kind:
            study.carry_out(job, prepared, run, team, stop)
        else:
            network, state = fitting.fit(job, prepared, run, team, stop)
            articles = prepared.parts.held_out
            texts = fitting.texts(job, prepared, network, articles, run, stop)
            if team.leads:
                keep.judge(run, articles, texts, state, "held out")
                keep.model(job, prepared, network, run, articles)
    return Result(run, job.output, team.told(run.facts if team.leads else None), team)


@contextmanager
def _remembered(run: Run) -> Iterator[None]:
    """Keep in the run's facts how it stands; what goes wrong meanwhile, too, as far as the disk takes it."""
    run.tell(status="running", reason="")
    try:
        yield
    except (UserError, Stopped, KeyboardInterrupt) as error:
        with suppress(UserError):
            run.tell(status="failed" if isinstance(error, UserError) else "stopped", reason=str(error))
        raise
    run.tell(status="finished")


def _longest(task: Task, base: Base) -> tuple[tuple[int, int], list[str]]:
    """Most tokens of an article and of a summary, and notes where the base has fewer positions than was asked for."""
    articles, summaries = base.longest
    found = min(task.max_input, articles or task.max_input), min(task.max_output, (summaries or 10**9) - 1)
    notes = []
    for dial, asked, most in (("max-input", task.max_input, found[0]), ("max-output", task.max_output, found[1])):
        if most < asked:
            notes.append(f"--{dial} is {most}: the base knows no more positions")
    return found, notes


def _prefix(recipe: Recipe, base: Base) -> str:
    """What stands before an article: as the recipe says, else as the base was trained."""
    return recipe.task.prefix or str(base.told.get("prefix") or "")


def _placed(recipe: Recipe) -> Recipe:
    """The recipe with files and folders by their whole path: a run may go on from another folder than it began in."""
    named = {name: getattr(recipe.task, name) for name in ("data", "base", "warm_up_data")}
    whole: dict[str, Any] = {
        name: str(Path(value).resolve()) for name, value in named.items() if value and Path(value).exists()
    }
    return replace(recipe, task=replace(recipe.task, **whole))


def _computed(recipe: Recipe, team: parallel.Team) -> dict[str, Any]:
    return machine.facts(machine.place(recipe.machine), team.size)


def _team(recipe: Recipe) -> Any:
    bases.needed()  # first: which device there is says torch
    return parallel.team(machine.place(recipe.machine))


def _refuse_targets(job: Job, run: str = "") -> None:
    """UserError when something stands where model or bundle are to go, unless the very ``run`` that goes on put it."""
    there = job.output
    if there.exists() and not (there.is_dir() and not any(there.iterdir())):
        made_by = bases.made_by(there)
        ours = made_by is not None
        if not (ours and (job.force or made_by == run != "")):
            hint = "--force replaces it" if ours else "choose another place with -o"
            raise UserError(f"{there} exists already", hint=hint)
    if job.bundle and job.bundle.exists() and not job.force and not _bundle_of(job.bundle, run):
        raise UserError(f"{job.bundle} exists already", hint="--force replaces a bundle")


def _bundle_of(folder: Path, run: str) -> bool:
    """Whether the bundle was made by ``run``."""
    from blogsum.store import bundles

    return bundles.is_bundle(folder) and bundles.facts(folder).get("run") == run != ""
