"""The word lists that come with blogsum: which words a language uses. Knows no vocabulary and no model."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from blogsum.errors import USAGE, UserError
from blogsum.store import models

_HELD_OUT = 10  # one rare word of so many


@dataclass(frozen=True)
class WordList:
    """The words of one language. ``rare`` ones stand for all that the list lacks; ``covered`` is what it does not lack.

    ``covered`` is the share of the running words of a new blog that are in the list.
    """

    lang: str
    rare: Sequence[str]
    common: Sequence[str]
    covered: float

    def held_out(self) -> list[str]:
        """A tenth of the rare words; which ones depends on the words alone."""
        return [word for word in self.rare if _chance(word) % _HELD_OUT == 0]

    def learned(self) -> list[str]:
        """All others."""
        return [*self.common, *(word for word in self.rare if _chance(word) % _HELD_OUT)]


def languages() -> tuple[str, ...]:
    """The languages that have a list."""
    return tuple(sorted(_told()))


@cache
def word_list(lang: str) -> WordList:
    """The list of a language; UserError (exit code 2) when there is none."""
    if lang not in languages():
        hint = "--keep-vocab-from keeps what your articles need, --full-vocab keeps everything"
        raise UserError(f"no list of words for '{lang}', only for {', '.join(languages())}", hint=hint, code=USAGE)
    text = gzip.decompress((models.built_in("words") / f"{lang}.txt.gz").read_bytes()).decode("utf-8")
    rare, _, common = text.partition("\n\n")
    return WordList(lang, rare.split("\n"), common.split(), _told()[lang]["covered"])


def forms(words: Sequence[str]) -> Iterator[str]:
    """The words as they are, in small letters, and with a capital at the start of a sentence."""
    for word in words:
        yield from {word: None, word.lower(): None, word[0].upper() + word[1:]: None}


@cache
def _told() -> Mapping[str, Mapping[str, float]]:
    """What the manifest says of each language."""
    manifest = models.built_in("words") / models.MANIFEST
    return dict(json.loads(manifest.read_text(encoding="utf-8"))["languages"])


def _chance(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
