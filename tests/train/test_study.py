"""Folds, authors and a learning curve: every post judged by a model that did not see it, and resumed like any run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

for _name in ("torch", "transformers", "sentencepiece", "rensa"):
    pytest.importorskip(_name, reason="training needs blogsum[train]")

from blogsum.errors import Stopped, UserError
from blogsum.report import tuning
from blogsum.store import runs
from blogsum.store.runs import TRAININGS, Run
from blogsum.train import comparison, finetune, fitting, parallel, study
from blogsum.train.base_own import Own
from blogsum.train.fitting import AUTHORS, CURVE, FOLDS, Job, Prepared, Study
from blogsum.train.machine import Place
from blogsum.train.stop import Stop
from blogsum.types import Article
from tests import tiny, trained
from tests.train.test_finetune import At, interrupt, job, weights

TOPICS = ("Rad", "Haus", "Garten", "Wetter", "Buch", "Brot", "Berg", "Fluss", "Zug", "Markt", "Turm", "Wald")


def posts(count: int = 12) -> list[Article]:
    """Posts of their own words, by three authors."""
    return [
        Article(
            f"p{number:02}",
            " ".join(f"{topic}{number}{i} steht {topic}{i} bei {number * i}." for i in range(12)),
            summary=f"Das ist {topic} Nummer {number}.",
            author=("Anna", "Ben", "Cem")[number % 3],
            lang="de",
        )
        for number, topic in enumerate(TOPICS[:count])
    ]


def asked(folder: Path, kind: str, count: int = 0, rows: Sequence[Article] = ()) -> Job:
    base = tiny.hub(folder / "base")
    made = job(folder, base, epochs=2, every=1, metric="loss", max_output=40)
    return replace(made, study=Study(kind, count), rows=lambda _: rows or posts())


def test_each_post_is_held_out_once_with_its_like() -> None:
    rows = posts()
    rows.append(replace(rows[0], id="again", text=rows[0].text + " Neu."))
    held = study.posts(rows, Study(FOLDS, 3), 0)
    found = study.variants(held, 0)
    assert sorted(article.id for one in found for article in one.parts.test) == sorted(row.id for row in rows)
    for one in found:
        seen = {article.id for article in (*one.parts.train, *one.parts.dev)}
        assert not seen & {article.id for article in one.parts.test}
        assert len(seen) + len(one.parts.test) == len(rows)
        assert ("p00" in seen) == ("again" in seen)


def test_an_author_is_held_out_with_all_posts() -> None:
    found = study.variants(study.posts(posts(), Study(AUTHORS), 0), 0)
    assert [one.name for one in found] == ["Anna", "Ben", "Cem"]
    assert all({article.author for article in one.parts.test} == {one.name} for one in found)


def test_a_curve_grows_within_itself() -> None:
    parts = finetune.Parts(tuple(posts()), (), tuple(trained.posts()[9:]))
    sizes = [{article.id for article in one.parts.train} for one in study.shares(parts, 0)]
    assert [len(size) for size in sizes] == [6, 12]
    assert sizes[0] < sizes[1]
    many = replace(parts, train=tuple(replace(row, id=f"{row.id}{n}") for n in range(4) for row in posts()))
    assert [one.name for one in study.shares(many, 0)] == ["6 posts", "12 posts", "24 posts", "48 posts"]


def test_folds_that_are_none_are_refused() -> None:
    with pytest.raises(UserError, match="the data are not split into folds"):
        study.posts(posts(), Study(FOLDS), 0)
    with pytest.raises(UserError, match="cannot fill 20 parts"):
        study.posts(posts(), Study(FOLDS, 20), 0)


def test_what_more_posts_brought_in_words() -> None:
    rows = posts()
    good, bad = [str(row.summary) for row in rows], ["Nichts davon."] * len(rows)
    found = comparison.curve(rows, {6: bad, 12: good})
    assert tuning.curve(found) == (
        "posts  rouge\n6      .00\n12     1.00\n\n"
        "from 6 to 12 posts: ROUGE +1.00; as many again should bring about that or less\n"
    )
    assert tuning.curve(comparison.curve(rows, {6: good, 12: bad})).endswith("more posts did harm\n")
    assert tuning.curve(comparison.curve(rows, {6: good, 12: good})).endswith("more posts are not shown to help\n")


@pytest.mark.slow
def test_folds_go_on_where_they_stopped(tmp_path: Path) -> None:
    whole = finetune.start(asked(tmp_path / "whole", FOLDS, 3))
    facts = whole.facts
    assert facts["evaluation"]["n"] == 12
    assert "on 12 posts each in one of 3 folds" in facts["verdict"]
    assert facts["result"]["steps"] == facts["epochs"] * 3
    rows = [json.loads(line) for line in (whole.run.folder / "evaluation.jsonl").read_text().splitlines()]
    assert {row["id"] for row in rows} == {row.id for row in posts()}
    cut = asked(tmp_path / "cut", FOLDS, 3)
    with pytest.raises(Stopped) as caught:
        finetune.start(replace(cut, watch=At(3, interrupt)))
    [run] = runs.known(tmp_path / "cut" / "runs")
    assert str(caught.value).endswith(f"go on with: blogsum finetune --resume {run.name}")
    done = finetune.resume(cut, run)
    assert weights(done) == weights(whole)
    assert done.facts["evaluation"] == facts["evaluation"]
    assert len(list((run.folder / TRAININGS).iterdir())) == 4


@pytest.mark.slow
def test_other_folds_than_at_the_start_are_refused(tmp_path: Path) -> None:
    rows = [replace(row, split=f"fold-{number % 2}") for number, row in enumerate(posts())]
    cut = asked(tmp_path, FOLDS, rows=rows)
    with pytest.raises(Stopped):
        finetune.start(replace(cut, watch=At(2, interrupt)))
    [run] = runs.known(tmp_path / "runs")
    rows[0], rows[1] = replace(rows[0], split="fold-1"), replace(rows[1], split="fold-0")
    with pytest.raises(UserError, match="posts is not what it was"):
        finetune.resume(cut, run)


def test_a_curve_says_what_more_posts_brought(tmp_path: Path) -> None:
    rows = [*(replace(row, split="train") for row in posts()), *trained.posts()[8:]]
    done = finetune.start(asked(tmp_path, CURVE, rows=rows))
    assert [one["posts"] for one in done.facts["curve"]] == [6, 12]
    assert done.facts["curve"][1]["gain"].keys() == {"mean", "low", "high"}
    assert done.output.is_dir()


def test_each_fold_cuts_down_the_vocabulary_by_its_own_posts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learned: list[set[str]] = []

    class Enough(Exception):  # noqa: N818 no error
        pass

    def remembered(self: Own, texts: Sequence[str], always: Sequence[str]) -> tuple[Own, str]:
        learned.append(set(texts))
        return self, "so many pieces"

    monkeypatch.setattr(Own, "pruned", remembered)
    wanted = asked(tmp_path, FOLDS, 3)
    wanted = replace(wanted, recipe=replace(wanted.recipe, adapt=replace(wanted.recipe.adapt, prune=True)))
    prepared = finetune.prepare(wanted)
    assert learned == [{text for row in posts() for text in (row.text, row.summary)}]  # can it be done at all?
    assert prepared.base.tokens().size == 390

    def fitted(job: Job, prepared: Prepared, *_: object) -> None:
        held = {article.text for article in prepared.parts.test}
        assert held
        assert learned[-1].isdisjoint(held)
        assert learned[-1] >= {article.text for article in (*prepared.parts.train, *prepared.parts.dev)}
        assert prepared.parts.notes[-1] == "vocabulary: so many pieces"
        raise Enough

    monkeypatch.setattr(fitting, "fit", fitted)
    for one in study.variants(prepared.parts.train, 0):
        with pytest.raises(Enough), parallel.team(Place("cpu", "fp32")) as team:
            study._trained(wanted, replace(prepared, parts=one.parts), one.name, Run(tmp_path), team, Stop())
    assert len(learned) == 4
