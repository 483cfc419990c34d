"""Which scores an editor's ratings speak for, on numbers made for it."""

from __future__ import annotations

import random

import pytest

from blogsum.evaluate.agreement import Rated
from blogsum.evaluate.rating import advisory, shuffled, trust
from blogsum.report.rating import LABELS, write
from blogsum.types import Article, Example
from tests.cases.rated import pooled, several


def test_the_order_is_that_of_the_seed_whatever_order_they_come_in() -> None:
    rows = [
        Example(Article(f"a{n % 6}", ""), f"Summary {n}.", system="x" if n < 6 else "y" if n % 2 else None)
        for n in range(12)
    ]
    mixed = random.Random(1).sample(rows, len(rows))
    assert shuffled(rows, 0) == shuffled(mixed, 0)
    assert shuffled(rows, 0) != shuffled(rows, 1)
    ids = [row.article.id for row in shuffled(rows, 0)]
    assert ids[::2] == ids[1::2]
    assert ids[::2] != sorted(ids[::2])


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (pooled(24, 1.0), ""),
        (pooled(24, 0.0), "zero"),
        (pooled(24, -1.0), "below"),
        (pooled(24, 1.0, rating=4), "constant"),
        (pooled(24, 1.0, score=0.5), "constant"),
        (several(10, 3, 1.0), ""),
        (several(10, 3, 0.0), "zero"),
        (several(7, 3, 1.0), "few"),
        (several(10, 3, 1.0, rating=5), "constant"),
    ],
    ids=["agrees", "chance", "opposite", "one rating", "one score", "systems", "systems by chance", "few", "same"],
)
def test_a_score_is_trusted_only_when_its_agreement_is_above_zero(rows: list[Rated], why: str) -> None:
    [found] = trust(rows)
    assert found.why == why
    assert found.is_advisory == bool(why)
    assert advisory([found], ["rouge1", "coherence"]) == (["coherence", "rouge1"] if why else ["rouge1"])
    assert found.agreement.level == ("summary" if len(rows) != 24 else "pooled")


@pytest.mark.parametrize("lang", LABELS)
def test_the_table_in_full(lang: str) -> None:
    found = trust(pooled(24, -1.0) + pooled(24, 1.0, name="fluency", seed=5))
    text = "".join(write(found, 24, 24, "text", lang))
    assert text == TABLES[lang]
    assert "".join(write(found, 9, 9, "md", lang)).count("|\n") == 4


TABLES = {
    "en": """\
24 summaries of 24 articles rated; agreement over all summaries

criterion  Spearman  95 % interval  Kendall
coherence  -0.97     -0.98 … -0.92  -0.89    advisory: the score disagrees with you
fluency    0.96      0.87 … 0.98    0.87     used by the gate
""",
    "de": """\
24 Zusammenfassungen von 24 Artikeln bewertet; Übereinstimmung über alle Zusammenfassungen

Kriterium     Spearman  95-%-Intervall  Kendall
Textkohärenz  -0,97     -0,98 … -0,92   -0,89    nur Hinweis: die Note widerspricht Ihnen
Schreibfluss  0,96      0,87 … 0,98     0,87     zählt im Gate
""",
}


def test_both_languages_have_the_same_words() -> None:
    assert LABELS["en"].keys() == LABELS["de"].keys()
