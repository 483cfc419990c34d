"""Light Markdown <-> blocks; knows nothing about HTML, files or languages.

Light Markdown is what ``Article.text`` holds: one line a paragraph, ``#`` headings, ``- `` items, ``> `` quotes,
fenced code, ``| `` table rows, blank lines between. Reading is tolerant: plain text, also with its paragraphs wrapped
at a fixed width, is light Markdown too. Every line is looked at once, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from blogsum.types import Block

WRAPPED = 100  # characters; in a run of lines no longer than this, a line's end is where the margin was
_HEADING = 80  # characters; the longest line without a mark that may be a heading

_LINE = re.compile(r"[^\n]+")
_MARK = re.compile(
    r"(?P<heading>#{1,6})\s+|(?P<item>[-*+•–‣▪●])\s+(?:\[[ xX]\]\s+)?|(?P<number>\d{1,3})[.)]\s+|(?P<letter>[a-z])\)\s+"
    r"|(?P<quote>>(?:\s?>){0,9})\s?|(?P<table>\|)"
)
_FENCE = re.compile(r"(`{3,}|~{3,})([^`]*)\Z")
_RULE = re.compile(r"(?:[\s*_=+•·⁂—–~#-]{3,}|[-*+•>#]{1,2})\Z")  # or a mark with nothing behind it
_SETEXT = re.compile(r"(?:=+|-{2,})\Z")
_DELIMITER = re.compile(r"[\s|:-]{3,}\Z")
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_]{1,100})(?<=\S)\1\Z")
_MONTH = re.compile(
    r"(?:Jan|Jän|Feb|März|Mär|Mrz|Apr|Mai\b|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Mar|May\b|Oct|Dec|Jahrhundert|Platz\b)"
)
_NAMES = (
    r"abb(?:ildung|\.)?|bild(?:er)?|fotos?|grafik|diagramm|tabelle|tab\.|screenshots?|symbol(?:bild|foto)|titelbild"
    r"|beitragsbild|fig(?:ure|\.)?|table|photos?|images?|picture|illustration|chart|listing"
)
_CAPTION = re.compile(
    rf"[(\[*_]{{0,3}}(?:(?:{_NAMES})\s?\d{{1,3}}[a-z]?\s?[:.–—|-]\s"
    rf"|(?:{_NAMES}|quellen?|sources?|credits?|bild(?:quelle|nachweis|rechte|credit)|foto(?:nachweis|credit|quelle)|grafikquelle"
    r"|(?:photo|image|picture|cover|header)\s(?:credits?|source|photo|image|by))(?:\s?\([^)]{1,20}\))?\s?:"
    r"|(?:photo|photograph|image|picture|illustration|screenshot|cover image|foto|titelbild|beitragsbild)\s"
    r"(?:by|credits?|courtesy|von|via|©)\s"
    r"|(?:copyright\s)?(?:©|\(c\))\s?[\w ])",
    re.IGNORECASE,
)


def blocks(text: str) -> list[Block]:
    """Split light Markdown into its blocks, in order; offsets count code points in ``text``.

    A paragraph's or item's span holds line ends when its lines were wrapped, a table's and a code listing's when they
    have several lines; marks inside a span do not occur except in tables. Horizontal rules and fences belong to none.
    """
    found = list(_Reader(text).read())
    for place, (block, following) in enumerate(pairwise(found)):
        if block.kind == "paragraph" and following.kind == "paragraph" and _is_title(text, block, following):
            found[place] = replace(block, kind="heading", level=2 if place else 1)
    return found


class _Reader:
    """One pass over the lines of ``text``; ``run`` holds those of the paragraph or item being read."""

    def __init__(self, text: str) -> None:
        self.text, self.position = text, 0
        self.run: list[tuple[int, int]] = []
        self.kind = "paragraph"
        self.number = 0  # of the last numbered item
        self.unclosed: dict[str, int] = {}  # a fence's character -> the length that nothing further down closes

    def read(self) -> Iterator[Block]:
        """The blocks of the text, in order."""
        blank = True
        while line := _LINE.search(self.text, self.position):
            blank = blank or self.text.count("\n", self.position, line.start()) > 0
            self.position = line.end() + 1
            start, end = _trimmed(self.text, *line.span())
            if start == end or blank:
                yield from self.flush()
            blank = start == end
            if not blank:
                yield from self.line(start, end)
        yield from self.flush()

    def line(self, start: int, end: int) -> Iterator[Block]:
        """The blocks that a line that is not blank ends or is."""
        if self.run and self.kind == "paragraph" and (under := self.underlined(start, end)):
            yield from under
        elif fence := _FENCE.match(self.text, start, end):
            yield from self.flush()
            yield from self.code(fence)
        elif _RULE.match(self.text, start, end):
            yield from self.flush()
        elif self.text[start] == "|":
            yield from self.flush()
            yield self.table(start, end)
        elif mark := self.mark(start, end):
            yield from self.flush()
            yield from self.marked(mark, end)
        else:
            self.run.append((start, end))

    def flush(self) -> Iterator[Block]:
        run, kind = self.run, self.kind
        self.run, self.kind = [], "paragraph"
        if run:
            yield from _joined(self.text, run, kind)

    def mark(self, start: int, end: int) -> re.Match[str] | None:
        """The mark a line starts with; a number only in its turn, so that "5. Platz für Kiel" alone stays whole."""
        mark = _MARK.match(self.text, start, end)
        if mark is None or mark.end() >= end:
            return None
        if (number := mark["number"]) is None:
            return mark
        if int(number) not in (0, 1, self.number, self.number + 1) or _MONTH.match(self.text, mark.end()):
            return None
        self.number = int(number)
        return mark

    def marked(self, mark: re.Match[str], end: int) -> Iterator[Block]:
        """A heading or quote behind its ``mark``, or the start of an item."""
        start = mark.end()
        if mark["heading"]:
            closed = self.text[start:end].rstrip("#").rstrip()
            yield Block("heading", start, start + len(closed) if closed else end, len(mark["heading"]))
        elif mark["quote"]:
            yield Block("quote", start, end)
        else:
            self.run, self.kind = [(start, end)], "item"

    def underlined(self, start: int, end: int) -> list[Block]:
        """A heading underlined by ``===`` or ``---``, or a table whose rows have no bar in front; else empty."""
        first, last = self.run[-1]
        if "|" in self.text[first:last] and "|" in self.text[start:end] and _DELIMITER.match(self.text, start, end):
            earlier, self.run = self.run[:-1], []
            return [*(_joined(self.text, earlier, "paragraph") if earlier else ()), self.table(first, end)]
        if len(self.run) == 1 and last - first <= WRAPPED and _SETEXT.match(self.text, start, end):
            self.run = []
            return [Block("heading", first, last, 1 if self.text[start] == "=" else 2)]
        return []

    def table(self, start: int, end: int) -> Block:
        """The table from ``start``: this line, reaching to ``end``, and those with a bar that touch it."""
        while (line := _LINE.match(self.text, self.position)) and "|" in line.group():
            end = _trimmed(self.text, *line.span())[1]
            self.position = line.end() + 1
        return Block("table", start, end)

    def code(self, fence: re.Match[str]) -> list[Block]:
        """The listing behind an opening fence; if nothing closes it, what follows is ordinary text."""
        mark, length, below = fence[1][0], min(len(fence[1]), 8), self.position  # 8: few lengths, few vain searches
        if length >= self.unclosed.get(mark, length + 1):
            return []
        position = below
        while line := _LINE.search(self.text, position):
            position = line.end() + 1
            start, end = _trimmed(self.text, *line.span())
            if end - start >= length and self.text.count(mark, start, end) == end - start:
                first, last = _trimmed(self.text, below, line.start())
                self.position = position
                return [Block("code", self.text.rfind("\n", below - 1, first) + 1, last)] if first < last else []
        self.unclosed[mark] = length
        return []


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of ``text[start:end]`` between the space at its ends; empty at ``start`` if there is nothing else."""
    line = text[start:end]
    stripped = line.strip()
    if not stripped:
        return start, start
    start += len(line) - len(line.lstrip())
    return start, start + len(stripped)


