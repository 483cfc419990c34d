"""Which posts are one post in several languages? Knows addresses, dates, authors and words, and no dictionary.

Two signs count. The address (or the id, where it is a path) is the same once the post's own language is taken out of
it: ``/en/wheels`` and ``/wheels``, ``index.de.md`` and ``index.en.md``. Or the day and the author are the same, the
languages are not, and the numbers, names and links of the shorter text stand in the longer one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from urllib.parse import parse_qsl, urlsplit

from blogsum.data.duplicates import Pair, connected
from blogsum.types import Article

# Of 176 pairs of real posts of one day and author, one German and one English, 160 were translations: these numbers
# find 155 of them and none of the other pairs.
LEAST = 4  # marks that two texts must share
SHARED = 0.25  # share of the marks of the text with fewer of them that the other must have
ALONE = 0.12  # the same share for the only two posts of their day and author
LONGER = 1.8  # times as long as the other a translation may be; German is 1.1 times as long as English
_RARE = 8  # posts of one day that may have a mark, for it to make a pair: keeps days of many posts linear
_COPIES = 3  # posts of one language that may have one address
_WORDS = {"german": "de", "deutsch": "de", "english": "en", "englisch": "en", "french": "fr", "francais": "fr"}
_TAG = r"(?:[a-z]{2,3}(?:[-_][a-z]{2})?|german|deutsch|english|englisch|french|francais)"
_LABEL = re.compile(rf"{_TAG}\Z")
_ENDS = (re.compile(r"(.+)[-_.]([a-z]{2,3}[-_][a-z]{2})\Z"), re.compile(r"(.+)[-_.]([a-z]+)\Z"))
_PAGE = re.compile(r"\.(?:html?|php|aspx?|mdx?|markdown|rst|txt)\Z")
_LANG_KEYS = {"lang", "language", "locale", "hl", "sprache"}
_LINK = re.compile(r"https?://[^\s<>()\"'„“”]+[^\s<>()\"'„“”.,;:!?]|\b[\w-]+\.(?:com|org|net|io|de|at|ch|eu)\b", re.I)
_NUMBER = re.compile(r"\d[\d.,:]*\d|\d{2,}")
_NAME = re.compile(r"[^\W\d_][\w-]*[^\W_]")
_SENTENCE_ENDS = ".!?:\n#->*\"'„“”»«("


def groups(articles: Iterable[Article]) -> list[list[str]]:
    """Ids of posts that are one post in several languages: groups of two or more, in order of the articles."""
    known = list(articles)
    found = {(min(pair), max(pair)) for pair in (*_by_address(known), *_by_content(known))}
    pairs = [Pair(first, second, 1.0) for first, second in sorted(found)]
    return [[known[place].id for place in group] for group in connected(len(known), pairs)]


def address(name: str, lang: str | None) -> str:
    """``name`` (an address or a path) without what says its language, which must be ``lang``, and without its suffix.

    A segment ``it`` of a German post stays: it is about computers.
    """
    parts = urlsplit(name.strip().lower())
    host = [label for label in parts.netloc.removeprefix("www.").split(".") if label]
    if len(host) > 2 and _means(host[0], lang):
        del host[0]
    segments = [segment for segment in parts.path.split("/") if segment]
    if segments:
        segments[-1] = _without_end(_PAGE.sub("", segments[-1]), lang)
    kept = [segment for segment in segments if not _means(segment, lang)]
    if kept and kept[-1] == "index":
        kept.pop()
    query = sorted((key, value) for key, value in parse_qsl(parts.query) if key not in _LANG_KEYS)
    return ".".join(host) + "/" + "/".join(kept) + "".join(f"&{key}={value}" for key, value in query)


def marks(article: Article) -> frozenset[str]:
    """What a translation keeps: numbers of two digits or more, links, and words with a capital within a sentence."""
    text = re.sub(r"(?m)^#.*$", "", article.text)  # English headings Write All Words With a Capital
    found = {match[0].lower().rstrip("/") for match in _LINK.finditer(text)}
    found |= {re.sub(r"\D", "", match[0]) for match in _NUMBER.finditer(text)}
    for match in _NAME.finditer(text):
        word = match[0]
        if not word[0].isupper() and not any(character.isupper() for character in word[1:]):
            continue
        before = text[: match.start()][-3:].rstrip(" ")
        if (before and before[-1] not in _SENTENCE_ENDS) or not word[1:].islower():
            found.add(word.casefold())
    return frozenset(found)


def _by_address(articles: Sequence[Article]) -> Iterator[tuple[int, int]]:
    """Places of posts of one address; a home page or a mere number is no address of a post."""
    for name in ("url", "id"):
        found = defaultdict(list)
        for place, article in enumerate(articles):
            value = getattr(article, name)
            if value and (name == "url" or re.search(r"[/._-]", value)):
                found[address(value, article.lang)].append(place)
        for key, places in found.items():
            # an address that many posts of one language claim is the blog's, by a mistake in its pages
            copies = max(Counter(articles[place].lang for place in places).values())
            if key.rpartition("/")[2] and copies <= _COPIES:
                yield from ((places[0], place) for place in places[1:])


def _by_content(articles: Sequence[Article]) -> Iterator[tuple[int, int]]:
    """Places of posts of one day and author in different languages that share what a translation keeps."""
    days = defaultdict(list)
    for place, article in enumerate(articles):
        if article.date and article.lang:
            days[article.date, " ".join((article.author or "").casefold().split())].append(place)
    for places in days.values():
        if len({articles[place].lang for place in places}) > 1:
            kept = {place: marks(articles[place]) for place in places}
            rated = {
                (first, second): _likeness(articles[first], articles[second], kept[first], kept[second])
                for first, second in _candidates(kept)
            }
            least = ALONE if len(places) == 2 else SHARED
            yield from _mutual({pair: likeness for pair, likeness in rated.items() if likeness >= least}, articles)


def _candidates(kept: dict[int, frozenset[str]]) -> list[tuple[int, int]]:
    """Pairs that share at least two marks which are rare on their day."""
    holders = defaultdict(list)
    for place, found in kept.items():
        for mark in found:
            holders[mark].append(place)
    shared = Counter(pair for places in holders.values() if len(places) <= _RARE for pair in combinations(places, 2))
    return sorted(pair for pair, count in shared.items() if count > 1)


def _likeness(one: Article, other: Article, first: frozenset[str], second: frozenset[str]) -> float:
    """The share of marks that two posts have in common; 0 where they cannot be translations."""
    short, long = sorted((len(one.text), len(other.text)))
    shared = len(first & second)
    if one.lang == other.lang or long > LONGER * short or shared < LEAST:
        return 0.0
    return shared / min(len(first), len(second))


def _mutual(rated: dict[tuple[int, int], float], articles: Sequence[Article]) -> Iterator[tuple[int, int]]:
    """The pairs of which neither has a likelier partner in the other's language: posts of a series share much."""
    best: dict[tuple[int, str | None], float] = defaultdict(float)
    for (first, second), likeness in rated.items():
        for place, partner in ((first, second), (second, first)):
            key = place, articles[partner].lang
            best[key] = max(best[key], likeness)
    for (first, second), likeness in rated.items():
        there = best[first, articles[second].lang], best[second, articles[first].lang]
        if there == (likeness, likeness):
            yield first, second


def _means(label: str, lang: str | None) -> bool:
    """Whether ``label`` is a tag of the language ``lang``: ``de``, ``de-at``, ``deutsch``."""
    return bool(lang and _LABEL.match(label)) and _WORDS.get(label, re.split("[-_]", label)[0]) == lang


def _without_end(segment: str, lang: str | None) -> str:
    """``wheels-de-at`` and ``wheels.de`` without what says the language."""
    for pattern in _ENDS:
        if (match := pattern.match(segment)) and _means(match[2], lang):
            return match[1]
    return segment
