"""Our ROUGE equals rouge-score on English ASCII, and sees umlauts where that does not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogsum.evaluate.rouge import of_stems, rouge

scorer = pytest.importorskip("rouge_score.rouge_scorer")

PAIRS = [
    ("The cat sat on the mat.", "A cat was sitting on the mat."),
    ("Releases are planned for Tuesday", "releases were planned on Tuesday, said the planners"),
    ("one two two three three three", "three two one three two three four"),
    ("nothing shared here", "completely different words"),
    ("word", "word"),
    ("", "something"),
    ("something", ""),
]


@pytest.mark.parametrize(("summary", "reference"), PAIRS)
def test_equals_rouge_score_word_for_word(summary: str, reference: str) -> None:
    theirs = scorer.RougeScorer(["rouge1", "rouge2"], use_stemmer=False).score(reference, summary)
    ours = of_stems(*(text.lower().replace(".", "").replace(",", "").split() for text in (summary, reference)))
    assert ours == pytest.approx((theirs["rouge1"].fmeasure, theirs["rouge2"].fmeasure))


WORDS = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]), max_size=30)


@settings(max_examples=200, deadline=None)
@given(WORDS, WORDS)
def test_equals_rouge_score_on_any_words(summary: list[str], reference: list[str]) -> None:
    theirs = scorer.RougeScorer(["rouge1", "rouge2"]).score(" ".join(reference), " ".join(summary))
    assert of_stems(summary, reference) == pytest.approx((theirs["rouge1"].fmeasure, theirs["rouge2"].fmeasure))


def test_stemmed_english_is_close_to_rouge_score() -> None:
    """Porter (theirs) and Snowball's Porter 2 (ours) differ on a few words only."""
    summary = "The developers released new versions and fixed several bugs reported by users of the library."
    reference = "Users reported bugs; the library's developer fixed them and is releasing a new version."
    theirs = scorer.RougeScorer(["rouge1", "rouge2"], use_stemmer=True).score(reference, summary)
    assert rouge(summary, reference, "en")[0] == pytest.approx(theirs["rouge1"].fmeasure, abs=0.02)


def test_umlauts_are_letters() -> None:
    assert rouge("Mutter schätzt Häuser", "Vater schützt höher", "de")[0] == 0
    assert rouge("Die Häuser", "Das Haus der Häuser", "de")[0] > 0
