"""ROUGE-1, -2 and -L (Lin, 2004) for any alphabet: NFC, lower case, runs of word characters, stemmed by language.

The stock package drops every letter outside ASCII and stems German as English: "Mutter schätzt Häuser" against
"Mütter schützt höher" scores .545 there; here only Mutter and Mütter are one word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import TypeVar

from blogsum.text.sentences import stems

Token = TypeVar("Token", bound=Hashable)
SIGNATURE = "rouge|n:1,2|score:f1|case:lower|form:nfc|token:word|stem:snowball|version:1"


def rouge(summary: str, reference: str, lang: str) -> tuple[float, float]:
    """F1 of shared words and of shared neighbouring words, each from 0 to 1."""
    return of_stems(stems(summary, lang), stems(reference, lang))


def of_stems(summary: Sequence[str], reference: Sequence[str]) -> tuple[float, float]:
    """The same for texts that are already taken apart."""
    return f1(Counter(summary), Counter(reference)), f1(Counter(pairwise(summary)), Counter(pairwise(reference)))


def f1(one: Counter[Token], other: Counter[Token]) -> float:
    """Harmonic mean of precision and recall of two bags."""
    shared = sum(min(count, other[key]) for key, count in one.items() if key in other)
    return 2 * shared / (sum(one.values()) + sum(other.values())) if shared else 0.0


def longest(summary: Sequence[str], reference: Sequence[str]) -> float:
    """ROUGE-L: F1 of the longest run of words that both have in the same order, gaps allowed."""
    row = [0] * (len(reference) + 1)
    for token in summary:
        before = 0
        for place, other in enumerate(reference, 1):
            kept = row[place]
            row[place] = before + 1 if token == other else max(row[place], row[place - 1])
            before = kept
    return 2 * row[-1] / (len(summary) + len(reference)) if row[-1] else 0.0
