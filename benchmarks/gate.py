"""What the gate can tell, and what judging costs: ``python benchmarks/gate.py --data DIR`` (DIR/blog/dev.jsonl.gz).

Real scores of two summaries of each post: the opening and the built-in one, which are alike, or the built-in one and
the author's own, which are not. Identical systems are made of them by swapping the two by the toss of a coin for each
post: what the gate then calls worse is a false alarm. A true loss is added to one criterion to see how small a loss
is found. Writes benchmarks/results/gate.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from blogsum.errors import UserError  # noqa: E402
from blogsum.evaluate import CRITERIA, judge, load  # noqa: E402
from blogsum.evaluate.gate import MARGIN, baseline, decide  # noqa: E402
from blogsum.evaluate.reading import read_article  # noqa: E402
from blogsum.summarize.extractive import Extractive  # noqa: E402
from blogsum.summarize.lengths import LENGTHS  # noqa: E402
from blogsum.types import Article, Example, Judged, Score  # noqa: E402

SIZES, DRAWS, WORDS, PAIRS = (10, 25, 49, 200), 200, 600, 1000
LOSSES = (0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.10, 0.15, 0.20)
POWER = 0.8
Pair = tuple[Judged, Judged]
KINDS = {"opening and built-in summary": (0, 1), "built-in summary and author's description": (1, 2)}
Line = tuple[int, dict[str, float], dict[str, float | None]]


def main() -> None:
    """Measure, simulate, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks/results/gate.md")
    options = parser.parse_args()
    found = list(judged(options.data))
    cost = speed([one for three in found for one in three])
    tables = {}
    for kind, (first, second) in KINDS.items():
        chance = np.random.default_rng(0)
        pairs = [(three[first], three[second]) for three in found]
        tables[kind] = [row(pairs, size, chance) for size in SIZES]
    report = render(cost, tables, len(found))
    options.output.write_text(report, encoding="utf-8")
    print(report)


def judged(data: Path) -> Iterator[tuple[Judged, Judged, Judged]]:
    """The judged opening (three sentences), teaser and author's description of posts, each cut to some 600 words."""
    summarizer = Extractive()
    with gzip.open(data / "blog" / "dev.jsonl.gz", "rt", encoding="utf-8") as file:
        posts = [json.loads(line) for line in file][::8]
    for post in posts:
        article = Article(post["id"], _cut(post["article_text"]), title=post["title"], lang=post["lang"])
        try:
            teaser = summarizer.summarize(article, LENGTHS["teaser"]).text
        except UserError:
            continue
        lead = " ".join(read_article(article.text, post["lang"]).sentences[:3])
        if lead and post["summary"].strip():
            first, second, third = (judge(Example(article, text)) for text in (lead, teaser, post["summary"]))
            yield first, second, third


def _cut(text: str) -> str:
    kept, used = [], 0
    for line in text.split("\n"):
        kept.append(line)
        used += len(line.split())
        if used >= WORDS:
            break
    return "\n".join(kept)


def speed(rows: Sequence[Judged]) -> dict[str, float]:
    """Processor seconds for a thousand pairs on one core, and whether another order gives the same numbers."""
    examples = [row.example for row in rows]
    examples = (examples * (PAIRS // len(examples) + 1))[:PAIRS]
    order = np.random.default_rng(1).permutation(PAIRS)
    before = time.process_time()
    scores = {int(number): judge(examples[number]).scores for number in order}
    seconds = time.process_time() - before
    alike = all(scores[number] == rows[number % len(rows)].scores for number in range(PAIRS))
    words = fmean(len(example.article.text.split()) for example in examples)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "memory": memory, "alike": float(alike), "words": words}


def row(found: Sequence[Pair], size: int, chance: np.random.Generator) -> Line:
    """For a number of articles: verdicts on identical systems, and the smallest loss found of each criterion."""
    outcomes = [_verdict(found, size, chance) for _ in range(DRAWS)]
    shares = {name: outcomes.count(name) / DRAWS for name in ("failed", "ask", "passed")}
    return size, shares, {name: _smallest(found, size, chance, name) for name in CRITERIA}


def _smallest(found: Sequence[Pair], size: int, chance: np.random.Generator, metric: str) -> float | None:
    """The smallest of LOSSES that fails the gate in POWER of the draws."""
    for loss in LOSSES:
        failed = [_verdict(found, size, chance, metric, loss) == "failed" for _ in range(DRAWS // 4)]
        if fmean(failed) >= POWER:
            return loss
    return None


def _verdict(found: Sequence[Pair], size: int, chance: np.random.Generator, metric: str = "", loss: float = 0) -> str:
    """One draw: articles with replacement, the systems swapped by chance, one score of the candidate lowered."""
    before, after = [], []
    for place, number in enumerate(chance.integers(0, len(found), size)):
        first, second = found[number] if chance.random() < 0.5 else found[number][::-1]
        before.append(_renamed(first, place))
        after.append(_renamed(second, place, metric, loss))
    known = {one["id"]: one for one in baseline(before)["rows"]}
    return decide(after, known).verdict.outcome


def _renamed(judged: Judged, place: int, metric: str = "", loss: float = 0) -> Judged:
    """A copy under an id of its own, so that an article may be drawn twice."""
    scores = tuple(_less(score, loss) if score.metric == metric else score for score in judged.scores)
    return Judged(replace(judged.example, article=Article(str(place), "")), scores)


def _less(score: Score, loss: float) -> Score:
    return replace(score, value=max(0.0, score.value - loss))


def _table(kind: str, lines: Sequence[Line]) -> str:
    title = f"{kind[0].upper()}{kind[1:]}"
    head = f"\n## {title}\n\n| articles | false alarm | ask a human | passed | {' | '.join(CRITERIA)} |\n"
    body = "".join(
        f"| {size} | {' | '.join(f'{share:.1%}' for share in shares.values())} | "
        f"{' | '.join('–' if loss is None else f'{loss:.2f}' for loss in smallest.values())} |\n"
        for size, shares, smallest in lines
    )
    return f"{head}|---|---|---|---|---|---|---|---|\n{body}"


def render(cost: dict[str, float], tables: dict[str, list[Line]], posts: int) -> str:
    """The report in Markdown."""
    body = "".join(_table(kind, lines) for kind, lines in tables.items())
    recipes = " · ".join(f"`{load(name).signature()}`" for name in CRITERIA)
    return (
        "# The gate, and the cost of judging\n\n"
        f"`python benchmarks/gate.py --data DIR` · {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}\n\n{recipes}\n\n"
        f"{PAIRS:,} pairs (articles of {cost['words']:.0f} words on average), all four criteria: "
        f"**{cost['seconds']:.1f} s** of one core, {cost['memory']:.0f} MB at most in this process; in another order "
        f"the numbers are {'the same' if cost['alike'] else 'NOT the same'}.\n\n"
        f"Identical systems made of {posts} posts ({DRAWS} draws), and the smallest loss on one criterion that fails "
        f"in {POWER:.0%} of {DRAWS // 4} draws. The margin is {MARGIN}: a smaller loss never fails.\n{body}"
    )


if __name__ == "__main__":
    main()
