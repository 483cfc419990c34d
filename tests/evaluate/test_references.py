"""ROUGE through rouge-score, and relevance where people wrote references."""

from __future__ import annotations

import random
import sys

import pytest

from blogsum.errors import MissingExtra, UserError
from blogsum.evaluate import load, references
from blogsum.evaluate.rouge import longest, rouge
from blogsum.text.sentences import stems
from blogsum.types import Article, Example

NOWHERE = Article("x", "", lang="en")
WORDS = "the cat sat on a mat and looked at seven dogs that ran over hills".split()  # noqa: SIM905


def texts(number: int) -> tuple[str, str]:
    chance = random.Random(number)
    return tuple(" ".join(chance.choices(WORDS, k=chance.randint(1, 20))) for _ in range(2))  # type: ignore[return-value]


@pytest.mark.parametrize("number", range(20))
def test_english_equals_the_stock_package(number: int) -> None:
    scorer = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(["rouge1", "rouge2", "rougeL"])
    one, other = texts(number)
    stock = scorer.score(other, one)
    for name in stock:
        ours = load(name).score(Example(Article("x", "", lang="und"), one, (other,)))  # no stemming in either
        assert ours.value == pytest.approx(stock[name].fmeasure, abs=1e-6)


@pytest.mark.parametrize("number", range(10))
def test_our_own_rouge_equals_the_package(number: int) -> None:
    pytest.importorskip("rouge_score")
    one, other = texts(number)
    found = [load(name).score(Example(NOWHERE, one, (other,))).value for name in ("rouge1", "rouge2", "rougeL")]
    own = [*rouge(one, other, "en"), longest(stems(one, "en"), stems(other, "en"))]
    assert found == pytest.approx(own, abs=1e-6)


def test_german_umlauts_count() -> None:
    pytest.importorskip("rouge_score")
    example = Example(Article("x", "", lang="de"), "Mutter schätzt Häuser", ("Mütter schützt höher",))
    assert load("rouge1").score(example).value == pytest.approx(1 / 3, abs=1e-6)  # Mutter and Mütter, one stem


def test_the_best_of_several_references_counts() -> None:
    pytest.importorskip("rouge_score")
    assert load("rouge1").score(Example(NOWHERE, "a cat sat", ("dogs ran", "a cat sat"))).value == 1


def test_rouge_without_a_reference_or_the_package_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="rouge1 of 'x': there is no reference"):
        load("rouge1").score(Example(NOWHERE, "a cat"))
    monkeypatch.setitem(sys.modules, "rouge_score.rouge_scorer", None)
    references._scorer.cache_clear()
    with pytest.raises(MissingExtra) as caught:
        load("rouge1").score(Example(NOWHERE, "a cat", ("a cat",)))
    assert caught.value.hint == "pip install 'blogsum[eval]'"


def test_relevance_takes_references_into_account() -> None:
    article = Article("x", "The town opens a library on Sundays. Many families had asked for it.", lang="en")
    summary = "The town opens a library on Sundays."
    metric = load("relevance")
    alone, both = metric.score(Example(article, summary)), metric.score(Example(article, summary, (summary,)))
    only = metric.score(Example(NOWHERE, summary, (summary, "Nothing else.")))
    assert both.value == pytest.approx(0.97 * alone.value + 0.03, abs=1e-6)
    assert (both.signals["references"], only.value) == (1, 0.5)
    assert alone.signature != both.signature != only.signature
    assert "|refs:2|" in only.signature
