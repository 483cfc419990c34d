"""What a run leaves behind: its judgement, the model's folder with its card, and the bundle if one is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from blogsum import files, jsonl
from blogsum.read.records import to_record
from blogsum.report import tuning
from blogsum.store.runs import Run
from blogsum.train import base as bases
from blogsum.train import comparison, material
from blogsum.train.fitting import Job, Prepared
from blogsum.train.loop import State
from blogsum.train.network import Network
from blogsum.types import Article

Texts = Mapping[str, Sequence[str]]


def judge(run: Run, articles: Sequence[Article], texts: Texts, state: State, method: str, **more: Any) -> None:
    """Compare the systems' ``texts`` about ``articles`` and add that, the verdict and ``more`` to the run's facts."""
    found = comparison.compare(articles, texts) | {"method": method}
    _write(run.folder / "evaluation.jsonl", found.pop("rows"))
    files.make_folder(run.folder / "predictions")
    for system, its in texts.items():  # as blogsum eval reads them
        rows = zip(articles, its, strict=True)
        _write(run.folder / "predictions" / f"{system}.jsonl", (_row(system, *row) for row in rows))
    result = {"steps": state.step, "best_step": state.best_step}
    run.tell(result=result, evaluation=found, verdict=tuning.verdict(found), **more)


def _write(path: Path, rows: Iterable[Any]) -> None:
    """Write records, and clear away what a killed process left of them."""
    files.clear(path)
    jsonl.write(str(path), rows)


def _row(system: str, article: Article, text: str) -> dict[str, Any]:
    """What a system wrote, beside the article and what people wrote."""
    return to_record(replace(article, summary=text, references=tuple(material.summaries(article)), system=system))


def model(job: Job, prepared: Prepared, network: Network, run: Run, articles: Sequence[Article]) -> None:
    """Write the model's folder, which appears whole or not at all; then the bundle, proven on ``articles`` too."""
    recipe, base = job.recipe, prepared.base
    told = {
        "name": job.output.name,
        "prefix": prepared.reader.prefix,
        "max_input": prepared.reader.max_input,
        "line_break": base.line_break,
        "languages": sorted({article.lang for article in prepared.parts.train if article.lang}),
        "base": bases.called(recipe.task.base),
        "prompts": recipe.task.length_prompts,
        "verdict": run.facts["verdict"],
        "run": run.name,
    }
    files.make_folder(job.output.parent)
    files.clear(job.output)
    with files.appearing_folder(job.output) as part:
        search = {"num_beams": recipe.judging.beams, "max_new_tokens": prepared.reader.max_output}
        bases.save(network.model, base, part, told, search)
        (part / "README.md").write_text(tuning.card(run.facts), encoding="utf-8")
    run.tell(model_sha256=files.digest_of_folder(job.output))  # by which one that comes from elsewhere is known again
    if job.bundle:
        force = job.force or job.bundle.exists()  # what stands there by now, this run has put there
        facts = base.export(job.output, job.bundle, force, [one.text for one in articles])
        run.tell(proof=facts["proof"])