def _joined(text: str, run: list[tuple[int, int]], kind: str) -> Iterator[Block]:
    """The lines of a run as one block when they were wrapped, else each as its own."""
    width = max(end - start for start, end in run)
    if len(run) > 1 and kind == "paragraph" and _stands_above(text, run[0], run[1], width):
        yield Block("heading", *run[0], 2)
        run = run[1:]
    if kind == "paragraph" and (bold := _BOLD.match(text, *run[0])) and bold[2][-1] not in ".:":
        yield Block("heading", *bold.span(2), 3)
        run = run[1:]
    if not run:
        return
    if width <= WRAPPED or len(run) == 1:
        whole = run[0][0], run[-1][1]
        yield Block("caption" if kind == "paragraph" and _is_caption(text, *whole) else kind, *whole)
        return
    yield Block(kind, *run[0])
    for start, end in run[1:]:
        yield Block("caption" if _is_caption(text, start, end) else "paragraph", start, end)


def _stands_above(text: str, line: tuple[int, int], below: tuple[int, int], width: int) -> bool:
    """Whether the first line of a run ends long before the margin, without a stop: a title above its paragraph."""
    start, end = line
    word = text[below[0] : below[0] + 40].split(maxsplit=1)[0]
    room = width - (end - start) - len(word) - 1
    return width >= 40 and room >= 10 and _is_short_line(text, start, end) and word[0].isupper()


def _is_short_line(text: str, start: int, end: int) -> bool:
    line = text[start:end] if end - start <= _HEADING else ""
    return bool(line) and len(line.split()) <= 12 and line[-1] not in '.!?…:;,"“”»«)-–' and not line[0].islower()


def _is_title(text: str, block: Block, following: Block) -> bool:
    """Whether a paragraph is a heading that nobody marked: one short line without a stop, above a real sentence."""
    line = text[block.start : min(block.end, block.start + _HEADING + 1)]
    if not _is_short_line(text, block.start, block.end) or "\n" in line or not any(map(str.isalpha, line)):
        return False
    return (
        following.end - following.start >= _HEADING
        and text[following.start : following.end].rstrip('"“”»«)*_ ')[-1:] in ".!?…:"
    )


def _is_caption(text: str, start: int, end: int) -> bool:
    return end - start <= 400 and _CAPTION.match(text, start, end) is not None
