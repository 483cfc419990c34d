"""Does a model see the right part of a long article? ``python benchmarks/sections.py --data DIR [--keep FOLDER]``.

Of each post in DIR/blog/dev.jsonl.gz that is longer than a model reads, how much of the description a person wrote
stands in what the model would see (ROUGE recall)? The choice by sections of ``summarize/source.py`` beside the opening,
the best sentences alone, and whole paragraphs. The ranker is trained anew for each of five folds on the other
repositories only, as in benchmarks/quality.py; ``--keep`` keeps those rankers for another run. Writes
benchmarks/results/sections.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.lookup import PIECES, vocabulary  # noqa: E402
from blogsum.evaluate import stats  # noqa: E402
from blogsum.summarize import source as sources  # noqa: E402
from blogsum.summarize.outline import Outline, outline  # noqa: E402
from blogsum.summarize.ranker import Ranker, Rated, load, to_arrays  # noqa: E402
from blogsum.text.sentences import of_article, stems  # noqa: E402
from blogsum.types import Article  # noqa: E402
from models.teaser.fit import Example, by_repo, fit, rarities  # noqa: E402
from models.teaser.posts import Post, read, sketch  # noqa: E402
from models.teaser.train import prepare  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "sections.md"
FOLDS = 5
ROOMS = (256, 512, 1024)
Count = Callable[[str], int]
Span = tuple[int, int]
T = TypeVar("T", bound=Hashable)
Choice = Callable[[Article, Count, int, Ranker], str]


@dataclass(frozen=True)
class Row:
    """What one choice shows of one post."""

    room: int
    title: str
    post: Post
    seen: Seen


@dataclass(frozen=True)
class Seen:
    """What a choice shows of one post: recall of the description's words and of their pairs, and in how many runs."""

    one: float
    two: float
    runs: int

    @property
    def mean(self) -> float:
        """Of both recalls, in per cent."""
        return 50 * (self.one + self.two)


once = lru_cache(maxsize=1)(outline)  # an article is taken apart once and rated once, however often it is chosen from


def remembering() -> Callable[[Ranker, Outline], Rated]:
    """``Ranker.rate`` that answers at once when it is asked the same again."""
    rate, known = Ranker.rate, dict[int, tuple[Outline, Rated]]()

    def answer(self: Ranker, sketch: Outline) -> Rated:
        if known.get(0, (None,))[0] is not sketch:
            known[0] = sketch, rate(self, sketch)
        return known[0][1]

    return answer


