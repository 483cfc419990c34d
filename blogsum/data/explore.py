"""One pass over articles -> what is in them: counts, distributions, coverage, near-duplicates, words of each year.

Knows no report. No text is kept: a row costs its sketch (``duplicates.py``), a dozen numbers, and its id and title.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blogsum.data.coverage import STATES, human_summary, state
from blogsum.data.duplicates import Index, connected
from blogsum.data.overlap import overlap
from blogsum.data.thresholds import Thresholds
from blogsum.data.topics import Topic, Topics
from blogsum.text.language import detect
from blogsum.text.sentences import words
from blogsum.types import Article

MEASURES = ("compression", "coverage", "density", "novelty 1", "novelty 2", "novelty 3", "lead")
_SHARES = frozenset(MEASURES) - {"compression", "density"}
_MONTH = re.compile(r"\d{4}(?:-\d\d)?")
_BINS = 20  # most bars of a histogram


@dataclass(frozen=True)
class Distribution:
    """Numbers at a glance. ``bins`` are (from, below, count); the last one holds all that is larger, too."""

    count: int
    mean: float
    least: float
    lower: float  # a quarter is smaller
    median: float
    upper: float  # a quarter is larger
    most: float
    bins: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True)
class Group:
    """The articles of one language or author; ``name`` is empty for those that do not say."""

    name: str
    articles: int
    words: int
    usable: int
    article_words: Distribution
    summary_words: Distribution | None


@dataclass(frozen=True)
class Post:
    """What a list of posts shows of one; ``state`` is what its summary is (``coverage.STATES``)."""

    id: str
    title: str | None
    author: str | None
    state: str


@dataclass(frozen=True)
class Alike:
    """Posts with nearly the same text; ``similarity`` is the least of those that connect them."""

    posts: tuple[Post, ...]
    similarity: float


@dataclass(frozen=True)
class Survey:
    """What is in a dataset. Words are runs of letters and digits; ``measures`` are of articles with a human's summary.

    ``dates`` counts articles by month (``2026-11``), in order; ``undated`` have none. ``lacking`` are the posts
    without a usable summary, those with none at all first.
    """

    articles: int
    words: int
    languages: tuple[Group, ...]
    authors: tuple[Group, ...]
    dates: tuple[tuple[str, int], ...]
    undated: int
    article_words: Distribution | None
    summary_words: Distribution | None
    measures: dict[str, Distribution]
    states: dict[str, int]
    lacking: tuple[Post, ...]
    duplicates: tuple[Alike, ...]
    topics: tuple[Topic, ...]


def survey(articles: Iterable[Article], limits: Thresholds | None = None) -> Survey:
    """Read the articles once and say what is in them. Raises MissingExtra without the library for near-duplicates."""
    reader = _Reader(limits or Thresholds())
    for article in articles:
        reader.add(article)
    return reader.survey()


class _Numbers:
    """The lengths of one language's or author's articles and summaries."""

    def __init__(self) -> None:
        self.article, self.summary = array("Q"), array("Q")
        self.usable = 0

    def group(self, name: str) -> Group:
        lengths = distribution(self.article)
        assert lengths is not None  # noqa: S101 a group begins with its first article
        summaries = distribution(self.summary)
        return Group(name, len(self.article), sum(self.article), self.usable, lengths, summaries)


class _Reader:
    """Collects numbers article by article."""

    def __init__(self, limits: Thresholds) -> None:
        self.limits = limits
        self.all = _Numbers()
        self.languages: dict[str, _Numbers] = {}
        self.authors: dict[str, _Numbers] = {}
        self.months: dict[str, int] = {}
        self.measures = {name: array("d") for name in MEASURES}
        self.posts: list[Post] = []
        self.index = Index()
        self.topics = Topics()

    def add(self, article: Article) -> None:
        """Count one more article; its text is not kept."""
        own, short = words(article.text), words(human_summary(article) or "")
        shared = overlap(own, short) if own and short else None
        standing = state(article, short, shared, self.limits)
        lang = article.lang or detect(article.text)
        for numbers in (
            self.all,
            self.languages.setdefault(lang, _Numbers()),
            self.authors.setdefault(article.author or "", _Numbers()),
        ):
            numbers.article.append(len(own))
            if short:
                numbers.summary.append(len(short))
            numbers.usable += standing == "usable"
        if shared is not None:
            values = (shared.compression, shared.coverage, shared.density, *shared.novelty, shared.lead)
            for name, value in zip(MEASURES, values, strict=True):
                self.measures[name].append(value)
        month = found[0] if (found := _MONTH.match(article.date or "")) else ""
        self.months[month] = self.months.get(month, 0) + 1
        self.posts.append(Post(article.id, article.title, article.author, standing))
        self.index.add(article.text)
        self.topics.add(lang, month[:4], own)

    def survey(self) -> Survey:
        """What was counted so far."""
        undated = self.months.get("", 0)
        lacking = (post for post in self.posts if post.state != "usable")
        measured = {name: distribution(found, name in _SHARES) for name, found in self.measures.items()}
        return Survey(
            articles=len(self.posts),
            words=sum(self.all.article),
            languages=_groups(self.languages),
            authors=_groups(self.authors),
            dates=tuple(sorted((month, count) for month, count in self.months.items() if month)),
            undated=undated,
            article_words=distribution(self.all.article),
            summary_words=distribution(self.all.summary),
            measures={name: found for name, found in measured.items() if found is not None},
            states={name: sum(post.state == name for post in self.posts) for name in STATES},
            lacking=tuple(sorted(lacking, key=lambda post: -STATES.index(post.state))),
            duplicates=self.alike(),
            topics=self.topics.found(),
        )

    def alike(self) -> tuple[Alike, ...]:
        """The groups of near-duplicates among the articles so far."""
        pairs = self.index.pairs(self.limits.near_duplicate)
        least: dict[int, float] = {}
        for pair in pairs:
            for place in (pair.first, pair.second):
                least[place] = min(pair.similarity, least.get(place, 1.0))
        return tuple(
            Alike(tuple(self.posts[place] for place in group), min(least[place] for place in group))
            for group in connected(len(self.posts), pairs)
        )


def _groups(found: dict[str, _Numbers]) -> tuple[Group, ...]:
    """The largest first; those that do not say who or what they are come last."""
    groups = [numbers.group(name) for name, numbers in found.items()]
    return tuple(sorted(groups, key=lambda group: (not group.name, -group.articles, group.name)))


def distribution(values: Sequence[float], shares: bool = False) -> Distribution | None:
    """The distribution of at least one number, ``shares`` on a scale to 1; quartiles are interpolated."""
    import numpy as np

    if not len(values):
        return None
    numbers = np.asarray(values, dtype=float)
    least, lower, median, upper, most = (float(value) for value in np.percentile(numbers, [0, 25, 50, 75, 100]))
    return Distribution(len(numbers), float(numbers.mean()), least, lower, median, upper, most, _bins(numbers, shares))


def _bins(numbers: object, shares: bool) -> tuple[tuple[float, float, int], ...]:
    """Bars of a round width that hold 98 of 100 numbers; few giants would else leave all others one bar."""
    import numpy as np

    top = 1.0 if shares else float(np.percentile(np.asarray(numbers), 98))
    width = _round(top / _BINS)
    count = max(1, int(np.ceil(top / width - 1e-9)))
    places = np.minimum((np.asarray(numbers) / width + 1e-9).astype(int), count - 1)
    heights = np.bincount(places, minlength=count)
    edges = [round(place * width, 9) for place in range(count + 1)]
    return tuple((edges[place], edges[place + 1], int(height)) for place, height in enumerate(heights))


def _round(width: float) -> float:
    """The next larger of 1, 2 or 5 times a power of ten, so that a scale has round numbers."""
    if width <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= width * (1 - 1e-9))
