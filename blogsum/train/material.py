"""A dataset becomes what a run learns from and is judged on: parts without leaks, texts as a model reads them, ids.

An article is read exactly as the finished bundle will read it (``summarize/source.py``); knows no torch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from blogsum.errors import UserError
from blogsum.summarize.lengths import LENGTHS, fits
from blogsum.summarize.prompts import PROMPTS, prompt
from blogsum.summarize.source import source
from blogsum.text.sentences import sentences
from blogsum.types import Article, Unreadable

if TYPE_CHECKING:
    from blogsum.summarize.seq2seq import Vocabulary
    from blogsum.train.vocabulary import Theirs

PARTS = ("train", "dev", "test")
FEWEST = 2  # posts to train on
_ENGLISH = "en"


@dataclass(frozen=True)
class Parts:
    """The posts to train on, those that stop the training, and those nobody looks at before the end.

    ``notes`` are lines that a person should read: what was left out, who made the parts.
    """

    train: tuple[Article, ...]
    dev: tuple[Article, ...]
    test: tuple[Article, ...]
    notes: tuple[str, ...] = ()

    @property
    def held_out(self) -> tuple[Article, ...]:
        """What the finished model is judged on."""
        return self.test or self.dev


@dataclass(frozen=True)
class Pair:
    """One article as token ids, and one summary of it; both with their end mark."""

    id: str
    source: tuple[int, ...]
    target: tuple[int, ...]


@dataclass(frozen=True)
class Reader:
    """How texts become ids: the vocabulary, and the dials of the task that bear on it."""

    tokens: Vocabulary | Theirs
    prefix: str
    max_input: int
    max_output: int
    length_prompts: bool = False

    def read(self, article: Article, length: str = "") -> list[int]:
        """What the model reads of ``article`` when a summary of ``length`` is asked for."""
        before = self.prefix + (prompt(LENGTHS[length or PROMPTS[0]]) if self.length_prompts else "")
        frame = getattr(self.tokens, "frame", 1)  # marks around every text
        room = self.max_input - self.tokens.count(before) - frame
        return self.tokens.encode(before + source(article, self.tokens.count, room).text)

    def written(self, summary: str, lang: str) -> tuple[list[int], bool]:
        """The ids of a summary, and whether it had to be cut: behind the last sentence that fits; [] if none does."""
        ids = self.tokens.encode_lines(summary)
        if len(ids) <= self.max_output:
            return ids, False
        kept: list[int] = []
        for text in _openings(summary, lang):
            ids = self.tokens.encode_lines(text)
            if len(ids) > self.max_output:
                break
            kept = ids
        return kept, True

    def pairs(self, articles: Iterable[Article]) -> tuple[list[Pair], list[str]]:
        """A pair for each summary of each article, and notes on those that were cut or left out."""
        found, cut, dropped = [], 0, 0
        for article in articles:
            for summary in summaries(article):
                target, shortened = self.written(summary, article.lang or _ENGLISH)
                if not target:
                    dropped += 1
                    continue
                cut += shortened
                found.append(Pair(article.id, tuple(self.read(article, length_of(summary))), tuple(target)))
        notes = []
        if cut:
            notes.append(f"{_many(cut, 'summary', 'summaries')} of more than {self.max_output} tokens cut short")
        if dropped:
            notes.append(f"{_many(dropped, 'summary', 'summaries')} left out: the first sentence alone is too long")
        return found, notes


def length_of(summary: str) -> str:
    """The shortest of ``PROMPTS`` that a summary keeps to; sentences are not counted."""
    budgets = (replace(LENGTHS[name], sentences=None) for name in PROMPTS)
    return next((budget.name for budget in budgets if fits(summary, budget, 1)), PROMPTS[-1])


def language(articles: Sequence[Article]) -> str:
    """The language that most of the articles are in; "" where none is known."""
    known = Counter(article.lang for article in articles if article.lang)
    return min(known, key=lambda lang: (-known[lang], lang), default="")


def summaries(article: Article) -> list[str]:
    """The summaries people wrote of an article, each once."""
    every = (article.summary or "", *article.references)
    return list(dict.fromkeys(one.strip() for one in every if one.strip()))


def parts(items: Iterable[Article | Unreadable], seed: int) -> Parts:
    """The posts with a summary by the split they are in; UserError when that does not make sense.

    Rows without any split are split here, 80, 10 and 10 of a hundred, by ``seed``; rows of train and test alone give a
    tenth of train to dev.
    """
    articles, notes = usable(items)
    names = {article.split for article in articles} - {None}
    if not names:
        articles = _split(articles, seed, (80, 10, 10))
        notes.append("the data are not split: blogsum did, 80, 10 and 10 of a hundred (blogsum data split keeps one)")
    elif not names <= set(PARTS):
        few = ", ".join(sorted(str(name) for name in names)[:4])
        raise UserError(f"the data are split into {few}: no train, dev and test", hint="--folds trains on each in turn")
    by = {name: tuple(article for article in articles if article.split == name) for name in PARTS}
    if not by["dev"] and len(by["train"]) >= 10:
        again = _split([replace(article, split=None) for article in by["train"]], seed, (90, 10))
        by |= {"train": tuple(one for one in again if one.split == "train")}
        by |= {"dev": tuple(replace(one, split="dev") for one in again if one.split == "test")}
        notes.append("the data have no dev: a tenth of train stands in for it")
    return checked(Parts(by["train"], by["dev"], by["test"], tuple(notes)))


def usable(items: Iterable[Article | Unreadable]) -> tuple[list[Article], list[str]]:
    """The articles that have a summary, by id, and a note on the rest; UserError for a row that cannot be read."""
    articles, without = [], 0
    for item in items:
        if isinstance(item, Unreadable):
            raise UserError(f"{item.source}: {item.reason}", hint=item.hint or "blogsum data validate lists all")
        if summaries(item):
            articles.append(item)
        else:
            without += 1
    articles.sort(key=lambda article: article.id)
    return articles, [f"{_many(without, 'post', 'posts')} without a summary left out"] if without else []


def checked(found: Parts) -> Parts:
    """The same parts; UserError when there is too little in them."""
    if len(found.train) < FEWEST:
        raise UserError(
            f"{_many(len(found.train), 'post', 'posts')} with a summary to train on: too little to learn from",
            hint="blogsum data collect helps to get more",
        )
    if not found.held_out:
        raise UserError(
            "no post is held out to judge the model on", hint="blogsum data split makes train, dev and test"
        )
    return found


def record(found: Parts) -> dict[str, Any]:
    """What a run's facts say of its posts: how many in each part, and the hash of their content and parts."""
    from blogsum.read.records import to_record
    from blogsum.store.datasets import content_hash, row_digest

    rows = [replace(article, split=name) for name in PARTS for article in getattr(found, name)]
    counts = {name: len(getattr(found, name)) for name in PARTS}
    return {"content": content_hash(row_digest(to_record(row)) for row in rows), **counts, "notes": list(found.notes)}


def _split(articles: Sequence[Article], seed: int, shares: tuple[float, ...]) -> list[Article]:
    from blogsum.data.split import Plan, split

    if not articles:
        return []
    chosen = split(articles, Plan(shares=shares, seed=seed))
    return [replace(article, split=chosen[article.id]) for article in articles]


def _openings(summary: str, lang: str) -> Iterator[str]:
    """The first sentence of a summary, the first two, and so on, lines kept."""
    done: list[str] = []
    for line in filter(str.strip, summary.split("\n")):
        for _, end in sentences(line, lang):
            yield "\n".join([*done, line[:end]])
        done.append(line)


def _many(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"
