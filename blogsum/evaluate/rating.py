"""An editor's ratings: in which order summaries are shown, and which scores agree with this editor. Asks nobody."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blogsum.evaluate import CRITERIA
from blogsum.evaluate.agreement import Agreement, Rated, table
from blogsum.files import digest
from blogsum.types import Example

LOWEST, HIGHEST = 1, 5
ENOUGH = 20  # ratings: from here on an agreement of .6 is found in seven of ten cases, and one of 0 in 1–7 of 100
ARTICLES = 8  # that must tell: resampling fewer shows too little of how they spread


@dataclass(frozen=True)
class Trust:
    """How one criterion agrees with the editor; ``why`` is what speaks against using it in the gate, "" for nothing.

    ``why`` is one of ``zero`` (the interval includes it), ``below`` (the score disagrees), ``constant`` (the ratings or
    the scores do not differ) and ``few`` (too few articles).
    """

    agreement: Agreement
    why: str

    @property
    def is_advisory(self) -> bool:
        """Whether the gate should not use it."""
        return bool(self.why)


def key(article: str, system: str | None, summary: str) -> str:
    """What tells one summary from all others."""
    return digest(article, system or "", summary)[:16]


def of_example(example: Example) -> str:
    """The key of an example."""
    return key(example.article.id, example.system, example.summary)


def shuffled(examples: Iterable[Example], seed: int) -> list[Example]:
    """The examples in an order that depends on them and the seed alone; those of one article stand together."""

    def by_chance(example: Example) -> tuple[str, str]:
        return digest(seed, example.article.id), digest(seed, of_example(example))

    return sorted(examples, key=by_chance)


def trust(rows: Sequence[Rated]) -> list[Trust]:
    """Each rated criterion with its agreement: per article where articles have several summaries, else over all."""
    found = table(rows, CRITERIA)
    return [Trust(one, _why(one)) for one in found if one.level != "system" and one.score == one.rating]


def _why(one: Agreement) -> str:
    interval = one.spearman
    if any(math.isnan(value) for value in (interval.value, interval.low, interval.high)):
        return "constant"
    if one.articles < ARTICLES:
        return "few"
    return "" if interval.low > 0 else "below" if interval.high < 0 else "zero"


def advisory(found: Iterable[Trust], before: Sequence[str]) -> list[str]:
    """The advisory metrics from now on: what was rated as found, all others as ``before``."""
    found = list(found)
    rated = {one.agreement.score for one in found}
    kept = [name for name in before if name not in rated]
    return [*(one.agreement.score for one in found if one.is_advisory), *kept]
