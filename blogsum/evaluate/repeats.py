"""What a summary says twice, found in the summary alone. Knows no article and no scores."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from blogsum.evaluate.reading import Reading

T = TypeVar("T")
_TOKEN = re.compile(r"\w+|[^\w\s]")
SAME = 0.8  # two sentences that share so much of the shorter one's content say the same


def share(items: Sequence[T], size: int) -> float:
    """The share of runs of ``size`` items that stood before."""
    runs = list(zip(*(items[start:] for start in range(size)), strict=False))
    return 1 - len(set(runs)) / len(runs) if runs else 0.0


def overlap(reading: Reading) -> float:
    """The largest share of a sentence's content that another sentence has too; 0 for a single sentence."""
    sets = [line for line in reading.content_sets if line]
    return max((_shared(one, other) for i, one in enumerate(sets) for other in sets[i + 1 :]), default=0.0)


def twins(reading: Reading) -> Iterator[int]:
    """Numbers of the sentences that repeat an earlier one, nearly word for word."""
    for number, line in enumerate(reading.sets):
        if len(line) > 2 and any(len(e) > 2 and len(line & e) >= SAME * len(line | e) for e in reading.sets[:number]):
            yield number


def stutters(sentence: str) -> int:
    """How often a word, or a pair of words, stands right behind itself; "that that" counts, numbers do not."""
    tokens = _TOKEN.findall(sentence.lower())
    once = sum(a == b and a.isalpha() for a, b in pairwise(tokens))
    fours = zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False)
    twice = sum(a == c and b == d and a != b and a.isalpha() for a, b, c, d in fours)
    return int(once + twice)


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / min(len(one), len(other))
