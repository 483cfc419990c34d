"""How good are the built-in summaries? ``python benchmarks/quality.py --data DIR`` (DIR/blog/dev.jsonl.gz).

The ranker is trained anew for each of five folds on the other repositories only, with the code that made the shipped
weights, so every description is unseen when its post is summarised. One thing is shared: how many posts hold each stem
is counted over all articles (descriptions play no part in it). Writes benchmarks/results/quality.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from blogsum.errors import UserError  # noqa: E402
from blogsum.evaluate.rouge import SIGNATURE, of_stems, rouge  # noqa: E402
from blogsum.summarize.extractive import Extractive  # noqa: E402
from blogsum.summarize.lengths import LENGTHS  # noqa: E402
from blogsum.summarize.lengths import render as render_text  # noqa: E402
from blogsum.summarize.lexicon import Lexicon  # noqa: E402
from blogsum.summarize.outline import Line  # noqa: E402
from blogsum.summarize.ranker import Ranker  # noqa: E402
from blogsum.text.sentences import stems, words  # noqa: E402
from models.teaser.fit import Example, by_repo, fit, rarities  # noqa: E402
from models.teaser.posts import Post, goal, read, sketch  # noqa: E402
from models.teaser.train import prepare  # noqa: E402

WORDS, FOLDS, RESAMPLES = 60, 5, 2000
PEERS = {
    "LexRank": "lex_rank:LexRankSummarizer",
    "TextRank": "text_rank:TextRankSummarizer",
    "LSA": "lsa:LsaSummarizer",
    "Luhn": "luhn:LuhnSummarizer",
}
Scores = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """The scores of one system on one post."""

    system: str
    post: Post
    scores: Scores
    words: int


def main() -> None:
    """Train, summarise, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks/results/quality.md")
    options = parser.parse_args()
    began = time.perf_counter()
    posts = [post for form in ("text", "markdown") for post in read(options.data, form)]
    lexicons = rarities(post for post in posts if post.form == "text")
    examples = prepare([post for post in posts if post.form == "text" or post.good], lexicons, options.processes)
    rows: list[Row] = []
    with Pool(options.processes) as pool:
        judged = [post for post in posts if post.good or (post.copied and post.form == "text")]
        for found in pool.imap(_rivals, judged, chunksize=8):
            rows += found
        print(f"rivals after {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
        for fold, found in enumerate(pool.imap(partial(_fold, examples=examples, lexicons=lexicons), range(FOLDS))):
            rows += found
            print(f"fold {fold} after {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    report = render(
        rows, f"python benchmarks/quality.py --data DIR --processes {options.processes}", time.perf_counter() - began
    )
    options.output.write_text(report, encoding="utf-8")
    print(report)


def _fold(fold: int, examples: Sequence[Example], lexicons: dict[str, Lexicon]) -> list[Row]:
    """Train without one fold's repositories and summarise their posts."""
    folds = by_repo([e.post for e in examples], FOLDS)
    ranker = fit([e for e, f in zip(examples, folds, strict=True) if f != fold], lexicons)
    unseen = [e.post for e, f in zip(examples, folds, strict=True) if f == fold]
    return [row for post in unseen for row in _ours(post, ranker)]


def _ours(post: Post, ranker: Ranker) -> Iterator[Row]:
    if post.good or (post.copied and post.form == "text"):
        yield _row("blogsum", post, _summary(post, ranker, "teaser"))
        yield _row("blogsum, 160 characters", post, _summary(post, ranker, "meta"))


def _summary(post: Post, ranker: Ranker, length: str) -> str:
    try:
        return Extractive(ranker).summarize(post.article, LENGTHS[length]).text
    except UserError:
        return ""


def _row(system: str, post: Post, text: str) -> Row:
    return Row(system, post, rouge(text, post.description, post.lang), len(text.split()))


def _rivals(post: Post) -> list[Row]:
    """Everything that needs no training; sumy only on the plain text of good posts, which is what it is made for."""
    lines = sketch(post).lines
    wanted = stems(post.description, post.lang)
    chosen = {
        "lead": [_lead(lines)],
        "random": [_random(lines, seed) for seed in range(5)],
        "greedy oracle": [list(goal(post, sketch(post)).oracle)],
    }
    if post.good and post.form == "text":
        chosen |= {f"sumy {name}": [_sumy(name, lines, post.lang)] for name in PEERS}
    short = render_text([line.text for line in lines[:20]], LENGTHS["meta"])  # cuts a first sentence that is too long
    rows = [_mean_row(system, post, lines, picks, wanted) for system, picks in chosen.items()]
    return [*rows, _row("lead, 160 characters", post, short)]


def _mean_row(
    system: str, post: Post, lines: Sequence[Line], picks: Sequence[Sequence[int]], wanted: Sequence[str]
) -> Row:
    scores = [of_stems([s for i in pick for s in lines[i].stems], wanted) for pick in picks]
    mean = (float(np.mean([s[0] for s in scores])), float(np.mean([s[1] for s in scores])))
    return Row(system, post, mean, round(np.mean([sum(lines[i].size for i in pick) for pick in picks])))


def _lead(lines: Sequence[Line]) -> list[int]:
    taken, used = [], 0
    for i, line in enumerate(lines):
        used += line.size
        if used > WORDS:
            break
        taken.append(i)
    return taken


def _random(lines: Sequence[Line], seed: int) -> list[int]:
    order = list(range(len(lines)))
    random.Random(seed).shuffle(order)
    return _fill(order, lines)


def _fill(order: Sequence[int], lines: Sequence[Line]) -> list[int]:
    """Sentences in the order of their rating while they fit, then in the order of the text."""
    taken, used = [], 0
    for i in order:
        if used + lines[i].size <= WORDS:
            taken.append(i)
            used += lines[i].size
    return sorted(taken)


class _Words:
    """Our words for sumy, whose own tokenizer wants data that has to be downloaded."""

    def to_words(self, text: str) -> tuple[str, ...]:
        return tuple(words(text))


def _sumy(name: str, lines: Sequence[Line], lang: str) -> list[int]:
    from importlib import import_module

    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
    from sumy.nlp.stemmers import Stemmer
    from sumy.utils import get_stop_words

    module, attribute = PEERS[name].split(":")
    language = {"de": "german", "en": "english"}[lang]
    summarizer = getattr(import_module(f"sumy.summarizers.{module}"), attribute)(Stemmer(language))
    summarizer.stop_words = get_stop_words(language)
    made = [Sentence(line.text, _Words()) for line in lines]
    place = {id(sentence): i for i, sentence in enumerate(made)}
    order: list[int] = []

    def everything(infos: Any) -> Any:
        order.extend(place[id(info.sentence)] for info in infos)
        return infos

    try:
        summarizer(ObjectDocumentModel([Paragraph(made)]), everything)
    except (ValueError, ZeroDivisionError, np.linalg.LinAlgError):
        return []
    return _fill(order, lines)


def render(rows: Sequence[Row], command: str, seconds: float) -> str:
    """The report in Markdown."""
    parts = [_head(command, seconds)]
    groups: list[tuple[str, Callable[[Post], bool], list[str], str]] = [
        ("Good descriptions, plain text, 60 words", lambda p: p.good and p.form == "text", _SIXTY, "lead"),
        ("Good descriptions that are no hooks, plain text, 60 words", _no_hook, _SIXTY, "lead"),
        ("Good descriptions, Markdown, 60 words", lambda p: p.good and p.form == "markdown", _SIXTY, "lead"),
        ("Good descriptions, plain text, 160 characters", lambda p: p.good and p.form == "text", _META, _META[0]),
        ("Descriptions that copy the article (most of them its opening), 60 words", lambda p: p.copied, _SIXTY, "lead"),
    ]
    for title, holds, systems, against in groups:
        of_group = [r for r in rows if holds(r.post)]
        parts += [
            _table(title, lang, [r for r in of_group if r.post.lang == lang], systems, against) for lang in ("de", "en")
        ]
    return "\n".join(parts)


def _no_hook(post: Post) -> bool:
    return post.good and not post.hook and post.form == "text"


_SIXTY = ["random", *(f"sumy {name}" for name in PEERS), "lead", "blogsum", "greedy oracle"]
_META = ["lead, 160 characters", "blogsum, 160 characters"]


def _head(command: str, seconds: float) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "PyStemmer", "sumy"))
    return (
        "# Quality of the built-in summary\n\n"
        f"`{command}` · {seconds / 60:.0f} minutes · {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()} · {versions}\n\n"
        "Cross-validated by repository in five folds; every rule of readability is on. ROUGE F1 in per cent "
        f"(`{SIGNATURE}`), equal budget for all; mean is that of ROUGE-1 and ROUGE-2; the interval is a paired "
        f"bootstrap over posts ({RESAMPLES} resamples, 95 %) of the difference to lead. Rivals choose from the same "
        "sentences and may take questions, captions and fragments, which blogsum may not.\n"
    )


