"""Numbers about each stem of an article, from which to guess whether a description would use it."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from blogsum.summarize.features import Table
from blogsum.summarize.lexicon import STOP, Lexicon

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

_WORD = re.compile(r"\w+")
COLUMNS = (
    "count", "log_count", "log_share", "rank", "rank_share", "rarity", "first", "first_share", "last_share", "title",
    "headings", "heading_share", "capitals", "stop", "length", "number", "paragraphs", "opening", "first_line", "lines",
    "german", "log_total", "article_lines", "best_line", "spread", "use",
)  # fmt: skip


def measure(table: Table, lexicon: Lexicon) -> Floats:
    """One row for each stem of ``table.terms``, columns called ``COLUMNS``."""
    outline, terms = table.outline, table.terms
    counts, n, width = terms.counts, len(outline.lines), len(terms.stems)
    has = counts > 0
    count = counts.sum(0)
    total = float(count.sum()) or 1.0
    first, last = has.argmax(0), n - 1 - has[::-1].argmax(0)
    starts = np.flatnonzero(np.diff([-1, *(line.paragraph for line in outline.lines)]))
    paragraphs = np.logical_or.reduceat(has, starts, axis=0).sum(0) / len(starts)
    rank = (-(count * terms.rarity)).argsort(kind="stable").argsort(kind="stable")
    title = frozenset(outline.heading_stems[0])
    headings = Counter(stem for stems in outline.heading_stems[1:] for stem in set(stems))
    in_headings = np.array([headings[stem] for stem in terms.stems])
    stop = STOP.get(outline.lang, frozenset())
    columns = (
        np.log1p(count), np.log(np.maximum(count, 1)), np.log(np.maximum(count, 1) / total), np.minimum(rank, 99),
        rank / width, terms.rarity, np.minimum(first, 100), first / n, last / n,
        [stem in title for stem in terms.stems],
        np.log1p(in_headings), in_headings / max(1, len(outline.headings) - 1), _capitals(table) / np.maximum(count, 1),
        [stem in stop for stem in terms.stems], [len(stem) for stem in terms.stems],
        [stem.isdigit() for stem in terms.stems], paragraphs, counts[:3].sum(0), counts[0], has.mean(0),
        np.full(width, outline.lang == "de"), np.full(width, math.log(total)), np.full(width, min(n, 200)),
        (has * table.column("centre")[:, None]).max(0), (last - first) / n, [lexicon.use(stem) for stem in terms.stems],
    )  # fmt: skip
    return np.stack([np.asarray(column, np.float32) for column in columns], axis=1)


def _capitals(table: Table) -> Floats:
    """How often each stem is written with a capital where no sentence begins."""
    found = np.zeros(len(table.terms.stems), np.float32)
    for line in table.outline.lines:
        written = _WORD.findall(line.text)
        if len(written) == len(line.stems):
            for stem, word in zip(line.stems[1:], written[1:], strict=True):
                if word[0].isupper():
                    found[table.terms.place[stem]] += 1
    return found
