"""The self-test as a test: every way of spoiling a summary is noticed by the score it is meant for."""

from __future__ import annotations

import pytest

from blogsum.evaluate.perturb import PERTURBATIONS, Row, cases, self_test, spoil

ROWS = [pytest.param(row, id=f"{lang}-{row.name}") for lang in ("de", "en") for row in self_test(lang)]


@pytest.mark.parametrize("row", ROWS)
def test_the_right_score_falls_and_the_others_much_less(row: Row) -> None:
    assert row.passed, row.changes


@pytest.mark.parametrize("name", list(PERTURBATIONS))
def test_spoiling_changes_the_summary_and_repeats_itself(name: str) -> None:
    for lang in ("de", "en"):
        first, *others = [case for case in cases() if case.article.lang == lang]
        assert spoil(name, first, others) == spoil(name, first, others) != first.summary
        assert len(others) == 2
