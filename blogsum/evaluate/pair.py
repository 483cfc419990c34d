"""An article and a summary side by side: which source sentence each summary sentence goes back to, and how closely.

The four criteria look at examples only through here. Knows no scores; everything follows from the two texts and the
article's language alone, so that a pair is judged the same in any company.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from blogsum.evaluate.reading import Reading, read_article, read_summary, tidy
from blogsum.text.language import detect
from blogsum.text.sentences import stems
from blogsum.types import Article, Example

_TOKEN = re.compile(r"\w+|[^\w\s]")
# How far each way of predicting a word counts: any word, the article's words, behind this one, behind these two
_CHANCE, _UNIGRAM, _BIGRAM, _TRIGRAM = 1e-6, 0.2, 0.3, 0.4


@dataclass(frozen=True)
class Alignment:
    """Where one summary sentence goes back to in the article.

    ``source`` is the sentence that holds most of its stems, ``held`` their share, ``phrases`` the largest share of its
    word pairs in one sentence.
    """

    source: int
    held: float
    phrases: float


@dataclass(frozen=True)
class Pair:
    """One example taken apart; ``article`` and ``text`` are what is judged (``tidy``)."""

    article: Article
    text: str
    lang: str

    @cached_property
    def source(self) -> Reading:
        """The article's prose."""
        return read_article(self.article.text, self.lang)

    @cached_property
    def summary(self) -> Reading:
        """The summary."""
        return read_summary(self.text, self.lang)

    @property
    def has_source(self) -> bool:
        """Whether there is an article to compare with; ratings against references come without."""
        return bool(self.source.spans)

    @cached_property
    def said(self) -> frozenset[str]:
        """Stems of all that the article says anywhere: text, headings, title, author, date."""
        return _said(self.article, self.lang)

    @cached_property
    def alignment(self) -> tuple[Alignment, ...]:
        """One for each sentence of the summary; the first of equally good source sentences."""
        return tuple(_aligned(line, self.source) for line in self.summary.stems)

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The source sentence that each summary sentence goes back to."""
        return tuple(one.source for one in self.alignment)

    @cached_property
    def surprise(self) -> tuple[tuple[float, ...], ...]:
        """Natural logarithm of each word's and mark's chance under the article's own wording, by sentence."""
        model = _wording(self.source)
        return tuple(model.logs(sentence) for sentence in self.summary.sentences)


@lru_cache(maxsize=4)  # the four criteria ask for the same pair one after the other
def pair(example: Example) -> Pair:
    """The example taken apart."""
    return of_texts(example.article, example.summary)


def of_texts(article: Article, summary: str) -> Pair:
    """A summary beside its article. The language is the article's, or the summary's where there is no article."""
    lang = (article.lang or detect(article.text or summary)).lower()[:2]
    return Pair(_tidied(article), tidy(summary), lang)


def _tidied(article: Article) -> Article:
    text = tidy(article.text)
    return article if text == article.text else Article(article.id, text, article.title, lang=article.lang)


@lru_cache(maxsize=32)
def _said(article: Article, lang: str) -> frozenset[str]:
    parts = (article.text, article.title, article.author, article.date)
    return frozenset(stems("\n".join(part for part in parts if part), lang))


def _aligned(line: tuple[str, ...], source: Reading) -> Alignment:
    if not line or not source.spans:
        return Alignment(0, 0.0, 0.0)
    counts = [sum(stem in held for stem in line) for held in source.sets]
    best = max(range(len(counts)), key=lambda number: counts[number])
    pairs = list(pairwise(line))
    shared = max(sum(two in held for two in pairs) for held in source.bigram_sets) / len(pairs) if pairs else 0.0
    return Alignment(best, counts[best] / len(line), shared)


class _Wording:
    """How an article puts its words: a trigram model of this one text."""

    def __init__(self, source: Reading) -> None:
        lines = [_TOKEN.findall(sentence.lower()) for sentence in source.sentences]
        self.one = Counter(token for line in lines for token in line)
        self.total = sum(self.one.values()) + 1
        self.one["<s>"] = len(lines)
        padded = [["<s>", "<s>", *line, "</s>"] for line in lines]
        self.two = Counter(two for line in padded for two in pairwise(line[1:]))
        self.heads = Counter(two for line in padded for two in pairwise(line[:-1]))
        self.three = Counter(three for line in padded for three in zip(line, line[1:], line[2:], strict=False))

    def logs(self, sentence: str) -> tuple[float, ...]:
        """One number for each word, mark and the end, at most 0."""
        line = ["<s>", "<s>", *_TOKEN.findall(sentence.lower()), "</s>"]
        return tuple(self._log(*three) for three in zip(line, line[1:], line[2:], strict=False))

    def _log(self, first: str, second: str, word: str) -> float:
        one = self.one[word] / self.total
        two = self.two[second, word] / self.one[second] if self.one[second] else 0.0
        three = self.three[first, second, word] / self.heads[first, second] if self.heads[first, second] else 0.0
        return math.log(_CHANCE + _UNIGRAM * one + _BIGRAM * min(1.0, two) + _TRIGRAM * min(1.0, three))


@lru_cache(maxsize=32)
def _wording(source: Reading) -> _Wording:
    return _Wording(source)
