"""Which words set a year apart from the others: a cheap look at what a blog wrote about; no topic model."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from blogsum.text.language import small_words

SHOWN = 6  # words of a year
_FEWEST = 3  # articles that a word must stand in within the year
_READ = 1000  # words read of an article
_COMMON = 0.3  # share of the other years' articles from which on a word is no topic of this year
_KEPT = 60_000  # words kept of a year: what stood in one article goes first, so that memory is bounded


@dataclass(frozen=True)
class Topic:
    """The words that set the articles of one language and year apart, the most telling first."""

    lang: str
    year: str
    articles: int
    words: tuple[str, ...]


class Topics:
    """In how many articles of a language and year each word stands."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], Counter[str]] = {}
        self._articles: Counter[tuple[str, str]] = Counter()

    def add(self, lang: str, year: str, words: Sequence[str]) -> None:
        """Count the words of one article; one without a year is left out."""
        if not year:
            return
        counts = self._counts.setdefault((lang, year), Counter())
        self._articles[lang, year] += 1
        small = small_words(lang)
        counts.update({word for word in words[:_READ] if len(word) > 3 and word.isalpha() and word not in small})
        if len(counts) > _KEPT:
            self._counts[lang, year] = Counter({word: count for word, count in counts.items() if count > 1})

    def found(self) -> tuple[Topic, ...]:
        """A topic for each language and year with a few articles, in order of both; none for a language of one year."""
        topics = []
        for lang in sorted({lang for lang, _ in self._counts}):
            years = sorted(year for one, year in self._counts if one == lang)
            total: Counter[str] = Counter()
            for year in years:
                total.update(self._counts[lang, year])
            articles = sum(self._articles[lang, year] for year in years)
            for year in years if len(years) > 1 else ():
                telling = self._telling(lang, year, total, articles)
                if telling:
                    topics.append(Topic(lang, year, self._articles[lang, year], telling))
        return tuple(topics)

    def _telling(self, lang: str, year: str, total: Counter[str], articles: int) -> tuple[str, ...]:
        """Words by their log-odds ratio against the other years, over its standard error.

        Monroe, Colaresi and Quinn (2008), "Fightin' Words", equation 22, on numbers of articles with a prior of 0.5.
        """
        here, rest = self._articles[lang, year], articles - self._articles[lang, year]
        scores = {}
        for word, count in self._counts[lang, year].items():
            other = total[word] - count
            if count >= _FEWEST and other <= _COMMON * rest and count * rest > other * here:
                ratio = _odds(count, here) - _odds(other, rest)
                scores[word] = ratio / math.sqrt(1 / (count + 0.5) + 1 / (other + 0.5))
        best = sorted(scores, key=lambda word: (-scores[word], word))[:SHOWN]
        return tuple(word for word in best if scores[word] > 1.5)  # about one in fifteen by chance alone


def _odds(count: int, articles: int) -> float:
    return math.log((count + 0.5) / (articles - count + 0.5))
