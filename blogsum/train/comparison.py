"""Is the trained model better? It, its base, the built-in summary and the lead on posts that none of them saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

from blogsum.errors import UserError
from blogsum.evaluate import CRITERIA, judge, stats
from blogsum.evaluate.rouge import SIGNATURE, longest, of_stems
from blogsum.summarize.extractive import Extractive
from blogsum.summarize.lengths import LENGTHS
from blogsum.text.sentences import of_article, stems
from blogsum.train.material import length_of, summaries
from blogsum.types import Article, Example

LEAD, BUILT_IN, BASE, TUNED = "lead-3", "built-in", "base", "tuned"
ROUGE = ("rouge1", "rouge2", "rougeL")
HEADLINE = "rouge"  # the mean of the three: what "better" means
_SENTENCES = 3
Texts = Mapping[str, Sequence[str]]


def rivals(articles: Sequence[Article]) -> dict[str, list[str]]:
    """What needs no model: the first three sentences, and the built-in summary of the length a person chose."""
    leads = []
    for article in articles:
        spans = of_article(article.text, article.lang or "und")[:_SENTENCES]
        leads.append(" ".join(one.text for one in spans))
    return {LEAD: leads, BUILT_IN: [_built_in(article) for article in articles]}


def compare(articles: Sequence[Article], texts: Texts) -> dict[str, Any]:
    """Score each system's text about each article, and compare the trained model with the others.

    The record has ``systems`` (metric -> mean with interval), ``against`` (rival -> metric -> difference), ``better``
    (rival -> whether the interval of ROUGE's difference lies above 0), the signatures and the rows.
    """
    scores = {name: [_scores(*pair) for pair in zip(articles, its, strict=True)] for name, its in texts.items()}
    rows = [
        {"id": article.id, "text": {name: its[place] for name, its in texts.items()}}
        | {"scores": {name: found[place] for name, found in scores.items()}}
        for place, article in enumerate(articles)
    ]
    against = {name: _differences(scores[TUNED], found) for name, found in scores.items() if name != TUNED}
    enough = len(articles) >= stats.FEWEST
    return {
        "n": len(articles),
        "systems": {name: _means(found) for name, found in scores.items()},
        "against": against,
        "better": {name: enough and found[HEADLINE]["low"] > 0 for name, found in against.items()},
        "enough": enough,
        "signatures": {"rouge": SIGNATURE, **_signatures(articles)},
        "rows": rows,
    }


def curve(articles: Sequence[Article], texts: Mapping[int, Sequence[str]]) -> list[dict[str, Any]]:
    """ROUGE by the number of posts that a model learned from, and what each step brought over the one before."""
    enough = len(articles) >= stats.FEWEST
    found: list[dict[str, Any]] = []
    before: list[float] = []
    for size, its in texts.items():
        scores = [_scores(*pair)[HEADLINE] for pair in zip(articles, its, strict=True)]
        gain = _interval([a - b for a, b in zip(scores, before, strict=True)]) if before else None
        found.append({"posts": size, HEADLINE: _interval(scores), "gain": gain, "enough": enough})
        before = scores
    return found


def _built_in(article: Article) -> str:
    budget = LENGTHS[length_of(summaries(article)[0])]
    try:
        return Extractive().summarize(article, budget).text
    except UserError:  # it has no sentence to offer: an empty summary, judged as one
        return ""


def _scores(article: Article, text: str) -> dict[str, float]:
    """Every metric of one text; an empty one has earned nothing."""
    references = tuple(summaries(article))
    if not any(map(str.isalnum, text)):
        return dict.fromkeys((HEADLINE, *CRITERIA, *ROUGE), 0.0) | {"words": 0.0}
    own = stems(text, article.lang or "und")
    found = max((_rouge(own, stems(one, article.lang or "und")) for one in references), key=fmean)
    judged = judge(Example(article, text, references))
    return {
        HEADLINE: round(fmean(found), 6),
        **{score.metric: score.value for score in judged.scores},
        **{name: round(value, 6) for name, value in zip(ROUGE, found, strict=True)},
        "words": float(len(text.split())),
    }


def _rouge(own: list[str], other: list[str]) -> tuple[float, float, float]:
    return *of_stems(own, other), longest(own, other)


def _means(found: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    return {name: _interval([one[name] for one in found]) for name in found[0]}


def _differences(own: Sequence[Mapping[str, float]], other: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """Of each metric the mean difference on the same articles."""
    pairs = list(zip(own, other, strict=True))
    return {name: _interval([a[name] - b[name] for a, b in pairs]) for name in own[0] if name != "words"}


def _interval(values: Sequence[float]) -> dict[str, float]:
    """The mean with its 95 % interval, widened for few values."""
    found = stats.widened(stats.mean(values), len(values))
    return {"mean": round(found.value, 6), "low": round(found.low, 6), "high": round(found.high, 6)}


def _signatures(articles: Sequence[Article]) -> dict[str, str]:
    example = Example(replace(articles[0], lang="any"), "x")
    from blogsum.evaluate import load

    return {name: load(name).signature(example.article.lang or "any") for name in CRITERIA}
