"""An article as the ranker sees it: sentences with words and stems, paragraph and section. Judges nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from blogsum.text.blocks import blocks
from blogsum.text.language import detect
from blogsum.text.sentences import of_article, stems, words
from blogsum.types import Article, Block, Sentence

# A hard bound for huge inputs: 1.5 million characters are some 220,000 words, a long novel; posts end before 60,000.
MOST_CHARACTERS = 1_500_000
# Marks that end a sentence in the scripts we met, and what may close after them.
FINAL = re.compile(r"[.!?…。！？؟۔।॥։](?:[\"'”“„’‘«»›‹)\]】」』*_\s]|[\U0001f000-\U0001faff☀-➿️])*$")
# What is ranked of an article, at most: likeness is lines x lines, and only one post in a thousand has more than 400.
MOST_LINES = 400
_FROM_START, _FROM_END = 240, 40
_HEADING_WORDS = 12
_UNSPACED = 25  # characters of a heading in a script without spaces


@dataclass(frozen=True)
class Line:
    """One sentence and where it stands: ``place`` of the ``of`` sentences of its paragraph, under heading ``section``.

    ``words`` are lower case, ``stems`` match them one to one; ``size`` counts between spaces, as a length limit does;
    ``block`` is the kind of its block; ``section`` is 0 before the first heading.
    """

    sentence: Sentence
    words: tuple[str, ...]
    stems: tuple[str, ...]
    size: int
    block: str
    paragraph: int
    place: int
    of: int
    section: int

    @property
    def text(self) -> str:
        """The sentence as it stands in the article."""
        return self.sentence.text


@dataclass(frozen=True)
class Outline:
    """All sentences of an article in order, its title and its headings with their stems; heading 0 is the title."""

    lang: str
    title: str
    lines: tuple[Line, ...]
    headings: tuple[str, ...]
    heading_stems: tuple[tuple[str, ...], ...]


def outline(article: Article) -> Outline:
    """Take an article apart. Reads at most ``MOST_CHARACTERS`` of it, up to the end of a line where there is one."""
    text = _bounded(article.text)
    lang = (article.lang or detect(text)).lower()[:2]
    per_block: dict[int, list[Sentence]] = {}
    for sentence in of_article(text, lang):
        per_block.setdefault(sentence.block, []).append(sentence)
    lines: list[Line] = []
    found = blocks(text)
    headings = [article.title or (text[found[0].start : found[0].end] if found and found[0].level == 1 else "")]
    paragraph = 0
    for number, block in enumerate(found):
        content = text[block.start : block.end]
        if block.kind == "heading" or (block.kind == "paragraph" and _is_bare_heading(content)):
            headings.append(content)
        elif number in per_block:
            lines += _lines(block, per_block[number], lang, paragraph, len(headings) - 1)
            paragraph += 1
    kept = tuple(_shortlist(lines))
    return Outline(lang, headings[0], kept, tuple(headings), tuple(tuple(stems(h, lang)) for h in headings))


def _shortlist(lines: list[Line]) -> list[Line]:
    """At most ``MOST_LINES``: the opening, the end, and openings of paragraphs spread evenly over what lies between."""
    if len(lines) <= MOST_LINES:
        return lines
    middle = [line for line in lines[_FROM_START:-_FROM_END] if line.place == 0] or lines[_FROM_START:-_FROM_END]
    room = MOST_LINES - _FROM_START - _FROM_END
    spread = middle if len(middle) <= room else [middle[i * len(middle) // room] for i in range(room)]
    return [*lines[:_FROM_START], *spread, *lines[-_FROM_END:]]


def _lines(block: Block, inside: list[Sentence], lang: str, paragraph: int, section: int) -> list[Line]:
    return [
        Line(
            sentence,
            tuple(words(sentence.text)),
            tuple(stems(sentence.text, lang)),
            len(sentence.text.split()),
            block.kind,
            paragraph,
            place,
            len(inside),
            section,
        )
        for place, sentence in enumerate(inside)
    ]


def _bounded(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    end = text.rfind("\n", MOST_CHARACTERS // 2, MOST_CHARACTERS)
    return text[: end if end > 0 else MOST_CHARACTERS]


def _is_bare_heading(content: str) -> bool:
    """Plain text has headings without a mark: short lines that end like no sentence and list nothing."""
    if len(content) > 120 or FINAL.search(content) or content.endswith((":", ";", ",")):
        return False
    return len(content.split()) <= _HEADING_WORDS if " " in content else len(content) <= _UNSPACED
