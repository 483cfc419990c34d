"""Agreement with ratings, on numbers one can check by hand."""

from __future__ import annotations

import math

import pytest

from blogsum.evaluate.agreement import Rated, agreement

ROWS = [
    Rated(article, system, {"own": own, "flat": 1.0}, {"coherence": people})
    for article, system, own, people in [
        ("a", "x", 0.1, 1), ("a", "y", 0.2, 2), ("a", "z", 0.3, 3),
        ("b", "x", 0.3, 1), ("b", "y", 0.2, 2), ("b", "z", 0.4, 3),
        ("c", "x", 0.1, 4), ("c", "y", 0.5, 4), ("c", "z", 0.9, 4),
        ("d", "x", 0.1, 4), ("d", "y", 0.5, 5),
    ]
]  # fmt: skip


def test_articles_are_averaged_and_constant_ones_counted() -> None:
    found = agreement(ROWS, "own", "coherence", "summary")
    assert found.spearman.value == pytest.approx((1 + 0.5) / 2)
    assert found.kendall == pytest.approx((1 + 1 / 3) / 2)
    assert (found.articles, found.skipped) == (2, 2)
    assert found.spearman.low == pytest.approx(0.5)
    assert found.spearman.high == pytest.approx(1.0)


def test_systems_are_compared_by_their_means() -> None:
    found = agreement(ROWS, "own", "coherence", "system")
    assert found.spearman.value == 1  # means of own .15, .35, .53; of the ratings 2.5, 3.25, 3.33
    assert found.articles == 4


def test_a_score_that_says_nothing_agrees_with_nobody() -> None:
    assert agreement(ROWS, "flat", "coherence", "summary").spearman.value == 0
    assert math.isnan(agreement(ROWS, "flat", "coherence", "pooled").pearson)


def test_the_order_of_the_rows_changes_nothing() -> None:
    for level in ("summary", "system", "pooled"):
        assert agreement(ROWS, "own", "coherence", level) == agreement(ROWS[::-1], "own", "coherence", level)
