"""ROUGE-1 and ROUGE-2 (Lin, 2004) for any alphabet: NFC, lower case, runs of word characters, stemmed by language.

The stock package drops every letter outside ASCII and stems German as English: "Mutter schätzt Häuser" against
"Mütter schützt höher" scores .545 there; here only Mutter and Mütter are one word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

from blogsum.text.sentences import stems

SIGNATURE = "rouge|n:1,2|score:f1|case:lower|form:nfc|token:word|stem:snowball|version:1"


def rouge(summary: str, reference: str, lang: str) -> tuple[float, float]:
    """F1 of shared words and of shared neighbouring words, each from 0 to 1."""
    return of_stems(stems(summary, lang), stems(reference, lang))


def of_stems(summary: Sequence[str], reference: Sequence[str]) -> tuple[float, float]:
    """The same for texts that are already taken apart."""
    pairs = zip(summary, summary[1:], strict=False), zip(reference, reference[1:], strict=False)
    return f1(Counter(summary), Counter(reference)), f1(Counter(pairs[0]), Counter(pairs[1]))


def f1(one: Counter[str] | Counter[tuple[str, str]], other: Counter[str] | Counter[tuple[str, str]]) -> float:
    """Harmonic mean of precision and recall of two bags."""
    shared = _shared(one.items(), other)
    return 2 * shared / (sum(one.values()) + sum(other.values())) if shared else 0.0


def _shared(items: Iterable[tuple[Hashable, int]], other: Counter[str] | Counter[tuple[str, str]]) -> int:
    return sum(min(count, other[key]) for key, count in items if key in other)  # type: ignore[index]
