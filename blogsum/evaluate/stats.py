"""Rank correlations with ties, bootstrap intervals and paired comparisons: numpy only, seeded. Knows no summaries."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

RESAMPLES, SEED = 2000, 0
LEVEL = 0.95
FEWEST = 10  # articles; below, resampling them shows too little of how they spread


@dataclass(frozen=True)
class Interval:
    """A value and the range that most resamples (``LEVEL`` unless said) fall into (percentile bootstrap)."""

    value: float
    low: float
    high: float

    @property
    def includes_zero(self) -> bool:
        """Whether nothing is proved."""
        return self.low <= 0 <= self.high


def ranks(values: Sequence[float]) -> Floats:
    """Ranks from 1; equal values share the mean of their ranks."""
    array = np.asarray(values, float)
    order = array.argsort(kind="stable")
    ordered = array[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    last = np.concatenate([first[1:], [len(array)]])
    shared = np.empty(len(array))
    shared[order] = np.repeat((first + last + 1) / 2, last - first)
    return shared


def pearson(one: Sequence[float] | Floats, other: Sequence[float] | Floats) -> float:
    """Linear correlation; nan when one side is constant."""
    x, y = np.asarray(one, float), np.asarray(other, float)
    x, y = x - x.mean(), y - y.mean()
    size = math.sqrt(float(x @ x) * float(y @ y))
    return max(-1.0, min(1.0, float(x @ y) / size)) if size else math.nan


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """Correlation of the ranks; nan when one side is constant."""
    return pearson(ranks(one), ranks(other))


def kendall(one: Sequence[float], other: Sequence[float]) -> float:
    """Kendall's tau-b, which allows for ties on either side; nan when one side is constant. Quadratic in time."""
    x, y = np.asarray(one, float), np.asarray(other, float)
    a, b = np.sign(x[:, None] - x), np.sign(y[:, None] - y)
    size = math.sqrt(float((a * a).sum()) * float((b * b).sum()))
    return float((a * b).sum()) / size if size else math.nan


def bootstrap(groups: int, statistic: Callable[[Floats], float], resamples: int = RESAMPLES) -> Interval:
    """The interval of ``statistic(chosen)`` over groups drawn with replacement; it gets the numbers of the groups."""
    chance = np.random.default_rng(SEED)
    drawn = [statistic(chance.integers(0, groups, groups)) for _ in range(resamples)]
    kept = [value for value in drawn if not math.isnan(value)]
    value = statistic(np.arange(groups))
    if not kept:
        return Interval(value, math.nan, math.nan)
    low, high = np.percentile(kept, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return Interval(value, float(low), float(high))


def mean(values: Sequence[float], resamples: int = RESAMPLES, level: float = LEVEL) -> Interval:
    """The mean with its interval; for a single value the interval is that value."""
    array = np.asarray(values, float)
    if not len(array):
        return Interval(math.nan, math.nan, math.nan)
    drawn = array[np.random.default_rng(SEED).integers(0, len(array), (resamples, len(array)))].mean(axis=1)
    low, high = np.percentile(drawn, [50 * (1 - level), 50 * (1 + level)])
    return Interval(float(array.mean()), float(low), float(high))


def paired(
    candidate: Sequence[float], baseline: Sequence[float], resamples: int = RESAMPLES, level: float = LEVEL
) -> Interval:
    """The mean difference on the same articles, in the same order."""
    return mean([a - b for a, b in zip(candidate, baseline, strict=True)], resamples, level)


def widened(found: Interval, size: int, level: float = LEVEL) -> Interval:
    """The interval made wider, as Student's t is wider than the normal: a bootstrap of few values is too narrow.

    By √(n/(n−1)) for the spread and 1 + (z² + 1)/(4(n−1)) for the tails (first term of Fisher's expansion of t).
    """
    if size < 2:
        return found
    z = NormalDist().inv_cdf((1 + level) / 2)
    factor = math.sqrt(size / (size - 1)) * (1 + (z * z + 1) / (4 * (size - 1)))
    low, high = (found.value + factor * (end - found.value) for end in (found.low, found.high))
    return Interval(found.value, low, high)


def needed(differences: Sequence[float], margin: float) -> int:
    """How many articles an interval of half width ``margin`` would take, if they spread as these do (normal theory)."""
    spread = float(np.std(np.asarray(differences, float), ddof=1)) if len(differences) > 1 else 0.0
    return max(1, math.ceil((1.96 * spread / margin) ** 2))
