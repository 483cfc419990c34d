"""What a model gets to read of an article: all of it while it fits, else the sentences that the ranker holds best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from blogsum.summarize.outline import Outline, outline
from blogsum.text.blocks import blocks
from blogsum.text.sentences import of_article
from blogsum.types import Article

READ = ("heading", "paragraph", "item", "quote")  # code, tables and captions are no running text
Span = tuple[int, int]


@dataclass(frozen=True)
class Source:
    """The ``text`` that a model reads, on one line, and the spans of the article's sentences that it does not see."""

    text: str
    left_out: tuple[Span, ...] = ()


def source(article: Article, count: Callable[[str], int], room: int) -> Source:
    """The part of ``article`` that has at most ``room`` tokens, as ``count`` counts them.

    An article that fits is read whole. Of a longer one the sentences with the best scores of the built-in ranker are
    read, in the article's order, without its headings.
    """
    whole = " ".join(article.text[block.start : block.end] for block in blocks(article.text) if block.kind in READ)
    if count(whole) <= room:
        return Source(whole)
    sketch = outline(article)
    chosen = _chosen(sketch, count, room)
    text = " ".join(article.text[start:end] for start, end in chosen)
    return Source(text, tuple(_rest(article.text, sketch.lang, frozenset(chosen))))


def _chosen(sketch: Outline, count: Callable[[str], int], room: int) -> list[Span]:
    """The best sentences that fit together, in the article's order."""
    from blogsum.summarize.ranker import built_in_ranker

    scores = built_in_ranker().rate(sketch).scores if sketch.lines else ()
    ranked = sorted(zip(scores, sketch.lines, strict=True), key=lambda pair: (-pair[0], pair[1].sentence.start))
    chosen: list[Span] = []
    for _, line in ranked:
        size = count(line.text)
        if size <= room:
            chosen.append((line.sentence.start, line.sentence.end))
            room -= size
    return sorted(chosen)


def _rest(text: str, lang: str, chosen: frozenset[Span]) -> list[Span]:
    """The sentences that were not chosen, neighbours as one span."""
    rest: list[Span] = []
    before = False  # whether the sentence before was left out too
    for sentence in of_article(text, lang):
        left = (sentence.start, sentence.end) not in chosen
        if left and before:
            rest[-1] = (rest[-1][0], sentence.end)
        elif left:
            rest.append((sentence.start, sentence.end))
        before = left
    return rest
