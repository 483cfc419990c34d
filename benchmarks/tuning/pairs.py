"""What the small mT5 of benchmarks/finetune.py learns from: passages, posts with chosen sentences, with summaries.

Held-out repositories give neither words to the vocabulary nor passages nor sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from blogsum.data.thresholds import Thresholds
from blogsum.data.validate import ERROR, validate
from blogsum.summarize.source import source
from blogsum.summarize.tokens import Tokens
from blogsum.text.sentences import of_article, stems
from blogsum.train import preflight
from blogsum.types import Article
from models.copying import task
from models.teaser.fit import by_repo
from models.teaser.posts import oracle, read

_FOLDS = 5  # of the repositories with good descriptions one is held out, one stops the training
_PARTS = {4: "test", 3: "dev"}  # of these folds each has some ten repositories, German ones among them
_LEAST = 0.5  # ROUGE-1 plus ROUGE-2 of chosen sentences: below that a description has not said what they say
_WORDS = 60  # of chosen sentences
_RANDOM_WORDS = (3, 9)  # of a random sentence
_TRIES = 50  # for each passage: most runs of sentences are too long for a short one


@dataclass(frozen=True)
class Corpus:
    """Posts ``good`` enough to learn from and judge on, by split; all ``others`` of repositories that are not held out.

    ``prose`` are the plain sentences of the posts that may be learned from, ``held`` the repositories of the others, of
    which so many are ``judged`` on.
    """

    good: tuple[Article, ...]
    others: tuple[Article, ...]
    prose: tuple[task.Post, ...]
    held: frozenset[str]
    judged: int

    def part(self, name: str) -> list[Article]:
        """The good posts of a split."""
        return [row for row in self.good if row.split == name]


def corpus(data: Path, most: int = 10**9) -> Corpus:
    """The posts of ``DIR/blog/dev.jsonl.gz``, at most so many, repositories never torn apart."""
    every = read(data, "text")
    every = every[:: -(-len(every) // most)]
    found = [post for post in every if post.good]
    folds = by_repo(found, _FOLDS)
    place = {post.repo: _PARTS.get(fold, "train") for post, fold in zip(found, folds, strict=True)}
    good = valid([replace(post.article, summary=post.description, split=place[post.repo]) for post in found])
    free = [
        replace(post.article, summary=post.description) for post in every if place.get(post.repo, "train") == "train"
    ]
    unseen = [row for row in good if row.split != "train"]
    others = preflight.without_leaks(free, unseen)[0]
    ids = {row.id for row in others}
    prose = tuple(one for one in task.posts(data) if one.id in ids)
    held = frozenset(repo for repo, part in place.items() if part != "train")
    return Corpus(tuple(good), others, prose, held, list(place.values()).count("test"))


def valid(rows: Sequence[Article]) -> list[Article]:
    """The rows without those that break a rule of ``data validate``."""
    kept = list(rows)
    while wrong := {one.id for one in validate(kept, Thresholds()).findings if one.severity == ERROR}:
        kept = [row for row in kept if row.id not in wrong]
    return kept


def passages(
    prose: Sequence[task.Post], count: int, longest: int, at_random: float, tokens: Tokens
) -> Iterator[Article]:
    """``count`` passages of at most ``longest`` tokens, fewer where there is too little prose.

    The marked sentences are to be written, else the first. Of random words with the probability given: those teach to
    copy whatever stands there.
    """
    chance, made = Random(longest), set[str]()
    words = sorted({word for post in prose for line in post.sentences for word in line.split() if word.isalpha()})
    by = {lang: its for lang in ("de", "en") if (its := [post for post in prose if post.lang == lang])}
    for _ in range(_TRIES * count):
        lang = chance.choice(sorted(by))
        run = _random(words, chance) if chance.random() < at_random else _run(chance.choice(by[lang]), chance)
        most = max(1, len(run) - 1)  # not everything: no summary is as long as its article
        chosen = sorted(chance.sample(range(len(run)), min(chance.choice((0, 1, 1, 2, 2, 3)), most)))
        marked = [f"{task.OPEN} {line} {task.CLOSE}" if at in chosen else line for at, line in enumerate(run)]
        text = " ".join(marked)
        if text not in made and tokens.count(text) <= longest:
            made.add(text)
            summary = " ".join(run[at] for at in chosen or [0])
            yield Article(f"passage-{longest}-{len(made)}", text, summary=summary, lang=lang)
        if len(made) == count:
            return


def _run(post: task.Post, chance: Random) -> list[str]:
    """Neighbouring sentences of one post."""
    start = chance.randrange(len(post.sentences))
    return list(post.sentences[start : start + chance.randint(1, 8)])


def _random(words: Sequence[str], chance: Random) -> list[str]:
    """Sentences of random words, half of the time of so few that only a longer context tells them apart."""
    pool = chance.sample(words, 8) if chance.random() < 0.5 else words
    return [" ".join(chance.choices(pool, k=chance.randint(*_RANDOM_WORDS))) + "." for _ in range(chance.randint(1, 6))]


def chosen(post: Article, room: int, tokens: Tokens, chance: Random | None = None) -> Article | None:
    """What a model reads of a post in ``room`` tokens, with the sentences of it that come nearest to its summary.

    ``chance`` leaves out some sentences first, so that one post gives several pairs. None where no choice comes near.
    """
    article, lang = _thinned(post, chance) if chance else post, post.lang or "und"
    seen = source(article, tokens.count, room)
    lines = [one for one in of_article(article.text, lang) if not _hidden((one.start, one.end), seen.left_out)]
    wanted = tuple(stems(post.summary or "", lang))
    own = [tuple(stems(one.text, lang)) for one in lines]
    best = _nearest(own, [len(one.text.split()) for one in lines], wanted)
    if not best:
        return None
    summary = " ".join(" ".join(lines[at].text for at in best).split())
    return replace(post, text=seen.text, summary=summary)


def _nearest(lines: Sequence[tuple[str, ...]], sizes: Sequence[int], wanted: tuple[str, ...]) -> tuple[int, ...]:
    """The greedy oracle's choice, where it comes near enough."""
    import numpy as np

    from blogsum.evaluate.rouge import of_stems

    gains = np.array([sum(of_stems(list(line), list(wanted))) for line in lines], np.float32)
    best = oracle(lines, sizes, wanted, gains, _WORDS)
    whole = [stem for at in best for stem in lines[at]]
    return best if best and sum(of_stems(whole, list(wanted))) >= _LEAST else ()


