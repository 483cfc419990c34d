"""An article as the ranker sees it: sentences with stems, paragraph and section. Judges nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from blogsum.text.blocks import blocks
from blogsum.text.language import detect
from blogsum.text.sentences import of_article, stems
from blogsum.types import Article, Sentence

# A hard bound for huge inputs: 1.5 million characters are some 220,000 words, a long novel; blog posts end before 60,000.
MOST_CHARACTERS = 1_500_000
# Marks that end a sentence in the scripts we met, and what may close after them.
FINAL = re.compile(r"[.!?…。！？؟۔।॥։᙮።][\"'”“„’‘«»›‹)\]】」』*_\s]*$")
_HEADING_WORDS = 12
_SHORT = 25


@dataclass(frozen=True)
class Line:
    """One sentence and where it stands: ``place`` in its paragraph of ``of`` sentences, under the ``section``-th heading.

    ``words`` counts between spaces, as a length limit does; ``block`` is the kind of its block.
    """

    sentence: Sentence
    stems: tuple[str, ...]
    words: int
    block: str
    paragraph: int
    place: int
    of: int
    section: int
    heading: str

    @property
    def text(self) -> str:
        """The sentence as it stands in the article."""
        return self.sentence.text


@dataclass(frozen=True)
class Outline:
    """All sentences of an article in order, its headings and its title, each as text and stems."""

    lang: str
    title: str
    title_stems: tuple[str, ...]
    lines: tuple[Line, ...]
    headings: tuple[tuple[str, ...], ...]


def outline(article: Article) -> Outline:
    """Take an article apart. Reads at most ``MOST_CHARACTERS`` of it, up to the end of a line where there is one."""
    text = _bounded(article.text)
    lang = article.lang[:2].lower() if article.lang else detect(text[:5000])
    kinds = blocks(text)
    found = of_article(text, lang)
    per_block: dict[int, list[Sentence]] = {}
    for sentence in found:
        per_block.setdefault(sentence.block, []).append(sentence)
    lines: list[Line] = []
    headings: list[tuple[str, ...]] = []
    paragraph, current = 0, ""
    for number, block in enumerate(kinds):
        content = text[block.start : block.end]
        if block.kind == "heading" or (block.kind == "paragraph" and _is_bare_heading(content)):
            current = content
            headings.append(tuple(stems(content, lang)))
            continue
        inside = per_block.get(number, [])
        for place, sentence in enumerate(inside):
            words = tuple(stems(sentence.text, lang))
            size = len(sentence.text.split())
            lines.append(Line(sentence, words, size, block.kind, paragraph, place, len(inside), len(headings), current))
        paragraph += bool(inside)
    title = article.title or ""
    return Outline(lang, title, tuple(stems(title, lang)), tuple(lines), tuple(headings))


def plain(article: Article) -> Article:
    """The same article with a bounded text: what ``outline`` reads, and nothing behind it."""
    return replace(article, text=_bounded(article.text))


def _bounded(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    end = text.rfind("\n", MOST_CHARACTERS // 2, MOST_CHARACTERS)
    return text[: end if end > 0 else MOST_CHARACTERS]


def _is_bare_heading(content: str) -> bool:
    """Plain text has headings without a mark: short lines that end like no sentence and list nothing."""
    if len(content) > 120 or FINAL.search(content) or content.endswith((":", ";", ",")):
        return False
    return len(content.split()) <= _HEADING_WORDS if " " in content else len(content) <= _SHORT