def _table(title: str, lang: str, rows: Sequence[Row], systems: Sequence[str], against: str) -> str:
    by_system = {name: {r.post.article.id: r for r in rows if r.system == name} for name in systems}
    base = by_system[against]
    mean = {
        name: float(np.mean([np.mean(r.scores) for r in found.values()])) for name, found in by_system.items() if found
    }
    lines = [
        f"\n## {title}: {'German' if lang == 'de' else 'English'}, {len(base)} posts\n",
        "| system | ROUGE-1 | ROUGE-2 | mean | difference to lead | words |",
        "|---|---|---|---|---|---|",
    ]
    for name, found in by_system.items():
        if found:
            one, two = (100 * float(np.mean([r.scores[k] for r in found.values()])) for k in (0, 1))
            size = float(np.mean([r.words for r in found.values()]))
            lines.append(
                f"| {name} | {one:.1f} | {two:.1f} | {100 * mean[name]:.1f} | {_difference(found, base)} | {size:.0f} |"
            )
    if "greedy oracle" in mean:
        closed = (mean["blogsum"] - mean["lead"]) / (mean["greedy oracle"] - mean["lead"])
        lines.append(f"\nGap from lead to oracle closed: {100 * closed:.0f} %.")
    return "\n".join(lines) + "\n"


def _difference(found: dict[str, Row], base: dict[str, Row]) -> str:
    if found is base:
        return "–"
    gaps = 100 * np.array([np.mean(found[key].scores) - np.mean(base[key].scores) for key in sorted(base)])
    draws = np.random.default_rng(0).integers(0, len(gaps), (RESAMPLES, len(gaps)))
    low, high = np.percentile(gaps[draws].mean(axis=1), [2.5, 97.5])
    return f"{gaps.mean():+.1f} [{low:+.1f}, {high:+.1f}]"


if __name__ == "__main__":
    main()
