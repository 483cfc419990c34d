"""How much of a summary is its article's own words, and from where: numbers of one pair, no judgement and no files.

Coverage, density and compression are those of Grusky, Naaman and Artzi (2018), "Newsroom: A Dataset of 1.3 Million
Summaries with Diverse Extractive Strategies", section 4; novelty that of Narayan, Cohen and Lapata (2018), "Don't Give
Me the Details, Just the Summary!", table 1. Words are runs of letters and digits, lower case, not stemmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blogsum.text.teaser import human_teaser

LEAD = 2  # the lead is this many times as long as the summary, but no more than half of the article …
LEAD_LEAST = 40  # … and no shorter than this many words: a title and a date line may stand before it
_PLACES = 64  # places of one word pair that are tried for a longer run: a text of one word repeated stays linear
_ENDS = re.compile(r"[.!?…:;。！？]\W*\Z")
_ELLIPSIS = re.compile(r"\s*(?:\[\s?)?(?:…|\.\.\.)(?:\s?\])?\s*\Z")
_STOP = re.compile(r"[^\w\n,]{0,4}(?:[.!?…:;。！？]|\n|\Z)")
_SHORT = 40  # characters; a shorter text without a stop is a title, not half a sentence


@dataclass(frozen=True)
class Overlap:
    """What a summary and its article share.

    ``compression`` is words of the article for each of the summary; ``coverage`` the share of the summary's words that
    stand in runs copied from the article and ``density`` the mean length of the run that a word stands in (both count a
    single shared word as a run); ``longest`` the longest such run in words; ``novelty`` the share of the summary's
    words, pairs and triples of words that the article lacks; ``lead`` the share of its word pairs that the article's
    opening has.
    """

    compression: float
    coverage: float
    density: float
    longest: int
    novelty: tuple[float, float, float]
    lead: float


def overlap(article: Sequence[str], summary: Sequence[str]) -> Overlap:
    """Compare the words of an article with those of its summary (``text.sentences.words``); neither may be empty.

    Time grows with the number of words of both.
    """
    size = len(summary)
    runs = [end - start for start, end in fragments(article, summary)]
    opening = article[: max(min(LEAD * size, len(article) // 2), LEAD_LEAST)]
    novel = tuple(novelty(article, summary, length) for length in (1, 2, 3))
    return Overlap(
        compression=len(article) / size,
        coverage=sum(runs) / size,
        density=sum(run * run for run in runs) / size,
        longest=max(runs, default=0),
        novelty=(novel[0], novel[1], novel[2]),
        lead=1 - novelty(opening, summary, min(2, size)),
    )


def novelty(article: Sequence[str], summary: Sequence[str], length: int) -> float:
    """Share of the runs of ``length`` words in the summary that the article lacks; 0 when the summary is shorter."""
    own = list(_runs(summary, length))
    if not own:
        return 0.0
    wanted = set(own)
    wanted.intersection_update(_runs(article, length))
    return sum(run not in wanted for run in own) / len(own)


def fragments(article: Sequence[str], summary: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Spans of the summary that the article has word for word: F(A, S) of Grusky et al., figure 3.

    From left to right, each the longest that starts there. Of a pair of words that stands in the article more than 64
    times the first 64 places are tried.
    """
    wanted = set(_runs(summary, 2))
    places: dict[tuple[str, ...], list[int]] = {}
    for place, pair in enumerate(_runs(article, 2)):
        if pair in wanted:
            places.setdefault(pair, []).append(place)
    known = set(summary).intersection(article)
    at = 0
    while at < len(summary):
        if summary[at] not in known:
            at += 1
            continue
        starts = places.get(tuple(summary[at : at + 2]), [])[:_PLACES]
        length = max((_common(article, start, summary, at) for start in starts), default=1)
        yield at, at + length
        at += length


def is_cut_off(summary: str, text: str) -> bool:
    """Whether a machine cut the summary off: "… [weiterlesen]", or a copy of ``text`` that stops in mid-sentence.

    An ellipsis that a person set behind words of their own is none, nor is a sentence that only lacks its full stop.
    """
    summary = summary.strip()
    if not summary:
        return False
    if human_teaser(summary, text) is None:
        return True
    kept = _ELLIPSIS.sub("", summary)
    if kept != summary:
        return _goes_on(kept, text)
    if _ENDS.search(summary) or len(summary) < _SHORT:
        return False
    return _letters(summary)[:_SHORT] in _letters(text[: 4 * len(summary) + 2000]) and _goes_on(summary, text)


def _goes_on(kept: str, text: str) -> bool:
    """Whether the last words stand in the text with more of their sentence, or of the last word itself, behind."""
    last = [re.escape(word) for word in re.findall(r"\w+", kept)[-6:]]
    if len(last) < 4:
        return False
    found = re.search(r"\W{1,9}".join(last), text)
    return bool(found) and not _STOP.match(text, found.end() if found else 0)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(length)), strict=False)


def _common(article: Sequence[str], start: int, summary: Sequence[str], at: int) -> int:
    length = 2
    end = min(len(article) - start, len(summary) - at)
    while length < end and article[start + length] == summary[at + length]:
        length += 1
    return length
