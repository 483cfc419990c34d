"""Paragraphs that stand in several posts: share bars, author boxes, calls to subscribe. Keeps hashes, not texts."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

from blogsum.text.furniture import line as furniture

_WORDS = 6  # of a paragraph, unless it reads like furniture: a heading that nobody marked may stand anywhere
_SHOWN = 80  # characters of a paragraph that a finding quotes
_MARKS = 1 << 24  # bytes of the table that remembers what was seen once; touched only where something is
_SPACE = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Repeated:
    """The most frequent paragraph of one post that others have, too: its first words, and in how many posts it is."""

    row: int
    text: str
    posts: int
    paragraphs: int  # of this post that repeat


class Paragraphs:
    """In which posts each paragraph stands; letters and digits count, and a number is any number ("5 min read")."""

    def __init__(self) -> None:
        self._hashes, self._rows = array("Q"), array("I")
        self._seen = bytearray(_MARKS)
        self._texts: dict[int, str] = {}

    def add(self, row: int, paragraphs: Iterable[str]) -> None:
        """Take in the paragraphs of the post at ``row``; call it with rising numbers.

        Left out is what may well stand in many posts: what is short, and what only leads over to a list or to code.
        """
        own = set()
        for paragraph in paragraphs:
            if paragraph.endswith(":") or (paragraph.count(" ") + 1 < _WORDS and not furniture(paragraph)):
                continue
            key = _hash(_DIGITS.sub("0", _SPACE.sub("", paragraph.casefold())))
            if key not in own:
                own.add(key)
                self._hashes.append(key)
                self._rows.append(row)
                # the text is kept from the second time on; a chance hit in the table costs only its 80 characters
                if self._seen[key % _MARKS]:
                    self._texts.setdefault(key, paragraph[:_SHOWN])
                self._seen[key % _MARKS] = 1

    def repeated(self, least: int, groups: Iterable[Sequence[int]]) -> list[Repeated]:
        """Posts with a paragraph of at least ``least`` posts; near-duplicate posts (``groups``) count as one."""
        import numpy as np

        if not self._hashes:
            return []
        hashes, rows = np.frombuffer(self._hashes, np.uint64), np.frombuffer(self._rows, np.uint32)
        leader = np.arange(int(rows.max()) + 1, dtype=np.uint64)
        for group in groups:
            leader[np.asarray(group)] = group[0]
        keys, places = np.unique(hashes, return_inverse=True)
        pairs = np.unique(np.stack([places.astype(np.uint64), leader[rows]]), axis=1)
        posts = np.bincount(pairs[0].astype(np.int64), minlength=len(keys))
        often = posts[places] >= least
        found: dict[int, list[tuple[int, int]]] = {}
        for row, place in zip(rows[often].tolist(), places[often].tolist(), strict=True):
            found.setdefault(row, []).append((int(posts[place]), int(keys[place])))
        return [self._most(row, of_row) for row, of_row in found.items()]

    def _most(self, row: int, found: list[tuple[int, int]]) -> Repeated:
        posts, key = max(found, key=lambda pair: pair[0])  # the first of equals
        return Repeated(row, self._texts[key], posts, len(found))


def _hash(letters: str) -> int:
    """64 bits that are the same in every run: two checks of 32, over the text and over its mirror image."""
    data = letters.encode("utf-8", "replace")
    return crc32(data) << 32 | crc32(data[::-1])
