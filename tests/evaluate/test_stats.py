"""Statistics against scipy and by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogsum.evaluate import stats

VALUES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=30)


@given(VALUES)
def test_correlations_equal_scipys(pairs: list[tuple[int, int]]) -> None:
    scipy = pytest.importorskip("scipy.stats")
    one, other = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert all(math.isnan(f(one, other)) for f in (stats.pearson, stats.spearman, stats.kendall))
        return
    assert stats.ranks(one).tolist() == scipy.rankdata(one).tolist()
    assert stats.pearson(one, other) == pytest.approx(scipy.pearsonr(one, other)[0])
    assert stats.spearman(one, other) == pytest.approx(scipy.spearmanr(one, other)[0])
    assert stats.kendall(one, other) == pytest.approx(scipy.kendalltau(one, other)[0])


def test_equal_values_share_a_rank() -> None:
    assert stats.ranks([10, 20, 20, 5]).tolist() == [2, 3.5, 3.5, 1]


def test_an_interval_holds_its_mean_and_repeats_itself() -> None:
    found = stats.mean([0.1, 0.5, 0.9, 0.4])
    assert found.low < found.value < found.high
    assert found.value == pytest.approx(0.475)
    assert found == stats.mean([0.1, 0.5, 0.9, 0.4])


def test_a_constant_difference_is_certain() -> None:
    found = stats.paired([0.6, 0.7, 0.9], [0.5, 0.6, 0.8])
    assert (found.value, found.low, found.high) == pytest.approx((0.1, 0.1, 0.1))
    assert not found.includes_zero


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        stats.paired([1.0], [1.0, 2.0])


def test_a_bootstrap_over_groups() -> None:
    values = [1.0, 2.0, 3.0, 4.0]
    found = stats.bootstrap(4, lambda chosen: float(sum(values[n] for n in chosen) / len(chosen)), 500)
    assert 1 < found.low < found.value == 2.5 < found.high < 4


def test_a_wider_spread_needs_more_articles() -> None:
    few, many = stats.needed([0.1, 0.11, 0.09] * 5, 0.03), stats.needed([0.4, -0.3, 0.1] * 5, 0.03)
    assert few == 1
    assert many > 300


def test_few_values_widen_an_interval_as_students_t_does() -> None:
    found = stats.widened(stats.Interval(0.0, -1.96, 1.96), 10)
    assert found.high == pytest.approx(2.262 * (10 / 9) ** 0.5, rel=0.02)  # t with 9 degrees of freedom
    assert stats.widened(stats.Interval(0.0, -1.96, 1.96), 1000).high == pytest.approx(1.96, rel=0.01)
    assert stats.widened(stats.Interval(0.5, 0.5, 0.5), 1) == stats.Interval(0.5, 0.5, 0.5)