def _thinned(article: Article, chance: Random) -> Article:
    """The article without some of its sentences."""
    share, text, end = chance.uniform(0.2, 0.7), "", 0
    for one in of_article(article.text, article.lang or "und"):
        text += article.text[end : one.start] + ("" if chance.random() < share else one.text)
        end = one.end
    return replace(article, text=text + article.text[end:])


def _hidden(span: tuple[int, int], left_out: Sequence[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in left_out)


def selections(posts: Sequence[Article], times: Mapping[str, int], room: int, tokens: Tokens) -> Iterator[Article]:
    """Up to ``times`` pairs of each post, by its language, the first from the whole of it."""
    chance, made = Random(2), set[str]()
    for post in posts:
        for number in range(times[post.lang or "en"]):
            pair = chosen(post, room, tokens, chance if number else None)
            if pair and pair.text not in made and pair.summary != pair.text:
                made.add(pair.text)
                yield replace(pair, id=f"{pair.id}-{number}")


def lines(found: Corpus) -> list[str]:
    """What the vocabulary is made from: German sentences, twice as many English ones, summaries."""
    by = {lang: [line for post in found.prose if post.lang == lang for line in post.sentences] for lang in ("de", "en")}
    few = min(len(by["en"]), 2 * len(by["de"]))
    return [*by["de"], *Random(0).sample(by["en"], few), *(row.summary or "" for row in found.part("train"))]
