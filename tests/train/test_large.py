"""Graphs of more than 2 GB, which no single message of protobuf may have, are written, read and right."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="building graphs needs blogsum[train]")
pytest.importorskip("onnxruntime", reason="running graphs needs blogsum[mt5]")

from blogsum.train import precision
from blogsum.train.weights import Array
from tests import tiny

pytestmark = pytest.mark.slow
WIDTH, PIECES = 1024, 530_000  # a head of 2.17 GB
FREE_DISK, FREE_MEMORY = 5_000_000_000, 8_000_000_000


def rows_that_overlap(numbers: Array, count: int) -> Array:
    """``[count, WIDTH]`` of which row i begins at number i: all rows differ, and none takes memory of its own."""
    return np.lib.stride_tricks.as_strided(numbers, (count, WIDTH), (4, 4), writeable=False)


def test_a_head_beyond_2_gb_computes_what_it_should(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.disk_usage(tmp_path).free < FREE_DISK or os.sysconf("SC_AVPHYS_PAGES") * 4096 < FREE_MEMORY:
        pytest.skip("needs 5 GB of disk and 8 GB of memory")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    small = tiny.checkpoint(3, d_model=WIDTH, num_heads=2, d_kv=8, d_ff=16, num_layers=1, num_decoder_layers=1)
    numbers = np.random.RandomState(0).normal(0, 1, PIECES + WIDTH).astype(np.float32)
    heads = {"large": rows_that_overlap(numbers, PIECES), "eye": np.eye(WIDTH, dtype=np.float32)}
    found = {}
    for name, head in heads.items():
        shape = replace(small.shape, vocabulary=len(head))
        one = replace(small, shape=shape, weights={**small.weights, "lm_head.weight": head})
        with precision.network(one, precision.groups(one)) as network:
            largest = max(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
            found[name] = network.read([[5, 9, 1]]).step(np.array([0]), WIDTH if name == "eye" else 9)
        assert (largest > 2**31) is (name == "large")
    state = found["eye"].logits[0][np.argsort(found["eye"].ids[0])]  # what the head reads
    expected = np.correlate(numbers, state, "valid")[:PIECES]
    best = np.argsort(-expected, kind="stable")[:9]
    assert found["large"].ids[0].tolist() == best.tolist()
    assert np.allclose(found["large"].logits[0], expected[best], rtol=1e-4)
