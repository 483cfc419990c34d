"""Summaries that need no model, to stand beside a candidate: the article's opening, and the built-in summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from blogsum.errors import UserError
from blogsum.evaluate import judge
from blogsum.evaluate.pair import of_texts
from blogsum.summarize import Summarizer, load
from blogsum.summarize.lengths import LENGTHS
from blogsum.types import Article, Example, Judged

LEAD = 3  # sentences


def controls(rows: Sequence[Judged]) -> dict[str, Mapping[str, float]]:
    """The mean scores of each control on the articles of ``rows``; lead stands in where there is no built-in one."""
    metrics = tuple(score.metric for score in rows[0].scores)
    summarizer = load("extractive")
    lead = [_opening(row.example.article) for row in rows]
    built_in = [_built_in(summarizer, row.example.article) or opening for row, opening in zip(rows, lead, strict=True)]
    return {"lead-3": _means(rows, lead, metrics), "built-in": _means(rows, built_in, metrics)}


def _built_in(summarizer: Summarizer, article: Article) -> str:
    try:
        return summarizer.summarize(article, LENGTHS["teaser"]).text
    except UserError:
        return ""


def _opening(article: Article) -> str:
    return " ".join(of_texts(article, "").source.sentences[:LEAD])


def _means(rows: Sequence[Judged], texts: Sequence[str], metrics: tuple[str, ...]) -> dict[str, float]:
    judged = [
        judge(Example(row.example.article, text, row.example.references), metrics)
        for row, text in zip(rows, texts, strict=True)
    ]
    return {name: round(fmean(one.scores[place].value for one in judged), 6) for place, name in enumerate(metrics)}
