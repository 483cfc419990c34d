"""Consistency: is what the summary says supported by the article? Judges words and their company, not meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from statistics import fmean

from blogsum.evaluate.criterion import Criterion, Deduction, Signal
from blogsum.evaluate.pair import Pair
from blogsum.evaluate.reading import Reading
from blogsum.evaluate.stopwords import stopwords
from blogsum.evaluate.typography import foreign
from blogsum.summarize import facts
from blogsum.summarize.evidence import unsupported
from blogsum.text.sentences import stems, words
from blogsum.types import Article, Finding

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"\w+")
_PREFIX = 6  # letters: "Zusammenfassung" and "zusammenfassen" share them, stems alone do not
_NEAR = 3  # words apart that still stand together
_NO_NAME, _NO_NUMBER = 0.8, 1.0  # values of a summary without any: as the average name, nothing wrong
_OWN, _AROUND = 4, 9  # words beside a number in the summary and in the article that should agree
_GAP = 2  # characters between words that stand side by side
_LOWEST = 0.1  # the share of words that the wording is judged by


class Consistency(Criterion):
    """Support in the source, from single words to their company; what is unsupported is listed."""

    name = "consistency"
    version = "1.0"
    signals = (
        Signal("words", 0.8, 0.0, 2.0, "share of content words that the article does not have in any form"),
        Signal("company", 1.0, 0.0, 1.5, "share of neighbours that do not stand together in the article"),
        Signal("copied_phrases", 0.0, 1.0, 0.7, "word pairs of the least supported sentence in one source sentence"),
        Signal("names", 0.0, 1.0, 0.5, "how much of a name's company the article gives it in one sentence"),
        Signal("numbers", 0.0, 1.0, 0.5, "how much of a number's company the article gives it"),
        Signal("negation", 0.5, 0.0, 0.5, "share of sentences negated where their source is not, or the reverse"),
        Signal("copied_wording", -13.9, -2.0, 0.7, "the least familiar tenth of words, given the article's wording"),
    )
    deductions = (
        Deduction("number", 0.7, "a number that the article does not have"),
        Deduction("name", 0.7, "somebody or something that the article does not name"),
        Deduction("negation", 0.7, "the reverse of what the article says"),
        Deduction("quote", 0.8, "words put in a mouth"),
        Deduction("claim", 0.9, "neighbouring words that the article lacks; every fourth human summary has them", 2),
    )

    def measure(self, pair: Pair) -> Mapping[str, float]:
        """The signals; none without an article."""
        if not pair.has_source:
            return {}
        return {
            "words": len(_unknown(pair)) / max(1, sum(map(len, pair.summary.content))),
            "company": _strangers(pair.summary.all_stems, pair.source.all_stems),
            "copied_phrases": min(one.phrases for one in pair.alignment),
            "names": fmean(list(_names(pair)) or [_NO_NAME]),
            "numbers": fmean(list(_numbers(pair)) or [_NO_NUMBER]),
            "negation": fmean(list(_negations(pair))),
            "copied_wording": _quantile([log for line in pair.surprise for log in line], _LOWEST),
        }

    def findings(self, pair: Pair) -> tuple[Finding, ...]:
        """Names, numbers, quotes, negations and content words that the article does not support, in their order."""
        if not pair.has_source:
            return ()
        # what stands in another language cannot be looked up; that it stands there is a matter of fluency
        skipped = [pair.summary.spans[number] for number in foreign(pair.summary)]
        hard = [Finding(one.kind, one.text, one.start, one.end) for one in unsupported(pair.text, pair.article)]
        hard = [one for one in hard if one.start is not None and not _inside(one.start, skipped)]
        taken = skipped + [(one.start, one.end) for one in hard if one.start is not None and one.end is not None]
        new = [(start, end) for start, end in _unknown(pair) if not _inside(start, taken)]
        soft = [_soft(pair.text, *span) for span in _joined(new)]
        return tuple(sorted([*hard, *soft], key=lambda one: (one.start or 0, one.kind)))


@lru_cache(maxsize=32)
def _vocabulary(article: Article, lang: str) -> facts.Vocabulary:
    """All that the article says anywhere: text, headings, title, author, date."""
    parts = (article.text, article.title, article.author, article.date)
    return facts.Vocabulary("\n".join(part for part in parts if part), lang)


@lru_cache(maxsize=20_000)
def _known(word: str, article: Article, lang: str) -> bool:
    """Whether the article has a word in some form: inflected, derived, in a compound or as one of its parts."""
    known = _vocabulary(article, lang)
    if known.has(word):
        return True
    [stem] = stems(word, lang)[:1] or [word]
    if len(stem) >= _PREFIX and f"\n{stem[:_PREFIX]}" in known.joined:
        return True
    return lang == "de" and any(word[:at] in known.words and word[at:] in known.words for at in range(4, len(word) - 3))


def _unknown(pair: Pair) -> list[tuple[int, int]]:
    """Offsets in the summary of the content words that the article does not have."""
    stop = stopwords(pair.lang)
    found = []
    for start, end in pair.summary.spans:
        for match in _WORD.finditer(pair.text, start, end):
            word = match[0].lower()
            carries = len(word) > 1 and word not in stop and stop.isdisjoint(stems(word, pair.lang))
            if carries and not _known(word, pair.article, pair.lang):
                found.append(match.span())
    return found


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans with nothing but a space or a mark between them made one."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start - found[-1][1] <= _GAP:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _soft(text: str, start: int, end: int) -> Finding:
    """A single word, or several: then it says something."""
    return Finding("claim" if len(_WORD.findall(text[start:end])) > 1 else "word", text[start:end], start, end)


def _strangers(own: tuple[str, ...], source: tuple[str, ...]) -> float:
    near = {two for gap in range(1, _NEAR + 1) for two in zip(source, source[gap:], strict=False)}
    pairs = list(pairwise(own))
    return sum(two not in near for two in pairs) / len(pairs) if pairs else 0.0


def _names(pair: Pair) -> Iterator[float]:
    """For each capitalised content word inside a sentence: the share of the rest that stands with it in one place."""
    stop = stopwords(pair.lang)
    for sentence, content in zip(pair.summary.sentences, pair.summary.content_sets, strict=True):
        for number, match in enumerate(_WORD.finditer(sentence)):
            if not number or not match[0][:1].isupper() or len(match[0]) < 3 or match[0].lower() in stop:
                continue
            [stem] = stems(match[0], pair.lang)[:1] or [""]
            if not _known(match[0].lower(), pair.article, pair.lang):
                yield 0.0
            elif company := content - {stem}:
                yield _support(stem, company, pair.source)


def _support(stem: str, company: frozenset[str], source: Reading) -> float:
    places = [line for line in source.content_sets if stem in line]
    return max((len(company & line) / len(company) for line in places), default=0.3)


def _numbers(pair: Pair) -> Iterator[float]:
    """For each number in digits: the share of the words around it that stand around it in the article."""
    stop, source = stopwords(pair.lang), pair.source.all_stems
    for sentence, line in zip(pair.summary.sentences, pair.summary.stems, strict=True):
        for match in _NUMBER.finditer(sentence):
            parts = words(match[0])
            if not all(part in pair.said for part in parts):
                yield 0.0
                continue
            at = line.index(parts[0]) if parts[0] in line else 0
            near = {
                w for w in line[max(0, at - _OWN) : at + _OWN + 1] if w not in stop and w != parts[0] and len(w) > 1
            }
            places = [number for number, stem in enumerate(source) if stem == parts[0]]
            around = [set(source[max(0, n - _AROUND) : n + _AROUND + 1]) for n in places]
            yield max((len(near & one) / len(near) for one in around), default=0.0) if near else 1.0


def _negations(pair: Pair) -> Iterator[bool]:
    for sentence, place in zip(pair.summary.sentences, pair.places, strict=True):
        own, other = (facts.negations(text, pair.lang) for text in (sentence, pair.source.sentences[place]))
        yield bool(own) != bool(other)


def _quantile(values: list[float], share: float) -> float:
    """Linear between the values, as numpy does it."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])