def main() -> None:
    """Train, choose, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--folds", type=int, nargs="+", choices=range(FOLDS), default=range(FOLDS), help="only these")
    parser.add_argument("--keep", type=Path, help="folder of the folds' rankers; those in it are not trained again")
    given = parser.parse_args()
    began = time.perf_counter()
    posts = [post for form in ("text", "markdown") for post in read(given.data, form)]
    rankers = _rankers(posts, given.processes, given.keep, given.folds)
    good = [post for post in posts if post.good and post.form == "markdown"]
    count = lru_cache(maxsize=100_000)(vocabulary(good).count)
    rows = [row for post in good if post.repo in rankers for row in _rows(post, rankers[post.repo], count)]
    tables = [_table(rows, room, lang) for room in ROOMS for lang in ("de", "en")]
    report = "\n".join([_head(time.perf_counter() - began, given.folds), *tables])
    RESULT.write_text(report, encoding="utf-8")
    print(report)


def _rankers(posts: Sequence[Post], processes: int, keep: Path | None, folds: Sequence[int]) -> dict[str, Ranker]:
    """For each repository of these folds a ranker that has not seen it."""
    usable = [post for post in posts if (post.form == "text" or post.good) and sketch(post).lines]
    places = by_repo(usable, FOLDS)
    found: dict[str, Ranker] = {}
    examples: list[Example] = []
    for fold in folds:
        file = keep / f"fold{fold}.npz" if keep else None
        if file is None or not file.exists():
            lexicons = rarities(post for post in posts if post.form == "text")
            examples = examples or prepare(usable, lexicons, processes)
            ranker = fit([e for e, place in zip(examples, places, strict=True) if place != fold], lexicons)
            if file:
                np.savez_compressed(file, **to_arrays(ranker))
        else:
            ranker = load(file)
        found |= {post.repo: ranker for post, place in zip(usable, places, strict=True) if place == fold}
        print(f"fold {fold}", file=sys.stderr, flush=True)
    return found


def by_sections(article: Article, count: Count, room: int, ranker: Ranker) -> str:
    """What blogsum shows."""
    return sources.source(article, count, room, ranker).text


def without_neighbours(article: Article, count: Count, room: int, ranker: Ranker) -> str:
    """The same, each sentence on its own."""
    with patch.object(sources, "_NEAR", 0.0):
        return by_sections(article, count, room, ranker)


def without_words(article: Article, count: Count, room: int, ranker: Ranker) -> str:
    """The same, whatever was said before."""
    rated = sources._rated
    with patch.object(sources, "_rated", lambda *given: (rated(*given)[0], {}, ())):
        return by_sections(article, count, room, ranker)


def opening(article: Article, count: Count, room: int, ranker: Ranker) -> str:
    """The first sentences."""
    spans = [(one.start, one.end) for one in of_article(article.text, article.lang or "")]
    return _filled(article, spans, range(len(spans)), count, room, stops=True)


def sentences(article: Article, count: Count, room: int, ranker: Ranker) -> str:
    """The sentences with the best scores, without headings (blogsum before it chose by sections)."""
    sketch = once(article)
    scores = ranker.rate(sketch).scores
    spans = [(line.sentence.start, line.sentence.end) for line in sketch.lines]
    return _filled(article, spans, np.argsort(-scores, kind="stable").tolist(), count, room)


def paragraphs(article: Article, count: Count, room: int, ranker: Ranker) -> str:
    """The paragraphs with the best mean score, whole."""
    sketch = once(article)
    scores = ranker.rate(sketch).scores
    parts: dict[int, list[int]] = {}
    for number, line in enumerate(sketch.lines):
        parts.setdefault(line.paragraph, []).append(number)
    best = sorted(parts.values(), key=lambda part: -float(np.mean(scores[part])))
    spans = [(sketch.lines[part[0]].sentence.start, sketch.lines[part[-1]].sentence.end) for part in best]
    return _filled(article, spans, range(len(spans)), count, room)


def scattered(article: Article, count: Count, room: int, ranker: Ranker) -> str:
    """Sentences by lot."""
    spans = [(one.start, one.end) for one in of_article(article.text, article.lang or "")]
    order = random.Random(article.id).sample(range(len(spans)), len(spans))
    return _filled(article, spans, order, count, room)


def _filled(
    article: Article, spans: Sequence[Span], order: Sequence[int], count: Count, room: int, stops: bool = False
) -> str:
    taken: list[Span] = []
    for number in order:
        size = count(article.text[slice(*spans[number])])
        if size <= room:
            room -= size
            taken.append(spans[number])
        elif stops:
            break
    return " ".join(article.text[slice(*span)] for span in sorted(taken))


CHOICES: dict[str, Choice] = {
    "sentences by lot": scattered,
    "opening": opening,
    "best paragraphs": paragraphs,
    "best sentences (before)": sentences,
    "by sections": by_sections,
    "by sections, each sentence on its own": without_neighbours,
    "by sections, whatever was said before": without_words,
}
BEFORE = "best sentences (before)"


def _seen(post: Post, text: str) -> Seen:
    seen, wanted = stems(text, post.lang), stems(post.description, post.lang)
    one = _recall(Counter(seen), Counter(wanted))
    two = _recall(Counter(pairwise(seen)), Counter(pairwise(wanted)))
    inside = [sentence.text in text for sentence in of_article(post.article.text, post.lang)]
    return Seen(one, two, sum(here and not before for before, here in pairwise([False, *inside])))


def _recall(seen: Mapping[T, int], wanted: Mapping[T, int]) -> float:
    total = sum(wanted.values())
    return sum(min(number, seen.get(key, 0)) for key, number in wanted.items()) / total if total else 0.0


def _rows(post: Post, ranker: Ranker, count: Count) -> Iterator[Row]:
    """What every choice shows of one post, for every room that it is too long for."""
    with patch.object(sources, "outline", once), patch.object(Ranker, "rate", remembering()):
        for room in ROOMS:
            if sources.source(post.article, count, room, ranker).left_out:
                for title, choice in CHOICES.items():
                    yield Row(room, title, post, _seen(post, choice(post.article, count, room, ranker)))


def _table(rows: Sequence[Row], room: int, lang: str) -> str:
    found = {
        title: [row.seen for row in rows if (row.room, row.title, row.post.lang) == (room, title, lang)]
        for title in CHOICES
    }
    base = [seen.mean for seen in found[BEFORE]]
    lines = [
        f"\n## {room} tokens, {'German' if lang == 'de' else 'English'}, {len(base)} longer posts\n",
        "| the model sees | ROUGE-1 recall | ROUGE-2 recall | mean | difference to the sentences before | runs |",
        "|---|---|---|---|---|---|",
    ]
    for title, seen in found.items():
        gap = stats.paired([one.mean for one in seen], base)
        shown = "–" if title == BEFORE else f"{gap.value:+.1f} [{gap.low:+.1f}, {gap.high:+.1f}]"
        one, two, runs = (float(np.mean([getattr(each, part) for each in seen])) for part in ("one", "two", "runs"))
        mean = float(np.mean([each.mean for each in seen]))
        lines.append(f"| {title} | {100 * one:.1f} | {100 * two:.1f} | {mean:.1f} | {shown} | {runs:.1f} |")
    gaps = [seen.mean - before for seen, before in zip(found["by sections"], base, strict=True)]
    won, lost = sum(gap > 1e-9 for gap in gaps), sum(gap < -1e-9 for gap in gaps)
    lines.append(f"\nBy sections, {won} posts gain and {lost} lose against the sentences before.")
    return "\n".join(lines) + "\n"


def _head(seconds: float, folds: Sequence[int]) -> str:
    some = "" if len(folds) == FOLDS else " --folds " + " ".join(map(str, folds))
    return (
        "# What a model sees of a long article\n\n"
        f"`python benchmarks/sections.py --data DIR{some}` · {seconds / 60:.0f} minutes · {platform.machine()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()} · numpy {version('numpy')}, "
        f"sentencepiece {version('sentencepiece')}\n\n"
        "How much of the description that a person wrote stands in what the model would see, in per cent of its words "
        "(ROUGE-1) and pairs of words (ROUGE-2), stemmed; posts with a good description, in Markdown with their "
        f"headings, longer than the model reads. The vocabulary has {PIECES:,} pieces learned from the articles. The "
        f"ranker is trained on other repositories ({len(folds)} of {FOLDS} folds). Paired bootstrap over posts, 95 %. "
        "*Runs* is in how many separate pieces the article is seen. Recall says nothing of how well a model "
        "writes from it, and which neighbours and words count how much was chosen on some of these posts.\n"
    )


if __name__ == "__main__":
    main()
