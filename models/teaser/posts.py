"""Posts with the description a person wrote, and what follows from the two: what a ranker should have chosen."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from blogsum.evaluate.rouge import f1, of_stems
from blogsum.summarize.outline import Outline, outline
from blogsum.text.clean import clean
from blogsum.text.markdown import to_light
from blogsum.text.sentences import stems
from blogsum.types import Article

WORDS = 60


@dataclass(frozen=True)
class Post:
    """One post in one form (``text`` or ``markdown``). ``good`` descriptions are neither cut off nor copied.

    ``hook``: written to make curious more than to say what the post says; such a description may be good all the same.
    """

    article: Article
    repo: str
    form: str
    description: str
    good: bool
    copied: bool
    truncated: bool
    hook: bool

    @property
    def lang(self) -> str:
        """ISO 639-1."""
        return self.article.lang or "und"


def read(data: Path, form: str) -> list[Post]:
    """The posts of ``DIR/blog/dev.jsonl.gz``."""
    with gzip.open(data / "blog" / "dev.jsonl.gz", "rt", encoding="utf-8") as file:
        return [_post(json.loads(line), form) for line in file]


def _post(row: dict[str, Any], form: str) -> Post:
    text = row["article_text"] if form == "text" else to_light(row["article_markdown"])
    article = Article(row["id"], clean(text), row["title"], lang=row["lang"])
    copied = bool(row["extractive_copy"] or row["summary_is_lead"])
    good = bool(row["multi_sentence"] and not row["truncated"] and not copied)
    cut, hook = bool(row["truncated"]), bool(row["teaser_style"])
    return Post(article, row["repo"], form, row["summary"], good, copied, cut, hook)


@dataclass(frozen=True)
class Goal:
    """What the description asks for: its stems, the gain of each line alone, and the lines a greedy oracle takes."""

    stems: tuple[str, ...]
    gains: np.ndarray[Any, np.dtype[np.float32]]
    oracle: tuple[int, ...]


def goal(post: Post, sketch: Outline, words: int = WORDS) -> Goal:
    """Compare each line with the description, alone and on top of those already taken (ROUGE-1 plus ROUGE-2)."""
    wanted = tuple(stems(post.description, post.lang))
    lines = [line.stems for line in sketch.lines]
    gains = np.array([sum(of_stems(line, wanted)) for line in lines], np.float32)
    return Goal(wanted, gains, oracle(lines, [line.size for line in sketch.lines], wanted, gains, words))


def oracle(
    lines: Sequence[Sequence[str]], sizes: Sequence[int], wanted: Sequence[str], gains: Any, words: int
) -> tuple[int, ...]:
    """Greedily the lines that raise ROUGE-1 plus ROUGE-2 F1 most, while they fit and do."""
    ones = [Counter(line) for line in lines]
    twos = [Counter(pairwise(line)) for line in lines]
    one, two = Counter(wanted), Counter(pairwise(wanted))
    taken: list[int] = []
    have_one: Counter[str] = Counter()
    have_two: Counter[tuple[str, str]] = Counter()
    best, used = 0.0, 0
    while True:
        options = [i for i in np.flatnonzero(gains > 0).tolist() if i not in taken and used + sizes[i] <= words]
        worth = [(f1(have_one + ones[i], one) + f1(have_two + twos[i], two), -i) for i in options]
        if not worth or max(worth)[0] <= best + 1e-9:
            return tuple(sorted(taken))
        best, chosen = max(worth)[0], -max(worth)[1]
        taken.append(chosen)
        have_one, have_two, used = have_one + ones[chosen], have_two + twos[chosen], used + sizes[chosen]


def sketch(post: Post) -> Outline:
    """The outline of a post's article, as the summariser makes it."""
    return outline(post.article)
