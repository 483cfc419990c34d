"""Coherence: do the sentences follow one another, and does the text begin where a reader can begin?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from statistics import fmean

from blogsum.evaluate import repeats, salience
from blogsum.evaluate.criterion import Criterion, Deduction, Signal
from blogsum.evaluate.pair import Pair
from blogsum.summarize import cues
from blogsum.types import Finding

_WORD = re.compile(r"\w+")
_TAKEN = 0.6  # share of a sentence's stems in one source sentence from which on it was taken from there
_WHOLE = 12  # words; below that a sentence is more and more likely a scrap


class Coherence(Criterion):
    """Order, repetition, subject, dangling starts and links of the sentences."""

    name = "coherence"
    version = "1.0"
    signals = (
        Signal("order", 0.6, 0.0, 2.0, "share of steps back in the article's order: what readers dislike most"),
        Signal("repetition", 0.12, 0.0, 2.0, "repeated pairs and triples of words"),
        Signal("overlap", 0.9, 0.5, 1.0, "two sentences with the same content; below a half it is just one subject"),
        Signal("subject", 0.2, 0.9, 1.0, "weight of its terms: a text about the article's subject holds together"),
        Signal("opening", 0.0, 1.0, 1.0, "share of content from the opening, which introduces who and what"),
        Signal("wholeness", 4, 12, 1.0, "words of the shortest sentence: scraps break the thread"),
        Signal("seams", -9.0, -1.0, 1.0, "the least familiar sentence: halves of two sentences glued together"),
        Signal("starts", 0.5, 0.0, 1.0, "share of sentences that point back to what is not there"),
        Signal("links", 0.0, 1.0, 0.5, "share of sentences that take up a word of an earlier one"),
    )
    deductions = (Deduction("repeated", 0.6, "a sentence said twice is no slip of style"),)

    def measure(self, pair: Pair) -> Mapping[str, float]:
        """The signals; those that need the article only where there is one."""
        reading = pair.summary
        stems = reading.all_stems
        alone = {
            "repetition": (repeats.share(stems, 2) + repeats.share(stems, 3)) / 2,
            "overlap": repeats.overlap(reading),
            "wholeness": min(_WHOLE, *map(len, reading.words), _WHOLE),
            "starts": len(list(_dangling(pair))) / len(reading.spans),
            "links": _links(reading.content_sets),
        }
        if not pair.has_source:
            return alone
        return alone | {
            "order": _steps_back(pair.places),
            "subject": salience.focus(pair),
            "opening": salience.opening(pair)[0],
            "seams": min(fmean(line) for line in pair.surprise),
        }

    def findings(self, pair: Pair) -> tuple[Finding, ...]:
        """Sentences said twice and starts that point at nothing."""
        spans, lines = pair.summary.spans, pair.summary.sentences
        numbers = [("repeated", n) for n in repeats.twins(pair.summary)] + [("dangling", n) for n in _dangling(pair)]
        return tuple(Finding(kind, lines[n], *spans[n]) for kind, n in sorted(numbers, key=lambda one: one[::-1]))


def _steps_back(places: tuple[int, ...]) -> float:
    return fmean([a > b for a, b in pairwise(places)]) if len(places) > 1 else 0.0


def _links(sets: tuple[frozenset[str], ...]) -> float:
    """0.5, neither good nor bad, for a single sentence."""
    if len(sets) < 2:
        return 0.5
    return fmean([any(line & earlier for earlier in sets[:number]) for number, line in enumerate(sets) if number])


def _dangling(pair: Pair) -> Iterator[int]:
    """Numbers of the sentences whose first words point back, where what they point at is missing.

    For the first sentence that is always so; a later one is in order when it follows what it followed in the article,
    or when it is not the article's own: then its author wrote it for this place.
    """
    for number, (sentence, words) in enumerate(zip(pair.summary.sentences, pair.summary.words, strict=True)):
        if not cues.leans(words, [match[0][:1].isupper() for match in _WORD.finditer(sentence[:80])]):
            continue
        here = pair.alignment[number]
        if number == 0:
            if not (pair.has_source and here.source == 0 and here.held >= _TAKEN):
                yield number
        elif here.held >= _TAKEN and not 0 <= here.source - pair.places[number - 1] <= 2:
            yield number
