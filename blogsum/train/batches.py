"""Which pairs stand behind each step: a pure function of seed and step, so that a run goes on where it stopped.

Pairs of like length share a batch, and within it the parts that are computed at once: less padding. Knows no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from blogsum.files import digest
from blogsum.train.material import Pair

_WINDOW = 16  # batches that are sorted by length together: enough to pad little, few enough to stay random
Batch = list[list[Pair]]


class Batches:
    """The batches of all epochs; ``batch`` pairs a step, of which ``micro`` are computed at once."""

    def __init__(self, pairs: Sequence[Pair], batch: int, micro: int, seed: int) -> None:
        self._pairs, self._batch, self._micro, self._seed = pairs, batch, micro, seed
        self.per_epoch = -(-len(pairs) // batch)
        self._epoch, self._order = -1, list[list[int]]()

    def __getitem__(self, step: int) -> Batch:
        """The pairs of a step (from 0), in parts that are computed at once, the longest first.

        The longest first: when memory does not suffice, that shows at once.
        """
        epoch, place = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._epoch, self._order = epoch, self._shuffled(epoch)
        rows = sorted((self._pairs[i] for i in self._order[place]), key=_size, reverse=True)
        return [rows[start : start + self._micro] for start in range(0, len(rows), self._micro)]

    def longest(self) -> Batch:
        """The largest that can stand behind a step: what a probe needs to see."""
        rows = sorted(self._pairs, key=_size, reverse=True)[: self._batch]
        return [rows[start : start + self._micro] for start in range(0, len(rows), self._micro)]

    def _shuffled(self, epoch: int) -> list[list[int]]:
        """The batches of one epoch as numbers of pairs, the small one among them wherever chance puts it."""
        chance = Random(digest("batches", self._seed, epoch))  # noqa: S311 an order, no secret
        order = list(range(len(self._pairs)))
        chance.shuffle(order)
        window = _WINDOW * self._batch
        batches = []
        for start in range(0, len(order), window):
            alike = sorted(order[start : start + window], key=lambda i: _size(self._pairs[i]))
            batches += [alike[at : at + self._batch] for at in range(0, len(alike), self._batch)]
        chance.shuffle(batches)
        return batches


def _size(pair: Pair) -> tuple[int, int]:
    return len(pair.source), len(pair.target)


def padded(rows: Sequence[Sequence[int]], filler: int) -> list[list[int]]:
    """The rows, all as long as the longest."""
    longest = max(map(len, rows))
    return [[*row, *[filler] * (longest - len(row))] for row in rows]
