"""What an article is about, as weights of its content stems: said early and said often. Knows no summary."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping
from functools import lru_cache

from blogsum.evaluate.pair import Pair
from blogsum.evaluate.reading import Reading
from blogsum.text.sentences import stems

OPENING = 3  # sentences: where news and posts say what they are about
KEY_TERMS = 20
_FEW = 6  # a summary of fewer terms is measured as if it had these, so that one lucky word is not perfect


def weights(pair: Pair) -> Mapping[str, float]:
    """Weight of each content stem: the sum of 1/√n over the sentences that hold it, n counted from 1; title included.

    The square root lets the first sentence count as much as the tenth to fifteenth together.
    """
    return _weights(pair.source, pair.article.title or "")


@lru_cache(maxsize=32)
def _weights(source: Reading, title: str) -> Mapping[str, float]:
    found: Counter[str] = Counter()
    for number, line in enumerate(source.content_sets, 1):
        for stem in line:
            found[stem] += 1 / math.sqrt(number)  # type: ignore[assignment]
    for stem in frozenset(stems(title, source.lang)) & found.keys():
        found[stem] += 1
    return found


def key_terms(pair: Pair) -> list[str]:
    """The heaviest stems, heaviest first, equal ones by the alphabet."""
    known = weights(pair)
    return sorted(known, key=lambda stem: (-known[stem], stem))[:KEY_TERMS]


def focus(pair: Pair) -> float:
    """Weight of the summary's content stems, in shares of the most that as many stems could weigh."""
    known, own = weights(pair), pair.summary.content_set
    best = sorted(known.values(), reverse=True)[: max(_FEW, len(own))]
    return _sum(known, own) / math.fsum(best) if best else 0.0


def density(pair: Pair) -> float:
    """Mean weight of the summary's content stems, in shares of the heaviest one."""
    known, own = weights(pair), pair.summary.content_set
    return _sum(known, own) / len(own) / max(known.values()) if known and own else 0.0


def spelled(stem: str, pair: Pair) -> str:
    """The word behind a stem, as the article first writes it."""
    for words, found in zip(pair.source.words, pair.source.stems, strict=True):
        if stem in found:
            return words[found.index(stem)]
    return stem


def coverage(pair: Pair) -> float:
    """Weight of the key terms that the summary takes up, in shares of the weight of all of them."""
    known, terms = weights(pair), key_terms(pair)
    total = _sum(known, terms)
    return _sum(known, pair.summary.content_set.intersection(terms)) / total if total else 0.0


def opening(pair: Pair) -> tuple[float, float]:
    """Precision and F1 of the summary's content stems against the article's opening sentences."""
    lead = Counter(stem for line in pair.source.content[:OPENING] for stem in line)
    own = Counter(stem for line in pair.summary.content for stem in line)
    shared = sum((lead & own).values())
    size, other = sum(own.values()), sum(lead.values())
    return (shared / size if size else 0.0), (2 * shared / (size + other) if size + other else 0.0)


def likeness(pair: Pair) -> float:
    """How alike summary and article spread their words over subjects: 1 − Jensen-Shannon divergence (base 2)."""
    article = Counter(stem for line in pair.source.content for stem in line if not stem.isdigit())
    own = Counter(stem for line in pair.summary.content for stem in line)
    if not article or not own:
        return 0.0
    all_own, all_article = sum(own.values()), sum(article.values())
    parts = []
    for stem in sorted(article.keys() | own.keys()):
        p, q = article[stem] / all_article, own[stem] / all_own
        middle = (p + q) / 2
        parts += [x * math.log2(x / middle) / 2 for x in (p, q) if x]
    return min(1.0, max(0.0, 1 - math.fsum(parts)))


def _sum(known: Mapping[str, float], chosen: Collection[str]) -> float:
    return math.fsum(known.get(stem, 0.0) for stem in chosen)
