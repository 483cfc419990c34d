"""Near-duplicate texts by MinHash and banding; knows texts, not articles' fields, and compares only likely pairs.

rensa 0.5 (MIT, September 2026, Rust wheels for CPython 3.8 to 3.15, 0.5 MB, no dependencies, import 2 ms) makes the
signatures. datasketch 2.0 (MIT, pure Python) would bring scipy (35 MB) and 0.8 s of import, for the same estimate.
A text costs its signature (512 bytes) and a sample of its shingles (4 KB at most); the text itself is not kept.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from blogsum.errors import MissingExtra
from blogsum.types import Article

SHINGLE = 3  # words in a row; one word changed in a hundred leaves a Jaccard of .94
KEPT = 1024  # shingles kept of a text: below that similarities are exact, above their standard error is at most .016
SLOTS = 128  # values in a signature
MISSED = 0.01  # chance that a pair exactly at the threshold shares no band
NEIGHBOURS = 16  # members of a bucket that each one is compared with: keeps a template of 100,000 posts linear
LEEWAY = 0.15  # the similarity of two signatures is off by less in all but one of 30,000 pairs at .8
SEED = 1
_CHUNK = 20_000  # pairs of signatures compared at once

# a script without spaces gives one shingle part for each character
_ALONE = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_TOKEN = re.compile(rf"[{_ALONE}]|[^\W{_ALONE}]+")


@dataclass(frozen=True)
class Pair:
    """Two texts, by their places in the order they were added (``first < second``), and their Jaccard similarity."""

    first: int
    second: int
    similarity: float


class Index:
    """Texts by what they share; add them one by one, then ask for the pairs. Same texts, same answer, everywhere."""

    def __init__(self) -> None:
        self._signatures = array("I")
        self._samples = array("I")  # of all texts, one after the other; each sorted
        self._ends = array("Q")

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, text: str) -> None:
        """Take in the next text; one without words is like no other. Raises MissingExtra without rensa."""
        import numpy as np

        hashes = shingles(text)
        self._signatures.extend(_signature(hashes))
        sample = np.unique((hashes >> np.uint64(32)).astype(np.uint32))[:KEPT]
        self._samples.frombytes(sample.tobytes())
        self._ends.append(len(self._samples))

    def pairs(self, threshold: float) -> list[Pair]:
        """The pairs at least this similar, in order of their places.

        Candidates share a band of their signatures (at ``threshold`` all but ``MISSED`` of the pairs do) and have
        signatures that are similar enough; they are compared by the shingles kept. In a bucket of more than
        ``NEIGHBOURS`` texts each is compared with the nearest ones only: such texts are still all connected, but not
        every pair of them is listed. Time grows as n log n.
        """
        samples = _Samples(self._samples, self._ends)
        found = []
        for first, second in self._candidates(threshold):
            similarity = samples.similarity(first, second)
            if similarity >= threshold:
                found.append(Pair(first, second, similarity))
        return found

    def _candidates(self, threshold: float) -> Iterator[tuple[int, int]]:
        import numpy as np

        if len(self) < 2:
            return
        matrix = np.frombuffer(self._signatures, dtype=np.uint32).reshape(len(self), SLOTS)
        ends = np.frombuffer(self._ends, dtype=np.uint64)
        filled = np.flatnonzero(np.diff(ends, prepend=np.uint64(0)))
        bands, rows = _banding(threshold)
        found = np.empty(0, np.int64)
        for band in range(bands):
            keys = _mixed(matrix[filled, band * rows : (band + 1) * rows].astype(np.uint64))
            pairs = [filled[first] * len(self) + filled[second] for first, second in _neighbours(keys)]
            found = np.unique(np.concatenate([found, *pairs]))
        for start in range(0, len(found), _CHUNK):
            first, second = np.divmod(found[start : start + _CHUNK], len(self))
            near = (matrix[first] == matrix[second]).mean(axis=1) >= threshold - LEEWAY
            yield from zip(first[near].tolist(), second[near].tolist(), strict=True)


def groups(articles: Iterable[Article], threshold: float) -> list[list[str]]:
    """Ids of articles whose texts are near-duplicates, directly or through others: groups of two or more, in order."""
    ids, index = [], Index()
    for article in articles:
        ids.append(article.id)
        index.add(article.text)
    return [[ids[place] for place in group] for group in connected(len(ids), index.pairs(threshold))]


def connected(count: int, pairs: Iterable[Pair]) -> list[list[int]]:
    """The groups of two or more among ``count`` texts that ``pairs`` connect, each and all in order."""
    leader = list(range(count))

    def find(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for pair in pairs:
        one, other = find(pair.first), find(pair.second)
        leader[max(one, other)] = min(one, other)
    members: dict[int, list[int]] = {}
    for place in range(count):
        members.setdefault(find(place), []).append(place)
    return [group for group in members.values() if len(group) > 1]


def shingles(text: str) -> Any:
    """64-bit hashes of the runs of ``SHINGLE`` words, lower case and composed (NFC); of all words if there are fewer.

    The same numbers on every machine and in every run.
    """
    import numpy as np

    found = _TOKEN.findall(unicodedata.normalize("NFC", text.lower()))
    words = np.fromiter((crc32(word.encode("utf-8", "replace")) for word in found), np.uint64, len(found))
    size = min(SHINGLE, len(found))
    runs = [words[place : len(found) - size + 1 + place] for place in range(size)]
    return _mixed(np.stack(runs, axis=1)) if runs else words


def _mixed(columns: Any) -> Any:
    """One 64-bit hash for each row: the finaliser of splitmix64 (Steele, Lea and Flood, 2014) over its values."""
    import numpy as np

    hashes = np.zeros(len(columns), np.uint64)
    for column in columns.T:
        hashes = (hashes ^ column) + np.uint64(0x9E3779B97F4A7C15)
        hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        hashes ^= hashes >> np.uint64(31)
    return hashes


def _signature(hashes: Any) -> list[int]:
    try:
        from rensa import RMinHash
    except ImportError as error:
        raise MissingExtra("rensa", "data") from error
    if not len(hashes):
        return [0] * SLOTS
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(hashes, [0, len(hashes)], SLOTS, SEED)
    rows: list[list[int]] = matrix.to_rows()
    return rows[0]


def _banding(threshold: float) -> tuple[int, int]:
    """Bands and rows of a band: the longest that miss at most ``MISSED`` of the pairs at ``threshold``."""
    rows = 1
    while rows < SLOTS // 2 and (1 - threshold ** (rows + 1)) ** (SLOTS // (rows + 1)) <= MISSED:
        rows += 1
    return SLOTS // rows, rows


def _neighbours(keys: Any) -> Iterator[tuple[Any, Any]]:
    """Places with equal keys, as arrays of the first and the second one: each with the ``NEIGHBOURS`` before it."""
    import numpy as np

    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    for distance in range(1, min(NEIGHBOURS, len(keys) - 1) + 1):
        equal = ordered[distance:] == ordered[:-distance]
        if not equal.any():
            return
        yield order[:-distance][equal], order[distance:][equal]


class _Samples:
    """The shingles kept of each text, for comparing two."""

    def __init__(self, values: Any, ends: Any) -> None:
        import numpy as np

        self._values = np.frombuffer(values, dtype=np.uint32)
        self._starts, self._ends = [0, *ends[:-1]], list(ends)

    def similarity(self, first: int, second: int) -> float:
        """Jaccard similarity of two texts' shingles; above ``KEPT`` of them, of the ``KEPT`` smallest of the union."""
        import numpy as np

        one = self._values[self._starts[first] : self._ends[first]]
        other = self._values[self._starts[second] : self._ends[second]]
        both = np.sort(np.concatenate((one, other)))
        twice = both[1:] == both[:-1]
        union = np.delete(both, np.flatnonzero(twice))
        if KEPT in (len(one), len(other)):
            union = union[:KEPT]
            twice &= both[1:] <= union[-1]
        return float(twice.sum() / len(union))
