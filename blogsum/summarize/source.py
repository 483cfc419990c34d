"""What a model reads of an article: all of it while it fits, else the best of its sections, under their headings.

How much of a section is read is decided sentence by sentence. A sentence is worth what the ranker says of it and of its
neighbours in the section, so that runs are read and not scraps, and the words it has that a description would probably
use and nothing chosen has yet, so that one section does not take all the room. The heading comes with the first
sentence of its section. ``benchmarks/sections.py`` compares it with choosing sentences alone and with the opening.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import pstdev
from typing import TYPE_CHECKING

from blogsum.summarize.outline import Outline, outline
from blogsum.text.blocks import blocks
from blogsum.text.sentences import of_article
from blogsum.types import Article

if TYPE_CHECKING:
    from blogsum.summarize.ranker import Ranker

READ = ("heading", "paragraph", "item", "quote")  # code, tables and captions are no running text
Span = tuple[int, int]
Count = Callable[[str], int]
_NEAR = 0.5  # weight of the neighbours: at 0 half as many pieces more, at 1 nearer ones but half the gain
_UNRANKED = -1.5  # of a sentence that the ranker does not look at: read only between good ones
_SHORT = 4  # tokens; a shorter sentence does not look better for being short


@dataclass(frozen=True)
class Source:
    """The ``text`` that a model reads, on one line, and the spans of headings and sentences that it does not see."""

    text: str
    left_out: tuple[Span, ...] = ()


@dataclass(frozen=True)
class _Part:
    """A heading or a sentence: its ``span``, the number of its ``section``, and its ``size`` in tokens."""

    span: Span
    section: int
    size: int
    is_heading: bool = False


def source(article: Article, count: Count, room: int, ranker: Ranker | None = None) -> Source:
    """The part of ``article`` that has at most ``room`` tokens, as ``count`` counts them.

    An article that fits is read whole. ``ranker`` is the built-in one unless told otherwise.
    """
    whole = " ".join(article.text[block.start : block.end] for block in blocks(article.text) if block.kind in READ)
    if count(whole) <= room:
        return Source(whole)
    sketch = outline(article)
    parts = _parts(article, sketch.lang, count)
    order = _chosen(parts, sketch, room, ranker)
    text = _joined(article, parts, order)
    while order and count(text) > room:  # pieces of a text may be fewer than the text's
        order.pop()
        text = _joined(article, parts, order)
    return Source(text, tuple(_rest(parts, _with_headings(parts, order))))


def _parts(article: Article, lang: str, count: Count) -> list[_Part]:
    """Headings and sentences in their order; section 0 is what stands before the first heading."""
    text, section = article.text, 0
    sentences: dict[int, list[Span]] = {}
    for one in of_article(text, lang):
        sentences.setdefault(one.block, []).append((one.start, one.end))
    parts: list[_Part] = []
    for number, block in enumerate(blocks(text)):
        if block.kind == "heading":
            section += 1
            parts.append(_Part((block.start, block.end), section, count(text[block.start : block.end]), True))
        elif block.kind in READ:
            found = sentences.get(number, ())
            parts += [_Part(span, section, count(text[slice(*span)])) for span in found]
    return parts


def _chosen(parts: Sequence[_Part], sketch: Outline, room: int, ranker: Ranker | None) -> list[int]:
    """The numbers of the sentences that fit together, the most worth first."""
    scores, words, chances = _rated(sketch, ranker)
    worth = _smoothed(parts, scores)
    headings = {part.section: part.size for part in parts if part.is_heading}
    seen: set[int] = set()

    def gain(number: int) -> float:
        new = sum(chances[word] for word in words.get(parts[number].span, ()) if word not in seen)
        return new / max(parts[number].size, _SHORT)

    unit = pstdev([gain(number) for number in worth]) or 1.0 if worth else 1.0
    waiting = [(-worth[number] - gain(number) / unit, number) for number in worth]
    heapq.heapify(waiting)
    order: list[int] = []
    while waiting:
        before, number = heapq.heappop(waiting)
        now = -worth[number] - gain(number) / unit
        if now > before + 1e-9:  # another one has said some of it
            heapq.heappush(waiting, (now, number))
            continue
        part = parts[number]
        size = part.size + headings.get(part.section, 0)
        if size <= room:
            room -= size
            headings.pop(part.section, None)
            seen.update(words.get(part.span, ()))
            order.append(number)
    return order


def _rated(
    sketch: Outline, ranker: Ranker | None
) -> tuple[Mapping[Span, float], Mapping[Span, Sequence[int]], Sequence[float]]:
    """By span a sentence's score and its words, by number; and for each word the chance that a description uses it."""
    from blogsum.summarize.ranker import built_in_ranker

    if not sketch.lines:
        return {}, {}, ()
    rated = (ranker or built_in_ranker()).rate(sketch)
    spans = [(line.sentence.start, line.sentence.end) for line in sketch.lines]
    has = rated.table.terms.counts > 0
    words = [row.nonzero()[0].tolist() for row in has]
    # rounded: another processor adds up in another order
    scores = [round(float(score), 5) for score in rated.scores]
    chances = [round(float(chance), 5) for chance in rated.chances]
    return dict(zip(spans, scores, strict=True)), dict(zip(spans, words, strict=True)), chances


def _smoothed(parts: Sequence[_Part], scores: Mapping[Span, float]) -> dict[int, float]:
    """For each sentence the mean of its score and, weighing ``_NEAR``, of its neighbours in the section."""
    numbers = [number for number, part in enumerate(parts) if not part.is_heading]
    own = {number: scores.get(parts[number].span, _UNRANKED) for number in numbers}
    smoothed = {}
    for number in numbers:
        near = [own[one] for one in (number - 1, number + 1) if one in own]  # a heading in between is no sentence
        around = sum(near) / len(near) if near else own[number]
        smoothed[number] = (own[number] + _NEAR * around) / (1 + _NEAR)
    return smoothed


def _with_headings(parts: Sequence[_Part], chosen: Sequence[int]) -> set[int]:
    sections = {parts[number].section for number in chosen}
    return {*chosen, *(number for number, part in enumerate(parts) if part.is_heading and part.section in sections)}


def _joined(article: Article, parts: Sequence[_Part], chosen: Sequence[int]) -> str:
    return " ".join(article.text[slice(*parts[number].span)] for number in sorted(_with_headings(parts, chosen)))


def _rest(parts: Sequence[_Part], read: set[int]) -> list[Span]:
    """What is not read, neighbours as one span."""
    rest: list[Span] = []
    before = -2
    for number, part in enumerate(parts):
        if number in read:
            continue
        if rest and before == number - 1:
            rest[-1] = (rest[-1][0], part.span[1])
        else:
            rest.append(part.span)
        before = number
    return rest
