"""The built-in summariser: whole sentences of the article, chosen to be read as one text. No download, deterministic."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

from blogsum.errors import UserError
from blogsum.summarize.evidence import trace
from blogsum.summarize.lengths import Budget, cut, fits, render
from blogsum.summarize.outline import Line, Outline, outline
from blogsum.summarize.readable import leans, why_barred
from blogsum.types import Article, Summary

SYSTEM = "blogsum-extractive"
_MOST_SENTENCES = 15


class Extractive:
    """Summaries made of the article's own sentences, in its own order."""

    def summarize(self, article: Article, budget: Budget) -> Summary:
        """Return a summary of ``article`` within ``budget``; raise UserError when it has no sentence to offer."""
        sketch = outline(article)
        text = _compose(sketch, budget)
        if not text:
            raise UserError(*_nothing(sketch))
        summary = Summary(article.id, text, budget.name, sketch.lang, SYSTEM)
        return replace(summary, evidence=trace(text, article))


def _compose(sketch: Outline, budget: Budget) -> str:
    lines = sketch.lines
    if 0 < len(lines) <= 2 and _hold([line.text for line in lines], budget):
        return render([line.text for line in lines], budget)
    usable = [i for i, line in enumerate(lines) if why_barred(line) is None]
    usable = usable or [i for i, line in enumerate(lines) if line.size >= 4]
    if not usable:
        return ""
    scores = _scores(sketch)
    chosen = _choose(usable, scores, sketch, budget)
    if chosen:
        return render([lines[i].text for i in sorted(chosen)], budget)
    best = max(usable, key=lambda i: (not leans(lines[i]), scores[i]))
    return cut(lines[best].text, budget)


def _hold(sentences: list[str], budget: Budget) -> bool:
    mark = "- " if budget.bullets else ""
    return fits(("\n" if budget.bullets else " ").join(mark + text for text in sentences), budget, len(sentences))


def _choose(usable: list[int], scores: list[float], sketch: Outline, budget: Budget) -> list[int]:
    """Take the best sentence that still fits, again and again; one that leans only behind the one it leans on."""
    chosen: list[int] = []
    left = set(usable)
    while left and len(chosen) < (budget.sentences or _MOST_SENTENCES):
        worth = {
            i: scores[i] - max((_overlap(sketch.lines[i], sketch.lines[j]) for j in chosen), default=0.0)
            for i in left
            if not leans(sketch.lines[i]) or i - 1 in chosen
        }
        fitting = [
            i
            for i in sorted(worth, key=lambda i: (-worth[i], i))[:12]
            if _hold([sketch.lines[j].text for j in sorted([*chosen, i])], budget)
        ]
        if not fitting:
            break
        chosen.append(fitting[0])
        left.discard(fitting[0])
    return chosen


def _scores(sketch: Outline) -> list[float]:
    """Likeness to the whole, to the title, and a bonus for the opening: without weights, the rules that hold everywhere."""
    counts = Counter(stem for line in sketch.lines for stem in set(line.stems) if len(stem) > 3)
    norm = math.sqrt(sum(n * n for n in counts.values())) or 1.0
    title = {stem for stem in sketch.heading_stems[0] if len(stem) > 3}
    scores = []
    for i, line in enumerate(sketch.lines):
        own = {stem for stem in line.stems if len(stem) > 3}
        centre = sum(counts[stem] for stem in own) / (norm * math.sqrt(len(own) or 1))
        scores.append(centre + 0.5 * len(own & title) / (len(title) or 1) + 0.8 / (1 + i))
    return scores


def _overlap(one: Line, other: Line) -> float:
    a, b = set(one.stems), set(other.stems)
    return len(a & b) / (min(len(a), len(b)) or 1)


def _nothing(sketch: Outline) -> tuple[str, str]:
    if not sketch.lines:
        return "there is no running text to summarise", "the article holds only headings, code, tables or nothing"
    return "there is no sentence to summarise", "the article offers only fragments such as list items or captions"
