"""Sentences and words of one paragraph, as offsets; knows neither files nor markup.

German and English have word lists of their own (``abbreviations.py``), every other language a shared short one:
sentencex (MIT, 4 MB, compiled) for those would be one more binary wheel, and got 5 of our 8 such cases right, this all.
Each decision looks at most 60 characters back and ahead, so that the work grows with the length of the text only.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from blogsum.text.abbreviations import AFTER_CLOCK, LABELS, LEXICONS, OTHER, SHOUTED, Lexicon
from blogsum.text.blocks import blocks
from blogsum.types import Sentence

LONGEST = 3000  # characters; what is longer is no sentence but a table or a list without stops, and is cut at a space
_REACH = 60  # characters looked back and ahead at a stop
_QUOTED = 200  # characters; a shorter quotation or bracket is never cut inside, so that no half of a pair is left over

_EMOJI = "[\U0001f300-\U0001f448\U0001f44a-\U0001faff\U0001f1e6-\U0001f1ff\u2639-\u263b\u2665\u270c\u2728\u2764\u2b50]"
_EVENT = re.compile(
    r"(?P<stop>\.(?:[ \u00a0]\.){1,3}(?!\S)|[.!?…‽]+|(?P<wide>[。！？｡．।॥؟۔።։]+))"
    rf"|(?P<smile>{_EMOJI}|(?<=\s)[:;]-?[)D](?=\s))|[„“”\"»«(\[]"
)
_PAIRS = {"„": '“”"', "“": "”", "”": "”", '"': '"', "»": "«", "«": "»", "(": ")", "[": "]"}
_TAIL = re.compile(
    r"(?:\[\d{1,3}\]|[\"'”“’‘«»›‹)\]】」』)]|\s»(?=\s|\Z)|[¹²³⁰⁴-⁹]{1,3})*"
    rf"(?:\s{{0,2}}(?:{_EMOJI}[\ufe0f\u200d]?|[:;=]-?[)(DPp](?=\s|\Z)))*"
)
_NEXT = re.compile(r"\s*(?:[\"'„“”‚‘»«›‹(\[–—*•-]\s?){0,4}(\S{1,60})")
_OWN_SMALL = re.compile(r"[a-z]{1,3}[A-Z]|https?:|www\.|[a-z0-9-]+\.(?:de|com|org|net|io|at|ch|eu)\b")
_CITED = re.compile(r"\s\([^()\n]{1,80}\)[.,;:]")  # “Less is more” (Moss 2011).
_SPEAKS = re.compile(
    r"\s*(?:[A-Z][\w’'.-]*\s){1,3}(?:said|says|asked|asks|replied|answered|added|cried|shouted|yelled|whispered|wrote)\b"
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_ROMAN = re.compile(r"[IVXLC]{2,6}")
_ADVERB = re.compile(r"[A-Z][a-z]{2,}(?:ally|ntly|ingly|ously|ately|edly|ively)")
_RANGE = re.compile(r"\d{1,2}\.?[-–/](\d{1,2})")
_CLOSING = ".,;:!?…“”\"'»«)*"
_DATE_PART = re.compile(r"\d{1,2}\.|(?:19|20)\d\d\b")


def sentences(text: str, lang: str) -> list[tuple[int, int]]:
    """Offsets of the sentences in one paragraph, in order; together they hold every character that is not space."""
    lexicon = LEXICONS.get(lang[:2].lower(), OTHER)
    found: list[tuple[int, int]] = []
    start = 0
    for end in _ends(text, lexicon):
        found.extend(_pieces(text, start, end))
        start = end
    found.extend(_pieces(text, start, len(text)))
    return found


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Trim ``text[start:end]`` and cut it where it is longer than a sentence can be."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        cut = max(
            text.rfind(" ", start + LONGEST // 2, start + LONGEST),
            text.rfind("\n", start + LONGEST // 2, start + LONGEST),
        )
        cut = cut if cut > start else start + LONGEST
        yield from _pieces(text, start, cut)
        start = cut
        while text[start].isspace():
            start += 1
    if end > start:
        yield start, end


def _ends(text: str, lexicon: Lexicon) -> Iterator[int]:
    small = not any(character.isupper() for character in text[:2000])  # someone who writes no capitals at all
    start = guarded = reached = 0
    for event in _EVENT.finditer(text):
        if not (event["stop"] or event["smile"]):
            if event.start() >= guarded:
                guarded = _closed(text, event.start())
            continue
        if event.start() < reached:
            continue  # a smiley that the stop before it took along
        tail = _TAIL.match(text, event.end())
        reached = end = tail.end() if tail else event.end()
        if end < guarded:
            continue
        if event["wide"] or _is_end(text, start, event.start(), event.end(), end, lexicon, small):
            yield end
            start = end


def _closed(text: str, start: int) -> int:
    """Offset behind the partner of the opening mark at ``start``, or 0 when it opens nothing or closes far away."""
    mark = text[start]
    if start and not (text[start - 1].isspace() or text[start - 1] in "(„“»«\"'–—/["):
        return 0
    if mark != "«" and text[start + 1 : start + 2].isspace():
        return 0
    places = [text.find(closer, start + 1, start + _QUOTED) for closer in _PAIRS[mark]]
    place = min((place for place in places if place > 0), default=-1)
    if place < 0 or (mark == '"' and text[place - 1].isspace()):
        return 0
    return place + 1


def _is_end(text: str, start: int, stop: int, after: int, end: int, lexicon: Lexicon, small: bool) -> bool:
    """Whether the stop ``text[stop:after]``, with closing marks up to ``end``, ends the sentence from ``start``."""
    following = _NEXT.match(text, end)
    if following is None:
        return True
    word = following[1]
    opens = word.rstrip(_CLOSING) in lexicon.starters or _ADVERB.fullmatch(word.rstrip(_CLOSING)) is not None
    if text[stop] not in ".!?…‽":  # a smiley instead of a stop
        return opens and text[end].isspace() and not text[max(start, stop - _REACH) : stop].isspace() and stop > start
    if not text[end].isspace():
        return opens and _glued(text, stop, following.end())
    lower = word[0].islower() and not _OWN_SMALL.match(word)
    if (lower and not small) or (end > after and _CITED.match(text, end)):
        return False
    mark = text[stop:after]
    if "!" in mark or "?" in mark:
        if (lower and end > after) or text[max(0, stop - 1) : after + 1] in ("(!)", "(?)", "(!!)", "(??)", "(?!)"):
            return False
        before = text[max(start, stop - _REACH) : stop].split()
        if before and before[-1] in SHOUTED and not opens:
            return False
        return not (end > after and _SPEAKS.match(text, end, end + _REACH))
    if mark != ".":  # an ellipsis: in German a capital may be just a noun
        return not lower and (opens or not lexicon.nouns_capital)
    return not _goes_on(text, start, stop, word, opens, lexicon)


def _glued(text: str, stop: int, reached: int) -> bool:
    """Whether a stop without a space behind it ("Ende.Das ist") was meant as one; not in names like ``x.In(y)``."""
    head = text[max(0, stop - _REACH) : stop].split()
    word = head[-1] if head else ""
    return len(word) > 2 and word.isalpha() and word[1:].islower() and text[reached : reached + 1].isspace()


def _goes_on(text: str, start: int, stop: int, word: str, opens: bool, lexicon: Lexicon) -> bool:
    """Whether the full stop at ``stop`` belongs to an abbreviation, an initial or an ordinal inside the sentence."""
    before = text[max(start, stop - _REACH) : stop].split()[-6:]
    if not before:
        return True
    last = before[-1].lstrip("\"'„“”‚‘»«›‹([–—/*")
    ahead = before[-2] if len(before) > 1 else ""
    kind = _kind(before, last, lexicon)
    if kind and _abbreviates(kind, ahead, word, opens, lexicon):
        return True
    if kind in ("soft", "final"):
        return False
    if span := _RANGE.fullmatch(last):
        last = span[1]  # "vom 6.-7. Oktober"
    if last.isdecimal():
        return _ordinal(last, ahead, word, opens, lexicon)
    if len(last) == 1 and last.isalpha():
        return _initial(last, ahead, word, opens, lexicon)
    if _ROMAN.fullmatch(last):
        known = not ahead or ahead.lower() in lexicon.before or (ahead[0].isupper() and ahead not in LABELS)
        return not opens and known and (lexicon.ordinals or not ahead)
    return False


def _abbreviates(kind: str, ahead: str, word: str, opens: bool, lexicon: Lexicon) -> bool:
    """Whether an abbreviation of this kind, with these words around it, leaves the sentence open."""
    capital, digit = word[0].isupper(), word[0].isdigit()
    if kind == "final":
        return not (capital or digit) or word.rstrip(_CLOSING) in AFTER_CLOCK
    if kind == "numbered":
        return digit or _ROMAN.fullmatch(word.rstrip(_CLOSING)) is not None
    if kind == "dated":
        return digit or word.rstrip(_CLOSING) in lexicon.dated or (ahead.rstrip(".").isdigit() and not opens)
    if kind == "units" and not ahead[-1:].isdigit():
        return False
    return kind == "inner" or not (opens or (capital and not lexicon.starters))


def _kind(before: list[str], last: str, lexicon: Lexicon) -> str:
    """How the lexicon files the abbreviation that ends ``before``: the longest form ("Dr. h. c" before "c")."""
    kinds = _kinds(lexicon)
    forms = [last]
    for part in reversed(before[:-1]):
        if len(part) > 5 or not part.endswith("."):
            break
        forms.append(part.lstrip("\"'„“»«([") + forms[-1])
    for form in reversed(forms):
        small = form.lower() if "." in form else form[:1].lower() + form[1:]
        if kind := kinds.get(form) or kinds.get(small):
            return kind
    part = last.rpartition("-")[2].rpartition("/")[2]
    if part != last and (kind := kinds.get(part) or kinds.get(part.lower())):
        return kind
    if _INITIALS.fullmatch(last) or (lexicon.ordinals and last.endswith("str")):
        return "soft"
    return ""


@lru_cache(maxsize=8)
def _kinds(lexicon: Lexicon) -> dict[str, str]:
    names = ("units", "numbered", "dated", "soft", "final", "inner")  # a form may stand twice: the last counts
    return {form: name for name in names for form in getattr(lexicon, name)}


def _ordinal(number: str, ahead: str, word: str, opens: bool, lexicon: Lexicon) -> bool:
    if not ahead:
        return len(number) < 4  # "1. Platz", "2. Close the file."
    if not lexicon.ordinals:
        return False
    if word.rstrip(_CLOSING) in lexicon.after:
        return True
    if len(number) > 2 or opens:
        return False
    if word[0].isdigit():
        return _DATE_PART.match(word) is not None
    return ahead.lower().lstrip("(„»") in lexicon.before or not ahead[0].isupper()


def _initial(letter: str, ahead: str, word: str, opens: bool, lexicon: Lexicon) -> bool:
    if ahead in LABELS:
        return False
    if not ahead or (len(word) in (2, 3) and word[1] == "."):
        return True  # "a. First", "J. A. Smith"
    if letter.islower() and not lexicon.nouns_capital:
        return not word[0].isupper()
    return not opens and not (letter == "I" and ahead[:1].islower())


def words(text: str) -> list[str]:
    """The words of ``text`` in order: NFC, lower case, runs of letters, digits and underscores."""
    return _WORD.findall(unicodedata.normalize("NFC", text.lower()))


_WORD = re.compile(r"\w+")

# ISO 639-1 -> the algorithm's name in Snowball
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip
_LOCAL = threading.local()


def stems(text: str, lang: str) -> list[str]:
    """The words of ``text`` cut to their stems by Snowball for ``lang``; the words themselves for another language."""
    stemmer = _stemmer(lang[:2].lower())
    found = words(text)
    return found if stemmer is None else list(stemmer.stemWords(found))


def _stemmer(lang: str) -> Any:
    """This thread's stemmer: one object used by two threads at once corrupts its buffer. It caches 10,000 words."""
    known: dict[str, Any] = _LOCAL.__dict__
    if lang not in known:
        import Stemmer

        name = _SNOWBALL.get(lang)
        known[lang] = Stemmer.Stemmer(name) if name in Stemmer.algorithms() else None
    return known[lang]


def of_article(text: str, lang: str) -> list[Sentence]:
    """The sentences of an article's paragraphs, list items and quotes, in order, with offsets in ``text``."""
    found: list[Sentence] = []
    for number, block in enumerate(blocks(text)):
        if block.kind not in ("paragraph", "item", "quote"):
            continue
        for start, end in sentences(text[block.start : block.end], lang):
            start, end = start + block.start, end + block.start
            found.append(Sentence(text[start:end], start, end, len(found), number))
    return found
