"""One training from prepared data to weights, and what they write: used once by a run, several times by a study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from blogsum.data.thresholds import Thresholds
from blogsum.errors import Stopped, UserError
from blogsum.store import bundles
from blogsum.store.runs import FACTS, Run, resume_hint
from blogsum.summarize.prompts import PROMPTS
from blogsum.train import base as bases
from blogsum.train import comparison, looking, machine, material, preflight
from blogsum.train.base import Base
from blogsum.train.batches import Batches
from blogsum.train.loop import Loop, Plan, State, Watch
from blogsum.train.material import Parts, Reader
from blogsum.train.network import Network
from blogsum.train.parallel import Team
from blogsum.train.recipe import Recipe
from blogsum.train.stop import Stop
from blogsum.types import Article, Unreadable

Rows = Callable[[str], Iterable[Article | Unreadable]]  # what a dataset's name, file or folder means
FOLDS, AUTHORS, CURVE = "folds", "authors", "curve"


@dataclass(frozen=True)
class Study:
    """Several trainings instead of one: ``folds`` (``count`` of them; 0: the data's own), ``authors``, ``curve``."""

    kind: str = ""
    count: int = 0


@dataclass(frozen=True)
class Job:
    """What is to be done: the recipe, where the model goes, where runs are kept, how data are read, who follows.

    ``limits`` are those of ``data validate``; ``bundle`` is where the model goes for ``summarize``, None for nowhere;
    ``study`` asks for several trainings.
    """

    recipe: Recipe
    output: Path
    root: Path
    rows: Rows
    watch: Watch
    limits: Thresholds = field(default_factory=Thresholds)
    bundle: Path | None = None
    study: Study = field(default_factory=Study)
    force: bool = False


@dataclass(frozen=True)
class Prepared:
    """All that training needs, before the first step."""

    parts: Parts
    weak: tuple[Article, ...]
    base: Base
    reader: Reader
    facts: Mapping[str, Any]


def pruned(prepared: Prepared, recipe: Recipe) -> Prepared:
    """The same with a vocabulary of what its posts need, if the recipe asks for that.

    Not those held out: the vocabulary is learned, too.
    """
    if not recipe.adapt.prune:
        return prepared
    seen = (*prepared.parts.train, *prepared.parts.dev, *prepared.weak)
    texts = [text for article in seen for text in (article.text, *material.summaries(article))]
    base, said = prepared.base.pruned(texts, [prepared.reader.prefix, *(f"<{name}>" for name in PROMPTS)])
    notes = (*prepared.parts.notes, f"vocabulary: {said}")
    reader = replace(prepared.reader, tokens=base.tokens())
    return replace(prepared, parts=replace(prepared.parts, notes=notes), base=base, reader=reader)


def fit(job: Job, prepared: Prepared, run: Run, team: Team, stop: Stop) -> tuple[Network, State]:
    """Train on ``prepared`` from the last checkpoint of ``run``, or from the start; the best weights in the network."""
    recipe, watch = job.recipe, job.watch
    place = machine.place(recipe.machine)
    model = bases.network(prepared.base, recipe.adapt, recipe.training.seed).to(team.accelerator.device)
    if recipe.machine.gradient_checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    network = Network(model, prepared.base.manner, place, team)
    plan, notes = _plan(prepared, recipe)
    look = looking.looker(network, prepared.reader, prepared.parts, recipe.judging.metric, run, stop)
    sources = [prepared.reader.read(one) for one in prepared.parts.dev] if look and look.metric == "rouge" else []
    expected = preflight.estimate(network, plan, sources, prepared.reader.max_output, recipe.machine.optimizer)
    if team.leads:
        for note in filter(None, (*prepared.parts.notes, *notes, preflight.room(expected, network))):
            watch.note(note)
        watch.expected(expected.said())
        if (run.folder / FACTS).is_file():  # one training of a study has no facts of its own
            run.tell(expected={"seconds": round(expected.seconds), "device": place.device})
        bundles.needs_room(run.folder, expected.disk, "this run", "make room, or keep runs elsewhere: [finetune] runs")
    return network, Loop(network, plan, recipe, run, look, watch, stop).train()


def texts(
    job: Job, prepared: Prepared, network: Network, articles: Sequence[Article], run: Run, stop: Stop
) -> dict[str, list[str]]:
    """What the trained model, its base and the others write about ``articles``; every process takes its share.

    Stopped after a signal: the training is done and saved, ``run`` goes on from here.
    """

    def go_on() -> None:
        if stop.code and network.team.size == 1:
            raise Stopped(f"stopped while the model was judged; {resume_hint(run)}", stop.code)

    beams = job.recipe.judging.beams
    tuned = looking.write(network, prepared.reader, articles, beams, go_on=go_on)
    network.model.to("cpu")  # one model at a time on the GPU
    still = prepared.base.original().to(network.team.accelerator.device)
    before = replace(prepared.reader, prefix=str(prepared.base.told.get("prefix") or prepared.reader.prefix))
    before = replace(before, length_prompts=bool(prepared.base.told.get("prompts")))
    base = looking.write(replace(network, model=still), before, articles, beams, go_on=go_on)
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
