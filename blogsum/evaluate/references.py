"""Metrics to compare with: ROUGE against references through ``rouge-score``, and plain length. Controls, no judges."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from blogsum.errors import MissingExtra, UserError
from blogsum.evaluate.pair import pair
from blogsum.signature import build
from blogsum.text.sentences import stems
from blogsum.types import Example, Score

_FULL = 100  # words that count as length 1


class _Words:
    """Our words for rouge-score, whose own tokenizer drops every letter outside ASCII."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def tokenize(self, text: str) -> list[str]:
        """Stems of NFC, lower-case runs of word characters."""
        return stems(text, self.lang)


class Rouge:
    """F1 of ROUGE against the best of the references (Lin, 2004), computed by ``rouge-score``."""

    name = ""

    def signature(self, lang: str = "any") -> str:
        """The recipe, with the version of rouge-score."""
        from importlib.metadata import version

        _scorer(lang)
        tool = f"rouge-score-{version('rouge-score')}"
        return build(self.name, lang=lang, refs="best", form="nfc", stem="snowball", tool=tool, version="1.0")

    def score(self, example: Example) -> Score:
        """Compare with each reference and keep the best; UserError where there is none."""
        if not example.references:
            raise UserError(f"{self.name} of '{example.article.id}': there is no reference", hint="add references")
        taken = pair(example)
        scorer = _scorer(taken.lang)
        found = [scorer.score(reference, taken.text)[self.name].fmeasure for reference in example.references]
        return Score(self.name, round(max(found), 6), {}, (), self.signature(taken.lang))


class Rouge1(Rouge):
    """Shared words."""

    name = "rouge1"


class Rouge2(Rouge):
    """Shared pairs of neighbouring words."""

    name = "rouge2"


class RougeL(Rouge):
    """The longest common sequence of words."""

    name = "rougeL"


class Length:
    """Words, up to a hundred: what a score must beat to be worth anything."""

    name = "length"

    def signature(self, lang: str = "any") -> str:
        """The recipe."""
        return build(self.name, lang=lang, version="1.0")

    def score(self, example: Example) -> Score:
        """The share of a hundred words that the summary has."""
        taken = pair(example)
        size = sum(map(len, taken.summary.words))
        return Score(self.name, min(1.0, size / _FULL), {}, (), self.signature(taken.lang))


@lru_cache(maxsize=16)
def _scorer(lang: str) -> Any:
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError as error:
        raise MissingExtra("rouge-score", "eval") from error
    return RougeScorer([Rouge1.name, Rouge2.name, RougeL.name], tokenizer=_Words(lang))
