"""Which lines of a page are not its article, told by what they say; knows nothing about names of elements.

The wording stands in ``text/wording.py``, anchored at a line's ends and bounded in length: a sentence *about*
newsletters stays.
"""

from __future__ import annotations

import re
from functools import lru_cache

from blogsum.text import wording


def _pattern(entries: tuple[str, ...], end: str = "") -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{'|'.join(entries)}){end}\W*", re.I)


_PATTERNS = [(kind, _pattern(entries)) for kind, entries in wording.LINES.items()]
_POINTER = _pattern(wording.POINTERS, r"(?!\w).{0,200}")
_SECTIONS = [(kind, _pattern(entries)) for kind, entries in wording.SECTIONS.items()]
_SOURCES = _pattern(wording.SOURCES)
_NAME = r"(?:(?:von|van|de|der|den|zu|und|and|&)\s+){0,2}[A-ZÄÖÜ][\w.'’-]{0,30}"
_BYLINE = re.compile(
    rf"\W*(?:Von|By|VON|BY|Por|Par|Door|(?:Text|Autor|Autorin|Author|Words|Interview)\s?:)(?:\s+{_NAME}){{2,5}}\W*"
)
_SIGNED = re.compile(
    r"\W*(?:(?:eine? )?(?:gastbeitrag|kolumne|kommentar|analyse|essay|text|words|story|autor(?:in)?|author)\b\W*)?"
    r"(?:(?:geschrieben |written |posted )?(?:von|by)\b\W*)?",
    re.I,
)
_VITA = re.compile(
    r"((?:[\w.'’-]{1,30}\s){1,4}?)(?:\([^()]{0,60}\)\s)?"
    r"(?:ist|war|arbeitet|schreibt|studierte?|lebt|is|was|writes|works|lives|has|hat|wurde)\b"
)
_GREETING = re.compile(
    r"(?:hi|hallo|hello|hey|moin|servus)\b\W{0,3}"
    r"(?:my name is|i am|i[’']m|we are|ich bin|ich heiße|mein name ist|wir sind)\b",
    re.I,
)
_MOST = 320  # characters: a longer line is prose


@lru_cache(maxsize=4096)
def line(text: str) -> str | None:
    """What kind of furniture this line is (a date line, a share bar …), None if it may belong to the article."""
    if len(text) > _MOST:
        return None
    for kind, pattern in _PATTERNS:
        if pattern.fullmatch(text):
            return kind
    return None


def points_elsewhere(text: str) -> bool:
    """Whether a line mostly made of links sends the reader away: "Lesen Sie auch: …"."""
    return len(text) <= _MOST and bool(_POINTER.fullmatch(text))


def opens_section(text: str) -> str | None:
    """What a heading opens that is not the article (related posts, the author, comments …), else None."""
    if len(text) > 90:
        return None
    return next((kind for kind, pattern in _SECTIONS if pattern.fullmatch(text)), None)


def lists_sources(text: str) -> bool:
    """Whether a heading opens the sources of a text: references, footnotes, links."""
    return len(text) <= 60 and bool(_SOURCES.fullmatch(text))


def signs(text: str, names: frozenset[str]) -> bool:
    """Whether a line only says who wrote it: "Von Ada Beispiel", or one of ``names`` (keys of author and site)."""
    if len(text) > 120:
        return False
    return bool(_BYLINE.fullmatch(text)) or key(text[_SIGNED.match(text).end() :]) in names  # type: ignore[union-attr]


def introduces(text: str, names: frozenset[str]) -> bool:
    """Whether a line tells who the author is: "Ada Beispiel schreibt …" with one of ``names``, "Hi, ich bin Ada …"."""
    match = _VITA.match(text)
    return bool(_GREETING.match(text)) or (match is not None and key(match[1]) in names)


def is_prose(text: str) -> bool:
    """Whether a line reads like a sentence of an article: eight words, an end mark."""
    return len(text.split()) >= 8 and bool(re.search(r"[.!?…:][\"“”«»')\]]*$", text))


def key(text: str) -> str:
    """``text`` as letters and digits only, folded: two lines with one key say the same."""
    return re.sub(r"\W+", "", text).casefold()
