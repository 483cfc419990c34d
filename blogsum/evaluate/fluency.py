"""Fluency: is it well-formed language? Counts defects; knows the article only to excuse what stands there so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from statistics import fmean

from blogsum.evaluate import repeats, typography
from blogsum.evaluate.criterion import Criterion, Deduction, Signal
from blogsum.evaluate.grammar import grammar, tokens
from blogsum.evaluate.pair import Pair
from blogsum.evaluate.verbs import is_verbless
from blogsum.types import Finding

_BULLET = re.compile(r"^\s*[-*•–]\s+$")
_LONG = 45  # words; longer sentences are mostly two that lost their border
_SHORT = 12  # words; the shorter below that, the likelier a scrap
_FEW = 10  # joins; one odd join in a shorter text counts as one in so many


class Fluency(Criterion):
    """Odd joins, scraps, lost ends, stray marks; broken encoding and foreign sentences cost extra."""

    name = "fluency"
    version = "1.1"
    signals = (
        Signal("grammar", 0.2, 0.0, 1.5, "share of joins of words that the language avoids and the article lacks"),
        Signal("copied_wording", -8.0, -1.0, 1.0, "mean familiarity of the words, given the article's wording"),
        Signal("copied_phrases", 0.0, 1.0, 1.0, "word pairs of the least supported sentence in one source sentence"),
        Signal("ends", 0.0, 1.0, 0.5, "share of sentences with an end mark"),
        Signal("whole", 1.0, 0.0, 0.5, "share of sentences that stop in the middle"),
        Signal("length", 0.5, 0.0, 0.5, "share of sentences above 45 words"),
        Signal("scraps", 3, 12, 0.5, "words of the shortest sentence"),
        Signal("marks", 1.0, 0.0, 0.5, "stray marks, wrong spaces and lost brackets per sentence"),
        Signal("stutter", 1.0, 0.0, 0.3, "words said twice in a row"),
    )
    deductions = (
        Deduction("mojibake", 0.6, "broken letters are seen before anything is read"),
        Deduction("foreign", 0.5, "a sentence in another language"),
        Deduction("cut", 0.7, "a sentence that stops in the middle"),
        Deduction("garbled", 0.7, "a sentence most of whose words do not fit together"),
        Deduction("verbless", 0.95, "no verb; people write so in 1 to 3 of 100 sentences, on purpose", 2),
    )

    def measure(self, pair: Pair) -> Mapping[str, float]:
        """The signals; those that need the article or a language blogsum knows only where there is one."""
        reading = pair.summary
        sizes = [len(line) for line in reading.words]
        alone = {
            "ends": fmean([typography.has_end(sentence) for sentence in reading.sentences]),
            "whole": fmean([typography.is_cut(reading, number) for number in range(len(sizes))]),
            "length": fmean([size > _LONG for size in sizes]),
            "scraps": min(_SHORT, *sizes, _SHORT),
            "marks": fmean([typography.slips(sentence) for sentence in reading.sentences]),
            "stutter": sum(map(repeats.stutters, reading.sentences)),
        }
        if grammar(pair.lang) is not None:
            alone["grammar"] = sum(map(len, _odd(pair))) / max(_FEW, sum(map(_joins, reading.sentences)))
        if not pair.has_source:
            return alone
        return alone | {
            "copied_wording": fmean([log for line in pair.surprise for log in line]),
            "copied_phrases": min(one.phrases for one in pair.alignment),
        }

    def findings(self, pair: Pair) -> tuple[Finding, ...]:
        """Broken letters, foreign, garbled, cut and verbless sentences."""
        reading = pair.summary
        numbers = [("foreign", number) for number in typography.foreign(reading)]
        numbers += [("cut", n) for n in range(len(reading.spans)) if typography.is_cut(reading, n)]
        strange = {number for _, number in numbers}
        numbers += [("garbled", number) for number in _garbled(pair) if number not in strange]
        strange = {number for _, number in numbers}
        numbers += [("verbless", number) for number in _verbless(pair) if number not in strange]
        found = [Finding(kind, reading.sentences[n], *reading.spans[n]) for kind, n in numbers]
        return tuple(sorted([*found, *typography.mojibake(pair.text)], key=lambda one: (one.start or 0, one.kind)))


def _joins(sentence: str) -> int:
    return max(0, len(tokens(sentence)) - 1)


def _odd(pair: Pair) -> list[list[tuple[int, int]]]:
    """The joins of each sentence that the language avoids and the article does not have."""
    table = grammar(pair.lang)
    if table is None:
        return [[] for _ in pair.summary.sentences]
    known = _neighbours(pair)
    return [
        [(a, b) for a, b in table.odd(sentence) if tuple(tokens(sentence[a:b].lower())) not in known]
        for sentence in pair.summary.sentences
    ]


def _neighbours(pair: Pair) -> frozenset[tuple[str, str]]:
    cached: frozenset[tuple[str, str]] | None = pair.__dict__.get("_neighbours")
    if cached is None:
        found = frozenset(two for sentence in pair.source.sentences for two in pairwise(tokens(sentence.lower())))
        cached = pair.__dict__["_neighbours"] = found
    return cached


def _garbled(pair: Pair) -> Iterator[int]:
    """Numbers of the sentences with a quarter of their joins odd: of human sentences of 8 words or more, 1 %."""
    for number, (sentence, odd) in enumerate(zip(pair.summary.sentences, _odd(pair), strict=True)):
        if _joins(sentence) >= 8 and len(odd) >= 0.25 * _joins(sentence):
            yield number


def _verbless(pair: Pair) -> Iterator[int]:
    """Numbers of the sentences without a verb, but for bullets, which need none, and what stands so in the article."""
    known = frozenset(pair.source.sentences)
    for number, (sentence, (start, _)) in enumerate(zip(pair.summary.sentences, pair.summary.spans, strict=True)):
        is_bullet = _BULLET.search(pair.text, pair.text.rfind("\n", 0, start) + 1, start) is not None
        if not is_bullet and sentence not in known and is_verbless(sentence, pair.lang):
            yield number
