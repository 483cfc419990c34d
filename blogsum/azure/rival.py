"""The model that a job trained, beside the one that summarises here by default: on the posts that were held out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from blogsum import jsonl
from blogsum.errors import UserError
from blogsum.read.records import from_record
from blogsum.store import shelf
from blogsum.store.runs import Run
from blogsum.summarize import Summarizer, load_bundle
from blogsum.summarize.lengths import LENGTHS
from blogsum.train import comparison, material
from blogsum.types import Article

DEFAULT = "default"


def judge(run: Run, models: Path) -> dict[str, Any] | None:
    """Compare a run's model with the installed one that has the alias 'default', and tell the run.

    The default writes of each post as long as a person wrote. None when there is no such alias: the default is then
    the built-in summary, with which the run was compared where it was computed.
    """
    if shelf.DEFAULT not in shelf.aliases(models):
        return None
    folder = shelf.find(models, shelf.DEFAULT)
    articles, texts = _written(run)
    model = load_bundle(folder)
    model.prepare(articles)
    its = [_text(model, article) for article in articles]
    found = comparison.compare(articles, {DEFAULT: its, comparison.TUNED: texts})
    del found["rows"]
    found["model"] = shelf.aliases(models)[shelf.DEFAULT]
    run.tell(against_default=found)
    return found


def _text(model: Summarizer, article: Article) -> str:
    budget = LENGTHS[material.length_of(material.summaries(article)[0])]
    try:
        return model.summarize(article, budget).text
    except UserError:  # nothing to offer: an empty summary, judged as one
        return ""


def _written(run: Run) -> tuple[list[Article], list[str]]:
    """The posts that were held out, and what the trained model wrote about each."""
    path = run.folder / "predictions" / f"{comparison.TUNED}.jsonl"
    articles = [from_record(row, f"{path}:{line}") for line, row in enumerate(jsonl.read(str(path)), 1)]
    return articles, [article.summary or "" for article in articles]
