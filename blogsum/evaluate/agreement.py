"""How well scores agree with people's ratings: per article across systems, and across systems' means."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np

from blogsum.evaluate import CRITERIA, stats
from blogsum.evaluate.stats import Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CORRELATIONS = {"spearman": stats.spearman, "kendall": stats.kendall, "pearson": stats.pearson}
_LEAST = 3  # summaries of an article, or systems, that a correlation needs


@dataclass(frozen=True)
class Rated:
    """One rated summary: its article, who wrote it, and its scores and ratings by name."""

    article: str
    system: str
    scores: Mapping[str, float]
    ratings: Mapping[str, float]


@dataclass(frozen=True)
class Agreement:
    """How one score agrees with one rating.

    ``level`` is ``summary`` (a correlation for each article across its systems, averaged), ``system`` (of the systems'
    means) or ``pooled`` (over all summaries, where an article has only one). ``spearman`` has an interval over
    resampled articles. ``articles`` were counted; ``skipped`` had constant ratings or too few summaries.
    """

    score: str
    rating: str
    level: str
    spearman: Interval
    kendall: float
    pearson: float
    articles: int
    skipped: int


def agreement(rows: Iterable[Rated], score: str, rating: str, level: str, resamples: int = 1000) -> Agreement:
    """Compare one score with one rating on ``level``; rows that lack either are left out."""
    groups: dict[str, list[Rated]] = {}
    for row in rows:
        if score in row.scores and rating in row.ratings:
            groups.setdefault(row.article, []).append(row)
    ordered = [sorted(groups[name], key=lambda row: row.system) for name in sorted(groups)]
    measure = {"summary": _by_article, "system": _by_system, "pooled": _pooled}[level]
    return measure(ordered, score, rating, resamples)


def _by_article(groups: Sequence[Sequence[Rated]], score: str, rating: str, resamples: int) -> Agreement:
    found: dict[str, list[float]] = {name: [] for name in _CORRELATIONS}
    for group in groups:
        own, people = [row.scores[score] for row in group], [row.ratings[rating] for row in group]
        if len(group) >= _LEAST and len(set(people)) > 1:
            for name, correlation in _CORRELATIONS.items():
                value = correlation(own, people)
                # a score that cannot tell summaries apart agrees with nobody; leaving it out would flatter it
                found[name].append(0.0 if math.isnan(value) else value)
    counted = len(found["spearman"])
    means = {name: fmean(values) if values else math.nan for name, values in found.items()}
    interval = stats.mean(found["spearman"], resamples)
    skipped = len(groups) - counted
    return Agreement(score, rating, "summary", interval, means["kendall"], means["pearson"], counted, skipped)


def _by_system(groups: Sequence[Sequence[Rated]], score: str, rating: str, resamples: int) -> Agreement:
    def both(chosen: NDArray[Any]) -> tuple[list[float], list[float]]:
        """Score and rating of each system, means over the chosen groups."""
        sums: dict[str, list[tuple[float, float]]] = {}
        for number in chosen:
            for row in groups[number]:
                sums.setdefault(row.system, []).append((row.scores[score], row.ratings[rating]))
        means = [tuple(map(fmean, zip(*values, strict=True))) for values in sums.values()]
        return [one for one, _ in means], [other for _, other in means]

    return _whole(both, len(groups), score, rating, "system", resamples)


def _pooled(groups: Sequence[Sequence[Rated]], score: str, rating: str, resamples: int) -> Agreement:
    def both(chosen: NDArray[Any]) -> tuple[list[float], list[float]]:
        """Score and rating of each row of the chosen groups."""
        rows = [row for number in chosen for row in groups[number]]
        return [row.scores[score] for row in rows], [row.ratings[rating] for row in rows]

    return _whole(both, len(groups), score, rating, "pooled", resamples)


def _whole(both: Any, groups: int, score: str, rating: str, level: str, resamples: int) -> Agreement:
    def correlation(chosen: NDArray[Any], name: str = "spearman") -> float:
        own, people = both(chosen)
        return _CORRELATIONS[name](own, people) if len(own) >= _LEAST else math.nan

    everything = np.arange(groups)
    interval = stats.bootstrap(groups, correlation, resamples) if groups else Interval(math.nan, math.nan, math.nan)
    kendall, pearson = (correlation(everything, name) if groups else math.nan for name in ("kendall", "pearson"))
    return Agreement(score, rating, level, interval, kendall, pearson, groups, 0)


def table(rows: Sequence[Rated], scores: Sequence[str]) -> list[Agreement]:
    """Every rating against the score of its name, or against all criteria where none has it, and against the controls.

    Per article where articles have several summaries, else over all of them; system level where there are systems.
    """
    ratings = sorted({name for row in rows for name in row.ratings})
    articles, systems = Counter(row.article for row in rows), {row.system for row in rows}
    level = "summary" if sum(count >= _LEAST for count in articles.values()) * 2 > len(articles) else "pooled"
    found = []
    for rating in ratings:
        chosen = [score for score in scores if score == rating or score not in CRITERIA or rating not in scores]
        found += [agreement(rows, score, rating, level) for score in chosen]
        if len(systems) >= _LEAST:
            found += [agreement(rows, score, rating, "system") for score in chosen]
    return found
