"""What asks a model for a length: ``<teaser>``, ``<paragraph>`` or ``<long>`` before the article. Knows no model."""

from __future__ import annotations

from math import log

from blogsum.summarize.lengths import LENGTHS, Budget

PROMPTS = ("teaser", "paragraph", "long")  # the shortest first
_CHARS, _SENTENCE = 6.5, 20  # characters of a word with its space, words of a sentence


def prompt(budget: Budget) -> str:
    """The mark for the length nearest to ``budget``, and a space; without limits that is the longest."""
    limits = (
        budget.words,
        budget.chars and budget.chars / _CHARS,
        budget.sentences and budget.sentences * _SENTENCE if not budget.words else None,
    )
    room = min((limit for limit in limits if limit), default=float(LENGTHS[PROMPTS[-1]].words or 0))
    return f"<{min(PROMPTS, key=lambda name: abs(log((LENGTHS[name].words or 1) / room)))}> "
