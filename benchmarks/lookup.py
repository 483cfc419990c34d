"""What is copying ahead worth on real text? ``python benchmarks/lookup.py --data DIR`` (DIR/blog/dev.jsonl.gz).

No model writes here: the description a person wrote, or the built-in summary, is taken as if it were what the model
writes about its post, token by token, and ``summarize/lookup.py`` proposes. That tells how many tokens a step takes on
for a text as near to its article as these are. Tokens are those of a sentencepiece model trained on the articles.
Writes benchmarks/results/lookup.md.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from blogsum.errors import UserError  # noqa: E402
from blogsum.evaluate import stats  # noqa: E402
from blogsum.summarize import lookup  # noqa: E402
from blogsum.summarize.decoding import Marks, Options  # noqa: E402
from blogsum.summarize.extractive import Extractive  # noqa: E402
from blogsum.summarize.lengths import LENGTHS  # noqa: E402
from blogsum.summarize.source import source  # noqa: E402
from blogsum.summarize.tokens import Tokens  # noqa: E402
from models.teaser.posts import Post, read  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "lookup.md"
PIECES, CHARACTERS = 16_000, 4_000_000  # of the vocabulary, and how much text it is learned from
LONGEST, ROOM = 127, 512  # tokens written and read
ENGLISH = 300  # posts
COST = 0.165  # of one more token in a step, in steps: mt5-small's shape, int8, took 2.2 / 3.4 / 4.8 ms for 1 / 4 / 8
SETTINGS: dict[str, dict[str, float]] = {
    "as shipped": {},
    "always 2": {"_FIRST": 2, "_MOST": 2},
    "always 4 (before)": {"_FIRST": 4, "_MOST": 4, "_LEAST": 0.6},
    "always 8": {"_FIRST": 8, "_MOST": 8},
    "3 to 12": {"_FIRST": 3},
    "2 to 16": {"_MOST": 16},
    "behind one equal token": {"_SHORTEST": 1},
    "behind three equal tokens": {"_SHORTEST": 3},
    "gives up after 3 proposals": {"_TRIALS": 3},
    "never gives up": {"_TRIALS": 10**9},
}


@dataclass(frozen=True)
class Row:
    """A post's article and two texts about it, as tokens."""

    lang: str
    article: list[int]
    texts: dict[str, list[int]]


@dataclass(frozen=True)
class Run:
    """How one text was written: tokens with the end mark, steps, tokens proposed and taken, and the cost in steps."""

    tokens: int
    steps: int
    proposed: int
    taken: int
    cost: float


class Teacher:
    """A decoder that writes a given text, whatever is proposed."""

    def __init__(self, text: Sequence[int]) -> None:
        self._text, self._written = [0, *text, 1], 0
        self.cost = 0.0

    def follow(self, tokens: Sequence[int]) -> list[int]:
        """The text's next token behind each of ``tokens`` as long as they are the text's; else none that exists."""
        start, right = self._written, True
        self._written += len(tokens)
        self.cost += 1 + COST * (len(tokens) - 1)
        found = []
        for place, token in enumerate(tokens, start):
            right = right and self._text[place : place + 1] == [token]
            found.append(self._text[place + 1] if right and place + 1 < len(self._text) else -1)
        return found

    def forget(self, count: int) -> None:
        """Take back the last ``count`` tokens."""
        self._written -= count


def main() -> None:
    """Learn a vocabulary, propose, count, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args()
    began = time.perf_counter()
    posts = [post for post in read(given.data, "markdown") if post.good]
    tokens = vocabulary(posts)
    german = [post for post in posts if post.lang == "de"]
    english = random.Random(1).sample([post for post in posts if post.lang == "en"], ENGLISH)
    rows = list(_rows([*german, *english], tokens))
    report = "\n".join(_report(rows, time.perf_counter() - began)) + "\n"
    RESULT.write_text(report, encoding="utf-8")
    print(report)


def vocabulary(posts: Sequence[Post]) -> Tokens:
    """A sentencepiece model as mT5's are made, learned from the articles: as much German as English."""
    import sentencepiece as spm

    lines: list[str] = []
    for lang in ("de", "en"):
        room = CHARACTERS // 2
        for post in posts:
            found = [line for line in post.article.text.split("\n") if line] if post.lang == lang and room > 0 else []
            room -= sum(map(len, found))
            lines += found
    written = io.BytesIO()
    spm.SentencePieceTrainer.Train(
        sentence_iterator=iter(lines), model_writer=written, vocab_size=PIECES, model_type="unigram",
        byte_fallback=True, pad_id=0, eos_id=1, unk_id=2, bos_id=-1, minloglevel=2, num_threads=1,
    )  # fmt: skip
    return Tokens(written.getvalue(), 1)


