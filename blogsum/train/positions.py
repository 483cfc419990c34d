"""Relative positions as mT5 sees them: distances fall into buckets, each bucket has a bias for every head."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from blogsum.train.weights import Array

MASKED = np.float32(-1e9)  # added to a score, it leaves a probability of exactly 0


def buckets(distance: npt.NDArray[np.int64], both_ways: bool, count: int, max_distance: int) -> npt.NDArray[np.int64]:
    """The bucket of each ``distance`` = position attended to - position attending (Raffel et al. 2020).

    Half of the buckets are exact, the other half grow logarithmically up to ``max_distance``; ``both_ways`` spends half
    of all on what follows. Computed in float32, as torch does: a boundary that rounds otherwise shifts a bucket.
    """
    offset = np.zeros_like(distance)
    if both_ways:
        count //= 2
        offset = (distance > 0) * count
        away = np.abs(distance)
    else:
        away = -np.minimum(distance, 0)
    exact = count // 2
    ratio = np.log(np.maximum(away, 1).astype(np.float32) / np.float32(exact))
    grown = ratio / np.float32(math.log(max_distance / exact)) * np.float32(count - exact)
    far = np.minimum(exact + grown.astype(np.int64), count - 1)
    return offset + np.where(away < exact, away, far)


def encoder_table(bias: Array, max_distance: int) -> Array:
    """Bias of each head by distance: ``[heads, 2 * max_distance + 1]``, column 0 stands for ``-max_distance``.

    ``bias`` is ``[buckets, heads]``. Farther than ``max_distance`` nothing changes any more.
    """
    distance = np.arange(-max_distance, max_distance + 1, dtype=np.int64)
    return np.ascontiguousarray(bias[buckets(distance, True, len(bias), max_distance)].T)


def decoder_table(bias: Array, max_distance: int) -> Array:
    """Bias of each head by how far back it looks: ``[heads, max_distance + 2]``; column 0 masks what follows.

    Column ``1 + d`` is for ``d`` tokens back.
    """
    back = -np.arange(max_distance + 1, dtype=np.int64)
    table = bias[buckets(back, False, len(bias), max_distance)].T
    return np.concatenate([np.full((len(table), 1), MASKED), table], axis=1)
