"""The built-in summariser: whole sentences of the article, chosen to read as one text. No download, deterministic.

Up to some eighty words it weighs whole sets of sentences against each other (``ranker``); beyond that, one sentence
after the other. Either way only readable sentences, in the article's order, none without what it leans on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from blogsum.errors import UserError
from blogsum.summarize.candidates import REPEATED, Room
from blogsum.summarize.lengths import Budget, cut, fits, render
from blogsum.summarize.outline import Line, Outline, outline
from blogsum.summarize.ranker import Ranker, Rated, built_in_ranker
from blogsum.types import Article, Evidence, Summary

SYSTEM = "blogsum-extractive"
_SET_WORDS, _META_WORDS, _SET_LINES = 80, 40, 4  # above these, sets are too many to weigh
_WORD_CHARS = 6.5  # a German or English word and its space
_NO_LIMIT = 10**9
_REDUNDANCY = 2.0  # standard deviations a sentence loses that repeats one already taken word for word
_NEXT = 0.35  # and what it gains by following one: runs read better


class Extractive:
    """Summaries made of the article's own sentences, in its own order."""

    def __init__(self, ranker: Ranker | None = None) -> None:
        """``ranker`` is the built-in one unless given."""
        self._ranker = ranker

    def summarize(self, article: Article, budget: Budget) -> Summary:
        """Return a summary of ``article`` within ``budget``; raise UserError when it has no sentence to offer."""
        sketch = outline(article)
        text, used = self._text(sketch, budget)
        if not text:
            raise UserError(*_nothing(sketch))
        return Summary(article.id, text, budget.name, sketch.lang, SYSTEM, tuple(_evidence(text, used, budget)))

    def prepare(self, articles: Sequence[Article]) -> None:
        """Nothing: articles share no work."""

    def _text(self, sketch: Outline, budget: Budget) -> tuple[str, Sequence[Line]]:
        """The summary and the lines it is made of; empty when there are none."""
        lines = sketch.lines
        if not lines:
            return "", ()
        if len(lines) <= 2 and _holds([line.text for line in lines], budget):
            return render([line.text for line in lines], budget), lines
        ranker = self._ranker or built_in_ranker()
        rated = ranker.rate(sketch)
        chosen = choose(rated, ranker, budget)
        if chosen:
            return render([lines[i].text for i in chosen], budget), [lines[i] for i in chosen]
        best = _best_to_cut(rated)
        if best is None:
            return "", ()
        text = cut(lines[best].text, budget)
        return (text, [lines[best]]) if _says_something(text, budget) else ("", ())


def _evidence(text: str, used: Sequence[Line], budget: Budget) -> Iterator[Evidence]:
    """Where each sentence of the summary stands; only one that is alone may have been shortened."""
    for line in used:
        source = line.sentence
        shown = text.removeprefix("- ") if len(used) == 1 else render([line.text], Budget(budget.name))
        yield Evidence(shown, source.index, source.start, source.end, True)


def choose(rated: Rated, ranker: Ranker, budget: Budget) -> list[int]:
    """The lines of the summary in order; empty when not one readable sentence fits."""
    room, kind = _room(budget)
    if kind:
        for least, fewest in ((room.least, room.fewest), (room.least // 3, room.fewest), (1, 1)):
            sets = ranker.sets_of(rated, replace(room, least=least, fewest=fewest), kind)
            for _, chosen in sets:
                if _holds([rated.table.outline.lines[i].text for i in chosen], budget):
                    return list(chosen)
        return []
    return _one_by_one(rated, budget)


def _room(budget: Budget) -> tuple[Room, str]:
    """The budget as limits of a set and the network that rates such sets, or "" for one sentence after the other."""
    words = min(budget.words or _NO_LIMIT, int(min(budget.chars or _NO_LIMIT, _NO_LIMIT) / _WORD_CHARS))
    lines = budget.sentences or _NO_LIMIT
    if budget.bullets or (words > _SET_WORDS and lines > _SET_LINES):
        return Room(words, budget.chars or _NO_LIMIT, lines, 1), ""
    limits = Room(
        words=min(budget.words or _NO_LIMIT, _SET_WORDS),
        chars=budget.chars or _NO_LIMIT,
        lines=min(lines, _SET_LINES),
        least=min(18, words // 4),
        fewest=2 if words > _META_WORDS and lines > 1 else 1,
    )
    return limits, "meta" if words <= _META_WORDS else "teaser"


def _one_by_one(rated: Rated, budget: Budget) -> list[int]:
    """Take the best sentence that still fits, again and again; one that leans only behind the one it leans on."""
    table, lines = rated.table, rated.table.outline.lines
    open_, chosen = ~table.barred, list[int]()
    penalty = np.zeros(len(lines))
    while len(chosen) < (budget.sentences or len(lines)):
        taken = np.zeros(len(lines) + 1, bool)
        taken[[i + 1 for i in chosen]] = True
        follows = taken[:-1]
        worth = np.where(
            open_ & (~table.leaning | follows), rated.scores - _REDUNDANCY * penalty + _NEXT * follows, -np.inf
        )
        best = int(worth.argmax())
        if not np.isfinite(worth[best]):
            break
        open_[best] = False
        if _holds([lines[i].text for i in sorted([*chosen, best])], budget):
            chosen.append(best)
            penalty = np.maximum(penalty, table.likeness[best])
            open_ &= table.likeness[best] <= REPEATED
    return sorted(chosen)


def _holds(sentences: Sequence[str], budget: Budget) -> bool:
    mark = "- " if budget.bullets else ""
    joined = ("\n" if budget.bullets else " ").join(mark + text for text in sentences)
    return fits(joined, budget, len(sentences))


def _best_to_cut(rated: Rated) -> int | None:
    """When no readable sentence fits whole: the best readable one, else the best line that has words at all."""
    table = rated.table
    order = sorted(range(len(table.barred)), key=lambda i: (table.barred[i], table.leaning[i], -rated.scores[i], i))
    return next((i for i in order if _is_prose(table.outline.lines[i])), None)


def _is_prose(line: Line) -> bool:
    return line.size >= 4 or (line.size == 1 and len(line.text) >= 8 and not line.text.isascii())


def _says_something(text: str, budget: Budget) -> bool:
    """Whether a shortened sentence is more than the stub of a word, or the limit allows no more."""
    small = (budget.words or _NO_LIMIT) < 6 or (budget.chars or _NO_LIMIT) < 40
    return small or sum(map(str.isalnum, text)) >= 8


def _nothing(sketch: Outline) -> tuple[str, str]:
    if not sketch.lines:
        return "there is no running text to summarise", "the article holds only headings, code, tables or nothing"
    return "there is no sentence to summarise", "the article offers only fragments such as list items or captions"
