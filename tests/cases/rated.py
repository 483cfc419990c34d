"""Rated summaries whose scores follow the ratings as closely as a test wants."""

from __future__ import annotations

import random

from blogsum.evaluate.agreement import Rated


def pooled(
    count: int,
    share: float,
    rating: float | None = None,
    score: float | None = None,
    name: str = "coherence",
    seed: int = 0,
) -> list[Rated]:
    """A summary of each of ``count`` articles; ``share`` 1 means that the score orders them as the rating does."""
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        given, noise = chance.randint(1, 5), chance.random()
        made = share * given / 10 + (1 - abs(share)) * noise + 0.01 * noise if score is None else score
        rows.append(Rated(f"{name}{number}", "", {name: made}, {name: float(given) if rating is None else rating}))
    return rows


def several(articles: int, systems: int, share: float, rating: float | None = None) -> list[Rated]:
    """The same for several summaries of each article, whose level differs from article to article."""
    rows = pooled(articles * systems, share, rating)
    return [Rated(f"a{n // systems}", f"s{n % systems}", row.scores, row.ratings) for n, row in enumerate(rows)]
