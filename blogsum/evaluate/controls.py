"""Summaries that need no model, to stand beside a candidate: the article's opening, and the built-in summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from blogsum.errors import UserError
from blogsum.evaluate import judge
from blogsum.evaluate.pair import of_texts
from blogsum.summarize import Summarizer, load
from blogsum.summarize.lengths import LENGTHS, Budget
from blogsum.types import Article, Example, Judged

LEAD = 3  # sentences


def controls(rows: Sequence[Judged], budget: Budget = LENGTHS["teaser"]) -> dict[str, Mapping[str, float]]:
    """The mean scores of each control on the articles of ``rows``; lead stands in where there is no built-in one.

    The built-in summary keeps to ``budget``, as the candidate should.
    """
    summarizer = load("extractive")
    lead = [_opening(row.example.article) for row in rows]
    built_in = [
        _built_in(summarizer, row.example.article, budget) or opening for row, opening in zip(rows, lead, strict=True)
    ]
    return {"lead-3": means(rows, lead), "built-in": means(rows, built_in)}


def means(rows: Sequence[Judged], texts: Sequence[str]) -> dict[str, float]:
    """The mean scores of other summaries, one for each of ``rows``, by the metrics of those."""
    metrics = tuple(score.metric for score in rows[0].scores)
    judged = [
        judge(Example(row.example.article, text, row.example.references), metrics)
        for row, text in zip(rows, texts, strict=True)
    ]
    return {name: round(fmean(one.scores[place].value for one in judged), 6) for place, name in enumerate(metrics)}


def _built_in(summarizer: Summarizer, article: Article, budget: Budget) -> str:
    try:
        return summarizer.summarize(article, budget).text
    except UserError:
        return ""


def _opening(article: Article) -> str:
    return " ".join(of_texts(article, "").source.sentences[:LEAD])