def _rows(posts: Sequence[Post], tokens: Tokens) -> Iterator[Row]:
    built_in = Extractive()
    for post in posts:
        try:
            summary = built_in.summarize(post.article, LENGTHS["teaser"]).text
        except UserError:
            continue
        article = tokens.encode(source(post.article, tokens.count, ROOM - 1).text)
        texts = {"description": post.description, "built-in summary": summary}
        yield Row(post.lang, article, {name: tokens.encode(text)[:-1][:LONGEST] for name, text in texts.items()})


def _written(row: Row, name: str) -> Run:
    teacher, tally, text = Teacher(row.texts[name]), lookup.Tally(), row.texts[name]
    found = lookup.write(teacher, row.article, Options(max_tokens=LONGEST + 1), Marks(), tally)
    if found.tokens != tuple(text):
        raise AssertionError("copying ahead changed the text")
    return Run(len(text) + 1, tally.steps, tally.proposed, tally.taken, teacher.cost)


@contextmanager
def _set(values: dict[str, Any]) -> Iterator[None]:
    before = {name: getattr(lookup, name) for name in values}
    for name, value in values.items():
        setattr(lookup, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(lookup, name, value)


def _report(rows: Sequence[Row], seconds: float) -> Iterator[str]:
    counts = ", ".join(f"{sum(row.lang == lang for row in rows)} {name}" for lang, name in _LANGUAGES)
    yield "# Copying ahead on real text\n"
    yield (
        f"`python benchmarks/lookup.py --data DIR` · {seconds:.0f} s · {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()} · numpy {version('numpy')}, sentencepiece {version('sentencepiece')}\n"
    )
    yield (
        f"Posts with a good description: {counts}. Each text is taken as if a model wrote it ({LONGEST} tokens at "
        f"most) about what it reads of the article ({ROOM} tokens); the vocabulary has {PIECES:,} pieces learned from "
        "the articles. *Tokens a step* is over all texts. The gain is *calculated*: one more token in a step is taken "
        f"to cost {COST} steps (measured up to 8 tokens on mt5-small's shape in int8; beyond, extended), so 1.00 is "
        "plain greedy search; per text its median, the mean with a 95 % bootstrap interval, and the share of texts "
        "that lose. A person's description is the hard case; what a trained model writes lies between the two.\n"
    )
    for name, setting in SETTINGS.items():
        yield f"\n## {name}\n"
        yield "| text | language | tokens a step | proposed tokens taken | gain, median | mean | texts that lose |"
        yield "|---|---|---|---|---|---|---|"
        with _set(setting):
            for kind in ("description", "built-in summary"):
                for lang, language in _LANGUAGES:
                    yield _line(kind, language, [_written(row, kind) for row in rows if row.lang == lang])


_LANGUAGES = (("de", "German"), ("en", "English"))


def _line(kind: str, language: str, runs: Sequence[Run]) -> str:
    tokens, steps, proposed, taken = (
        sum(getattr(run, name) for run in runs) for name in ("tokens", "steps", "proposed", "taken")
    )
    gains = [run.tokens / run.cost for run in runs]
    mean = stats.mean(gains)
    return (
        f"| {kind} | {language} | {tokens / steps:.2f} | {taken / max(proposed, 1):.0%} | {np.median(gains):.2f} | "
        f"{mean.value:.2f} [{mean.low:.2f}, {mean.high:.2f}] | {sum(gain < 1 for gain in gains) / len(gains):.0%} |"
    )


if __name__ == "__main__":
    main()
