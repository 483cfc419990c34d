"""One text taken apart: sentences, words, stems, content words. Knows neither pairs nor scores."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from blogsum.evaluate.stopwords import stopwords
from blogsum.text.blocks import blocks
from blogsum.text.sentences import sentences, stems, words

# At most this many sentences of an article and of a summary are read: position counts, and time stays bounded.
MOST_SOURCE, MOST_SUMMARY = 400, 60
_SPACED_STOP = re.compile(r"\w ([.,;:!?])(?=\s|$)")
_JOINED_STOP = re.compile(r"\w([.,;:!?])(?=\s|$)")
_PTB = {"``": '"', "''": '"', "-LRB-": "(", "-RRB-": ")", "-lrb-": "(", "-rrb-": ")", "-LSB-": "[", "-RSB-": "]"}
_GLUE_LEFT = re.compile(r" ([.,;:!?%)\]]|'(?:s|re|ve|ll|d|m)\b|n't\b)")
_GLUE_RIGHT = re.compile(r"([(\[$€£]) ")
_GLUE_NUMBER = re.compile(
    r"(?<![\d.,])\d{1,3}(?: , \d{3})+(?!\d)|(?<![\d.,])\d{1,3} \. \d{1,2}(?= (?:%|[a-z]))|\b\d{1,2} : \d\d\b"
)
_BULLET = re.compile(r"(?m)^\s*[-*•–]\s+")


def tidy(text: str) -> str:
    """The text as a person would have typed it, when a data set brings it as tokens (``Mr. Smith 's car .``).

    Only where most stops stand behind a space: one such slip in a real text is a defect and stays.
    """
    spaced, joined = len(_SPACED_STOP.findall(text)), len(_JOINED_STOP.findall(text))
    if spaced <= 1 + joined and "``" not in text:
        return text
    for token, mark in _PTB.items():
        text = text.replace(token, mark)
    text = _GLUE_NUMBER.sub(lambda match: match[0].replace(" ", ""), text)
    return _GLUE_RIGHT.sub(r"\1", _GLUE_LEFT.sub(r"\1", text))


@dataclass(frozen=True)
class Reading:
    """One text: its ``sentences`` as written with their offsets, and each one's words, stems and content stems."""

    text: str
    lang: str
    spans: tuple[tuple[int, int], ...]

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The sentences as they stand in the text."""
        return tuple(self.text[start:end] for start, end in self.spans)

    @cached_property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """Lower-case words, by sentence."""
        return tuple(tuple(words(sentence)) for sentence in self.sentences)

    @cached_property
    def stems(self) -> tuple[tuple[str, ...], ...]:
        """Stems, one a word, by sentence."""
        return tuple(tuple(stems(sentence, self.lang)) for sentence in self.sentences)

    @cached_property
    def content(self) -> tuple[tuple[str, ...], ...]:
        """Stems of words that carry content: no function word, more than one character; by sentence."""
        stop = stopwords(self.lang)
        return tuple(
            tuple(s for w, s in zip(ws, ss, strict=True) if len(s) > 1 and w not in stop and s not in stop)
            for ws, ss in zip(self.words, self.stems, strict=True)
        )

    @cached_property
    def all_stems(self) -> tuple[str, ...]:
        """The stems of the whole text in order."""
        return tuple(stem for line in self.stems for stem in line)

    @cached_property
    def stem_set(self) -> frozenset[str]:
        """The different stems."""
        return frozenset(self.all_stems)

    @cached_property
    def sets(self) -> tuple[frozenset[str], ...]:
        """The different stems, by sentence."""
        return tuple(frozenset(line) for line in self.stems)

    @cached_property
    def content_sets(self) -> tuple[frozenset[str], ...]:
        """The different content stems, by sentence."""
        return tuple(frozenset(line) for line in self.content)

    @cached_property
    def content_set(self) -> frozenset[str]:
        """The different content stems of the whole text."""
        return frozenset(stem for line in self.content for stem in line)

    @cached_property
    def bigram_sets(self) -> tuple[frozenset[tuple[str, str]], ...]:
        """Neighbouring stems, by sentence."""
        return tuple(frozenset(pairwise(line)) for line in self.stems)


@lru_cache(maxsize=32)  # systems are compared on the same article: it is taken apart once
def read_article(text: str, lang: str) -> Reading:
    """The prose of an article in light Markdown: paragraphs, items and quotes."""
    spans = []
    for block in blocks(text):
        if block.kind in ("paragraph", "item", "quote"):
            inside = sentences(text[block.start : block.end], lang)
            spans += [(start + block.start, end + block.start) for start, end in inside]
    return Reading(text, lang, tuple(spans[:MOST_SOURCE]))


def read_summary(text: str, lang: str) -> Reading:
    """A summary: each line is split into sentences; the marks of bullets are no words."""
    spans: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        mark = _BULLET.match(line)
        begin = at + (mark.end() if mark else 0)
        spans += [(start + begin, end + begin) for start, end in sentences(text[begin : at + len(line)], lang)]
        at += len(line) + 1
    spans = [span for span in spans if any(character.isalnum() for character in text[span[0] : span[1]])]
    return Reading(text, lang, tuple(spans[:MOST_SUMMARY]))
