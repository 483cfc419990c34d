"""Several trainings that answer one question: how good on any post (folds), on a new author, with more posts (curve)?

Each training is a run of its own inside the study's, so that a study, too, goes on where it stopped.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from statistics import median
from typing import Any

from blogsum import files, jsonl
from blogsum.data.split import NEAR, Plan, assign, groups
from blogsum.errors import UserError
from blogsum.store import runs
from blogsum.store.runs import CHECKPOINTS, Run
from blogsum.train import comparison, fitting, keep, material
from blogsum.train.fitting import AUTHORS, CURVE, FOLDS, Job, Prepared, Study
from blogsum.train.material import PARTS, Parts
from blogsum.train.parallel import Team
from blogsum.train.stop import Stop
from blogsum.types import Article

_DEV = (90, 10)  # of each fold's training posts, a tenth stops the training
_FEWEST_DEV = 10  # posts from which on a tenth can be spared
_SMALLEST = 4  # posts that a learning curve begins with, or more
_TEXTS = "texts.json"


@dataclass(frozen=True)
class Variant:
    """One training of a study: what it is called, and its parts."""

    name: str
    parts: Parts


def posts(articles: Sequence[Article], asked: Study, seed: int) -> list[Article]:
    """The articles, each in the fold that holds it out; related ones in one. UserError when that cannot be."""
    names = {article.split for article in articles}
    if asked.kind == FOLDS and not asked.count:
        if len(names) < 2 or None in names or names <= set(PARTS):
            raise UserError("the data are not split into folds", hint="--folds 5 does, or blogsum data split --folds 5")
        return list(articles)
    plan = Plan(folds=asked.count, seed=seed) if asked.kind == FOLDS else Plan(by_author=True, seed=seed)
    chosen = assign(articles, groups(articles, NEAR), plan)
    return [replace(article, split=chosen[article.id]) for article in articles]


def variants(articles: Sequence[Article], seed: int) -> list[Variant]:
    """One training for each fold: on all others, a tenth of which stops it."""
    found = []
    for fold in sorted({str(article.split) for article in articles}):
        rest = [article for article in articles if article.split != fold]
        held = tuple(article for article in articles if article.split == fold)
        train, dev = _with_dev(rest, seed)
        found.append(Variant(fold, material.checked(Parts(train, dev, held))))
    return found


def shares(parts: Parts, seed: int) -> list[Variant]:
    """Trainings on an eighth, a quarter, a half and all of the posts to train on, each within the next."""
    order = list(parts.train)
    Random(files.digest("curve", seed)).shuffle(order)  # noqa: S311 an order, no secret
    sizes = [len(order) // part for part in (8, 4, 2, 1) if len(order) // part >= _SMALLEST or part == 1]
    return [Variant(f"{size} posts", replace(parts, train=tuple(order[:size]), notes=())) for size in sizes]


def carry_out(job: Job, prepared: Prepared, run: Run, team: Team, stop: Stop) -> None:
    """Do all trainings of the study that are not done yet, pool what they wrote, keep the model and the judgement."""
    if job.study.kind == CURVE:
        _curve(job, prepared, run, team, stop)
    else:
        _folds(job, prepared, run, team, stop)


def _folds(job: Job, prepared: Prepared, run: Run, team: Team, stop: Stop) -> None:
    """Each post is judged by a model that did not see it; the model that is kept has learned from all of them."""
    found = variants(prepared.parts.train, job.recipe.training.seed)
    done = [_trained(job, _only(prepared, one), one.name, run, team, stop) for one in found]
    articles = [article for one in found for article in one.parts.test]
    texts = {name: [text for each in done for text in each["texts"][name]] for name in done[0]["texts"]}
    epochs = max(1, round(median(each["epochs"] for each in done)))
    last = _fixed(job, epochs)
    whole = replace(prepared, parts=Parts(prepared.parts.train, (), (), prepared.parts.notes))
    whole = fitting.pruned(whole, job.recipe)
    network, state = fitting.fit(last, whole, _inside(run, "all posts"), team, stop)
    if team.leads:
        what = "authors" if job.study.kind == AUTHORS else "folds"
        keep.judge(run, articles, texts, state, f"each in one of {len(found)} {what}", epochs=epochs)
        keep.model(last, whole, network, run, articles)


def _curve(job: Job, prepared: Prepared, run: Run, team: Team, stop: Stop) -> None:
    """The same posts judged by models that learned from more and more; the one of all posts is kept."""
    found = shares(prepared.parts, job.recipe.training.seed)
    articles = prepared.parts.held_out
    done = [_trained(job, _only(prepared, one), one.name, run, team, stop) for one in found[:-1]]
    prepared = fitting.pruned(prepared, job.recipe)
    network, state = fitting.fit(job, prepared, _inside(run, found[-1].name), team, stop)
    texts = fitting.texts(job, prepared, network, articles, run, stop)
    if team.leads:
        written = [*(each["texts"][comparison.TUNED] for each in done), texts[comparison.TUNED]]
        curve = comparison.curve(articles, dict(zip((len(one.parts.train) for one in found), written, strict=True)))
        keep.judge(run, articles, texts, state, "held out", curve=curve)
        keep.model(job, prepared, network, run, articles)


def _trained(job: Job, prepared: Prepared, name: str, run: Run, team: Team, stop: Stop) -> dict[str, Any]:
    """What one training of the study wrote about the posts it held out, and how often it read the others."""
    own = _inside(run, name)
    place = own.folder / _TEXTS
    known = team.told(jsonl.parse(place.read_bytes()) if team.leads and place.is_file() else None)
    if known is not None:
        return dict(known)
    if team.leads:
        job.watch.note(f"{name}: {len(prepared.parts.train)} posts to train on, {len(prepared.parts.test)} held out")
    prepared = fitting.pruned(prepared, job.recipe)
    network, state = fitting.fit(job, prepared, own, team, stop)
    per_epoch = -(-len(prepared.parts.train) // job.recipe.training.batch)
    steps = state.best_step or state.step
    texts = fitting.texts(job, prepared, network, prepared.parts.held_out, own, stop)
    record = {"epochs": steps / per_epoch, "texts": texts}
    if team.leads:
        files.replace(place, json.dumps(record, ensure_ascii=False))
        shutil.rmtree(own.folder / CHECKPOINTS, ignore_errors=True)
    return record


def _only(prepared: Prepared, one: Variant) -> Prepared:
    """The same with the parts of one training, whose notes were said before."""
    return replace(prepared, parts=one.parts)


def _inside(run: Run, name: str) -> Run:
    """The run of one training of the study, in the study's own folder."""
    folder = run.folder / runs.TRAININGS / files.digest(name)[:12]
    files.make_folder(folder)
    return Run(folder)


def _fixed(job: Job, epochs: int) -> Job:
    """The same with so many epochs: there is no dev left to stop it."""
    recipe = job.recipe
    training, judging = replace(recipe.training, epochs=epochs), replace(recipe.judging, metric="none")
    return replace(job, recipe=replace(recipe, training=training, judging=judging))


def _with_dev(articles: Sequence[Article], seed: int) -> tuple[tuple[Article, ...], tuple[Article, ...]]:
    """The articles without a tenth of them, and that tenth; none where they are few."""
    if len(articles) < _FEWEST_DEV:
        return tuple(articles), ()
    chosen = assign(articles, groups(articles, NEAR), Plan(shares=_DEV, seed=seed))
    train = tuple(article for article in articles if chosen[article.id] == "train")
    return train, tuple(article for article in articles if chosen[article.id] != "train")
