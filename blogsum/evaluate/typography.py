"""Defects that show in a sentence's letters and marks: broken encoding, lost ends, stray marks. Knows no scores."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blogsum.evaluate.reading import Reading
from blogsum.evaluate.stopwords import stopwords
from blogsum.summarize import cues
from blogsum.summarize.readable import is_unbalanced
from blogsum.text.language import detect
from blogsum.types import Finding

_MOJIBAKE = re.compile(
    "Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Ã(?=[a-zäöü])|â€.?|Â[\xa0-\xbf]|\ufffd|&(?:[a-z]{2,8}|#\\d{2,5});|<extra_id_\\d+>|</?s>"
)
_END = re.compile(r"[.!?…。！？؟۔।॥։:](?:[\"'”“„’‘«»›‹)\]】」』*_\s]|[\U0001f000-\U0001faff☀-➿️])*$")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.)[\"”“«»)]*$")
_SLIPS = (
    re.compile(r"\w [,;!?](?=\s|$)|\w \.(?=\s+[A-ZÄÖÜ]|$)"),  # a space before a mark
    re.compile(r"[a-zäöüß]{2}[.!?,;][A-ZÄÖÜ][a-zäöüß]"),  # none behind it
    re.compile(r",,|(?<!\.)\.\.(?!\.)|;;|,\.|\.,(?!\s)"),  # two that exclude each other
)
_LEAST = 8  # words of a sentence that a language can be told from
# Words after which no sentence ends: articles, prepositions, conjunctions. German verb particles ("an", "auf") may.
_OPEN = {
    "en": frozenset(
        """a an the of and or but to from with by for at into onto than as if because while whose my your his their our
        its very such every is are was were be been has have had will would can could should""".split()  # noqa: SIM905
    ),
    "de": frozenset(
        """der die das den dem des ein eine einen einem einer eines und oder aber von für mit bei aus nach zum zur im am
        vom beim ins durch gegen ohne um als wie wenn weil dass ob sehr mein dein sein ihr unser ihre seine unsere
        zwischen wegen""".split()  # noqa: SIM905
    ),
}


def mojibake(text: str) -> Iterator[Finding]:
    """Characters that a wrong decoding, an unescaped entity or a model's sentinel left behind."""
    for match in _MOJIBAKE.finditer(text):
        yield Finding("mojibake", match[0], *match.span())


def foreign(reading: Reading) -> Iterator[int]:
    """Numbers of the sentences in another language than the text's."""
    for number, (sentence, words) in enumerate(zip(reading.sentences, reading.words, strict=True)):
        general = reading.lang not in ("de", "en", "und") and len(words) >= _LEAST
        if cues.is_foreign(words, reading.lang) or (general and detect(sentence) in ("de", "en")):
            yield number


def has_end(sentence: str) -> bool:
    """Whether it ends as a sentence does."""
    return _END.search(sentence) is not None


def is_cut(reading: Reading, number: int) -> bool:
    """Whether a sentence stops before its end: on a word that wants another one, or in an ellipsis."""
    sentence, words = reading.sentences[number], reading.words[number]
    open_end = bool(words) and words[-1] in _OPEN.get(reading.lang, stopwords(reading.lang))
    # "What it was made for." may end so; what has no end mark either is cut
    return (
        bool(_ELLIPSIS.search(sentence))
        or sentence.rstrip().endswith((",", "-", "–"))
        or (open_end and not has_end(sentence))
    )


def slips(sentence: str) -> int:
    """Stray marks: wrong spaces, doubled marks, a lost bracket or quotation mark, a small letter at the start."""
    first = sentence.lstrip("\"'„“”‚‘»«›‹([{*_-–—• ")[:2]
    small = first[:1].islower() and not first[1:].isupper()
    return sum(len(slip.findall(sentence)) for slip in _SLIPS) + is_unbalanced(sentence) + small
