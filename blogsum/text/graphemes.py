"""User-perceived characters, so that a cut never tears a letter from its accent or a flag in two; no tables of its own.

A subset of Unicode's UAX 29 that errs on the side of longer clusters: what it keeps together may stay together.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator


def graphemes(text: str) -> Iterator[str]:
    """The clusters of ``text``, in order; joined they are ``text`` again."""
    start = 0
    for index in range(1, len(text)):
        if not _joined(text, start, index):
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def _joined(text: str, start: int, index: int) -> bool:
    """Whether ``text[index]`` belongs to the cluster that began at ``start``."""
    before, here = text[index - 1], text[index]
    if here < "\u0300":
        return before == "\r" and here == "\n"
    if unicodedata.category(here) in {"Mn", "Me", "Mc"} or here == "\u200d":
        return True
    if before == "\u200d" or "\U0001f3fb" <= here <= "\U0001f3ff" or "\U000e0020" <= here <= "\U000e007f":
        return True
    if _regional(here):
        return _regional(before) and (index - start) % 2 == 1
    if "\udc00" <= here <= "\udfff":  # a surrogate pair that a careless decoder left as two
        return "\ud800" <= before <= "\udbff"
    return _jamo(before) and "\u1160" <= here <= "\u11ff"


def _regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _jamo(character: str) -> bool:
    """Hangul that a conjoining vowel or final may follow: a leading consonant, a vowel, a syllable."""
    return "\u1100" <= character <= "\u11ff" or "\uac00" <= character <= "\ud7a3"
