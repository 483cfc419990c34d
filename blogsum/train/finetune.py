"""``blogsum finetune``, top to bottom: recipe -> data -> base -> training -> judgement -> a folder with the model.

The contract is folders in, folders out: nothing is read from elsewhere, and nothing appears before it is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from blogsum import files, jsonl
from blogsum.data.thresholds import Thresholds
from blogsum.errors import USAGE, Stopped, UserError
from blogsum.report import tuning
from blogsum.store import runs
from blogsum.store.runs import Run
from blogsum.train import base as bases
from blogsum.train import comparison, looking, machine, material, parallel, parity, preflight
from blogsum.train.base import Base
from blogsum.train.batches import Batches
from blogsum.train.loop import Loop, Plan, State, Watch
from blogsum.train.material import Parts, Reader
from blogsum.train.network import Network
from blogsum.train.recipe import Recipe, make, written
from blogsum.train.stop import Stop
from blogsum.types import Article, Unreadable

Rows = Callable[[str], Iterable[Article | Unreadable]]  # what a dataset's name, file or folder means


@dataclass(frozen=True)
class Job:
    """What is to be done: the recipe, where the model goes, where runs are kept, how data are read, who follows.

    ``limits`` are those of ``data validate``; ``bundle`` is where the model goes for ``summarize``, None for nowhere.
    """

    recipe: Recipe
    output: Path
    root: Path
    rows: Rows
    watch: Watch
    limits: Thresholds = field(default_factory=Thresholds)
    bundle: Path | None = None
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
    """A finished run: its folder, the model's folder, what ``run.json`` says of it, and who of how many says so."""

    run: Run
    output: Path
    facts: Mapping[str, Any]
    team: parallel.Team = field(default_factory=parallel.Team)


def start(job: Job) -> Result:
    """Make a run and train it to its end."""
    _refuse_targets(job)
    with _team(job.recipe) as team:
        prepared = prepare(job)
        run = None
        if team.leads:
            facts = {**prepared.facts, **_computed(job.recipe, team), "output": str(job.output.resolve())}
            facts |= {"name": job.output.name, "bundle": str(job.bundle.resolve()) if job.bundle else ""}
            facts |= {"force": job.force}
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
    job = replace(job, force=job.force or facts["force"])
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
    parts = material.parts(job.rows(task.data), job.recipe.training.seed)
    preflight.check(parts, task.data, job.limits)
    weak: tuple[Article, ...] = ()
    if task.warm_up_data:
        weak, leaking = preflight.without_leaks(material.usable(job.rows(task.warm_up_data))[0], parts)
        if leaking:
            job.watch.note(f"{leaking} posts of {task.warm_up_data} left out: they are like posts held out")
    base = bases.load(Path(task.base))
    facts = {
        "recipe": job.recipe.record(),
        "data": {"source": task.data, **material.record(parts)},
        "base": {"source": task.base, "sha256": base.sha256, "licence": str(base.told.get("licence") or "")},
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
            stack.enter_context(_remembered(run))
        stop = stack.enter_context(Stop())
        model = bases.network(prepared.base, recipe.adapt, recipe.training.seed).to(place.device)
        if recipe.machine.gradient_checkpointing:
            model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        network = Network(model, prepared.base.checkpoint.shape, place, team)
        plan, notes = _plan(prepared, recipe)
        look = looking.looker(network, prepared.reader, prepared.parts, recipe.judging.metric, run, stop)
        sources = [prepared.reader.read(one) for one in prepared.parts.dev] if look and look.metric == "rouge" else []
        expected = preflight.estimate(network, plan, sources, recipe.task.max_output, recipe.machine.optimizer)
        if team.leads:
            said = (*prepared.parts.notes, *notes, preflight.room(expected, network))
            for note in filter(None, said):
                watch.note(note)
            watch.expected(expected.said())
        state = Loop(network, plan, recipe, run, look, watch, stop).train()
        texts = _texts(job, prepared, network)
        if team.leads:
            _keep(job, prepared, network, state, run, texts)
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


def _texts(job: Job, prepared: Prepared, network: Network) -> dict[str, list[str]]:
    """What the trained model and its base write about the posts held out; every process takes its share."""
    judging, articles = job.recipe.judging, prepared.parts.held_out
    tuned = looking.write(network, prepared.reader, articles, judging.beams)
    network.model.to("cpu")  # one model at a time on the GPU
    still = parity.torch_model(prepared.base.checkpoint).to(network.place.device)
    before = replace(prepared.reader, prefix=str(prepared.base.told.get("prefix") or prepared.reader.prefix))
    before = replace(before, length_prompts=bool(prepared.base.told.get("prompts")))
    base = looking.write(replace(network, model=still), before, articles, judging.beams)
    return {**comparison.rivals(articles), comparison.BASE: base, comparison.TUNED: tuned}


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


def _keep(
    job: Job, prepared: Prepared, network: Network, state: State, run: Run, texts: Mapping[str, list[str]]
) -> None:
    """Judge, and write the model's folder, which appears whole or not at all; then the bundle, if one is wanted."""
    recipe, base = job.recipe, prepared.base
    found = comparison.compare(prepared.parts.held_out, texts)
    jsonl.write(str(run.folder / "evaluation.jsonl"), found.pop("rows"))
    said = tuning.verdict(found)
    run.tell(result={"steps": state.step, "best_step": state.best_step}, evaluation=found, verdict=said)
    told = {
        "name": job.output.name,
        "prefix": prepared.reader.prefix,
        "max_input": recipe.task.max_input,
        "line_break": base.line_break,
        "languages": sorted({article.lang for article in prepared.parts.train if article.lang}),
        "base": Path(recipe.task.base).resolve().name,
        "prompts": recipe.task.length_prompts,
        "verdict": said,
        "run": run.name,
    }
    files.make_folder(job.output.parent)
    files.clear(job.output)
    with files.appearing_folder(job.output) as part:
        bases.save(network.model, base, part, told)
        bases.write_generation(part, base, recipe.judging.beams, recipe.task.max_output)
        (part / "README.md").write_text(tuning.card(run.facts), encoding="utf-8")
    if job.bundle:
        from blogsum.train.export import export, request

        articles = [article.text for article in prepared.parts.held_out]
        facts = export(job.output, job.bundle, request(job.output, {}), job.force or job.bundle.exists(), (), articles)
        run.tell(proof=facts["proof"])


def _prefix(recipe: Recipe, base: Base) -> str:
    """What stands before an article: as the recipe says, else as the base was trained."""
    return recipe.task.prefix or str(base.told.get("prefix") or "")


def _computed(recipe: Recipe, team: parallel.Team) -> dict[str, Any]:
    return machine.facts(machine.place(recipe.machine), team.size)


def _team(recipe: Recipe) -> Any:
    return parallel.team(machine.place(recipe.machine).device)


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
