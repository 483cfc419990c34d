"""Distances fall into the buckets that mT5 was trained with."""

from __future__ import annotations

import numpy as np
import pytest

from blogsum.train.positions import MASKED, buckets, decoder_table, encoder_table

DISTANCES = np.arange(-3000, 3001, dtype=np.int64)


def test_near_tokens_are_told_apart_and_far_ones_are_not() -> None:
    assert buckets(np.array([-9, -1, 0, 1, 9]), True, 32, 128).tolist() == [8, 1, 0, 17, 24]
    assert buckets(np.array([-200, -128, 128, 200]), True, 32, 128).tolist() == [15, 15, 31, 31]
    assert buckets(np.array([-40, -15, 0, 5]), False, 32, 128).tolist() == [23, 15, 0, 0]


@pytest.mark.parametrize("both_ways", [True, False])
@pytest.mark.parametrize(("count", "limit"), [(32, 128), (32, 20), (16, 64), (8, 9)])
def test_every_bucket_is_the_one_of_transformers(both_ways: bool, count: int, limit: int) -> None:
    torch = pytest.importorskip("torch", reason="parity with transformers needs blogsum[train]")
    from transformers.models.mt5.modeling_mt5 import MT5Attention

    theirs = MT5Attention._relative_position_bucket(torch.from_numpy(DISTANCES), both_ways, count, limit)
    assert np.array_equal(buckets(DISTANCES, both_ways, count, limit), theirs.numpy())


def test_tables_saturate_and_mask_what_follows() -> None:
    bias = np.arange(64, dtype=np.float32).reshape(32, 2)
    table = encoder_table(bias, 128)
    assert table.shape == (2, 257)
    assert table[0, 128] == bias[0, 0]
    assert table[1, 0] == bias[15, 1]
    back = decoder_table(bias, 128)
    assert (back[:, 0] == MASKED).all()
    assert back[:, 1].tolist() == bias[0].tolist()
    assert back[0, -1] == bias[31, 0]
